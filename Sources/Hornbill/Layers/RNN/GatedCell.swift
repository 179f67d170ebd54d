import HornbillEngine

/// What the cells of SimpleRNN, LSTM and GRU have in common: `kernel` (features, gates × units), `recurrent_kernel`
/// (units, gates × units) and `bias`, with dropout of the input and of the state.
public class GatedCell: RecurrentCell {
    let options: GateOptions
    private var generator: SeedGenerator?
    public private(set) var kernel: Variable?
    public private(set) var recurrentKernel: Variable?
    public private(set) var bias: Variable?

    public var units: Int { options.units }

    init(_ options: GateOptions, name: String?, trainable: Bool, dtype: DTypePolicy?) {
        self.options = options
        super.init(name: name, trainable: trainable, dtype: dtype)
        if options.dropout > 0 || options.recurrentDropout > 0 { generator = addSeedGenerator(seed: options.seed) }
    }

    /// How many products of `units` columns a step is made of.
    var gateCount: Int { 1 }
    /// Whether each gate has dropout masks of its own; as in Keras, only where the state is dropped.
    private var masksEachGate: Bool { gateCount > 1 && options.recurrentDropout > 0 }
    var biasShape: Shape { [gateCount * units] }
    var biasStart: any InitializerConvertible { options.biasInitializer }
    /// The part of the bias that belongs to the input's product.
    func inputBias() throws -> Tensor { try bias.required() }

    override public var stateSize: [Int] { [units] }

    override public func build(inputShape: PartialShape) throws {
        try units.checkSize("units")
        guard let features = inputShape.last else {
            throw HornbillError(
                .shape, "the last axis of the input must be known, got the shape \(inputShape)", layer: label)
        }
        kernel = try addWeight(
            name: "kernel", shape: [features, gateCount * units], initializer: options.kernelInitializer,
            regularizer: options.kernelRegularizer, constraint: options.kernelConstraint)
        recurrentKernel = try addWeight(
            name: "recurrent_kernel", shape: [units, gateCount * units], initializer: options.recurrentInitializer,
            regularizer: options.recurrentRegularizer, constraint: options.recurrentConstraint)
        if options.useBias {
            bias = try addWeight(
                name: "bias", shape: biasShape, initializer: biasStart, regularizer: options.biasRegularizer,
                constraint: options.biasConstraint)
        }
    }

    // MARK: A step

    /// What is dropped in all steps of one call; empty where nothing is.
    struct Masks {
        var input: [Tensor] = []
        var state: [Tensor] = []
    }

    /// Draws the masks of a call.
    func masks(batch: Int, _ context: CallContext) throws -> Masks {
        guard context.training, let generator, let features = kernel?.shape.first else { return Masks() }
        func draw(_ rate: Double, _ size: Int) throws -> [Tensor] {
            guard rate > 0, rate < 1 else { return [] }
            let ones = ops.ones([batch, size], dtype: computeDtype)
            return try (0..<(masksEachGate ? gateCount : 1)).map { _ in
                try random.dropout(ones, rate: rate, seed: generator).validated()
            }
        }
        return Masks(input: try draw(options.dropout, features), state: try draw(options.recurrentDropout, units))
    }

    /// The input's share of all gates, for one step or for all at once: `(…, gates × units)`.
    final func project(_ x: Tensor, _ masks: Masks) throws -> Tensor {
        let kernel = try kernel.required()
        var y: Tensor
        if masks.input.count > 1 {
            let parts = zip(masks.input, ops.split(kernel, gateCount, axis: 1)).map { ops.matmul(x * $0, $1) }
            y = ops.concatenate(parts, axis: -1)
        } else {
            y = ops.matmul(masks.input.first.map { x * $0 } ?? x, kernel)
        }
        if options.useBias { y = try y + inputBias() }
        return try y.validated()
    }

    /// The state's share of some gates, one tensor a gate.
    /// - Parameters:
    ///   - recurrent: the columns of the recurrent kernel for these gates.
    ///   - bias: added to the product.
    ///   - masks: of these gates, one for all, or none.
    final func stateGates(_ h: Tensor, _ recurrent: Tensor, bias: Tensor? = nil, _ masks: [Tensor]) -> [Tensor] {
        let count = (recurrent.shape.last ?? 0) / max(units, 1)
        if masks.count > 1 {
            let columns = ops.split(recurrent, count, axis: 1)
            let biases = bias.map { ops.split($0, count) }
            return columns.indices.map { gate in
                let product = ops.matmul(h * masks[gate], columns[gate])
                return biases.map { product + $0[gate] } ?? product
            }
        }
        var product = ops.matmul(masks.first.map { h * $0 } ?? h, recurrent)
        if let bias { product = product + bias }
        return count == 1 ? [product] : ops.split(product, count, axis: -1)
    }

    /// The rest of a step, after the input's product.
    func step(
        _ projected: Tensor, _ states: [Tensor], _ masks: Masks
    ) throws -> (output: Tensor, states: [Tensor]) {
        throw HornbillError(.internal, "\(kerasClassName) has no step")
    }

    override public final func call(
        _ input: Tensor, states: [Tensor], context: CallContext
    ) throws -> (output: Tensor, states: [Tensor]) {
        let masks = try self.masks(batch: input.shape[0], context)
        return try step(project(input, masks), states, masks)
    }

    override package final func begin(
        _ sequence: Tensor, _ states: [Tensor], _ context: CallContext
    ) throws -> CellLoop {
        try within(context) {
            let masks = try self.masks(batch: sequence.shape[1], context)
            return CellLoop(sequences: [try project(sequence, masks)]) { parts, states in
                try self.within(context) { try self.step(parts[0], states, masks) }
            }
        }
    }
}
