import HornbillEngine

/// Whether the value that a callback watches shall become small or large.
public enum MonitorMode: Sendable, Hashable, ExpressibleByStringLiteral {
    /// As the metric says: accuracies large, errors small.
    case auto
    case min
    case max
    /// A word that stands for none of these: taken as ``auto``, with a warning.
    case other(String)

    public init(stringLiteral value: String) {
        switch value {
        case "auto": self = .auto
        case "min": self = .min
        case "max": self = .max
        default: self = .other(value)
        }
    }
}

/// What callbacks share that watch a value for improvements.
open class MonitorCallback: Callback {
    /// The key in the logs, as `val_loss`.
    public let monitor: String
    public let mode: MonitorMode
    /// By how much a value must be better to count.
    public let minDelta: Double
    /// The best value so far.
    public internal(set) var best: Double?
    private var direction: Metric.Direction?

    /// - Parameters:
    ///   - monitor: the key in the logs of the value to watch.
    ///   - baseline: what the first value must be better than.
    public init(monitor: String = "val_loss", mode: MonitorMode = .auto, baseline: Double? = nil, minDelta: Double = 0)
    {
        self.monitor = monitor
        self.mode = mode
        self.minDelta = abs(minDelta)
        best = baseline
    }

    override open var needsBatchLogs: Bool { false }

    /// Finds out whether less or more is better. Only then are the metrics known, so call it at the end of an epoch.
    /// - Throws: kind `argument` if the mode is auto and the metric does not say.
    func resolveDirection() throws {
        guard direction == nil else { return }
        switch mode {
        case .min: direction = .down
        case .max: direction = .up
        case .auto, .other:
            if case .other(let word) = mode {
                warn("\(displayName) knows the modes auto, min and max, not '\(word)': it takes auto")
            }
            guard let found = automaticDirection() else {
                throw HornbillError(
                    .argument,
                    "\(displayName) cannot tell whether '\(monitor)' shall become small or large: say mode: .min or .max. The metrics are: \((model?.metricsNames ?? []).joined(separator: ", "))"
                )
            }
            direction = found
        }
    }

    private func automaticDirection() -> Metric.Direction? {
        let name = monitor.hasPrefix("val_") ? String(monitor.dropFirst(4)) : monitor
        if name == "loss" { return .down }
        guard let compiled = model?.compiled else { return nil }
        if compiled.losses.trackers.contains(where: { $0.name == name }) { return .down }
        let entries = compiled.metrics.entries ?? []
        return (entries.first { $0.key == name } ?? entries.first { $0.metric.name == name })?.metric.direction
    }

    /// Whether a value is better than another by more than ``minDelta``; any is better than none, but NaN never.
    func isImprovement(_ value: Double, over reference: Double?) -> Bool {
        if value.isNaN { return false }
        guard let reference else { return true }
        // In float32, in which the values were computed, as Keras compares.
        return direction == .up
            ? Float(value - minDelta) > Float(reference) : Float(value + minDelta) < Float(reference)
    }
}
