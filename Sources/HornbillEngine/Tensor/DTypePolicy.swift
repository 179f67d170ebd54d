/// In which type a layer computes, and in which it keeps its weights.
///
/// `"float32"`, `"bfloat16"` and the like use one type for both; `"mixed_bfloat16"` and `"mixed_float16"` compute in half
/// precision on weights kept in float32. Follows Keras's
/// [DTypePolicy](https://keras.io/api/mixed_precision/policy/).
public struct DTypePolicy: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Keras's name, as `mixed_bfloat16`.
    public let name: String
    /// The type of inputs and results.
    public let computeDtype: DType
    /// The type of weights.
    public let variableDtype: DType
    private let isKnown: Bool

    private init(_ name: String, compute: DType, variable: DType, isKnown: Bool = true) {
        self.name = name
        computeDtype = compute
        variableDtype = variable
        self.isKnown = isKnown
    }

    /// One type for both.
    public init(_ dtype: DType) { self.init(dtype.rawValue, compute: dtype, variable: dtype) }

    /// By Keras's name. One that is not known is an error, thrown when a layer is built with it.
    public init(name: String) {
        if let dtype = DType(rawValue: name) {
            self.init(dtype)
        } else if let policy = [Self.mixedBfloat16, .mixedFloat16].first(where: { $0.name == name }) {
            self = policy
        } else {
            self.init(name, compute: .float32, variable: .float32, isKnown: false)
        }
    }

    public init(stringLiteral name: String) { self.init(name: name) }

    public static let float32 = DTypePolicy(.float32)
    public static let float64 = DTypePolicy(.float64)
    public static let float16 = DTypePolicy(.float16)
    public static let bfloat16 = DTypePolicy(.bfloat16)
    /// Computes in bfloat16 on weights kept in float32.
    public static let mixedBfloat16 = DTypePolicy("mixed_bfloat16", compute: .bfloat16, variable: .float32)
    /// Computes in float16 on weights kept in float32; training needs loss scaling.
    public static let mixedFloat16 = DTypePolicy("mixed_float16", compute: .float16, variable: .float32)

    public var description: String { name }

    /// - Throws: kind `unknownName` for a name that is not known.
    @discardableResult
    public func validated() throws -> DTypePolicy {
        guard isKnown else {
            let known = DType.allCases.map(\.rawValue) + [Self.mixedBfloat16.name, Self.mixedFloat16.name]
            throw HornbillError(
                .unknownName, "unknown dtype policy '\(name)'; known are: \(known.joined(separator: ", "))")
        }
        return self
    }
}
