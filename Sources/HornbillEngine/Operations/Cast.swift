extension TensorFunction {
    static let cast = TensorFunction("Cast", module: "keras.src.ops.core", ["x"], config: ["dtype"]) {
        try $0.tensor(0).casted(to: $0.dtype(1))
    }
}

extension TensorLike {
    /// The same values as another dtype; floating point to integer truncates towards zero.
    public func cast(to dtype: DType, file: String = #fileID, line: Int = #line) -> Self {
        self.dtype == dtype ? self : Self.apply(.cast, [self], [.tensor(0), .dtype(dtype)], file, line)
    }
}
