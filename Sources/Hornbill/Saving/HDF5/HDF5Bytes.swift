import HornbillEngine

extension Int {
    var roundedUpTo8: Int { (self + 7) & ~7 }
}

/// Little-endian fields that are written one after the other.
struct HDF5Bytes {
    private(set) var bytes: [UInt8] = []

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    var count: Int { bytes.count }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
    mutating func append(zeros count: Int) { bytes.append(contentsOf: repeatElement(0, count: max(count, 0))) }

    /// A number of `width` bytes.
    mutating func append(_ value: UInt64, _ width: Int) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
    }

    /// Zeros up to a multiple of 8.
    mutating func pad() { append(zeros: count.roundedUpTo8 - count) }

    /// Writes 8 bytes over what is there.
    mutating func set(_ value: UInt64, at place: Int) {
        var field = HDF5Bytes()
        field.append(value, 8)
        replace(at: place, with: field.bytes)
    }

    mutating func replace(at place: Int, with new: [UInt8]) {
        bytes.replaceSubrange(place..<place + new.count, with: new)
    }

    /// The message for a shape; as in h5py's files the greatest sizes are the sizes.
    static func dataspace(_ shape: [Int]) -> HDF5Bytes {
        var result = HDF5Bytes([1, UInt8(truncatingIfNeeded: shape.count), shape.isEmpty ? 0 : 1, 0, 0, 0, 0, 0])
        for size in shape + shape { result.append(UInt64(size), 8) }
        return result
    }

    /// The message for a type.
    static func datatype(_ type: HDF5Type) -> HDF5Bytes {
        func integer(_ count: UInt8, signed: Bool) -> [UInt8] {
            [0x10, signed ? 8 : 0, 0, 0, count, 0, 0, 0, 0, 0, count * 8, 0]
        }
        func float(_ count: UInt8, _ exponent: (place: UInt8, size: UInt8), _ bias: UInt64) -> [UInt8] {
            let bits = count * 8
            var result = HDF5Bytes([0x11, 0x20, bits - 1, 0, count, 0, 0, 0, 0, 0, bits, 0])
            result.append([exponent.place, exponent.size, 0, exponent.place])
            result.append(bias, 4)
            return result.bytes
        }
        func sized(_ kind: UInt8, _ bits: UInt8, _ count: Int) -> [UInt8] {
            var result = HDF5Bytes([0x10 | kind, bits, 0, 0])
            result.append(UInt64(count), 4)
            return result.bytes
        }
        switch type {
        case .int8: return HDF5Bytes(integer(1, signed: true))
        case .int16: return HDF5Bytes(integer(2, signed: true))
        case .int32: return HDF5Bytes(integer(4, signed: true))
        case .int64: return HDF5Bytes(integer(8, signed: true))
        case .uint8: return HDF5Bytes(integer(1, signed: false))
        case .uint16: return HDF5Bytes(integer(2, signed: false))
        case .uint32: return HDF5Bytes(integer(4, signed: false))
        case .uint64: return HDF5Bytes(integer(8, signed: false))
        case .float16: return HDF5Bytes(float(2, (10, 5), 15))
        case .float32: return HDF5Bytes(float(4, (23, 8), 127))
        case .float64: return HDF5Bytes(float(8, (52, 11), 1023))
        case .bool:
            let members = Array("FALSE\0\0\0TRUE\0\0\0\0".utf8) + [0, 1]
            return HDF5Bytes(sized(8, 2, 1) + integer(1, signed: true) + members)
        // Keras reads what its attribute `dtype` says; HDF5's own kind is too young for it.
        case .bfloat16: return HDF5Bytes(sized(5, 0, 2))
        case .opaque(let count): return HDF5Bytes(sized(5, 0, count))
        case .fixedString(let count, let padding): return HDF5Bytes(sized(3, padding, count))
        case .string: return HDF5Bytes([0x19, 1, 1, 0, 16, 0, 0, 0] + integer(1, signed: false))
        }
    }
}

