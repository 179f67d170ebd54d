// Crossentropies, as Keras computes them: probabilities are kept a millionth of a tenth away from 0 and 1.

extension TensorFunction {
    static let binaryCrossentropy = TensorFunction(
        "BinaryCrossentropy", module: "keras.src.ops.nn", ["target", "output"], config: ["from_logits"]
    ) { call in
        let output = try call.tensor(1).floating()
        let target = try call.tensor(0).casted(to: output.dtype)
        try Tensor.checkSameShape(target, output, "binaryCrossentropy")
        guard try call.bool(2) else {
            let safe = try output.clippedProbability()
            return try -(target * Tensor.unary(.log, safe) + (1 - target) * Tensor.unary(.log, 1 - safe))
        }
        // −log σ(x) = softplus(−x), and −log(1 − σ(x)) = softplus(x).
        return try target * Tensor.unary(.softplus, -output) + (1 - target) * Tensor.unary(.softplus, output)
    }
    static let categoricalCrossentropy = TensorFunction(
        "CategoricalCrossentropy", module: "keras.src.ops.nn", ["target", "output"], config: ["from_logits", "axis"]
    ) { call in
        let output = try call.tensor(1).floating()
        let target = try call.tensor(0).casted(to: output.dtype)
        try Tensor.checkSameShape(target, output, "categoricalCrossentropy")
        guard output.rank > 0 else { throw HornbillError(.shape, "categoricalCrossentropy needs at least one axis") }
        let axis = try output.shape.axis(call.int(3))
        let logarithms: Tensor
        if try call.bool(2) {
            logarithms = try output.softmax([axis], logarithm: true)
        } else {
            let total = try Tensor.reduce(.sum, output, axes: [axis], keepDims: true)
            logarithms = try Tensor.unary(.log, (output / total).clippedProbability())
        }
        return try -Tensor.reduce(.sum, target * logarithms, axes: [axis], keepDims: false)
    }
    static let sparseCategoricalCrossentropy = TensorFunction(
        "SparseCategoricalCrossentropy", module: "keras.src.ops.nn", ["target", "output"],
        config: ["from_logits", "axis"]
    ) { call in
        let output = try call.tensor(1).floating()
        guard output.rank > 0 else {
            throw HornbillError(.shape, "sparseCategoricalCrossentropy needs at least one axis")
        }
        let axis = try output.shape.axis(call.int(3))
        let target = try call.tensor(0).asIndices("sparseCategoricalCrossentropy", casting: true)
        return try output.sparseCrossentropy(target, axis: axis, fromLogits: call.bool(2))
    }

    static let crossentropies: [TensorFunction] = [
        binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy,
    ]
}

extension Tensor {
    /// Kept within 10⁻⁷ … 1 − 10⁻⁷, so that its logarithm and that of its complement are finite.
    fileprivate func clippedProbability() throws -> Tensor {
        let low = try Tensor.binary(.maximum, self, .scalar(1e-7, dtype))
        return try Tensor.binary(.minimum, low, .scalar(1 - 1e-7, dtype))
    }

    fileprivate static func checkSameShape(_ target: Tensor, _ output: Tensor, _ name: String) throws {
        guard target.shape == output.shape else {
            throw HornbillError(
                .shape, "\(name): target and output must have one shape, not \(target.shape) and \(output.shape)")
        }
    }

    /// Minus the logarithm of the target class's probability. Picking it comes first, since the rest is then done for
    /// one element a row.
    fileprivate func sparseCrossentropy(_ target: Tensor, axis: Int, fromLogits: Bool) throws -> Tensor {
        var target = target
        if target.rank == rank, target.shape.last == 1 {
            target = try target.reshape(Shape(target.shape.dimensions.dropLast()))
        }
        let expected = shape.reduced([axis], keepDims: false)
        guard target.shape == expected else {
            throw HornbillError(
                .shape,
                "sparseCategoricalCrossentropy: an output of shape \(shape) needs a target of shape \(expected), not \(target.shape)"
            )
        }
        let checked = try Tensor.emit1(.checkRange(lower: 0, upper: shape[axis], what: "class label"), [target])
        let positions = try checked.reshape(shape.replacing(axis, with: 1))
        if fromLogits {
            let chosen = try softmax([axis], logarithm: true).alongAxis(axis, positions)
            return try -chosen.reshape(expected)
        }
        let total = try Tensor.reduce(.sum, self, axes: [axis], keepDims: true)
        let probability = try (alongAxis(axis, positions) / total).clippedProbability()
        return try -Tensor.unary(.log, probability).reshape(expected)
    }
}

extension ops {
    /// −(t log p + (1 − t) log(1 − p)), element by element, for targets in 0 … 1 and probabilities or logits.
    public static func binaryCrossentropy<T: TensorLike>(
        _ target: T, _ output: T, fromLogits: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.binaryCrossentropy, [target, output], [.tensor(0), .tensor(1), .bool(fromLogits)], file, line)
    }

    /// −Σ t log p along `axis`, for probabilities (which are first divided by their sum) or logits.
    public static func categoricalCrossentropy<T: TensorLike>(
        _ target: T, _ output: T, fromLogits: Bool = false, axis: Int = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(
            .categoricalCrossentropy, [target, output], [.tensor(0), .tensor(1), .bool(fromLogits), .int(axis)], file,
            line)
    }

    /// −log of the probability of the target class, for integer targets without the axis of the classes (or with one
    /// element there). A run fails if a target is no class.
    public static func sparseCategoricalCrossentropy<T: TensorLike>(
        _ target: T, _ output: T, fromLogits: Bool = false, axis: Int = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(
            .sparseCategoricalCrossentropy, [target, output],
            [.tensor(0), .tensor(1), .bool(fromLogits), .int(axis)], file, line)
    }
}
