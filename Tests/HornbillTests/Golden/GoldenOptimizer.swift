import Hornbill
import Testing

/// The optimizers that golden cases describe.
enum GoldenOptimizer {
    static func make(_ golden: GoldenCase) throws -> Optimizer {
        try make(golden.className, golden.config)
    }

    static func make(_ className: String, _ config: GoldenValue) throws -> Optimizer {
        try plain(className, config).with { rules in
            rules.weightDecay = config["weight_decay"]?.double ?? rules.weightDecay
            rules.clipNorm = config["clipnorm"]?.double
            rules.clipValue = config["clipvalue"]?.double
            rules.globalClipNorm = config["global_clipnorm"]?.double
            rules.useEMA = config["use_ema"]?.bool ?? false
            rules.emaMomentum = config["ema_momentum"]?.double ?? 0.99
            rules.emaOverwriteFrequency = config["ema_overwrite_frequency"]?.int
            rules.lossScaleFactor = config["loss_scale_factor"]?.double
            rules.gradientAccumulationSteps = config["gradient_accumulation_steps"]?.int
        }
    }

    /// Leaves those variables out of the decay that the case names, or gives by their places.
    static func exclude(_ parameters: [Variable], from optimizer: Optimizer, _ golden: GoldenCase) {
        optimizer.excludeFromWeightDecay(
            (golden.fields["exclude_variables"]?.ints ?? []).map { parameters[$0] },
            names: golden.fields["exclude_from_weight_decay"]?.list?.compactMap(\.string) ?? [])
    }

    static func plain(_ className: String, _ config: GoldenValue) throws -> Optimizer {
        func number(_ key: String, _ standard: Double) -> Double { config[key]?.double ?? standard }
        func optional(_ key: String) -> Double? { config[key]?.double }
        func flag(_ key: String) -> Bool { config[key]?.bool ?? false }
        var rate: any LearningRateConvertible = number(
            "learning_rate", ["SGD": 0.01, "ScheduleFreeAdamW": 0.0025][className] ?? 0.001)
        if let object = config["learning_rate"], let name = object["class_name"]?.string {
            rate = try schedule(name, object["config"] ?? .null)
        }
        let (decay, norm) = (optional("weight_decay"), optional("clipnorm"))
        let (value, global) = (optional("clipvalue"), optional("global_clipnorm"))
        let (beta1, beta2) = (number("beta_1", 0.9), number("beta_2", className == "Lion" ? 0.99 : 0.999))
        let epsilon = number("epsilon", 1e-7)
        switch className {
        case "SGD":
            return Optimizers.SGD(
                learningRate: rate, momentum: number("momentum", 0), nesterov: flag("nesterov"), weightDecay: decay,
                clipNorm: norm, clipValue: value, globalClipNorm: global)
        case "RMSprop":
            return Optimizers.RMSprop(
                learningRate: rate, rho: number("rho", 0.9), momentum: number("momentum", 0), epsilon: epsilon,
                centered: flag("centered"), weightDecay: decay, clipNorm: norm, clipValue: value, globalClipNorm: global
            )
        case "Adam":
            return Optimizers.Adam(
                learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: flag("amsgrad"),
                weightDecay: decay, clipNorm: norm, clipValue: value, globalClipNorm: global)
        case "AdamW":
            return Optimizers.AdamW(
                learningRate: rate, weightDecay: decay ?? 0.004, beta1: beta1, beta2: beta2, epsilon: epsilon,
                amsgrad: flag("amsgrad"))
        case "Adagrad":
            return Optimizers.Adagrad(
                learningRate: rate, initialAccumulatorValue: number("initial_accumulator_value", 0.1), epsilon: epsilon,
                weightDecay: decay, clipNorm: norm)
        case "Adadelta":
            return Optimizers.Adadelta(learningRate: rate, rho: number("rho", 0.95), epsilon: epsilon)
        case "Adamax": return Optimizers.Adamax(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
        case "Nadam":
            return Optimizers.Nadam(
                learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay)
        case "Lamb":
            return Optimizers.Lamb(
                learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay)
        case "Lion": return Optimizers.Lion(learningRate: rate, beta1: beta1, beta2: beta2, weightDecay: decay)
        case "Ftrl":
            return Optimizers.Ftrl(
                learningRate: rate, learningRatePower: number("learning_rate_power", -0.5),
                initialAccumulatorValue: number("initial_accumulator_value", 0.1),
                l1: number("l1_regularization_strength", 0), l2: number("l2_regularization_strength", 0),
                l2Shrinkage: number("l2_shrinkage_regularization_strength", 0), beta: number("beta", 0))
        case "Adafactor":
            return Optimizers.Adafactor(
                learningRate: rate, beta2Decay: number("beta_2_decay", -0.8), epsilon2: number("epsilon_2", 1e-3),
                clipThreshold: number("clip_threshold", 1), relativeStep: config["relative_step"]?.bool ?? true)
        case "Muon":
            let noRate = if case .object(let entries) = config { entries["rms_rate"] == .null } else { false }
            return Optimizers.Muon(
                learningRate: rate, weightDecay: number("weight_decay", 0.004), adamLrRatio: number("adam_lr_ratio", 1),
                momentum: number("momentum", 0.95), nsSteps: config["ns_steps"]?.int ?? 5,
                nesterov: config["nesterov"]?.bool ?? true, rmsRate: noRate ? nil : 0.2)
        case "ScheduleFreeAdamW":
            return Optimizers.ScheduleFreeAdamW(
                learningRate: rate, beta1: beta1, beta2: beta2,
                epsilon: number("epsilon", 1e-8), warmupSteps: config["warmup_steps"]?.int ?? 0, weightDecay: decay)
        default: throw GoldenError("no Swift form of \(className)")
        }
    }
}

extension GoldenCase {
    /// Expects what Keras has after so many steps.
    func check(_ optimizer: Optimizer, _ parameters: [Variable], step: Int) throws {
        for (index, parameter) in parameters.enumerated() {
            let wanted = try require("parameter_\(index)")[step]
            try expectClose(parameter.value, wanted, "\(parameter.name) after \(step) steps")
        }
        for (index, variable) in optimizer.variables.enumerated() {
            let wanted = try require("variable_\(index)")[step]
            try expectClose(variable.value, wanted, "\(variable.path) after \(step) steps")
        }
    }
}
