import HornbillEngine

/// The elements of each sample in another shape: `(batch, …)` → `(batch, targetShape…)`.
/// Follows Keras's [Reshape](https://keras.io/api/layers/reshaping_layers/reshape/).
public final class Reshape: Layer {
    public let targetShape: [Int]

    /// - Parameter targetShape: the shape of one sample; one size may be −1, for what is left.
    public init(_ targetShape: [Int], inputShape: PartialShape? = nil, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.targetShape = targetShape
        super.init(name: name, dtype: dtype, inputShape: inputShape)
        inputSpec = InputSpec(minimumRank: 1)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        let sample = x.shape.dropFirst().reduce(1, *)
        guard targetShape.count(where: { $0 == -1 }) <= 1, targetShape.allSatisfy({ $0 >= -1 }) else {
            throw HornbillError(
                .argument, "a target shape can have one size of -1 and no other negative ones: \(targetShape)")
        }
        let known = try Shape(targetShape.filter { $0 != -1 }).validated().count
        guard targetShape.contains(-1) ? known > 0 && sample % known == 0 : known == sample else {
            throw HornbillError(
                .shape,
                "a sample of shape \(Shape(Array(x.shape.dropFirst()))) has \(sample) elements, which do not fit into the target shape \(Shape(targetShape))"
            )
        }
        return ops.reshape(x, [x.shape[0]] + targetShape.map { $0 == -1 ? sample / known : $0 })
    }

    override public convenience init(config: ConfigReader) throws {
        try self.init(config.intOrInts("target_shape"), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config { super.getConfig().merging(["target_shape": ConfigValue(targetShape)]) }
}
