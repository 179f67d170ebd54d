import Hornbill
import Testing

@Suite struct OptimizerGoldenTests {
    static let cases = Golden.cases("optimizers") + Golden.cases("optimizer_options")

    @Test(arguments: cases)
    func `makes Keras's steps and state`(_ golden: GoldenCase) throws {
        let optimizer = try optimizer(golden)
        let described = golden.fields["parameters"]?.list ?? []
        let parameters = try described.enumerated().map { index, field in
            try Variable(golden.require("parameter_\(index)")[0], name: field["name"]?.string ?? "?")
        }
        try optimizer.ensureBuilt(parameters)
        let steps = try #require(golden.fields["steps"]?.int)
        try check(optimizer, parameters, golden, step: 0)
        for step in 0..<steps {
            let rate = try #require(golden.fields["learning_rates"]?.doubles?[step])
            #expect(abs(optimizer.learningRate - rate) <= 1e-6 * abs(rate))
            let gradients = try parameters.indices.map { try golden.require("gradient_\($0)")[step] }
            try optimizer.apply(gradients, to: parameters)
            try check(optimizer, parameters, golden, step: step + 1)
        }
        let finalized = golden.arrays("finalized_")
        if !finalized.isEmpty {
            try optimizer.finalizeVariableValues(parameters)
            for (parameter, want) in zip(parameters, finalized) { try expectClose(parameter.value, want, "average") }
        }
        let wanted = golden.fields["variables"]?.list ?? []
        #expect(optimizer.variables.count == wanted.count)
        // Nadam's scalar and Adafactor's means have no names of their own in Keras.
        let unnamed = ["Nadam": ["variable"], "Adafactor": ["kernel", "bias", "scale", "filters"]][golden.className]
        for (variable, want) in zip(optimizer.variables, wanted) {
            if let name = want["name"]?.string, unnamed?.contains(name) == true { continue }
            #expect(variable.name == want["name"]?.string)
            #expect(variable.path == want["path"]?.string)
        }
    }

    private func check(_ optimizer: Optimizer, _ parameters: [Variable], _ golden: GoldenCase, step: Int) throws {
        for (index, parameter) in parameters.enumerated() {
            let wanted = try golden.require("parameter_\(index)")[step]
            try expectClose(parameter.value, wanted, "\(parameter.name) after \(step) steps")
        }
        for (index, variable) in optimizer.variables.enumerated() {
            let wanted = try golden.require("variable_\(index)")[step]
            try expectClose(variable.value, wanted, "\(variable.path) after \(step) steps")
        }
    }

    @Test(arguments: cases)
    func `a compiled step is the same`(_ golden: GoldenCase) throws {
        let optimizer = try optimizer(golden)
        let steps = try #require(golden.fields["steps"]?.int)
        let count = golden.fields["parameters"]?.list?.count ?? 0
        let parameters = try (0..<count).map { index in
            let name = golden.fields["parameters"]?.list?[index]["name"]?.string ?? "?"
            return try Variable(golden.require("parameter_\(index)")[0], name: name)
        }
        try optimizer.ensureBuilt(parameters)
        let trace = Trace()
        let graph = try trace.run {
            try optimizer.apply(try parameters.map { try trace.input($0.type) }, to: parameters)
            return try trace.finish([])
        }
        for step in 0..<steps {
            _ = try GraphRunner.run(graph, (0..<count).map { try golden.require("gradient_\($0)")[step] })
            try check(optimizer, parameters, golden, step: step + 1)
        }
    }

    @Test(arguments: cases)
    func `the configuration is Keras's`(_ golden: GoldenCase) throws {
        let config = try optimizer(golden).getConfig()
        guard case .object(let wanted) = golden.fields["keras_config"] ?? .null else { throw GoldenError("no config") }
        for (key, value) in wanted {
            let mine = try #require(config[key], "the configuration lacks '\(key)'")
            #expect(GoldenValue(mine).isNear(value), "\(key)")
        }
        #expect(config.keys.count == wanted.count)
    }

    @Test func `every optimizer has golden data`() throws {
        let covered = Set(Self.cases.map(\.className))
        #expect(Set(Optimizers.known.values.map { $0().kerasClassName }).subtracting(covered).sorted() == [])
        #expect(Self.cases.count >= 78)
    }

    private func optimizer(_ golden: GoldenCase) throws -> Optimizer {
        let config = golden.config
        let optimizer = try plainOptimizer(golden).with { rules in
            rules.useEMA = config["use_ema"]?.bool ?? false
            rules.emaMomentum = config["ema_momentum"]?.double ?? 0.99
            rules.emaOverwriteFrequency = config["ema_overwrite_frequency"]?.int
            rules.lossScaleFactor = config["loss_scale_factor"]?.double
            rules.gradientAccumulationSteps = config["gradient_accumulation_steps"]?.int
        }
        let excluded = golden.fields["exclude_from_weight_decay"]?.list?.compactMap(\.string) ?? []
        optimizer.excludeFromWeightDecay(names: excluded)
        return optimizer
    }

    private func plainOptimizer(_ golden: GoldenCase) throws -> Optimizer {
        let config = golden.config
        func number(_ key: String, _ standard: Double) -> Double { config[key]?.double ?? standard }
        func optional(_ key: String) -> Double? { config[key]?.double }
        func flag(_ key: String) -> Bool { config[key]?.bool ?? false }
        var rate: any LearningRateConvertible = number("learning_rate", golden.className == "SGD" ? 0.01 : 0.001)
        if let object = config["learning_rate"], let name = object["class_name"]?.string {
            rate = try schedule(name, object["config"] ?? .null)
        }
        let (decay, norm) = (optional("weight_decay"), optional("clipnorm"))
        let (value, global) = (optional("clipvalue"), optional("global_clipnorm"))
        let (beta1, beta2) = (number("beta_1", 0.9), number("beta_2", golden.className == "Lion" ? 0.99 : 0.999))
        let epsilon = number("epsilon", 1e-7)
        switch golden.className {
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
                learningRate: number("learning_rate", 0.0025), beta1: beta1, beta2: beta2,
                epsilon: number("epsilon", 1e-8), warmupSteps: config["warmup_steps"]?.int ?? 0, weightDecay: decay)
        default: throw GoldenError("no Swift form of \(golden.className)")
        }
    }
}
