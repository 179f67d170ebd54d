import HornbillEngine

extension Regularizers {
    /// `l1 · Σ|x|`. Follows Keras's [L1](https://keras.io/api/layers/regularizers/#l1-class).
    public final class L1: Regularizer {
        public let l1: Double

        public init(_ l1: Double = 0.01) {
            self.l1 = l1
            super.init()
        }

        override public func callAsFunction(_ x: Tensor) throws -> Tensor {
            try checkFactor(l1, "l1")
            return ops.sum(ops.abs(x)) * l1
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(config.double("l1", 0.01))
        }

        override public func getConfig() -> Config { ["l1": .double(l1)] }
    }

    /// `l2 · Σx²`. Follows Keras's [L2](https://keras.io/api/layers/regularizers/#l2-class).
    public final class L2: Regularizer {
        public let l2: Double

        public init(_ l2: Double = 0.01) {
            self.l2 = l2
            super.init()
        }

        override public func callAsFunction(_ x: Tensor) throws -> Tensor {
            try checkFactor(l2, "l2")
            return ops.sum(ops.square(x)) * l2
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(config.double("l2", 0.01))
        }

        override public func getConfig() -> Config { ["l2": .double(l2)] }
    }

    /// `l1 · Σ|x| + l2 · Σx²`. Follows Keras's [L1L2](https://keras.io/api/layers/regularizers/#l1l2-class).
    public final class L1L2: Regularizer {
        public let l1: Double
        public let l2: Double

        public init(l1: Double = 0, l2: Double = 0) {
            self.l1 = l1
            self.l2 = l2
            super.init()
        }

        override public func callAsFunction(_ x: Tensor) throws -> Tensor {
            try checkFactor(l1, "l1")
            try checkFactor(l2, "l2")
            let parts = [l1 == 0 ? nil : ops.sum(ops.abs(x)) * l1, l2 == 0 ? nil : ops.sum(ops.square(x)) * l2]
            let given = parts.compactMap { $0 }
            return given.dropFirst().reduce(given.first ?? Tensor.zeros([], dtype: x.dtype), +)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(l1: config.double("l1", 0), l2: config.double("l2", 0))
        }

        override public func getConfig() -> Config { ["l1": .double(l1), "l2": .double(l2)] }
    }
}

/// Throws unless a regularizer's factor is a number that is not negative.
func checkFactor(_ value: Double, _ name: String) throws {
    guard value >= 0, value.isFinite else {
        throw HornbillError(.argument, "\(name) must be a number that is not negative, not \(value)")
    }
}

extension RegularizerConvertible where Self == Regularizers.L1 {
    /// `l1 · Σ|x|`.
    public static func l1(_ l1: Double = 0.01) -> Self { Self(l1) }
}

extension RegularizerConvertible where Self == Regularizers.L2 {
    /// `l2 · Σx²`.
    public static func l2(_ l2: Double = 0.01) -> Self { Self(l2) }
}

extension RegularizerConvertible where Self == Regularizers.L1L2 {
    /// `l1 · Σ|x| + l2 · Σx²`.
    public static func l1L2(l1: Double = 0, l2: Double = 0) -> Self { Self(l1: l1, l2: l2) }
}
