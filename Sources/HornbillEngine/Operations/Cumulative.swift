// Running sums and products.

extension TensorFunction {
    private static func cumulative(_ name: String, _ kind: Cumulative) -> TensorFunction {
        TensorFunction(name, ["x"], config: ["axis", "dtype"]) { call in
            var x = try call.tensor(0)
            if let dtype = try call.optionalDType(2) { x = try x.casted(to: dtype) }
            if x.dtype == .bool { x = try x.casted(to: .int32) }
            guard let axis = try call.optionalInt(1) else {
                return try Tensor.emit1(.cumulative(kind, axis: 0, reverse: false), [x.reshape([x.count])])
            }
            return try Tensor.emit1(.cumulative(kind, axis: x.shape.axis(axis), reverse: false), [x])
        }
    }

    static let cumsum = cumulative("Cumsum", .sum)
    static let cumprod = cumulative("Cumprod", .prod)

    static let cumulatives: [TensorFunction] = [cumsum, cumprod]
}

extension ops {
    /// Element i is the sum of the elements up to i along `axis`, or in the flattened tensor.
    public static func cumsum<T: TensorLike>(
        _ x: T, axis: Int? = nil, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.cumsum, x, [.optional(axis), .optional(dtype)], file, line)
    }

    /// Element i is the product of the elements up to i along `axis`, or in the flattened tensor.
    public static func cumprod<T: TensorLike>(
        _ x: T, axis: Int? = nil, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.cumprod, x, [.optional(axis), .optional(dtype)], file, line)
    }
}
