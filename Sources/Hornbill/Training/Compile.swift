import HornbillEngine

/// What `compile` sets up.
package final class CompiledState {
    let optimizer: Optimizer
    package let losses: CompiledLosses
    let metrics: CompiledMetrics
    /// The mean of the total loss over the batches of an epoch.
    let lossTracker = Metrics.Mean(name: "loss")
    /// Means of what layers added with `addMetric`.
    var layerMetrics: [Metrics.Mean] = []
    /// Reads the values of ``all``; made once their state is known.
    var logsReader: LogsReader?

    init(optimizer: Optimizer, losses: CompiledLosses, metrics: CompiledMetrics) {
        self.optimizer = optimizer
        self.losses = losses
        self.metrics = metrics
    }

    /// The metrics with their keys, in Keras's order: the loss, each output's loss, the others.
    var all: [(key: String, metric: Metric)] {
        [("loss", lossTracker as Metric)] + losses.trackers.map { ($0.name, $0) } + layerMetrics.map { ($0.name, $0) }
            + (metrics.entries ?? []).map { ($0.key, $0.metric) }
    }
}

extension Model {
    /// Configures the model for training.
    /// - Parameters:
    ///   - optimizer: `"rmsprop"` (the default), `.adam(learningRate: 1e-3)`, `Optimizers.SGD(momentum: 0.9)`.
    ///   - loss: one loss for all outputs, an array with one for each, or a dictionary by output name.
    ///   - lossWeights: how much each output's loss counts, as an array or by output name.
    ///   - metrics: for one output a metric or an array of them; for several outputs one bare metric for each output, an
    ///     array with an entry (a metric, an array) for each, or a dictionary by output name.
    ///   - weightedMetrics: likewise, for metrics that sample weights apply to.
    ///   - autoScaleLoss: whether a model whose policy is `mixed_float16` gets a
    ///     ``Optimizers/LossScaleOptimizer`` around its optimizer.
    /// - Throws: kind `unknownName` for a string that names nothing, with the known names.
    public func compile(
        optimizer: any OptimizerConvertible = "rmsprop", loss: (any LossConvertible)? = nil,
        lossWeights: (any LossWeightsConvertible)? = nil, metrics: (any MetricConvertible)? = nil,
        weightedMetrics: (any MetricConvertible)? = nil, autoScaleLoss: Bool = true
    ) throws {
        try (self as? Sequential)?.checkFailure()
        let lossSpecification = try loss?.asLoss()
        let metricSpecification = try metrics?.asMetric()
        let weightedSpecification = try weightedMetrics?.asMetric()
        try compile(
            optimizer.asOptimizer(), loss: lossSpecification, weights: lossWeights?.asLossWeights,
            metrics: metricSpecification, weightedMetrics: weightedSpecification, autoScaleLoss: autoScaleLoss)
    }

    /// `compile` with everything made already, as a file gives it.
    package func compile(
        _ optimizer: Optimizer, loss: LossSpecification?, weights: LossWeights?, metrics: MetricSpecification?,
        weightedMetrics: MetricSpecification?, autoScaleLoss: Bool
    ) throws {
        try Self.checkNames(loss)
        for specification in [metrics, weightedMetrics] { try Self.checkNames(specification) }
        if network != nil, let weights { _ = try weights.resolve(outputs: outputNames) }
        var optimizer = optimizer
        if autoScaleLoss, dtypePolicy == .mixedFloat16, !(optimizer is Optimizers.LossScaleOptimizer) {
            optimizer = Optimizers.LossScaleOptimizer(optimizer, name: "loss_scale_optimizer")
        }
        compiled = CompiledState(
            optimizer: optimizer, losses: CompiledLosses(loss, weights: weights),
            metrics: CompiledMetrics(metrics, weighted: weightedMetrics))
        runners.removeAll()
    }

    /// The optimizer given to `compile`.
    public var optimizer: Optimizer? { compiled?.optimizer }

    /// The metrics of the last training or evaluation, the loss first.
    public var metrics: [Metric] { compiled?.all.map(\.metric) ?? [] }

    /// The keys of ``metrics`` in logs and history.
    public var metricsNames: [String] { compiled?.all.map(\.key) ?? [] }

    package func requireCompiled() throws -> CompiledState {
        guard let compiled else {
            throw HornbillError(
                .state, "the model must be compiled first: call compile(optimizer:loss:metrics:)", layer: label)
        }
        return compiled
    }

    /// Unknown names are told here, not at the first batch.
    private static func checkNames(_ specification: LossSpecification?) throws {
        switch specification {
        case nil, .one(.loss): break
        case .one(.name(let name)):
            if !["crossentropy", "ce"].contains(name.lowercased()) {
                _ = try Lookup.find(name, in: Losses.known, "loss")
            }
        case .list(let list): for element in list { try checkNames(element) }
        case .dictionary(let entries): for key in entries.keys.sorted() { try checkNames(entries[key]) }
        }
    }

    private static func checkNames(_ specification: MetricSpecification?) throws {
        switch specification {
        case nil, .one(.metric): break
        case .one(.name(let name)):
            if !["accuracy", "acc"].contains(name.lowercased()) {
                _ = try Lookup.find(name, in: Metrics.known, "metric")
            }
        case .list(let list): for element in list { try checkNames(element) }
        case .dictionary(let entries): for key in entries.keys.sorted() { try checkNames(entries[key]) }
        }
    }
}
