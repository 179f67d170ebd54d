import Hornbill

/// The arguments of Keras's `compile` from a golden case: objects are `{class_name, config}`, the config holding what
/// was given.
struct CompileSpec {
    let fields: GoldenValue

    func optimizer() throws -> any OptimizerConvertible {
        guard let value = fields["optimizer"] else { return "rmsprop" }
        guard let name = value["class_name"]?.string else { return try value.requireString() }
        let config = value["config"]
        let rate: any LearningRateConvertible = config?["learning_rate"].map(learningRate) ?? 0.01
        switch name {
        case "Adam":
            return Optimizers.Adam(learningRate: rate).with {
                $0.useEMA = config?["use_ema"]?.bool ?? false
                $0.emaMomentum = config?["ema_momentum"]?.double ?? 0.99
                $0.gradientAccumulationSteps = config?["gradient_accumulation_steps"]?.int
            }
        case "AdamW":
            return Optimizers.AdamW(
                learningRate: rate, weightDecay: config?["weight_decay"]?.double ?? 0.004,
                globalClipNorm: config?["global_clipnorm"]?.double)
        case "SGD":
            return Optimizers.SGD(
                learningRate: rate, momentum: config?["momentum"]?.double ?? 0,
                nesterov: config?["nesterov"]?.bool ?? false)
        default: throw GoldenError("no Swift form of the optimizer \(name)")
        }
    }

    private func learningRate(_ value: GoldenValue) -> any LearningRateConvertible {
        guard let config = value["config"] else { return value.double ?? .nan }
        return Schedules.ExponentialDecay(
            config["initial_learning_rate"]?.double ?? .nan, decaySteps: config["decay_steps"]?.int ?? 0,
            decayRate: config["decay_rate"]?.double ?? .nan)
    }

    func loss() throws -> (any LossConvertible)? { try fields["loss"].map(loss) }

    private func loss(_ value: GoldenValue) throws -> any LossConvertible {
        if let list = value.list { return try list.map(loss) }
        if let name = value.string { return name }
        guard case .object(let entries) = value else { throw GoldenError("no loss: \(value)") }
        guard let name = value["class_name"]?.string else {
            return try entries.filter { $0.value != .null }.mapValues(loss)
        }
        let config = value["config"]
        let fromLogits = config?["from_logits"]?.bool ?? false
        let smoothing = config?["label_smoothing"]?.double ?? 0
        let reduction = config?["reduction"]?.string.flatMap(Loss.Reduction.init) ?? .sumOverBatchSize
        switch name {
        case "MeanSquaredError": return Losses.MeanSquaredError(reduction: reduction)
        case "CosineSimilarity": return Losses.CosineSimilarity()
        case "BinaryCrossentropy": return Losses.BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing)
        case "CategoricalCrossentropy":
            return Losses.CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing)
        case "SparseCategoricalCrossentropy": return Losses.SparseCategoricalCrossentropy(fromLogits: fromLogits)
        default: throw GoldenError("no Swift form of the loss \(name)")
        }
    }

    func lossWeights() -> (any LossWeightsConvertible)? {
        guard case .object(let entries)? = fields["loss_weights"] else { return fields["loss_weights"]?.doubles }
        return entries.compactMapValues(\.double)
    }

    func metrics(_ key: String) throws -> (any MetricConvertible)? { try fields[key].map(metric) }

    private func metric(_ value: GoldenValue) throws -> any MetricConvertible {
        if let list = value.list { return try list.map(metric) }
        if let name = value.string { return name }
        guard case .object(let entries) = value else { throw GoldenError("no metric: \(value)") }
        guard let className = value["class_name"]?.string else { return try entries.mapValues(metric) }
        let config = value["config"]
        let name = config?["name"]?.string
        switch className {
        case "AUC":
            return Metrics.AUC(
                numThresholds: config?["num_thresholds"]?.int ?? 200, name: name,
                multiLabel: config?["multi_label"]?.bool ?? false, numLabels: config?["num_labels"]?.int)
        case "Precision": return Metrics.Precision(name: name)
        case "Recall": return Metrics.Recall(name: name)
        case "RootMeanSquaredError": return Metrics.RootMeanSquaredError(name: name ?? "root_mean_squared_error")
        default: throw GoldenError("no Swift form of the metric \(className)")
        }
    }
}

extension GoldenValue {
    func requireString() throws -> String {
        guard let string else { throw GoldenError("not a string: \(self)") }
        return string
    }
}
