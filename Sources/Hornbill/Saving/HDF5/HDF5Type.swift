import HornbillEngine

/// The element types that Keras and h5py write and this library reads.
package enum HDF5Type: Sendable, Hashable, CustomStringConvertible {
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64
    case float16, float32, float64
    /// As h5py has it: an enumeration of FALSE and TRUE in one byte.
    case bool
    /// Bytes without a meaning of their own; two of them are Keras's bfloat16.
    case opaque(Int)
    /// HDF5 2's own bfloat16.
    case bfloat16
    /// Text in this many bytes, cut off or filled up.
    case fixedString(Int, padding: UInt8)
    /// Text of any length, which lies elsewhere in the file.
    case string

    /// The bytes of one element where it stands.
    package var byteCount: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        case .opaque(let count), .fixedString(let count, _): count
        case .string: 16
        }
    }

    package var description: String {
        switch self {
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .float16: "float16"
        case .float32: "float32"
        case .float64: "float64"
        case .bool: "bool"
        case .opaque(let count): "opaque of \(count) bytes"
        case .bfloat16: "bfloat16"
        case .fixedString(let count, _): "string of \(count) bytes"
        case .string: "string"
        }
    }

    /// The tensors' type that holds every value; nil for bytes without meaning.
    package var dtype: DType? {
        switch self {
        case .int8, .int16, .uint16, .int32: .int32
        case .uint32, .uint64, .int64: .int64
        case .uint8: .uint8
        case .float16: .float16
        case .float32: .float32
        case .float64: .float64
        case .bool: .bool
        case .bfloat16: .bfloat16
        case .opaque: nil
        case .fixedString, .string: .string
        }
    }

    /// Reads a datatype message.
    init(_ fields: inout HDF5Fields) throws {
        let first = try fields.byte()
        let (kind, version) = (first & 15, first >> 4)
        let bits = Int(truncatingIfNeeded: try fields.unsigned(3))
        let size = try fields.length(4)
        guard (1...4).contains(version) else { throw fields.error("a datatype of the version \(version)") }
        guard size > 0 else { throw fields.error("a datatype of no bytes") }
        switch kind {
        case 0: self = try Self.integer(&fields, bits, size)
        case 1: self = try Self.floatingPoint(&fields, bits, size)
        case 3:
            let padding = UInt8(truncatingIfNeeded: bits & 15)
            guard padding < 3, bits >> 4 & 15 < 2 else { throw fields.error("a string type of unknown kind") }
            self = .fixedString(size, padding: padding)
        case 5: self = .opaque(size)
        case 8: self = try Self.enumeration(&fields, bits, size, version)
        case 9:
            guard bits & 15 == 1 else { throw fields.place.refused("variable-length sequences") }
            guard size == 16, bits >> 8 & 15 < 2 else { throw fields.error("a string type of unknown kind") }
            self = .string
        case 2: throw fields.place.refused("the element type 'time'")
        case 4: throw fields.place.refused("the element type 'bit field'")
        case 6: throw fields.place.refused("a compound element type")
        case 7: throw fields.place.refused("references as elements")
        case 10: throw fields.place.refused("arrays as elements")
        default: throw fields.error("a datatype of the unknown class \(kind)")
        }
    }

    private static func integer(_ fields: inout HDF5Fields, _ bits: Int, _ size: Int) throws -> HDF5Type {
        let (offset, precision) = (try fields.length(2), try fields.length(2))
        guard bits & 1 == 0 || size == 1 else { throw fields.place.refused("integers in big-endian order") }
        let isSigned = bits & 8 != 0
        guard bits & ~9 == 0, offset == 0, precision == size &* 8,
            let place = [1, 2, 4, 8].firstIndex(of: size)
        else { throw fields.place.refused("integers of \(precision) bits in \(size) bytes") }
        return isSigned
            ? [HDF5Type.int8, .int16, .int32, .int64][place] : [HDF5Type.uint8, .uint16, .uint32, .uint64][place]
    }

    private static func floatingPoint(_ fields: inout HDF5Fields, _ bits: Int, _ size: Int) throws -> HDF5Type {
        let layout = [
            size, try fields.length(2), try fields.length(2), try fields.byte(), try fields.byte(), try fields.byte(),
            try fields.byte(), try fields.length(4), bits >> 8,
        ]
        guard bits & 0x41 == 0 else { throw fields.place.refused("floating-point numbers in big-endian order") }
        guard bits & 0xFF == 0x20, let type = known.first(where: { $0.layout == layout })?.type else {
            throw fields.place.refused("floating-point numbers of \(size) bytes that are not IEEE's")
        }
        return type
    }

    /// Size, offset, precision, the exponent's place and size, the mantissa's, the exponent's bias, the sign's place.
    private static let known: [(layout: [Int], type: HDF5Type)] = [
        ([2, 0, 16, 10, 5, 0, 10, 15, 15], .float16), ([2, 0, 16, 7, 8, 0, 7, 127, 15], .bfloat16),
        ([4, 0, 32, 23, 8, 0, 23, 127, 31], .float32), ([8, 0, 64, 52, 11, 0, 52, 1023, 63], .float64),
    ]

    private static func enumeration(
        _ fields: inout HDF5Fields, _ bits: Int, _ size: Int, _ version: Int
    ) throws -> HDF5Type {
        let base = try fields.byte()
        guard base & 15 == 0 else { throw fields.place.refused("an enumeration that is not of integers") }
        let baseBits = Int(truncatingIfNeeded: try fields.unsigned(3))
        let type = try integer(&fields, baseBits, try fields.length(4))
        guard type.byteCount == size, type == .int8 || type == .uint8, bits & 0xFFFF == 2 else {
            throw fields.place.refused("an enumeration that is not h5py's bool")
        }
        var names: [String] = []
        for _ in 0..<2 {
            let name = try fields.terminated()
            names.append(try fields.text(name))
            if version < 3 { try fields.skip((8 - (name.count + 1) % 8) % 8) }
        }
        let values = [try fields.byte(), try fields.byte()]
        guard names == ["FALSE", "TRUE"], values == [0, 1] else {
            throw fields.place.refused("an enumeration that is not h5py's bool")
        }
        return .bool
    }

    /// The sizes of a dataspace message's axes; nil for the space of nothing at all (h5py's Empty).
    static func dataspace(_ fields: inout HDF5Fields) throws -> [Int]? {
        let version = try fields.byte()
        guard version == 1 || version == 2 else { throw fields.error("a dataspace of the version \(version)") }
        let rank = try fields.byte()
        let flags = try fields.byte()
        let kind = try fields.byte()
        if version == 1 { try fields.skip(4) }
        if version == 2, kind == 2 { return nil }
        guard rank <= 32 else { throw fields.error("it has \(rank) axes") }
        guard flags & 2 == 0 else { throw fields.place.refused("permuted axes") }
        var (shape, count): ([Int], Int) = ([], 1)
        for _ in 0..<rank {
            let size = try fields.length()
            let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
            guard !overflow, product < Int.max >> 8 else {
                throw fields.error("the shape \(shape + [size]) has more elements than any file")
            }
            count = product
            shape.append(size)
        }
        return shape
    }
}

/// What multiplies out, of a shape that ``HDF5Type/dataspace(_:)`` has let through.
func elementCount(_ shape: [Int]) -> Int { shape.reduce(1, &*) }
