import HornbillEngine

/// One batch for a step, or whole arrays: inputs, a target for each output, a weight for each output.
public struct StepData {
    public var x: TensorStructure
    /// Targets by output; nil where none were given.
    public var y: [Tensor?]
    /// Sample weights by output; nil where none were given.
    public var sampleWeights: [Tensor?]

    public init(x: TensorStructure, y: [Tensor?] = [], sampleWeights: [Tensor?] = []) {
        self.x = x
        self.y = y
        self.sampleWeights = sampleWeights
    }

    /// All tensors, in the order in which ``Layout`` numbers them.
    var tensors: [Tensor] { x.leaves + y.compactMap { $0 } + sampleWeights.compactMap { $0 } }

    /// Where each tensor stands, without the tensors.
    struct Layout: Hashable {
        var x: String
        var xCount: Int
        var y: [Bool]
        var sampleWeights: [Bool]
    }

    var layout: Layout {
        Layout(
            x: x.outline, xCount: x.leaves.count, y: y.map { $0 != nil }, sampleWeights: sampleWeights.map { $0 != nil }
        )
    }

    /// The same data with other tensors in place of ``tensors``.
    func replacing(_ tensors: [Tensor]) -> StepData {
        var next = x.leaves.count
        func take(_ present: Bool) -> Tensor? {
            guard present else { return nil }
            defer { next += 1 }
            return tensors[next]
        }
        let newX: TensorStructure = x.replacingLeaves(Array(tensors.prefix(x.leaves.count)))
        let newY = y.map { take($0 != nil) }
        return StepData(x: newX, y: newY, sampleWeights: sampleWeights.map { take($0 != nil) })
    }

    /// The number of samples.
    /// - Throws: kind `data` when the tensors differ in it, or there are none.
    func sampleCount(names: [String]) throws -> Int {
        var first: (name: String, count: Int)?
        func check(_ tensor: Tensor, _ name: String) throws {
            try tensor.validated()
            guard tensor.rank > 0 else {
                throw HornbillError(.data, "\(name) is a scalar: data needs an axis of samples first")
            }
            guard let known = first else {
                first = (name, tensor.shape[0])
                return
            }
            guard tensor.shape[0] == known.count else {
                throw HornbillError(
                    .data,
                    "the numbers of samples differ: \(known.name) has \(known.count), \(name) has \(tensor.shape[0])")
            }
        }
        let xs = x.leaves
        for (index, tensor) in xs.enumerated() { try check(tensor, xs.count == 1 ? "x" : "x[\(index)]") }
        for (index, tensor) in y.enumerated() {
            if let tensor {
                try check(
                    tensor, y.count == 1 ? "y" : "y for '\(names.indices.contains(index) ? names[index] : "\(index)")'")
            }
        }
        for case let tensor? in sampleWeights { try check(tensor, "sampleWeight") }
        guard let first, first.count > 0 else { throw HornbillError(.data, "the data is empty: there are no samples") }
        return first.count
    }
}

extension Model {
    /// Brings data in any form into the order of the model's inputs and outputs.
    /// - Throws: kind `unknownName` or `argument` for inputs and outputs that do not fit, `data` for weights.
    func prepare(
        x: TensorStructure, y: TensorStructure?, sampleWeight: TensorStructure?, classWeight: ClassWeights? = nil
    ) throws -> StepData {
        for leaf in x.leaves { try leaf.validated() }
        if let network {
            // Names are checked before any work starts.
            _ = try InputNames.align(x, names: network.inputs.leaves.map(\.name), structure: network.inputs)
        }
        try buildIfNeeded(x)
        let names = outputNames
        var data = StepData(x: x)
        if let y {
            for leaf in y.leaves { try leaf.validated() }
            data.y = try alignTargets(y, names: names)
        } else {
            data.y = Array(repeating: nil, count: names.count)
        }
        data.sampleWeights = try alignWeights(sampleWeight, targets: data.y, names: names)
        if let classWeight { try classWeight.apply(to: &data, names: names) }
        return data
    }

    /// A subclass or an unbuilt Sequential model builds itself from the first data.
    private func buildIfNeeded(_ x: TensorStructure) throws {
        try (self as? Sequential)?.checkFailure()
        guard network == nil else { return }
        let shapes = x.map { PartialShape($0.rank > 0 ? [nil] + $0.shape.dimensions.dropFirst().map { $0 } : []) }
        if self is Sequential {
            try build(inputShapes: shapes)
        } else if observed == nil {
            let dtypes = x.leaves.map(\.dtype)
            try buildByTracing(shapes, dtypes: dtypes)
        }
    }

    private func alignTargets(_ y: TensorStructure, names: [String]) throws -> [Tensor?] {
        guard case .dictionary(let entries) = y else {
            let leaves = y.leaves
            if leaves.count == names.count { return leaves }
            // Targets for the outputs that have a loss, in their order.
            let expecting = names.indices.filter { compiled?.losses.expectsTarget($0, names: names) ?? true }
            guard expecting.count == leaves.count else {
                throw HornbillError(
                    .argument,
                    "the model has \(names.count) outputs (\(names.joined(separator: ", "))), but \(leaves.count) targets were given"
                )
            }
            var result: [Tensor?] = Array(repeating: nil, count: names.count)
            for (index, leaf) in zip(expecting, leaves) { result[index] = leaf }
            return result
        }
        for key in entries.keys.sorted() where !names.contains(key) {
            throw HornbillError(
                .unknownName, "there is no output '\(key)'; the outputs are: \(names.joined(separator: ", "))")
        }
        return try names.map { name in
            guard let entry = entries[name] else { return nil }
            guard let tensor = entry.single else {
                throw HornbillError(
                    .argument, "the targets of the output '\(name)' must be one tensor, not \(entry.outline)")
            }
            return tensor
        }
    }

    /// One weight tensor serves all outputs; otherwise there is one for each, by position or name.
    private func alignWeights(_ weights: TensorStructure?, targets: [Tensor?], names: [String]) throws -> [Tensor?] {
        guard let weights else { return Array(repeating: nil, count: names.count) }
        for leaf in weights.leaves { try leaf.validated() }
        switch weights {
        case .tensor(let weight): return targets.map { $0 == nil ? nil : weight }
        case .dictionary(let entries):
            for key in entries.keys.sorted() where !names.contains(key) {
                throw HornbillError(
                    .unknownName,
                    "there is no output '\(key)' for sample weights; the outputs are: \(names.joined(separator: ", "))")
            }
            return names.map { entries[$0]?.single }
        case .list(let list):
            guard list.count == names.count else {
                throw HornbillError(
                    .argument,
                    "\(list.count) sample weights were given for \(names.count) outputs (\(names.joined(separator: ", ")))"
                )
            }
            return list.map(\.single)
        }
    }
}
