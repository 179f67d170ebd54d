import HornbillEngine

extension Constraints {
    /// What keeps a length of 0 from being divided by.
    fileprivate static let epsilon = 1e-7

    /// The L2 lengths along axes, which stay with size 1.
    fileprivate static func lengths(_ weight: Tensor, _ axis: Axes) -> Tensor {
        ops.sqrt(ops.sum(ops.square(weight), axis: axis, keepDims: true))
    }

    fileprivate static func config(_ axis: Axes) -> ConfigValue {
        guard let axes = axis.axes else { return .null }
        return axes.count == 1 ? .int(axes[0]) : ConfigValue(axes)
    }

    /// Shortens the vectors along `axis` that are longer than `maxValue`.
    /// Follows Keras's [MaxNorm](https://keras.io/api/layers/constraints/#maxnorm-class).
    public final class MaxNorm: Constraint {
        public let maxValue: Double
        public let axis: Axes

        /// - Parameter axis: the axis along which lengths are taken: 0 for a dense kernel, whose columns are units;
        ///   `[0, 1, 2]` for a two-dimensional convolution's.
        public init(_ maxValue: Double = 2, axis: Axes = 0) {
            self.maxValue = maxValue
            self.axis = axis
            super.init()
        }

        override public func callAsFunction(_ weight: Tensor) throws -> Tensor {
            let lengths = lengths(weight, axis)
            return weight * (ops.clip(lengths, 0, maxValue) / (lengths + epsilon))
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(config.double("max_value", 2), axis: Axes(config.intOrInts("axis", [0])))
        }

        override public func getConfig() -> Config { ["max_value": .double(maxValue), "axis": config(axis)] }
    }

    /// Gives the vectors along `axis` the length 1.
    /// Follows Keras's [UnitNorm](https://keras.io/api/layers/constraints/#unitnorm-class).
    public final class UnitNorm: Constraint {
        public let axis: Axes

        public init(axis: Axes = 0) {
            self.axis = axis
            super.init()
        }

        override public func callAsFunction(_ weight: Tensor) throws -> Tensor {
            weight / (lengths(weight, axis) + epsilon)
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(axis: Axes(config.intOrInts("axis", [0])))
        }

        override public func getConfig() -> Config { ["axis": config(axis)] }
    }

    /// Moves the lengths of the vectors along `axis` towards the nearest between `minValue` and `maxValue`, by the
    /// share `rate` of the way.
    /// Follows Keras's [MinMaxNorm](https://keras.io/api/layers/constraints/#minmaxnorm-class).
    public final class MinMaxNorm: Constraint {
        public let minValue: Double
        public let maxValue: Double
        public let rate: Double
        public let axis: Axes

        public init(minValue: Double = 0, maxValue: Double = 1, rate: Double = 1, axis: Axes = 0) {
            self.minValue = minValue
            self.maxValue = maxValue
            self.rate = rate
            self.axis = axis
            super.init()
        }

        override public func callAsFunction(_ weight: Tensor) throws -> Tensor {
            let lengths = lengths(weight, axis)
            let desired = rate * ops.clip(lengths, minValue, maxValue) + (1 - rate) * lengths
            return weight * (desired / (lengths + epsilon))
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(
                minValue: config.double("min_value", 0), maxValue: config.double("max_value", 1),
                rate: config.double("rate", 1), axis: Axes(config.intOrInts("axis", [0])))
        }

        override public func getConfig() -> Config {
            [
                "min_value": .double(minValue), "max_value": .double(maxValue), "rate": .double(rate),
                "axis": config(axis),
            ]
        }
    }

    /// Sets negative elements to zero.
    /// Follows Keras's [NonNeg](https://keras.io/api/layers/constraints/#nonneg-class).
    public final class NonNeg: Constraint {
        override public func callAsFunction(_ weight: Tensor) throws -> Tensor { ops.maximum(weight, 0) }
    }

    /// Every name that Keras knows a constraint by.
    package static let known: [String: @Sendable () -> Constraint] = [
        "MaxNorm": { MaxNorm() }, "max_norm": { MaxNorm() }, "NonNeg": { NonNeg() }, "non_neg": { NonNeg() },
        "UnitNorm": { UnitNorm() }, "unit_norm": { UnitNorm() },
        "MinMaxNorm": { MinMaxNorm() }, "min_max_norm": { MinMaxNorm() },
    ]
}

extension ConstraintConvertible where Self == Constraints.MaxNorm {
    /// Shortens the vectors along `axis` that are longer than `maxValue`.
    public static func maxNorm(_ maxValue: Double = 2, axis: Axes = 0) -> Self { Self(maxValue, axis: axis) }
}

extension ConstraintConvertible where Self == Constraints.UnitNorm {
    /// Gives the vectors along `axis` the length 1.
    public static func unitNorm(axis: Axes = 0) -> Self { Self(axis: axis) }
}

extension ConstraintConvertible where Self == Constraints.MinMaxNorm {
    /// Moves the lengths of the vectors along `axis` between two bounds.
    public static func minMaxNorm(
        minValue: Double = 0, maxValue: Double = 1, rate: Double = 1, axis: Axes = 0
    ) -> Self {
        Self(minValue: minValue, maxValue: maxValue, rate: rate, axis: axis)
    }
}

extension ConstraintConvertible where Self == Constraints.NonNeg {
    /// Sets negative elements to zero.
    public static var nonNeg: Self { Self() }
}
