import Hornbill

/// The models around a user's: what is trained, what is evaluated, what is saved. They share its layers.
struct ModelAssembly {
    /// What the user's `buildModel` gave.
    let architecture: Model
    /// Codes → the outputs as they are trained on, named by their targets (``Target/output``). `compileModel` gets it.
    let training: Model
    /// Codes → the outputs in the targets' own units.
    let fromCodes: Model
    /// Raw columns by name → the same: the model that is saved.
    let saved: Model
    let layouts: [TargetLayout]

    /// - Parameters:
    ///   - encoders: of the targets.
    ///   - classWeights: by target, the weights that classes are trained with.
    /// - Throws: what the user's functions throw, and kind `argument` for a model that does not fit its targets.
    init(_ plan: FeaturePlan, architecture user: any Architecture, encoders: [TargetEncoder], classWeights: [[Double]])
        throws
    {
        let targets = encoders.map(\.target)
        let shapes = try plan.inputShapes()
        architecture = try user.buildModel(inputShapes: shapes, targets: targets)
        let codes = plan.makeCodeInputs()
        let outputs = try Self.outputs(of: architecture, on: plan.inputs(codes), targets: targets)
        let heads = try zip(outputs, targets).map { try Head($0, target: $1) }
        for (head, target) in zip(try Self.heads(of: architecture, heads, targets), targets) { try head.check(target) }
        training = try Model(
            inputs: codes,
            outputs: zip(outputs, targets).map { Activation("linear", name: $1.output)($0) }, name: "training")
        try user.compileModel(training, targets: targets)
        let losses = try LossForm.read(training, outputs: targets.map(\.output))
        layouts = try targets.indices.map { try heads[$0].layout(targets[$0], loss: losses[$0]) }

        func finished(_ outputs: [SymbolicTensor]) -> [SymbolicTensor] {
            zip(outputs, zip(encoders, classWeights)).map { Self.finish($0, $1.0, classWeights: $1.1) }
        }
        fromCodes = try Model(inputs: codes, outputs: finished(outputs), name: "from_codes")
        let raw = plan.makeRawInputs()
        let rawOutputs = try Self.outputs(of: architecture, on: plan.inputs(plan.codes(raw)), targets: targets)
        saved = try Model(inputs: raw, outputs: finished(rawOutputs), name: "table")
    }

    /// The model's outputs on these inputs, in the targets' order: by their names, or as they come.
    private static func outputs(
        of model: Model, on inputs: [String: SymbolicTensor], targets: [Target]
    ) throws -> [SymbolicTensor] {
        let structure: Structure<SymbolicTensor>
        if inputs.count == 1, let only = inputs.values.first {
            structure = model(only)
        } else {
            let known = model.inputNames
            if !known.isEmpty, let missing = inputs.keys.sorted().first(where: { !known.contains($0) }) {
                throw HornbillError(
                    .unknownName,
                    "the model has no input '\(missing)', to which columns are routed; its inputs are: \(known.joined(separator: ", "))"
                )
            }
            structure = model(inputs)
        }
        let leaves = structure.leaves
        for leaf in leaves { try leaf.validated() }
        guard leaves.count == targets.count else {
            throw HornbillError(
                .argument,
                "the model has \(leaves.count) outputs for \(targets.count) targets (\(targets.map(\.name).joined(separator: ", "))): give one for each"
            )
        }
        let names: [String]
        if case .dictionary(let entries) = structure {
            names = entries.keys.sorted()
        } else {
            names = model.outputNames
        }
        guard names.count == leaves.count, Set(names) == Set(targets.map(\.output)) else { return leaves }
        return targets.map { target in leaves[names.firstIndex(of: target.output) ?? 0] }
    }

    /// The heads with what the architecture's own layers tell about activations.
    private static func heads(of model: Model, _ heads: [Head], _ targets: [Target]) throws -> [Head] {
        let symbols = model.outputs
        guard symbols.count == targets.count else { return heads }
        let names = model.outputNames
        let byName = Set(names) == Set(targets.map(\.output))
        return try targets.indices.map { index in
            let place = byName ? names.firstIndex(of: targets[index].output) ?? index : index
            return try Head(symbols[place], target: targets[index])
        }
    }

    /// From what is trained to the target's own units: a regression is scaled back, and probabilities are those without
    /// the weights that classes had in training.
    private static func finish(
        _ output: SymbolicTensor, _ encoder: TargetEncoder, classWeights: [Double]
    ) -> SymbolicTensor {
        let name = encoder.target.output
        guard encoder.target.type.isClassification else {
            return Rescaling(encoder.deviation, offset: encoder.mean, name: name)(output)
        }
        guard Set(classWeights).count > 1 else { return Activation("linear", name: name)(output) }
        // Weights multiply the odds: they are divided out, and what is left is scaled to the sum 1.
        if output.shape.last == 1 {
            let (no, yes) = ((1.0 - output) / classWeights[0], output / classWeights[1])
            return Activation("linear", name: name)(yes / (no + yes))
        }
        let unweighted = Rescaling(classWeights.map { $0 > 0 ? 1 / $0 : 0 })(output)
        return Activation("linear", name: name)(unweighted / ops.sum(unweighted, axis: -1, keepDims: true))
    }
}
