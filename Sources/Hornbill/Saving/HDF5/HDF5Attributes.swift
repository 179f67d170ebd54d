import HornbillEngine

/// The value of an attribute.
package enum HDF5Value: Sendable, Hashable {
    case string(String)
    /// Text of a fixed number of bytes, as NumPy's `bytes_` is written.
    case fixedString(String)
    case int(Int)
    case double(Double)
    case bool(Bool)
    case strings([String])
    case ints([Int])
    case doubles([Double])
    /// h5py's Empty.
    case null

    /// The text of a scalar.
    package var string: String? {
        switch self {
        case .string(let text), .fixedString(let text): text
        default: nil
        }
    }

    /// The texts of an array. An empty list of Python is an array of no numbers, and gives none.
    package var strings: [String]? {
        switch self {
        case .strings(let texts): texts
        case .ints([]), .doubles([]): []
        default: nil
        }
    }
}

/// The attributes of a group or dataset; a value is decoded when it is asked for.
package struct HDF5Attributes {
    private let reader: HDF5Reader
    private let object: HDF5Object

    init(_ reader: HDF5Reader, _ object: HDF5Object) {
        self.reader = reader
        self.object = object
    }

    /// The names, in the file's order.
    /// - Throws: kind `file` for damaged ones, and for attributes that lie outside of the object's header.
    package func names() throws -> [String] { try all().map(\.name) }

    /// The value of an attribute; nil if there is none of this name.
    /// - Throws: kind `file`, also for types other than text and numbers.
    package subscript(name: String) -> HDF5Value? {
        get throws {
            let found = try all().filter { $0.name.utf8.elementsEqual(name.utf8) }
            guard let header = found.first else { return nil }
            guard found.count == 1 else { throw object.place.error("the attribute '\(name)' is there twice") }
            return try value(header)
        }
    }

    private struct Header {
        var name: String
        var version: Int
        var type: ArraySlice<UInt8>
        var space: ArraySlice<UInt8>
        var data: ArraySlice<UInt8>
        var isShared: Bool
    }

    private func all() throws -> [Header] {
        if var info = try object.fields(HDF5Object.Kind.attributeInfo, "the attribute info message") {
            try info.skip(1)
            if try info.byte() & 1 != 0 { try info.skip(2) }
            guard try info.address() == nil else {
                throw object.place.refused("attributes in a fractal heap", "save the file with h5py's default libver")
            }
        }
        return try object.messages.filter { $0.kind == HDF5Object.Kind.attribute }.map { message in
            var fields = HDF5Fields(message.body, "an attribute", object.place)
            let version = try fields.byte()
            guard (1...3).contains(version) else { throw fields.error("its version is \(version)") }
            let flags = try fields.byte()
            let (nameSize, typeSize, spaceSize) = (
                try fields.length(2), try fields.length(2), try fields.length(2)
            )
            if version == 3 { try fields.skip(1) }
            // The first version fills each part up to a multiple of 8.
            func part(_ size: Int) throws -> ArraySlice<UInt8> {
                let bytes = try fields.take(size)
                if version == 1 { try fields.skip((8 - size % 8) % 8) }
                return bytes
            }
            let nameBytes = try part(nameSize)
            guard nameBytes.last == 0 else { throw fields.error("its name is not terminated") }
            let name = try fields.text(nameBytes.prefix { $0 != 0 })
            let (type, space) = (try part(typeSize), try part(spaceSize))
            let isShared = message.flags & 2 != 0 || version > 1 && flags & 3 != 0
            return Header(
                name: name, version: version, type: type, space: space, data: try fields.take(fields.remaining),
                isShared: isShared)
        }
    }

    private func value(_ header: Header) throws -> HDF5Value {
        guard !header.isShared else {
            throw object.place.refused("the shared datatype of the attribute '\(header.name)'")
        }
        var typeFields = HDF5Fields(header.type, "the attribute '\(header.name)'", object.place)
        let type = try HDF5Type(&typeFields)
        var spaceFields = HDF5Fields(header.space, "the attribute '\(header.name)'", object.place)
        guard let shape = try HDF5Type.dataspace(&spaceFields) else { return .null }
        let (size, overflow) = elementCount(shape).multipliedReportingOverflow(by: type.byteCount)
        var data = HDF5Fields(header.data, "the attribute '\(header.name)'", object.place)
        guard !overflow, size <= data.remaining else {
            throw data.error("\(elementCount(shape)) elements of \(type) need more than its \(data.remaining) bytes")
        }
        let elements = HDF5Elements(reader, type, elementCount(shape))
        let isScalar = shape.isEmpty
        switch type {
        case .string, .fixedString:
            let texts = try elements.strings(&data)
            if !isScalar { return .strings(texts) }
            return type == .string ? .string(texts[0]) : .fixedString(texts[0])
        case .bool:
            let numbers = try elements.integers(&data)
            return isScalar ? .bool(numbers[0] != 0) : .ints(numbers)
        case .float16, .float32, .float64, .bfloat16:
            let numbers = try elements.doubles(&data)
            return isScalar ? .double(numbers[0]) : .doubles(numbers)
        case .opaque: throw object.place.refused("bytes without meaning in the attribute '\(header.name)'")
        default:
            let numbers = try elements.integers(&data)
            return isScalar ? .int(numbers[0]) : .ints(numbers)
        }
    }
}

/// Elements one after the other, read from fields that hold them all.
struct HDF5Elements {
    private let reader: HDF5Reader
    private let type: HDF5Type
    private let count: Int

    init(_ reader: HDF5Reader, _ type: HDF5Type, _ count: Int) {
        self.reader = reader
        self.type = type
        self.count = count
    }

    func strings(_ fields: inout HDF5Fields) throws -> [String] {
        var result: [String] = []
        for _ in 0..<count {
            switch type {
            case .fixedString(let size, let padding):
                var bytes = try fields.take(size).prefix { $0 != 0 }
                if padding == 2 { while bytes.last == UInt8(ascii: " ") { bytes.removeLast() } }
                result.append(try fields.text(bytes))
            default:
                let size = try fields.length(4)
                let (heap, index) = (try fields.address(), try fields.length(4))
                let bytes = size == 0 ? [] : try reader.heaps.bytes(reader, heap, index, size, fields.place)
                result.append(try fields.text(bytes.prefix { $0 != 0 }))
            }
        }
        return result
    }

    func integers(_ fields: inout HDF5Fields) throws -> [Int] {
        try (0..<count).map { _ in
            let bits = try fields.unsigned(type.byteCount)
            switch type {
            case .int8: return Int(Int8(truncatingIfNeeded: bits))
            case .int16: return Int(Int16(truncatingIfNeeded: bits))
            case .int32: return Int(Int32(truncatingIfNeeded: bits))
            case .int64: return Int(Int64(truncatingIfNeeded: bits))
            default:
                guard let value = Int(exactly: bits) else { throw fields.error("\(bits) does not fit into 64 bits") }
                return value
            }
        }
    }

    func doubles(_ fields: inout HDF5Fields) throws -> [Double] {
        try (0..<count).map { _ in
            let bits = try fields.unsigned(type.byteCount)
            switch type {
            case .float16: return Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
            case .bfloat16: return Double(Float(BFloat16(bitPattern: UInt16(truncatingIfNeeded: bits))))
            case .float32: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            default: return Double(bitPattern: bits)
            }
        }
    }
}
