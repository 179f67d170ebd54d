import Hornbill

/// The layers of the module `layers_normalization`.
let normalizationLayerFactories: LayerFactories = [
    "BatchNormalization": batchNormalization,
    "LayerNormalization": layerNormalization,
    "GroupNormalization": groupNormalization,
    "RMSNormalization": { config in
        RMSNormalization(axis: Axes(config["axis"]?.ints ?? [-1]), epsilon: config["epsilon"]?.double ?? 1e-6)
    },
    "UnitNormalization": { config in UnitNormalization(axis: Axes(config["axis"]?.ints ?? [-1])) },
    "SpectralNormalization": { config in
        SpectralNormalization(try wrappedLayer(config), powerIterations: config["power_iterations"]?.int ?? 1)
    },
]

/// The layer that a wrapper's configuration holds.
func wrappedLayer(_ config: GoldenValue) throws -> Layer {
    guard let inner = config["layer"], let make = layerFactories[inner["class_name"]?.string ?? ""] else {
        throw GoldenError("the configuration has no layer inside that is known")
    }
    guard case .object(let entries)? = inner["config"] else {
        throw GoldenError("the layer inside has no configuration")
    }
    // What is an object in a file is a string in the tables.
    let short = entries.mapValues { entry in entry["class_name"]?.string.map { .string(snakeCase($0)) } ?? entry }
    return try make(.object(short))
}

@Sendable private func batchNormalization(_ config: GoldenValue) -> Layer {
    let clipping: [String: Double]? =
        if case .object(let entries)? = config["renorm_clipping"] { entries.compactMapValues(\.double) } else { nil }
    return BatchNormalization(
        axis: config["axis"]?.int ?? -1, momentum: config["momentum"]?.double ?? 0.99,
        epsilon: config["epsilon"]?.double ?? 1e-3, center: config["center"]?.bool ?? true,
        scale: config["scale"]?.bool ?? true, betaInitializer: config["beta_initializer"]?.string ?? "zeros",
        gammaInitializer: config["gamma_initializer"]?.string ?? "ones",
        movingMeanInitializer: config["moving_mean_initializer"]?.string ?? "zeros",
        movingVarianceInitializer: config["moving_variance_initializer"]?.string ?? "ones",
        betaRegularizer: config["beta_regularizer"]?.string, gammaRegularizer: config["gamma_regularizer"]?.string,
        betaConstraint: config["beta_constraint"]?.string, gammaConstraint: config["gamma_constraint"]?.string,
        renorm: config["renorm"]?.bool ?? false, renormClipping: clipping,
        renormMomentum: config["renorm_momentum"]?.double ?? 0.99, trainable: config["trainable"]?.bool ?? true)
}

@Sendable private func layerNormalization(_ config: GoldenValue) -> Layer {
    LayerNormalization(
        axis: Axes(config["axis"]?.ints ?? [-1]), epsilon: config["epsilon"]?.double ?? 1e-3,
        center: config["center"]?.bool ?? true, scale: config["scale"]?.bool ?? true,
        rmsScaling: config["rms_scaling"]?.bool ?? false,
        betaInitializer: config["beta_initializer"]?.string ?? "zeros",
        gammaInitializer: config["gamma_initializer"]?.string ?? "ones",
        betaRegularizer: config["beta_regularizer"]?.string, gammaRegularizer: config["gamma_regularizer"]?.string,
        betaConstraint: config["beta_constraint"]?.string, gammaConstraint: config["gamma_constraint"]?.string)
}

@Sendable private func groupNormalization(_ config: GoldenValue) -> Layer {
    GroupNormalization(
        groups: config["groups"]?.int ?? 32, axis: config["axis"]?.int ?? -1,
        epsilon: config["epsilon"]?.double ?? 1e-3, center: config["center"]?.bool ?? true,
        scale: config["scale"]?.bool ?? true, betaInitializer: config["beta_initializer"]?.string ?? "zeros",
        gammaInitializer: config["gamma_initializer"]?.string ?? "ones",
        betaRegularizer: config["beta_regularizer"]?.string, gammaRegularizer: config["gamma_regularizer"]?.string,
        betaConstraint: config["beta_constraint"]?.string, gammaConstraint: config["gamma_constraint"]?.string)
}
