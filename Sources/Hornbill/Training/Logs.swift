import HornbillEngine

/// Named values of a batch or an epoch, in Keras's order.
public struct Logs: Sendable, ExpressibleByDictionaryLiteral {
    public private(set) var keys: [String] = []
    private var values: [String: Double] = [:]
    /// The outputs of a batch, for the hook after a batch of a prediction; nil elsewhere.
    public internal(set) var outputs: TensorStructure?

    public init() {}
    public init(dictionaryLiteral elements: (String, Double)...) {
        for (key, value) in elements { self[key] = value }
    }

    public subscript(key: String) -> Double? {
        get { values[key] }
        set {
            if values[key] == nil, newValue != nil { keys.append(key) }
            if newValue == nil { keys.removeAll { $0 == key } }
            values[key] = newValue
        }
    }

    /// The keys in alphabetical order, as Keras's history has them.
    func sorted() -> Logs {
        var result = Logs()
        for key in keys.sorted() { result[key] = self[key] }
        return result
    }

    /// These and the others' under `val_…`, in alphabetical order.
    func adding(validation: Logs) -> Logs {
        var result = self
        for key in validation.keys { result["val_\(key)"] = validation[key] }
        return result.sorted()
    }
}

/// Reads the values of a model's metrics: one compiled plan for all of them.
final class LogsReader {
    let keys: [String]
    private let session: PlanSession
    private let values: UnsafeMutableBufferPointer<Float>

    /// - Parameter metrics: metrics whose state exists: after the first step was traced.
    init(_ metrics: [(key: String, metric: Metric)]) throws {
        keys = metrics.map(\.key)
        let trace = Trace()
        defer { trace.abandon() }
        let graph = try trace.run {
            let results = try metrics.map { entry in
                let result = try entry.metric.result().validated().cast(to: .float32)
                // A metric of several numbers (F1 by class) is shown by its mean, as Keras's progress bar does.
                return result.rank == 0 ? result : ops.mean(result)
            }
            return try trace.finish(results)
        }
        session = try PlanSession(Plan.compile(graph))
        values = .allocate(capacity: max(keys.count, 1))
        values.initialize(repeating: 0)
        for index in keys.indices {
            guard let base = values.baseAddress else { break }
            session.bind(output: index, UnsafeMutableRawPointer(base + index))
        }
    }

    deinit { values.deallocate() }

    func read() throws -> Logs {
        try session.run()
        var logs = Logs()
        for (index, key) in keys.enumerated() { logs[key] = Double(values[index]) }
        return logs
    }
}
