import HornbillEngine

extension Regularizers {
    /// Draws the rows (or columns) of a matrix to right angles: `factor` times the mean absolute cosine of all pairs.
    /// Follows Keras's [OrthogonalRegularizer](https://keras.io/api/layers/regularizers/#orthogonalregularizer-class).
    public final class OrthogonalRegularizer: Regularizer {
        public enum Mode: String, Sendable, Hashable, CaseIterable { case rows, columns }

        public let factor: Double
        public let mode: Mode

        public init(factor: Double = 0.01, mode: Mode = .rows) {
            self.factor = factor
            self.mode = mode
            super.init()
        }

        override public func callAsFunction(_ x: Tensor) throws -> Tensor {
            try checkFactor(factor, "factor")
            try x.validated()
            guard x.rank == 2 else {
                throw HornbillError(.shape, "the orthogonal regularizer takes matrices only, not the shape \(x.shape)")
            }
            let rows = ops.normalize(mode == .rows ? x : ops.transpose(x), axis: 1)
            let size = rows.shape[0]
            let others = 1 - ops.eye(size, dtype: x.dtype)
            let cosines = ops.abs(ops.matmul(rows, ops.transpose(rows)) * others)
            return ops.sum(cosines) * (0.5 * factor) / (Double(size) * Double(size - 1) / 2)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(factor: config.double("factor", 0.01), mode: config.choice("mode", .rows))
        }

        override public func getConfig() -> Config { ["factor": .double(factor), "mode": .string(mode.rawValue)] }
    }

    /// Every name that Keras knows a regularizer by.
    package static let known: [String: @Sendable () -> Regularizer] = [
        "L1": { L1() }, "l1": { L1() }, "L2": { L2() }, "l2": { L2() },
        "L1L2": { L1L2() }, "l1_l2": { L1L2() },
        "OrthogonalRegularizer": { OrthogonalRegularizer() }, "orthogonal_regularizer": { OrthogonalRegularizer() },
    ]
}

extension RegularizerConvertible where Self == Regularizers.OrthogonalRegularizer {
    /// Draws the rows (or columns) of a matrix to right angles.
    public static func orthogonal(
        factor: Double = 0.01, mode: Regularizers.OrthogonalRegularizer.Mode = .rows
    ) -> Regularizers.OrthogonalRegularizer { Regularizers.OrthogonalRegularizer(factor: factor, mode: mode) }
}