extension HDF5Value {
    /// The type of its elements in a file.
    var type: HDF5Type {
        switch self {
        case .string, .strings: .string
        case .fixedString(let text): .fixedString(max(text.utf8.count, 1), padding: 1)
        case .int, .ints: .int64
        case .double, .doubles, .null: .float64
        case .bool: .bool
        }
    }

    /// A list without elements is what Python's `[]` becomes: no numbers.
    var shape: [Int] {
        switch self {
        case .string, .fixedString, .int, .double, .bool: []
        case .strings(let elements): [elements.count]
        case .ints(let elements): [elements.count]
        case .doubles(let elements): [elements.count]
        case .null: [0]
        }
    }
}

/// The texts of all attributes, gathered in collections as HDF5 keeps them.
struct HDF5TextHeaps {
    /// The texts of each collection, and its size.
    private var collections: [(texts: [String], size: Int)] = []
    private var places: [(address: Int, index: Int)] = []
    private var count = 0

    private static let minimumSize = 4096

    private static func size(of text: String) -> Int { 16 + text.utf8.count.roundedUpTo8 }

    private static func texts(of value: HDF5Value) -> [String] {
        switch value {
        case .string(let text): [text]
        case .strings(let texts): texts
        default: []
        }
    }

    /// Gives a value's texts a place; the number of the first one.
    mutating func add(_ value: HDF5Value) throws -> Int {
        let first = count
        for text in Self.texts(of: value) where !text.isEmpty {
            guard !text.utf8.contains(0) else {
                throw HornbillError(.argument, "a text with a zero character in it cannot be an attribute: '\(text)'")
            }
            let size = Self.size(of: text)
            if let last = collections.indices.last, collections[last].size + size <= Self.minimumSize {
                collections[last].texts.append(text)
                collections[last].size += size
            } else {
                collections.append(([text], 16 + size))
            }
            count += 1
        }
        return first
    }

    mutating func write(to output: inout HDF5Bytes) {
        for (texts, used) in collections {
            let address = output.count
            let size = max(used, Self.minimumSize)
            output.append(Array("GCOL".utf8) + [1, 0, 0, 0])
            output.append(UInt64(size), 8)
            for (index, text) in texts.enumerated() {
                places.append((address, index + 1))
                output.append(UInt64(index + 1), 2)
                output.append(zeros: 6)
                output.append(UInt64(text.utf8.count), 8)
                output.append(Array(text.utf8))
                output.pad()
            }
            // What is free is an object of the number 0, whose size counts its own header.
            if size - used >= 16 {
                output.append(zeros: 8)
                output.append(UInt64(size - used), 8)
            }
            output.append(zeros: address + size - output.count)
        }
    }

    /// The bytes of a value's elements.
    /// - Parameter first: what ``add(_:)`` gave for it.
    func data(_ value: HDF5Value, first: Int) -> [UInt8] {
        var result = HDF5Bytes()
        switch value {
        case .string, .strings:
            var number = first
            for text in Self.texts(of: value) {
                let place = text.isEmpty ? (0, 0) : places[number]
                result.append(UInt64(text.utf8.count), 4)
                result.append(UInt64(place.0), 8)
                result.append(UInt64(place.1), 4)
                if !text.isEmpty { number += 1 }
            }
        case .fixedString(let text): result.append(text.isEmpty ? [0] : Array(text.utf8))
        case .int(let number): result.append(UInt64(bitPattern: Int64(number)), 8)
        case .ints(let numbers): for number in numbers { result.append(UInt64(bitPattern: Int64(number)), 8) }
        case .double(let number): result.append(number.bitPattern, 8)
        case .doubles(let numbers): for number in numbers { result.append(number.bitPattern, 8) }
        case .bool(let flag): result.append([flag ? 1 : 0])
        case .null: break
        }
        return result.bytes
    }
}
