import HornbillEngine

/// Several cells as one, each taking the output of the one before. Its states are those of all cells, in order.
/// Follows Keras's [StackedRNNCells](https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/).
public final class StackedRNNCells: RecurrentCell {
    public let cells: [RecurrentCell]

    /// - Parameter cells: at least one.
    public init(_ cells: [RecurrentCell], name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil) {
        self.cells = cells
        super.init(name: name, trainable: trainable, dtype: dtype)
    }

    override public var kerasClassName: String { "StackedRNNCells" }
    override public var automaticName: String { "stacked_rnn_cells" }
    override public var stateSize: [Int] { cells.flatMap(\.stateSize) }
    override public var outputSize: Int { cells.last?.outputSize ?? 0 }
    override package var stateCount: Int { cells.reduce(0) { $0 + $1.stateCount } }
    override package var outputState: Int {
        cells.dropLast().reduce(0) { $0 + $1.stateCount } + (cells.last?.outputState ?? 0)
    }

    override public func getInitialState(batchSize: Int) throws -> [Tensor] {
        try cells.flatMap { try $0.getInitialState(batchSize: batchSize) }
    }

    override public func build(inputShape: PartialShape) throws {
        guard !cells.isEmpty else { throw HornbillError(.argument, "there must be at least one cell", layer: label) }
        var shape = inputShape
        for cell in cells {
            try cell.ensureBuilt(.tensor(shape))
            shape = [inputShape[0], cell.outputSize]
        }
    }

    override public func copy() throws -> RecurrentCell {
        StackedRNNCells(try cells.map { try $0.copy() }, name: name, trainable: trainable, dtype: dtypePolicy)
    }

    /// The states of each cell.
    private func parts(of states: [Tensor]) -> [[Tensor]] {
        var first = 0
        return cells.map { cell in
            defer { first += cell.stateCount }
            return Array(states[first..<(first + cell.stateCount)])
        }
    }

    override public func call(
        _ input: Tensor, states: [Tensor], context: CallContext
    ) throws -> (output: Tensor, states: [Tensor]) {
        var (x, after) = (input, [Tensor]())
        for (cell, states) in zip(cells, parts(of: states)) {
            let (output, next) = cell(x, states: states, training: context.training)
            x = try output.validated()
            after += next
        }
        return (x, after)
    }

    /// Dropout masks are drawn once for all steps; the first cell's product is one for all of them.
    override package func begin(_ sequence: Tensor, _ states: [Tensor], _ context: CallContext) throws -> CellLoop {
        let batch = sequence.shape[1]
        let masks = try cells.map { cell in
            try (cell as? GatedCell).map { gated in try gated.within(context) { try gated.masks(batch: batch, context) }
            }
        }
        let first = try cells[0].begin(sequence, parts(of: states)[0], context)
        return CellLoop(sequences: first.sequences) { steps, states in
            var (x, after) = (steps[0], [Tensor]())
            for (index, (cell, states)) in zip(self.cells, self.parts(of: states)).enumerated() {
                let next: (output: Tensor, states: [Tensor])
                if index == 0 {
                    next = try first.step(steps, states)
                } else if let gated = cell as? GatedCell, let masks = masks[index] {
                    let input = x
                    next = try gated.within(context) {
                        try gated.step(gated.project(input, masks), states, masks)
                    }
                } else {
                    next = cell(x, states: states, training: context.training)
                }
                x = try next.output.validated()
                after += next.states
            }
            return (x, after)
        }
    }

    override public convenience init(config: ConfigReader) throws {
        let cells = try config.cells("cells")
        try self.init(cells, name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(["cells": .list(cells.map(\.serialized))])
    }
}
