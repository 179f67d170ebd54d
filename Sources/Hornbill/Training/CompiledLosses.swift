import HornbillEngine

/// The losses of a compiled model, resolved once the shapes of targets and outputs are known.
package final class CompiledLosses {
    struct Entry {
        /// The position of the output.
        let output: Int
        let loss: Loss
        let weight: Double?
        /// Follows the mean of this output's loss; nil where there is only one.
        let tracker: Metrics.Mean?
    }

    /// What `compile` was given.
    let specification: LossSpecification?
    let weights: LossWeights?
    private(set) var entries: [Entry]?

    init(_ specification: LossSpecification?, weights: LossWeights?) {
        self.specification = specification
        self.weights = weights
    }

    /// The metrics that follow each output's loss.
    var trackers: [Metrics.Mean] { (entries ?? []).compactMap(\.tracker) }

    /// Whether output number `index` has a loss, as far as the specification tells.
    func expectsTarget(_ index: Int, names: [String]) -> Bool {
        switch specification {
        case nil: false
        case .one: true
        case .list(let list): list.indices.contains(index) && list[index] != nil
        case .dictionary(let entries): names.indices.contains(index) && entries[names[index]] != nil
        }
    }

    /// The loss of output number `index`, for targets of the shape of its predictions; nil if it has none.
    /// - Throws: kind `unknownName` for a name that is no loss's.
    package func loss(of index: Int, names: [String], _ prediction: Tensor) throws -> Loss? {
        func find(_ specification: LossSpecification?) throws -> Loss? {
            switch specification {
            case nil: nil
            case .one(let identifier): try Self.loss(identifier, prediction, prediction)
            case .list(let list) where names.count == 1: try list.lazy.compactMap(find).first
            case .list(let list): list.indices.contains(index) ? try find(list[index]) : nil
            case .dictionary(let entries): names.indices.contains(index) ? try find(entries[names[index]]) : nil
            }
        }
        return try find(specification)
    }

    /// The weighted sum of the losses of all outputs, nil if there is no loss at all; updates the trackers.
    func total(_ yTrue: [Tensor?], _ yPred: [Tensor], sampleWeights: [Tensor?], names: [String], prefixes: [String?])
        throws -> Tensor?
    {
        let entries = try resolved(yTrue, yPred, names: names, prefixes: prefixes)
        var total: Tensor?
        for entry in entries {
            guard let truth = yTrue[entry.output] else {
                throw HornbillError(
                    .data, "the output '\(names[entry.output])' has a loss, but no targets were given for it")
            }
            let prediction = yPred[entry.output]
            var value: Tensor
            do {
                try Self.checkShapes(truth, prediction)
                value = try entry.loss(
                    truth, prediction, sampleWeight: sampleWeights[entry.output], mask: prediction.mask
                ).cast(to: .float32)
            } catch {
                throw HornbillError.wrap(error).at(
                    nil, layer: "output '\(names[entry.output])', loss \(entry.loss.displayName)")
            }
            if value.rank > 0 {
                throw HornbillError(
                    .shape,
                    "the loss \(entry.loss.displayName) of the output '\(names[entry.output])' has the shape \(value.shape): training needs a scalar, so its reduction cannot be none"
                )
            }
            try entry.tracker?.updateState(value, count: Double(prediction.shape.first ?? 1))
            if let weight = entry.weight { value = value * weight }
            total = total.map { $0 + value } ?? value
        }
        return total
    }

    /// Targets and outputs must be for the same samples.
    private static func checkShapes(_ truth: Tensor, _ prediction: Tensor) throws {
        if truth.rank > 0, prediction.rank > 0, truth.shape[0] != prediction.shape[0] {
            throw HornbillError(.shape, "the targets have \(truth.shape[0]) rows, the outputs \(prediction.shape[0])")
        }
    }

    private func resolved(_ yTrue: [Tensor?], _ yPred: [Tensor], names: [String], prefixes: [String?]) throws -> [Entry]
    {
        if let entries { return entries }
        guard let specification else { return [] }
        var chosen: [(output: Int, loss: Loss, key: String)] = []
        func choose(_ specification: LossSpecification?, _ output: Int) throws {
            switch specification {
            case nil: break
            case .one(let identifier):
                guard let truth = yTrue[output] else {
                    throw HornbillError(
                        .data, "the output '\(names[output])' has a loss, but no targets were given for it")
                }
                let loss = try Self.loss(identifier, truth, yPred[output])
                let prefix = prefixes.indices.contains(output) ? prefixes[output] : nil
                chosen.append((output, loss, "\(prefix ?? identifier.key)_loss"))
            case .list(let list):
                for element in list { try choose(element, output) }
            case .dictionary:
                throw HornbillError(.argument, "the loss of the output '\(names[output])' cannot be a dictionary")
            }
        }
        switch specification {
        case .one: for output in yPred.indices { try choose(specification, output) }
        case .list(let list):
            guard list.count == yPred.count || yPred.count == 1 else {
                throw HornbillError(
                    .argument,
                    "the list of losses has \(list.count) entries, but the model has \(yPred.count) outputs (\(names.joined(separator: ", "))): give one for each, or a single loss for all"
                )
            }
            for (index, element) in list.enumerated() { try choose(element, yPred.count == 1 ? 0 : index) }
        case .dictionary(let entries):
            for key in entries.keys.sorted() where !names.contains(key) {
                throw HornbillError(
                    .unknownName,
                    "there is no output '\(key)' for a loss; the outputs are: \(names.joined(separator: ", "))")
            }
            for (index, name) in names.enumerated() { try choose(entries[name], index) }
        }
        let weights = try self.weights?.resolve(outputs: names) ?? [:]
        var used: [String: Int] = [:]
        let result = chosen.map { choice in
            let repetitions = used[choice.key, default: 0]
            used[choice.key] = repetitions + 1
            let key = repetitions > 0 ? "\(choice.key)_\(repetitions)" : choice.key
            return Entry(
                output: choice.output, loss: choice.loss, weight: weights[choice.output],
                tracker: chosen.count > 1 ? Metrics.Mean(name: key) : nil)
        }
        entries = result
        return result
    }

    /// A loss by object or name; "crossentropy" is the one that fits the shapes.
    private static func loss(_ identifier: LossIdentifier, _ truth: Tensor, _ prediction: Tensor) throws -> Loss {
        switch identifier {
        case .loss(let loss): return loss
        case .name(let name):
            guard ["crossentropy", "ce"].contains(name.lowercased()) else {
                return try Lookup.find(name, in: Losses.known, "loss")()
            }
            switch TargetKind(truth, prediction) {
            case .binary: return Losses.BinaryCrossentropy()
            case .sparse: return Losses.SparseCategoricalCrossentropy()
            case .categorical: return Losses.CategoricalCrossentropy()
            }
        }
    }
}

