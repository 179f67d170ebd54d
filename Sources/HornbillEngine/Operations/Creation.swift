// New tensors: like another one, or of a given shape.

extension TensorFunction {
    private static func like(_ name: String, _ value: Double) -> TensorFunction {
        TensorFunction(name, ["x"], config: ["dtype"]) { call in
            let x = try call.tensor(0).validated()
            return try .filled(value, like: x, call.optionalDType(1))
        }
    }

    static let zerosLike = like("ZerosLike", 0)
    static let onesLike = like("OnesLike", 1)
    static let fullLike = TensorFunction("FullLike", ["x", "fill_value"], config: ["dtype"]) { call in
        let x = try call.tensor(0).validated()
        let type = TensorType(try call.optionalDType(2) ?? x.dtype, x.shape)
        if case .tensor = call.argument(1) {
            let value = try call.tensor(1).casted(to: type.dtype)
            return try value.broadcasted(to: type.shape, beside: x)
        }
        return try .filled(call.double(1), like: x, type.dtype)
    }

    static let creation: [TensorFunction] = [zerosLike, onesLike, fullLike]
}

extension Tensor {
    /// A tensor of x's shape; in a trace a broadcast scalar, which takes no memory.
    fileprivate static func filled(_ value: Double, like x: Tensor, _ dtype: DType?) throws -> Tensor {
        let dtype = dtype ?? x.dtype
        return x.isTraced
            ? try Tensor.scalar(value, dtype).broadcasted(to: x.shape, beside: x)
            : try .filled(value, TensorType(dtype, x.shape))
    }
}

extension ops {
    /// Zeros in the shape of `x`.
    public static func zerosLike<T: TensorLike>(
        _ x: T, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.zerosLike, x, [.optional(dtype)], file, line)
    }

    /// Ones in the shape of `x`.
    public static func onesLike<T: TensorLike>(
        _ x: T, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.onesLike, x, [.optional(dtype)], file, line)
    }

    /// `fillValue` in the shape of `x`.
    public static func fullLike<T: TensorLike>(
        _ x: T, _ fillValue: some ScalarOperand, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.fullLike, x, [fillValue.argument, .optional(dtype)], file, line)
    }

    /// Zeros.
    public static func zeros(
        _ shape: Shape, dtype: DType = .float32, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        Tensor(repeating: 0, shape: shape, dtype: dtype, file: file, line: line)
    }

    /// Ones.
    public static func ones(
        _ shape: Shape, dtype: DType = .float32, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        Tensor(repeating: 1, shape: shape, dtype: dtype, file: file, line: line)
    }

    /// `fillValue` everywhere.
    public static func full(
        _ shape: Shape, _ fillValue: Double, dtype: DType = .float32, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        Tensor(repeating: fillValue, shape: shape, dtype: dtype, file: file, line: line)
    }

    /// A matrix of `rows` × `columns` (as many, by default) with ones on the `k`-th diagonal and zeros elsewhere.
    public static func eye(
        _ rows: Int, _ columns: Int? = nil, k: Int = 0, dtype: DType = .float32, file: String = #fileID,
        line: Int = #line
    ) -> Tensor {
        Tensor.deferring(CallSite(file, line)) {
            let shape = try Shape([rows, columns ?? rows]).validated()
            let elements = (0..<shape[0]).flatMap { row in (0..<shape[1]).map { $0 - row == k } }
            return try Tensor(elements, shape: shape).casted(to: dtype)
        }
    }

    /// The integers from `start` to before `stop`, by `step`.
    public static func arange(_ start: Int, _ stop: Int, step: Int = 1, dtype: DType = .int32) -> Tensor {
        Tensor.arange(start, stop, step: step, dtype: dtype)
    }

    /// `num` numbers from `start` to `stop`, both included, evenly spaced.
    public static func linspace(_ start: Double, _ stop: Double, num: Int = 50, dtype: DType = .float32) -> Tensor {
        Tensor.linspace(start, stop, count: num, dtype: dtype)
    }
}
