import Foundation

/// Reads what TensorBoard reads: records with their checksums, and the messages in them. Written apart from the library,
/// so that it shares no mistake with it.
enum EventFile {
    struct Value: Sendable {
        var step = 0
        var tag = ""
        var plugin = ""
        var content = ""
        var dataClass = 0
        var dtype = 0
        var shape: [Int] = []
        var numbers: [Double] = []
        var strings: [[UInt8]] = []
    }

    struct Contents {
        var version = ""
        var values: [Value] = []
        /// Name, operation and inputs of each node of a graph.
        var nodes: [(name: String, operation: String, inputs: [String])] = []
    }

    struct Damage: Error { let reason: String }

    /// The records of a file; a last one that is cut off is left out, as TensorBoard leaves it out.
    static func records(_ data: [UInt8]) throws -> [[UInt8]] {
        var records: [[UInt8]] = []
        var rest = data[...]
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        while rest.count >= 12 {
            let length = Int(number(rest.prefix(8)))
            guard number(rest.dropFirst(8).prefix(4)) == UInt64(masked(rest.prefix(8))) else {
                throw Damage(reason: "the checksum of a length is wrong")
            }
            guard rest.count >= length + 16 else { break }
            let record = rest.dropFirst(12).prefix(length)
            guard number(rest.dropFirst(12 + length).prefix(4)) == UInt64(masked(record)) else {
                throw Damage(reason: "the checksum of a record is wrong")
            }
            records.append(Array(record))
            rest = rest.dropFirst(16 + length)
        }
        return records
    }

    /// Bit by bit, as the polynomial says.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
        }
        return ~sum
    }

    private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let sum = checksum(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }

    static func read(_ path: String) throws -> Contents {
        var contents = Contents()
        for record in try records(Array(Data(contentsOf: URL(filePath: path)))) {
            let event = try Message(record)
            if let version = event.texts(3).first { contents.version = version }
            for graph in event.fields(4) {
                for node in try Message(graph).fields(1) {
                    let node = try Message(node)
                    contents.nodes.append((node.texts(1).first ?? "", node.texts(2).first ?? "", node.texts(3)))
                }
            }
            for summary in event.fields(5) {
                for value in try Message(summary).fields(1) {
                    contents.values.append(try self.value(Message(value), step: event.number(2)))
                }
            }
        }
        return contents
    }

    private static func value(_ message: Message, step: Int) throws -> Value {
        var value = Value(step: step, tag: message.texts(1).first ?? "")
        if let tensor = try message.fields(8).first.map(Message.init) {
            value.dtype = tensor.number(1)
            if let shape = try tensor.fields(2).first.map(Message.init) {
                value.shape = try shape.fields(2).map { try Message($0).number(1) }
            }
            for packed in tensor.fields(5) { value.numbers += floats(packed).map(Double.init) }
            for packed in tensor.fields(6) { value.numbers += doubles(packed) }
            value.strings = tensor.fields(8)
        }
        if let metadata = try message.fields(9).first.map(Message.init) {
            value.dataClass = metadata.number(4)
            if let plugin = try metadata.fields(1).first.map(Message.init) {
                value.plugin = plugin.texts(1).first ?? ""
                value.content = plugin.texts(2).first ?? ""
            }
        }
        return value
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count - 3, by: 4).map { start in
            Float(bitPattern: bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    private static func doubles(_ bytes: [UInt8]) -> [Double] {
        stride(from: 0, to: bytes.count - 7, by: 8).map { start in
            Double(bitPattern: bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
    }

    /// The fields of a message of Protocol Buffers.
    private struct Message {
        private var numbers: [Int: UInt64] = [:]
        private var contents: [Int: [[UInt8]]] = [:]

        init(_ bytes: [UInt8]) throws {
            var rest = bytes[...]
            func varint() throws -> UInt64 {
                var value: UInt64 = 0
                for shift in stride(from: UInt64(0), to: 64, by: 7) {
                    guard let byte = rest.popFirst() else { throw Damage(reason: "a number is cut off") }
                    value |= UInt64(byte & 0x7F) << shift
                    if byte < 0x80 { return value }
                }
                throw Damage(reason: "a number is too long")
            }
            while !rest.isEmpty {
                let key = try varint()
                let field = Int(key >> 3)
                switch key & 7 {
                case 0: numbers[field] = try varint()
                case 1: rest = rest.dropFirst(8)
                case 2:
                    let length = Int(try varint())
                    guard rest.count >= length else { throw Damage(reason: "a field is cut off") }
                    contents[field, default: []].append(Array(rest.prefix(length)))
                    rest = rest.dropFirst(length)
                default: throw Damage(reason: "there is no field of kind \(key & 7)")
                }
            }
        }

        func number(_ field: Int) -> Int { Int(truncatingIfNeeded: numbers[field] ?? 0) }
        func fields(_ field: Int) -> [[UInt8]] { contents[field] ?? [] }
        func texts(_ field: Int) -> [String] { fields(field).map { String(decoding: $0, as: UTF8.self) } }
    }
}
