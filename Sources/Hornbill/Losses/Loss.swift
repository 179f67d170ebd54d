import HornbillEngine

/// A loss: what training makes small. Inherit from it and override ``call(_:_:)`` for one of your own, or use
/// ``Losses/Function``. Follows Keras's [losses](https://keras.io/api/losses/).
open class Loss: LossConvertible, Configurable {
    /// How the values of the samples become one number.
    public enum Reduction: String, Sendable, Hashable, CaseIterable {
        case sum
        /// Their sum over their number, whatever the weights.
        case sumOverBatchSize = "sum_over_batch_size"
        case mean
        /// Their weighted sum over the sum of the weights.
        case meanWithSampleWeight = "mean_with_sample_weight"
        /// Not at all.
        case none
    }

    public let name: String
    public let reduction: Reduction
    /// The type in which it is computed.
    public let dtype: DType

    public init(name: String? = nil, reduction: Reduction = .sumOverBatchSize, dtype: DType = .float32) {
        self.reduction = reduction
        self.dtype = dtype
        self.name = name ?? ""
        if name == nil { automaticName = snakeCase(String(describing: type(of: self))) }
    }

    /// Makes the loss again from its configuration. A subclass reads its own arguments, then calls this.
    public init(config: ConfigReader) throws {
        reduction = try config.reduction
        dtype = try config.elementType("dtype", .float32)
        let name = try config.name
        self.name = name ?? ""
        if name == nil { automaticName = snakeCase(String(describing: type(of: self))) }
    }

    private var automaticName: String?
    /// The name for metrics' keys and messages.
    public var displayName: String { automaticName ?? name }

    open var kerasModule: String? { builtInModule("keras.losses", self) }
    open var kerasClassName: String { String(describing: type(of: self)) }
    open func getConfig() -> Config { ["name": .string(displayName), "reduction": .string(reduction.rawValue)] }

    /// The loss of each sample.
    /// - Parameters:
    ///   - yTrue: the targets.
    ///   - yPred: the model's outputs.
    open func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override call(_:_:)")
    }

    /// Which values count, for a loss that leaves some out; all, if it is nil. They are those of the shape of `values`.
    package func mask(_ yTrue: Tensor, _ values: Tensor) -> Tensor? { nil }

    /// The reduced loss.
    /// - Parameters:
    ///   - sampleWeight: a weight for each sample, or one that broadcasts over the values.
    ///   - mask: which values count (true or 1): the mask of the output.
    public func callAsFunction(
        _ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil, mask: Tensor? = nil
    ) throws -> Tensor {
        try yTrue.validated()
        try yPred.validated()
        // Integer targets stay integers: they may be class numbers.
        let truth = yTrue.dtype.isFloatingPoint ? yTrue.cast(to: dtype) : yTrue
        let values = try call(truth, yPred.cast(to: dtype)).validated()
        var weights = sampleWeight?.cast(to: values.dtype)
        let masks = [mask, self.mask(truth, values)].compactMap { $0?.cast(to: .bool) }
        if let first = masks.first {
            weights = merge(weights, with: masks.dropFirst().reduce(first) { $0 .& $1 }, dtype: values.dtype)
        }
        return try reduce(values, weights: weights).validated()
    }

    /// The weights with zeros where the mask is false. Where a mean over all follows, the others grow, so that it is
    /// one over the values that count.
    private func merge(_ weights: Tensor?, with mask: Tensor, dtype: DType) -> Tensor {
        var factor = mask.cast(to: dtype)
        if reduction == .mean || reduction == .sumOverBatchSize {
            factor =
                factor * dividingNoNaN(Tensor(repeating: Double(mask.count), shape: [], dtype: dtype), ops.sum(factor))
        }
        guard let weights else { return factor }
        let (a, b) = matchRanks(factor, weights)
        return b * a
    }

    private func reduce(_ values: Tensor, weights: Tensor?) throws -> Tensor {
        var values = values
        var weights = weights
        if let given = weights {
            let (v, w) = matchRanks(values, given)
            (values, weights) = (try (v * w).validated(), w)
        }
        if reduction == .none || values.rank == 0 || values.shape == [0] { return values }
        let total = ops.sum(values)
        if reduction == .sum || values.count == 0 { return total }
        if reduction == .meanWithSampleWeight, let weights { return dividingNoNaN(total, ops.sum(weights)) }
        return total / Double(values.count)
    }

    public func asLoss() throws -> LossSpecification { .one(.loss(self)) }
}

/// a / b, or 0 where b is 0.
package func dividingNoNaN(_ a: Tensor, _ b: Tensor) -> Tensor {
    let isZero = b .== 0.0
    return ops.where(isZero, 0.0, a / ops.where(isZero, 1.0, b))
}

/// Gives both the same rank where they differ by one and the longer ends in an axis of size 1: a rank-1 operand gets
/// such an axis too, otherwise the longer loses it. The same rule as Keras's.
package func matchRanks(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
    if a.rank == b.rank + 1, a.shape.last == 1 {
        return b.rank == 1 ? (a, ops.expandDims(b, axis: -1)) : (ops.squeeze(a, axis: -1), b)
    }
    if b.rank == a.rank + 1, b.shape.last == 1 {
        return a.rank == 1 ? (ops.expandDims(a, axis: -1), b) : (a, ops.squeeze(b, axis: -1))
    }
    return (a, b)
}

/// Keras's losses.
public enum Losses {
    /// A loss made of a function of targets and outputs that gives a value for each sample.
    public final class Function: Loss {
        private let function: (Tensor, Tensor) throws -> Tensor

        public init(
            _ name: String, reduction: Loss.Reduction = .sumOverBatchSize,
            _ function: @escaping (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
        ) {
            self.function = function
            super.init(name: name, reduction: reduction)
        }

        override public func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor { try function(yTrue, yPred) }
    }
}

/// What `compile(loss:)` was given: one loss, or one for each output by position or name.
public indirect enum LossSpecification {
    case one(LossIdentifier)
    case list([LossSpecification?])
    case dictionary([String: LossSpecification])
}

/// A loss, or a name that is resolved when the shapes are known (`"crossentropy"`).
public enum LossIdentifier {
    case loss(Loss)
    case name(String)
}

/// What can be given as a loss: `"mse"`, `.mse`, `Losses.Huber()`, arrays and dictionaries of them.
public protocol LossConvertible {
    func asLoss() throws -> LossSpecification
}

extension String: LossConvertible {
    public func asLoss() throws -> LossSpecification { .one(.name(self)) }
}

extension Array: LossConvertible where Element == any LossConvertible {
    public func asLoss() throws -> LossSpecification { .list(try map { try $0.asLoss() }) }
}

extension Dictionary: LossConvertible where Key == String, Value == any LossConvertible {
    public func asLoss() throws -> LossSpecification { .dictionary(try mapValues { try $0.asLoss() }) }
}
