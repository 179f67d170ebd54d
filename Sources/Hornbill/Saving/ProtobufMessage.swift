import Foundation

/// A message of Protocol Buffers that is being written, field by field. There are so few kinds of messages here, and
/// none is read, that they are written by hand.
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    /// A whole number, a truth value or a case of an enumeration. Zero is what is not there.
    mutating func add(_ field: Int, _ value: Int) {
        guard value != 0 else { return }
        key(field, wire: 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func add(_ field: Int, _ value: Double) {
        key(field, wire: 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, _ value: Float) {
        key(field, wire: 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    mutating func add(_ field: Int, _ content: [UInt8]) {
        key(field, wire: 2)
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

    /// A list of numbers, packed.
    mutating func add(_ field: Int, _ values: [Float]) {
        add(field, values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
    }

    mutating func add(_ field: Int, _ values: [Double]) {
        add(field, values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
    }

    /// A list of whole numbers, packed; zeros count.
    mutating func add(_ field: Int, _ values: [Int]) {
        guard !values.isEmpty else { return }
        var list = ProtobufMessage()
        for value in values { list.varint(UInt64(bitPattern: Int64(value))) }
        add(field, list.bytes)
    }

    /// The beginning of content of so many bytes, which are written behind the message by somebody else.
    mutating func begin(_ field: Int, byteCount: Int) {
        key(field, wire: 2)
        varint(UInt64(byteCount))
    }

    /// A message made by `fill`.
    mutating func add(_ field: Int, _ fill: (inout ProtobufMessage) -> Void) {
        var message = ProtobufMessage()
        fill(&message)
        add(field, message)
    }

    private mutating func key(_ field: Int, wire: UInt64) { varint(UInt64(field) << 3 | wire) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
