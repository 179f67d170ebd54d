import Foundation

/// TensorFlow's file of records: for each its length, the checksum of the length, its bytes, their checksum.
package enum RecordFile {
    /// A record as it stands in a file.
    package static func frame(_ record: [UInt8]) -> Data {
        let length = withUnsafeBytes(of: UInt64(record.count).littleEndian) { Array($0) }
        var data = Data(capacity: record.count + 16)
        data.append(contentsOf: length)
        data.append(contentsOf: checksum(length))
        data.append(contentsOf: record)
        data.append(contentsOf: checksum(record))
        return data
    }

    /// A checksum that may itself be a part of what is summed up: rotated, and moved by a constant.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        let sum = CRC32C.of(bytes)
        let masked = (sum >> 15 | sum << 17) &+ 0xA282_EAD8
        return withUnsafeBytes(of: masked.littleEndian) { Array($0) }
    }
}

/// The cyclic redundancy check of Castagnoli's polynomial, 0x1EDC6F41 (RFC 3720).
package enum CRC32C {
    /// The remainder of each byte, bits reversed.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0x82F6_3B78 : rest >> 1 }
    }

    package static func of(_ bytes: [UInt8]) -> UInt32 {
        ~table.withUnsafeBufferPointer { table in
            bytes.reduce(~UInt32(0)) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
        }
    }
}
