import HornbillEngine

/// All that a run has to remember between two steps: a run of the same program on the same data that is given it goes on
/// to the same bits.
package struct TrainingState {
    /// The epoch that goes on, or comes next, from 0.
    var epoch: Int
    /// Steps done in it.
    var step: Int
    /// Whether the epoch had begun.
    var isWithinEpoch: Bool
    /// Whether a callback has asked for the end.
    var stopTraining: Bool
    /// What data there were, and where in them the run was.
    var dataIdentity: String
    var position: EpochFeeder.Position
    /// The session's random generators by number.
    var generators: [Int: [Int64]]
    /// Weights, optimizer state, metrics, random state.
    var variables: [StoredVariable]
    /// Of the callbacks that have something to remember.
    var callbacks: [CallbackState]
    /// Those of the last epoch that was completed.
    var logs: Logs

    struct StoredVariable {
        var path: String
        var value: Tensor
    }
}

extension TrainingRun {
    /// The state now: call it between two steps. Nothing is copied before the next step writes to it.
    package func state() throws -> TrainingState {
        TrainingState(
            epoch: epoch, step: step, isWithinEpoch: isWithinEpoch, stopTraining: model.stopTraining,
            dataIdentity: source.identity, position: feeder.position,
            generators: try Session.current.seedGenerators.mapValues { try $0.position() },
            variables: try variables().map { .init(path: $0.path, value: $0.value) },
            callbacks: callbacks.states, logs: logs)
    }

    /// Makes the variables that a step needs, so that they can be restored.
    func prepare(for state: TrainingState) throws {
        guard state.dataIdentity == source.identity else {
            throw HornbillError(
                .state,
                "the run to resume had \(state.dataIdentity) to train on, and this one has \(source.identity): give it the same data and batch size"
            )
        }
        epoch = state.epoch
        guard let batch = try feeder.peek() else { throw HornbillError(.data, "the data gave no batch") }
        _ = try loop.prepare(.train, batch)
    }

    func restore(_ state: TrainingState) throws {
        let variables = try variables()
        try check(state.variables, fit: variables)
        (epoch, step, logs) = (state.epoch, state.step, state.logs)
        model.stopTraining = state.stopTraining
        let replays = try feeder.resume(state.position, step: state.step, startsEpoch: !state.isWithinEpoch)
        try restore(generators: state.generators, replayedFrom: replays ? state.position.origin.generators : [:])
        for (variable, stored) in zip(variables, state.variables) { try variable.assign(stored.value) }
        try callbacks.restore(state.callbacks)
    }

    /// Generators that the replayed data have drawn from are where they have to be, with what was made ahead; the others
    /// go where they were.
    private func restore(generators: [Int: [Int64]], replayedFrom origin: [Int: [Int64]]) throws {
        let known = Session.current.seedGenerators
        for (number, position) in generators {
            guard let generator = known[number] else { continue }
            if let start = origin[number], try generator.position() != start { continue }
            try generator.move(to: position)
        }
    }

    /// Every variable that a step reads or changes, each once, in an order that the program alone determines.
    private func variables() throws -> [Variable] {
        let compiled = try model.requireCompiled()
        var found = model.weights
        for layer in model.allLayers { for each in layer.seedGenerators { found.append(try each.state) } }
        found += compiled.optimizer.variables
        for (_, metric) in compiled.all { found += metric.variables }
        // Those of nobody, which a step of the user's own has.
        found += loop.variables
        var seen: Set<ObjectIdentifier> = []
        return found.filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    private func check(_ stored: [TrainingState.StoredVariable], fit variables: [Variable]) throws {
        var problems: [String] = []
        for index in 0..<max(stored.count, variables.count) {
            let variable = index < variables.count ? variables[index] : nil
            let value = index < stored.count ? stored[index] : nil
            if let variable, let value, variable.type == value.value.type { continue }
            let expected = variable.map { "'\($0.path)' of \($0.type)" } ?? "nothing"
            problems.append(
                "expected \(expected), found \(value.map { "'\($0.path)' of \($0.value.type)" } ?? "nothing")")
        }
        guard problems.isEmpty else {
            throw HornbillError(
                .state,
                "the run to resume was of another model or was compiled otherwise; \(problems.count) variables differ: "
                    + problems.prefix(20).joined(separator: "; "))
        }
    }
}
