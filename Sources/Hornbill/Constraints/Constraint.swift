import HornbillEngine

/// Keeps a weight within bounds: applied after each update. Inherit from it for one of your own.
/// Follows Keras's [constraints](https://keras.io/api/layers/constraints/).
open class Constraint: ConstraintConvertible, Configurable {
    public init() {}

    /// Makes the constraint again from its configuration.
    public convenience init(config: ConfigReader) throws { self.init() }

    open var kerasModule: String? { builtInModule("keras.constraints", self) }
    open var kerasClassName: String { String(describing: type(of: self)) }
    open func getConfig() -> Config { [:] }

    /// The value that the weight takes instead.
    open func callAsFunction(_ weight: Tensor) throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override callAsFunction(_:)")
    }

    public func asConstraint() throws -> Constraint { self }
}

/// What can be given as a constraint: `"non_neg"`, `.nonNeg`, `Constraints.MaxNorm(2)`.
public protocol ConstraintConvertible {
    func asConstraint() throws -> Constraint
}

extension ConstraintConvertible {
    var serialized: ConfigValue { ((try? asConstraint()) as (any Configurable)?)?.serialized ?? .null }
}

extension String: ConstraintConvertible {
    public func asConstraint() throws -> Constraint { try Lookup.find(self, in: Constraints.known, "constraint")() }
}

/// Keras's constraints.
public enum Constraints {}
