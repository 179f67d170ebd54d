import HornbillEngine

/// An activation: a name and a function of one tensor. `Dense(64, activation: .relu)`, or `"relu"`, or one of your own:
/// `ActivationFunction("cube") { $0 * $0 * $0 }`.
/// Follows Keras's [activations](https://keras.io/api/layers/activations/).
public struct ActivationFunction: ActivationConvertible {
    /// Keras's name for it, as files hold it.
    public let name: String
    private let function: (Tensor) throws -> Tensor
    /// What files hold in place of the name.
    var form: ConfigValue?

    public init(_ name: String, _ function: @escaping (Tensor) throws -> Tensor) {
        self.name = name
        self.function = function
    }

    public func callAsFunction(_ x: Tensor) throws -> Tensor { try function(x) }

    public func asActivation() -> ActivationFunction { self }
}

/// What can be given as an activation.
public protocol ActivationConvertible {
    /// The function; for an unknown name, one that throws when it is used.
    func asActivation() -> ActivationFunction
}

extension String: ActivationConvertible {
    public func asActivation() -> ActivationFunction {
        do {
            return try Lookup.find(self, in: Activations.known, "activation")
        } catch {
            return ActivationFunction(self) { _ in throw error }
        }
    }
}

/// Keras's activations.
public enum Activations {}
