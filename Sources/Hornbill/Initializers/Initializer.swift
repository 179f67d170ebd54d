import HornbillEngine

/// Makes the first value of a weight. Inherit from it for one of your own.
///
/// A random initializer takes its seed from the session when it is made and keeps it: called twice with one shape, it
/// gives the same values, as in Keras. Follows Keras's [initializers](https://keras.io/api/layers/initializers/).
open class Initializer: InitializerConvertible, Configurable {
    public init() {}

    /// Makes the initializer again from its configuration.
    public convenience init(config: ConfigReader) throws { self.init() }

    open var kerasModule: String? { builtInModule("keras.initializers", self) }
    open var kerasClassName: String { String(describing: type(of: self)) }
    open func getConfig() -> Config { [:] }

    /// The value of a weight of this shape and dtype.
    open func callAsFunction(_ shape: Shape, dtype: DType = .float32) throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override callAsFunction(_:dtype:)")
    }

    public func asInitializer() throws -> Initializer { self }
}

/// What can be given as an initializer: `"he_normal"`, `.heNormal()`, `Initializers.HeNormal(seed: 7)`.
public protocol InitializerConvertible {
    /// - Throws: kind `unknownName` for a string that names none.
    func asInitializer() throws -> Initializer
}

extension InitializerConvertible {
    /// How a configuration holds it.
    var serialized: ConfigValue { ((try? asInitializer()) as (any Configurable)?)?.serialized ?? .null }
}

extension String: InitializerConvertible {
    public func asInitializer() throws -> Initializer { try Lookup.find(self, in: Initializers.known, "initializer")() }
}

/// Keras's initializers.
public enum Initializers {}
