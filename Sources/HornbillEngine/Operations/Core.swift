// Conversion, gradients that stop, and questions about shapes.

extension TensorFunction {
    static let convertToTensor = TensorFunction(
        "ConvertToTensor", module: "keras.src.ops.core", ["x"], config: ["dtype", "sparse", "ragged"]
    ) { call in
        let x = try call.tensor(0).validated()
        return try call.optionalDType(1).map { try x.casted(to: $0) } ?? x
    }
    static let stopGradient = TensorFunction("StopGradient", module: "keras.src.ops.core", ["variable"]) { call in
        let x = try call.tensor(0)
        // Nothing flows into a constant anyway.
        return x.isTraced ? try Tensor.emit1(.stopGradient, [x]) : x
    }
    static let size = TensorFunction("Size", ["x"]) { call in
        Tensor(scalar: Int32(clamping: try call.tensor(0).validated().count))
    }

    static let core: [TensorFunction] = [cast, convertToTensor, stopGradient, size]
}

extension ops {
    /// The same values as another dtype; floating point to integer truncates towards zero.
    public static func cast<T: TensorLike>(_ x: T, _ dtype: DType, file: String = #fileID, line: Int = #line) -> T {
        x.cast(to: dtype, file: file, line: line)
    }

    /// The tensor, cast to `dtype` if one is given.
    public static func convertToTensor<T: TensorLike>(
        _ x: T, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        dtype == nil || dtype == x.dtype
            ? x : T.one(.convertToTensor, x, [.optional(dtype), .none, .none], file, line)
    }

    /// A tensor of these elements.
    public static func convertToTensor<Scalar: TensorScalar>(_ x: [Scalar], dtype: DType? = nil) -> Tensor {
        convertToTensor(Tensor(x), dtype: dtype)
    }

    /// The tensor itself, through which no gradient flows.
    public static func stopGradient<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.stopGradient, x, [], file, line)
    }

    /// The sizes of the axes.
    public static func shape(_ x: Tensor) -> Shape { x.shape }

    /// The number of axes.
    public static func ndim<T: TensorLike>(_ x: T) -> Int { x.rank }

    /// The number of elements, an int32 scalar.
    public static func size<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.size, x, [], file, line)
    }
}
