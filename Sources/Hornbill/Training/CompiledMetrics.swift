import HornbillEngine

/// The metrics of a compiled model, resolved once the shapes of targets and outputs are known.
package final class CompiledMetrics {
    struct Entry {
        let output: Int
        let metric: Metric
        /// The key in logs and history.
        let key: String
        let weighted: Bool
    }

    /// What `compile` was given.
    let metrics: MetricSpecification?
    let weightedMetrics: MetricSpecification?
    private(set) var entries: [Entry]?

    init(_ metrics: MetricSpecification?, weighted: MetricSpecification?) {
        self.metrics = metrics
        weightedMetrics = weighted
    }

    /// Takes a batch into all metrics; outputs without targets are left out.
    func update(_ yTrue: [Tensor?], _ yPred: [Tensor], sampleWeights: [Tensor?], names: [String], prefixes: [String?])
        throws
    {
        for entry in try resolved(yTrue, yPred, names: names, prefixes: prefixes) {
            guard let truth = yTrue[entry.output] else { continue }
            do {
                try entry.metric.updateState(
                    truth, yPred[entry.output], sampleWeight: entry.weighted ? sampleWeights[entry.output] : nil)
            } catch {
                throw HornbillError.wrap(error).at(
                    nil, layer: "output '\(names[entry.output])', metric \(entry.metric.name)")
            }
        }
    }

    private func resolved(_ yTrue: [Tensor?], _ yPred: [Tensor], names: [String], prefixes: [String?]) throws -> [Entry]
    {
        if let entries { return entries }
        var result: [Entry] = []
        var used: [String: Int] = [:]
        for (specification, weighted) in [(metrics, false), (weightedMetrics, true)] {
            for (output, identifier) in try assign(specification, outputs: names) {
                let metric = try Self.metric(identifier, yTrue[output], yPred[output])
                let prefix = (names.count > 1 ? prefixes[output] : nil).map { "\($0)_" } ?? ""
                var key = "\(prefix)\(metric.name)"
                if weighted, used[key] != nil { key = "\(prefix)weighted_\(metric.name)" }
                let repetitions = used[key, default: 0]
                used[key] = repetitions + 1
                if repetitions > 0 { key += "_\(repetitions)" }
                result.append(Entry(output: output, metric: metric, key: key, weighted: weighted))
            }
        }
        entries = result
        return result
    }

    /// Which metric belongs to which output. A bare name is for each output; a list must have an entry for each.
    private func assign(_ specification: MetricSpecification?, outputs: [String]) throws -> [(Int, MetricIdentifier)] {
        guard let specification else { return [] }
        if outputs.count == 1 {
            if case .dictionary(let entries) = specification {
                for key in entries.keys where !outputs.contains(key) { throw Self.unknownOutput(key, outputs) }
            }
            return Self.flatten(specification).map { (0, $0) }
        }
        switch specification {
        case .one(let identifier): return outputs.indices.map { ($0, identifier) }
        case .list(let list):
            guard list.count == outputs.count else {
                throw HornbillError(
                    .argument,
                    "the list of metrics has \(list.count) entries, but the model has \(outputs.count) outputs (\(outputs.joined(separator: ", "))): give one entry for each, a dictionary by output, or one bare name for all"
                )
            }
            return list.enumerated().flatMap { index, element in Self.flatten(element).map { (index, $0) } }
        case .dictionary(let entries):
            for key in entries.keys.sorted() where !outputs.contains(key) { throw Self.unknownOutput(key, outputs) }
            return outputs.enumerated().flatMap { index, name in
                entries[name].map { Self.flatten($0).map { (index, $0) } } ?? []
            }
        }
    }

    private static func unknownOutput(_ key: String, _ outputs: [String]) -> HornbillError {
        HornbillError(
            .unknownName,
            "there is no output '\(key)' for a metric; the outputs are: \(outputs.joined(separator: ", "))")
    }

    private static func flatten(_ specification: MetricSpecification) -> [MetricIdentifier] {
        switch specification {
        case .one(let identifier): [identifier]
        case .list(let list): list.flatMap(flatten)
        case .dictionary(let entries): entries.keys.sorted().flatMap { entries[$0].map(flatten) ?? [] }
        }
    }

    /// A metric by object or name; "accuracy" is the one that fits the shapes. A name stays the key as it was given.
    private static func metric(_ identifier: MetricIdentifier, _ truth: Tensor?, _ prediction: Tensor) throws -> Metric
    {
        switch identifier {
        case .metric(let metric): return metric
        case .name(let name):
            guard ["accuracy", "acc"].contains(name.lowercased()) else {
                let metric = try Lookup.find(name, in: Metrics.known, "metric")()
                metric.name = name
                return metric
            }
            guard let truth else { return Metrics.BinaryAccuracy(name: name) }
            switch TargetKind(truth, prediction) {
            case .binary: return Metrics.BinaryAccuracy(name: name)
            case .sparse: return Metrics.SparseCategoricalAccuracy(name: name)
            case .categorical: return Metrics.CategoricalAccuracy(name: name)
            }
        }
    }
}
