extension TensorFunction {
    /// Every public operation: what a file's nodes are looked up in.
    public static let all: [TensorFunction] =
        arithmetic + unaryMath + logic + reductions + cumulatives + products + shapes + joining + padding + diagonals
        + convolutions + pools + creation + indexing + sorting + activations + normalizations + crossentropies + ctc
        + core

    private static let table: [String: TensorFunction] = Dictionary(
        all.map { ("\($0.module).\($0.name)", $0) }, uniquingKeysWith: { first, _ in first })

    /// The operation of Keras's class `name` in `module`; nil if it is not one of Hornbill's.
    public static func named(_ name: String, module: String) -> TensorFunction? { table["\(module).\(name)"] }
}

extension TensorLike {
    /// A function of one tensor and further arguments.
    static func one(
        _ function: TensorFunction, _ x: Self, _ arguments: [Argument] = [], _ file: String, _ line: Int
    ) -> Self {
        apply(function, [x], [.tensor(0)] + arguments, file, line)
    }

    /// A function of a list of tensors and further arguments.
    static func many(
        _ function: TensorFunction, _ xs: [Self], _ arguments: [Argument] = [], _ file: String, _ line: Int
    ) -> Self {
        apply(function, xs, [.tensors(0..<xs.count)] + arguments, file, line)
    }
}
