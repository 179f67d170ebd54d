import HornbillEngine

extension Initializers {
    /// Zeros. Follows Keras's [Zeros](https://keras.io/api/layers/initializers/#zeros-class).
    public final class Zeros: Initializer {
        override public func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            try Tensor.zeros(shape, dtype: dtype).validated()
        }
    }

    /// Ones. Follows Keras's [Ones](https://keras.io/api/layers/initializers/#ones-class).
    public final class Ones: Initializer {
        override public func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            try Tensor.ones(shape, dtype: dtype).validated()
        }
    }

    /// One number everywhere, or a tensor that is broadcast to the weight's shape.
    /// Follows Keras's [Constant](https://keras.io/api/layers/initializers/#constant-class).
    public final class Constant: Initializer {
        public let value: Tensor

        public init(_ value: Double = 0) {
            self.value = Tensor(scalar: value)
            super.init()
        }

        public init(_ value: Tensor) {
            self.value = value
            super.init()
        }

        override public func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            try ops.broadcastTo(value.cast(to: dtype), shape).validated()
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(config.numbers("value") ?? Tensor(scalar: Float(0)))
        }

        override public func getConfig() -> Config {
            guard let numbers = try? value.doubles(), value.rank <= 1 else { return ["value": nil] }
            return ["value": value.rank == 0 ? .double(numbers[0]) : .list(numbers.map(ConfigValue.double))]
        }
    }

    /// A matrix with `gain` on its diagonal and zeros elsewhere; it need not be square.
    /// Follows Keras's [Identity](https://keras.io/api/layers/initializers/#identity-class).
    public final class Identity: Initializer {
        public let gain: Double

        public init(gain: Double = 1) {
            self.gain = gain
            super.init()
        }

        override public func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
            guard shape.rank == 2 else {
                throw HornbillError(.shape, "the identity initializer makes matrices only, not the shape \(shape)")
            }
            return try (ops.eye(shape[0], shape[1], dtype: dtype) * gain).cast(to: dtype).validated()
        }

        public convenience init(config: ConfigReader) throws {
            try self.init(gain: config.double("gain", 1))
        }

        // Keras forgets it, which makes another initializer of the file; it reads what is written here.
        override public func getConfig() -> Config { gain == 1 ? [:] : ["gain": .double(gain)] }
    }
}

extension InitializerConvertible where Self == Initializers.Zeros {
    /// Zeros.
    public static var zeros: Initializers.Zeros { Initializers.Zeros() }
}

extension InitializerConvertible where Self == Initializers.Ones {
    /// Ones.
    public static var ones: Initializers.Ones { Initializers.Ones() }
}

extension InitializerConvertible where Self == Initializers.Constant {
    /// One number everywhere.
    public static func constant(_ value: Double) -> Initializers.Constant { Initializers.Constant(value) }
}

extension InitializerConvertible where Self == Initializers.Identity {
    /// A matrix with `gain` on its diagonal and zeros elsewhere.
    public static func identity(gain: Double = 1) -> Initializers.Identity { Initializers.Identity(gain: gain) }
}

/// A tensor of the weight's shape is an initializer: the weight starts from it.
extension Tensor: InitializerConvertible {
    public func asInitializer() throws -> Initializer { Initializers.Given(try validated()) }
}

extension Initializers {
    /// A value that was given.
    final class Given: Initializer {
        private let value: Tensor

        init(_ value: Tensor) {
            self.value = value
            super.init()
        }

        override func callAsFunction(_ shape: Shape, dtype: DType) throws -> Tensor {
            guard shape == value.shape else {
                throw HornbillError(
                    .shape,
                    "a tensor of shape \(value.shape) was given to start from where the weight has the shape \(shape)")
            }
            return try value.cast(to: dtype).validated()
        }
    }
}