extension LossIdentifier {
    /// The name that keys are made of: as it was given.
    var key: String {
        switch self {
        case .loss(let loss): loss.displayName
        case .name(let name): name
        }
    }
}

/// What kind of classification targets and outputs of these shapes are, by Keras's rule.
enum TargetKind {
    case binary, sparse, categorical

    init(_ truth: Tensor, _ prediction: Tensor) {
        let classes = prediction.shape.last ?? 1
        if classes == 1 {
            self = .binary
        } else if truth.rank < prediction.rank || (truth.shape.last == 1 && classes > 1) {
            self = .sparse
        } else {
            self = .categorical
        }
    }
}

/// How much each output's loss counts: by position or by name.
public enum LossWeights {
    case list([Double])
    case dictionary([String: Double])

    /// Weights by the position of the output.
    func resolve(outputs: [String]) throws -> [Int: Double] {
        switch self {
        case .list(let weights):
            guard weights.count == outputs.count else {
                throw HornbillError(
                    .argument,
                    "\(weights.count) loss weights were given for \(outputs.count) outputs (\(outputs.joined(separator: ", ")))"
                )
            }
            return Dictionary(uniqueKeysWithValues: weights.enumerated().map { ($0, $1) })
        case .dictionary(let weights):
            var result: [Int: Double] = [:]
            for (name, weight) in weights.sorted(by: { $0.key < $1.key }) {
                guard let index = outputs.firstIndex(of: name) else {
                    throw HornbillError(
                        .unknownName,
                        "there is no output '\(name)' for a loss weight; the outputs are: \(outputs.joined(separator: ", "))"
                    )
                }
                result[index] = weight
            }
            return result
        }
    }
}

/// What can be given as loss weights: `[1, 0.5]` or `["priority": 1, "department": 0.2]`.
public protocol LossWeightsConvertible {
    var asLossWeights: LossWeights { get }
}

extension Array: LossWeightsConvertible where Element: ScalarOperand {
    public var asLossWeights: LossWeights { .list(map(\.doubleValue)) }
}

extension Dictionary: LossWeightsConvertible where Key == String, Value: ScalarOperand {
    public var asLossWeights: LossWeights { .dictionary(mapValues(\.doubleValue)) }
}

extension ScalarOperand {
    var doubleValue: Double {
        switch argument {
        case .int(let value): Double(value)
        case .double(let value): value
        default: .nan
        }
    }
}
