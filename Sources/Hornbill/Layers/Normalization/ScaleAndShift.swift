import HornbillEngine

/// How the learned scale `gamma` and shift `beta` of a normalizing layer begin and are kept.
struct ScaleAndShift {
    let gammaInitializer: any InitializerConvertible
    let betaInitializer: any InitializerConvertible
    let gammaRegularizer: (any RegularizerConvertible)?
    let betaRegularizer: (any RegularizerConvertible)?
    let gammaConstraint: (any ConstraintConvertible)?
    let betaConstraint: (any ConstraintConvertible)?

    /// Adds the weights that the layer has, in their own type whatever the layer computes in.
    func add(
        to layer: Layer, _ shape: Shape, scale: Bool, center: Bool
    ) throws -> (gamma: Variable?, beta: Variable?) {
        let gamma =
            scale
            ? try layer.addWeight(
                name: "gamma", shape: shape, initializer: gammaInitializer, regularizer: gammaRegularizer,
                constraint: gammaConstraint, autocast: false) : nil
        let beta =
            center
            ? try layer.addWeight(
                name: "beta", shape: shape, initializer: betaInitializer, regularizer: betaRegularizer,
                constraint: betaConstraint, autocast: false) : nil
        return (gamma, beta)
    }

    var initializerConfig: Config {
        ["beta_initializer": betaInitializer.serialized, "gamma_initializer": gammaInitializer.serialized]
    }

    var penaltyConfig: Config {
        [
            "beta_regularizer": betaRegularizer?.serialized ?? .null,
            "gamma_regularizer": gammaRegularizer?.serialized ?? .null,
            "beta_constraint": betaConstraint?.serialized ?? .null,
            "gamma_constraint": gammaConstraint?.serialized ?? .null,
        ]
    }
}

extension PartialShape {
    /// The size of an axis along which a layer has weights.
    func knownSize(of axis: Int) throws -> Int {
        guard axis >= -rank, axis < rank else {
            throw HornbillError(.argument, "there is no axis \(axis) in the input's shape \(self)")
        }
        guard let size = self[axis] else {
            throw HornbillError(.shape, "axis \(axis) of the input must be known, got the shape \(self)")
        }
        return size
    }
}

extension Optional where Wrapped == Variable {
    /// The value of a weight that the layer may have been made without.
    func optional() throws -> Tensor? { self == nil ? nil : try required() }
}
