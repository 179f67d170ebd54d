import HornbillEngine

/// Applies a layer to every step of a sequence: all share its weights.
///
/// Input `(batch, steps, …)`; the layer sees `(batch, …)`, and what it gives has the steps as second axis again.
/// Follows Keras's [TimeDistributed](https://keras.io/api/layers/recurrent_layers/time_distributed/).
public final class TimeDistributed: Layer {
    public let layer: Layer

    public init(
        _ layer: Layer, inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true,
        dtype: DTypePolicy? = nil
    ) {
        self.layer = layer
        super.init(name: name, trainable: trainable, dtype: dtype, inputShape: inputShape)
    }

    override public var trackedLayers: [(name: String, content: LayerTree)] { [("layer", .layer(layer))] }
    override public var supportsMasking: Bool { true }

    override public func build(inputShape: PartialShape) throws {
        guard inputShape.rank >= 3 else {
            throw HornbillError(
                .shape, "expected an input of (batch, steps, …), got the shape \(inputShape)", layer: label)
        }
        try layer.ensureBuilt(.tensor(PartialShape([inputShape[0]] + inputShape.dimensions.dropFirst(2))))
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let sizes = x.shape.dimensions
        guard sizes.count >= 3 else {
            throw HornbillError(.shape, "expected an input of (batch, steps, …), got the shape \(x.shape)")
        }
        let mask = context.masks.first ?? nil
        if let mask, mask.rank < 2 || Array(mask.shape.dimensions.prefix(2)) != Array(sizes.prefix(2)) {
            throw HornbillError(
                .shape,
                "the mask's shape \(mask.shape) must begin with the batch and the steps of the input \(x.shape)")
        }
        return try seesBatch ? step(by: x, mask, context) : allAtOnce(x, mask, context)
    }

    /// Whether what the layer gives for one sample may depend on the others, or it keeps something from call to call: a
    /// batch normalization's statistics are of one step, not of all.
    private var seesBatch: Bool { layer.allLayers.contains { $0.weights.contains { !$0.trainable } } }

    private func apply(_ x: Tensor, _ mask: Tensor?, _ context: CallContext) throws -> Tensor {
        var inner = context
        inner.masks = mask.map { [$0] } ?? []
        let results = try layer.invoke(.tensor(x), context: inner)
        guard let result = results.single, result.rank > 0, result.shape[0] == x.shape[0] else {
            throw HornbillError(
                .shape, "the layer \(layer.label) must give one tensor with the batch as its first axis", layer: label)
        }
        return result
    }

    /// The steps as so many more samples.
    private func allAtOnce(_ x: Tensor, _ mask: Tensor?, _ context: CallContext) throws -> Tensor {
        func merged(_ tensor: Tensor) -> Tensor {
            let sizes = tensor.shape.dimensions
            return ops.reshape(tensor, Shape([sizes[0] * sizes[1]] + sizes.dropFirst(2)))
        }
        let y = try apply(merged(x), mask.map(merged), context)
        return ops.reshape(y, Shape(Array(x.shape.dimensions.prefix(2)) + y.shape.dimensions.dropFirst()))
    }

    /// One step after the other.
    private func step(by x: Tensor, _ mask: Tensor?, _ context: CallContext) throws -> Tensor {
        let sequences = [ops.swapaxes(x, 0, 1)] + (mask.map { [ops.swapaxes($0, 0, 1)] } ?? [])
        let (_, outputs) = try ops.scan(
            { _, step in ([], [try apply(step[0], step.count > 1 ? step[1] : nil, context)]) }, initial: [],
            sequences: sequences)
        return ops.swapaxes(outputs[0], 0, 1)
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(config.layer(), name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config { super.getConfig().merging(["layer": layer.serialized]) }
}
