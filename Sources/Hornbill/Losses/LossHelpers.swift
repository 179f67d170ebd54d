import HornbillEngine

// What several losses share.

extension Losses {
    /// Keras's epsilon: what keeps logarithms and quotients finite.
    static let epsilon = 1e-7

    /// The targets in the outputs' dtype, both with the same rank.
    static func aligned(_ yTrue: Tensor, _ yPred: Tensor) -> (truth: Tensor, prediction: Tensor) {
        let (truth, prediction) = matchRanks(yTrue, yPred)
        return (truth.cast(to: prediction.dtype), prediction)
    }

    /// Targets as −1 and 1, if all of them are 0 or 1.
    static func signs(_ truth: Tensor) -> Tensor {
        let binary = ops.all((truth .== 0.0) .| (truth .== 1.0))
        return ops.where(binary, 2.0 * truth - 1.0, truth)
    }

    /// Targets drawn towards the middle by the share `smoothing`.
    static func smoothed(_ truth: Tensor, _ smoothing: Double, classes: Int) -> Tensor {
        smoothing == 0 ? truth : truth * (1.0 - smoothing) + smoothing / Double(classes)
    }

    /// - Throws: kind `argument` unless the share is within 0 … 1.
    static func checkSmoothing(_ smoothing: Double) throws {
        guard smoothing >= 0, smoothing <= 1 else {
            throw HornbillError(.argument, "labelSmoothing must be within 0 … 1, not \(smoothing)")
        }
    }
}
