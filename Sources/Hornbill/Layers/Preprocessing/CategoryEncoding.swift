import HornbillEngine

/// Integers below `numTokens` as vectors of that size.
///
/// Input: integers `(…, n)`; output: `(…, numTokens)`, for the output mode `oneHot` `(…, n, numTokens)`, where an `n` of 1
/// is dropped. In the output mode `count`, `countWeights` of the input's shape may say how much each integer counts.
/// Integers that are not in `0 ..< numTokens` are left out.
/// Follows Keras's
/// [CategoryEncoding](https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/).
public final class CategoryEncoding: Layer {
    public let numTokens: Int
    public let outputMode: OutputMode

    public init(
        numTokens: Int, outputMode: OutputMode = .multiHot, name: String? = nil, trainable: Bool = true,
        dtype: DTypePolicy? = nil
    ) {
        self.numTokens = numTokens
        self.outputMode = outputMode
        super.init(name: name, trainable: trainable, dtype: dtype)
    }

    /// Counts integers, each by its weight.
    /// - Parameter countWeights: of the shape of the input; for the output mode `count`.
    public func callAsFunction<Leaf: LayerOperand>(
        _ inputs: Leaf, countWeights: Leaf, file: String = #fileID, line: Int = #line
    ) -> Leaf where Leaf: StructureConvertible {
        let arguments = CallArguments(tensors: ["count_weights": [countWeights]])
        return Leaf.call(self, .tensor(inputs), arguments, CallSite(file, line)).tensor
    }

    override public func build(inputShape: PartialShape) throws {
        guard numTokens > 0 else { throw HornbillError(.argument, "numTokens must be at least 1, not \(numTokens)") }
        try outputMode.check([.oneHot, .multiHot, .count])
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let weights = context.tensors["count_weights"]?.first
        guard weights == nil || outputMode == .count else {
            throw HornbillError(.argument, "countWeights are for the output mode count, not for \(outputMode)")
        }
        return try x.encoded(outputMode, depth: numTokens, dtype: computeDtype, weights: weights)
    }

    override public convenience init(config: ConfigReader) throws {
        try config.only("sparse", false)
        try self.init(
            numTokens: config.int("num_tokens"), outputMode: config.outputMode("multi_hot"), name: config.name,
            trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["num_tokens": .int(numTokens), "output_mode": .string(outputMode.name)])
    }
}

extension Tensor {
    /// Integers as vectors of `depth` (any output mode but `int`); those outside of 0 ..< depth are left out.
    func encoded(_ mode: OutputMode, depth: Int, dtype: DType, weights: Tensor? = nil) throws -> Tensor {
        let isColumn = rank > 1 && shape.last == 1
        let x = rank == 0 ? ops.reshape(self, [1]) : self
        if mode == .oneHot {
            let flat = isColumn ? ops.squeeze(x, axis: -1) : x
            return ops.squeezed(ops.oneHot(flat, depth, dtype: dtype), if: rank == 0)
        }
        if let weights, weights.shape != shape {
            throw HornbillError(.shape, "countWeights of shape \(weights.shape) for integers of shape \(shape)")
        }
        // With one integer a vector, a vector is that integer's.
        if isColumn, weights == nil { return ops.oneHot(ops.squeeze(x, axis: -1), depth, dtype: dtype) }
        let encoded = ops.oneHot(x, depth, dtype: dtype)
        if mode == .multiHot { return ops.max(encoded, axis: -2) }
        guard let weights else { return ops.sum(encoded, axis: -2) }
        return ops.sum(encoded * ops.expandDims(weights.cast(to: dtype), axis: -1), axis: -2)
    }
}

extension ops {
    fileprivate static func squeezed(_ x: Tensor, if condition: Bool) -> Tensor {
        condition ? ops.squeeze(x, axis: 0) : x
    }
}
