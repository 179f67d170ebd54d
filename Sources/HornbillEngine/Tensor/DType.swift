/// The element type of a tensor.
public enum DType: String, Sendable, Hashable, CaseIterable, Codable, CustomStringConvertible {
    case float32, float64, int32, int64, uint8, bool, float16, bfloat16
    /// Text: held by tensors on the host, moved but not computed with.
    case string

    /// The types of numbers.
    public static let allCases: [DType] = [.float32, .float64, .int32, .int64, .uint8, .bool, .float16, .bfloat16]

    /// Bytes of one element; 0 for strings, which are of many lengths.
    public var byteCount: Int {
        switch self {
        case .string: 0
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16: 2
        case .uint8, .bool: 1
        }
    }

    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float64, .float16, .bfloat16: true
        case .int32, .int64, .uint8, .bool, .string: false
        }
    }

    public var isInteger: Bool {
        switch self {
        case .int32, .int64, .uint8: true
        case .float32, .float64, .float16, .bfloat16, .bool, .string: false
        }
    }

    public var description: String { rawValue }

    /// The type that holds the result of an operation on both, as in Keras (and JAX): bool < uint8 < int32 < int64 <
    /// bfloat16, float16 < float32 < float64; the two half precisions meet in float32.
    public func promoted(with other: DType) -> DType {
        if self == other { return self }
        if Set([self, other]) == [.float16, .bfloat16] { return .float32 }
        return Self.ranks[self]! > Self.ranks[other]! ? self : other
    }

    private static let ranks: [DType: Int] = [
        .bool: 0, .uint8: 1, .int32: 2, .int64: 3, .bfloat16: 4, .float16: 4, .float32: 5, .float64: 6,
        .string: 7,
    ]
}

/// A Swift type whose values are the elements of a tensor.
public protocol TensorScalar: Sendable, Hashable {
    /// The dtype of a tensor made from such values.
    static var dtype: DType { get }
}

extension Float: TensorScalar { public static var dtype: DType { .float32 } }
extension Double: TensorScalar { public static var dtype: DType { .float64 } }
extension Int32: TensorScalar { public static var dtype: DType { .int32 } }
extension Int64: TensorScalar { public static var dtype: DType { .int64 } }
extension Int: TensorScalar { public static var dtype: DType { .int64 } }
extension UInt8: TensorScalar { public static var dtype: DType { .uint8 } }
extension Bool: TensorScalar { public static var dtype: DType { .bool } }
extension Float16: TensorScalar { public static var dtype: DType { .float16 } }
extension BFloat16: TensorScalar { public static var dtype: DType { .bfloat16 } }

/// A float32 cut to its upper 16 bits, rounded to nearest even.
public struct BFloat16: Sendable, Hashable {
    public var bitPattern: UInt16

    public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

    public init(_ value: Float) {
        let bits = value.bitPattern
        if value.isNaN {
            bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x40
        } else {
            bitPattern = UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
        }
    }
}

extension Float {
    public init(_ value: BFloat16) { self.init(bitPattern: UInt32(value.bitPattern) << 16) }
}
