import Hornbill

/// The layers of the module `layers`.
let basicLayerFactories: LayerFactories = [
    "Dense": { config in
        Dense(
            config["units"]?.int ?? 0, activation: config["activation"]?.string,
            useBias: config["use_bias"]?.bool ?? true,
            kernelInitializer: config["kernel_initializer"]?.string ?? "glorot_uniform",
            biasInitializer: config["bias_initializer"]?.string ?? "zeros",
            kernelRegularizer: config["kernel_regularizer"]?.string,
            biasRegularizer: config["bias_regularizer"]?.string,
            activityRegularizer: config["activity_regularizer"]?.string,
            kernelConstraint: config["kernel_constraint"]?.string, biasConstraint: config["bias_constraint"]?.string,
            loraRank: config["lora_rank"]?.int, name: config["name"]?.string)
    },
    "Activation": { Activation($0["activation"]?.string ?? "") },
    "Dropout": { config in
        Dropout(
            config["rate"]?.double ?? 0, noiseShape: config["noise_shape"]?.list?.map(\.int), seed: config["seed"]?.int)
    },
    "Flatten": { Flatten(dataFormat: $0["data_format"]?.string.flatMap(DataFormat.init) ?? .channelsLast) },
    "Reshape": { Reshape($0["target_shape"]?.ints ?? []) },
    "Permute": { Permute($0["dims"]?.ints ?? []) },
    "RepeatVector": { RepeatVector($0["n"]?.int ?? 0) },
    "Identity": { _ in Identity() },
    "Concatenate": { Concatenate(axis: $0["axis"]?.int ?? -1) },
    "Dot": { Dot(axes: Axes($0["axes"]?.ints ?? []), normalize: $0["normalize"]?.bool ?? false) },
    "Add": { _ in Add() }, "Subtract": { _ in Subtract() }, "Multiply": { _ in Multiply() },
    "Average": { _ in Average() }, "Maximum": { _ in Maximum() }, "Minimum": { _ in Minimum() },
    "ReLU": { config in
        ReLU(
            maxValue: config["max_value"]?.double, negativeSlope: config["negative_slope"]?.double ?? 0,
            threshold: config["threshold"]?.double ?? 0)
    },
    "LeakyReLU": { LeakyReLU(negativeSlope: $0["negative_slope"]?.double ?? 0.3) },
    "ELU": { ELU(alpha: $0["alpha"]?.double ?? 1) },
    "PReLU": { config in
        PReLU(
            alphaInitializer: config["alpha_initializer"]?.string ?? "zeros",
            alphaRegularizer: config["alpha_regularizer"]?.string,
            alphaConstraint: config["alpha_constraint"]?.string, sharedAxes: config["shared_axes"]?.ints)
    },
    "Softmax": { Softmax(axis: Axes($0["axis"]?.ints ?? [-1])) },
    "GaussianNoise": { GaussianNoise($0["stddev"]?.double ?? 0, seed: $0["seed"]?.int) },
    "GaussianDropout": { GaussianDropout($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "AlphaDropout": { config in
        AlphaDropout(
            config["rate"]?.double ?? 0, noiseShape: config["noise_shape"]?.list?.map(\.int), seed: config["seed"]?.int)
    },
    "SpatialDropout1D": { SpatialDropout1D($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "SpatialDropout2D": { SpatialDropout2D($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "SpatialDropout3D": { SpatialDropout3D($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "ActivityRegularization": { ActivityRegularization(l1: $0["l1"]?.double ?? 0, l2: $0["l2"]?.double ?? 0) },
]
