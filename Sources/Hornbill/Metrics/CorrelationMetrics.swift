import HornbillEngine

extension Metrics {
    /// Pearson's correlation of targets and outputs along an axis.
    /// Follows Keras's [PearsonCorrelation](https://keras.io/api/metrics/).
    public final class PearsonCorrelation: MeanOf {
        public let axis: Int

        public init(name: String = "pearson_correlation", dtype: DType = .float32, axis: Int = -1) {
            self.axis = axis
            super.init(name, dtype: dtype) { Metrics.pearsonCorrelation($0, $1, axis: axis) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "pearson_correlation"), dtype: config.elementType("dtype", .float32),
                axis: config.int("axis", -1))
        }

        override public func getConfig() -> Config { super.getConfig().merging(["axis": .int(axis)]) }
    }

    /// Pearson's correlation of targets and outputs along an axis.
    public static func pearsonCorrelation(_ yTrue: Tensor, _ yPred: Tensor, axis: Int = -1) -> Tensor {
        let (truth, prediction) = Losses.aligned(yTrue, yPred)
        func standardized(_ x: Tensor) -> Tensor {
            let centered = x - ops.mean(x, axis: Axes(axis), keepDims: true)
            return centered / ops.std(centered, axis: Axes(axis), keepDims: true)
        }
        return ops.mean(standardized(truth) * standardized(prediction), axis: Axes(axis))
    }

    /// Lin's concordance correlation of targets and outputs along an axis: 1 only where they are equal.
    /// Follows Keras's [ConcordanceCorrelation](https://keras.io/api/metrics/).
    public final class ConcordanceCorrelation: MeanOf {
        public let axis: Int

        public init(name: String = "concordance_correlation", dtype: DType = .float32, axis: Int = -1) {
            self.axis = axis
            super.init(name, dtype: dtype) { Metrics.concordanceCorrelation($0, $1, axis: axis) }
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                name: config.string("name", "concordance_correlation"), dtype: config.elementType("dtype", .float32),
                axis: config.int("axis", -1))
        }

        override public func getConfig() -> Config { super.getConfig().merging(["axis": .int(axis)]) }
    }

    /// Lin's concordance correlation of targets and outputs along an axis.
    public static func concordanceCorrelation(_ yTrue: Tensor, _ yPred: Tensor, axis: Int = -1) -> Tensor {
        let (truth, prediction) = Losses.aligned(yTrue, yPred)
        let along = Axes(axis)
        let (meanA, meanB) = (
            ops.mean(truth, axis: along, keepDims: true), ops.mean(prediction, axis: along, keepDims: true)
        )
        let spread = ops.var(truth, axis: along, keepDims: true) + ops.var(prediction, axis: along, keepDims: true)
        let covariance = (truth - meanB) * (prediction - meanB)
        let norm = spread + ops.square(meanA - meanB) + Losses.epsilon
        return ops.mean(2.0 * covariance / norm, axis: along)
    }
}
