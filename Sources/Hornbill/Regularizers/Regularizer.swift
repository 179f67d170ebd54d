import HornbillEngine

/// A penalty on a weight, or on a layer's output, added to the loss. Inherit from it for one of your own.
/// Follows Keras's [regularizers](https://keras.io/api/layers/regularizers/).
open class Regularizer: RegularizerConvertible, Configurable {
    public init() {}

    /// Makes the regularizer again from its configuration.
    public convenience init(config: ConfigReader) throws { self.init() }

    open var kerasModule: String? { builtInModule("keras.regularizers", self) }
    open var kerasClassName: String { String(describing: type(of: self)) }
    open func getConfig() -> Config { [:] }

    /// The penalty: a scalar.
    open func callAsFunction(_ x: Tensor) throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override callAsFunction(_:)")
    }

    public func asRegularizer() throws -> Regularizer { self }
}

/// What can be given as a regularizer: `"l2"`, `.l2(1e-4)`, `Regularizers.L1L2(l1: 0.01, l2: 0.01)`.
public protocol RegularizerConvertible {
    func asRegularizer() throws -> Regularizer
}

extension RegularizerConvertible {
    var serialized: ConfigValue { ((try? asRegularizer()) as (any Configurable)?)?.serialized ?? .null }
}

extension String: RegularizerConvertible {
    public func asRegularizer() throws -> Regularizer { try Lookup.find(self, in: Regularizers.known, "regularizer")() }
}

/// Keras's regularizers.
public enum Regularizers {}
