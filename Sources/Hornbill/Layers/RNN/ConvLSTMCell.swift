import HornbillEngine

/// A step of ``ConvLSTM1D`` and its like: an ``LSTMCell`` whose products are convolutions. Strides, padding and dilation
/// are those of the input's convolution; the state's keeps the size. Made by these layers only.
public final class ConvLSTMCell: RecurrentCell, EmbeddedCell {
    let options: GateOptions
    let window: ConvLSTMWindow
    let unitForgetBias: Bool
    private var generator: SeedGenerator?
    private var kernel: Variable?
    private var recurrentKernel: Variable?
    private var bias: Variable?
    /// The shape of one sample's state.
    private var stateShape: [Int] = []
    private var sampleShape: [Int] = []

    init(
        _ options: GateOptions, _ window: ConvLSTMWindow, unitForgetBias: Bool, trainable: Bool, dtype: DTypePolicy?
    ) {
        self.options = options
        self.window = window
        self.unitForgetBias = unitForgetBias
        super.init(name: "conv_lstm_cell", trainable: trainable, dtype: dtype)
        if options.dropout > 0 || options.recurrentDropout > 0 { generator = addSeedGenerator(seed: options.seed) }
    }

    private var filters: Int { options.units }
    /// Where the channels are, counted from the end.
    private var channelAxis: Int { window.dataFormat == .channelsLast ? -1 : -1 - window.rank }

    override public var stateSize: [Int] { [filters, filters] }

    override public func getInitialState(batchSize: Int) throws -> [Tensor] {
        try (0..<2).map { _ in try ops.zeros(Shape([batchSize] + stateShape), dtype: computeDtype).validated() }
    }

    override public func build(inputShape: PartialShape) throws {
        try filters.checkSize("filters")
        guard inputShape.rank == window.rank + 2 else {
            throw HornbillError(
                .shape, "expected steps of \(window.rank + 2) axes with the batch, got the shape \(inputShape)")
        }
        let sample = inputShape.dimensions.dropFirst().compactMap { $0 }
        guard sample.count == window.rank + 1 else {
            throw HornbillError(.shape, "the sizes of a step's image must be known, got the shape \(inputShape)")
        }
        sampleShape = sample
        let channelsLast = window.dataFormat == .channelsLast
        let channels = channelsLast ? sample[window.rank] : sample[0]
        let (kernelSize, sizes) = try window.outputSizes(Array(channelsLast ? sample.dropLast() : sample.dropFirst()))
        stateShape = channelsLast ? sizes + [filters] : [filters] + sizes
        kernel = try addWeight(
            name: "kernel", shape: Shape(kernelSize + [channels, 4 * filters]), initializer: options.kernelInitializer,
            regularizer: options.kernelRegularizer, constraint: options.kernelConstraint)
        recurrentKernel = try addWeight(
            name: "recurrent_kernel", shape: Shape(kernelSize + [filters, 4 * filters]),
            initializer: options.recurrentInitializer, regularizer: options.recurrentRegularizer,
            constraint: options.recurrentConstraint)
        if options.useBias {
            bias = try addWeight(
                name: "bias", shape: [4 * filters],
                initializer: unitForgetBias
                    ? UnitForgetBias(options.biasInitializer, filters) : options.biasInitializer,
                regularizer: options.biasRegularizer, constraint: options.biasConstraint)
        }
    }

    override public func copy() throws -> RecurrentCell {
        ConvLSTMCell(options, window, unitForgetBias: unitForgetBias, trainable: trainable, dtype: dtypePolicy)
    }

    // MARK: A step

    /// Four masks of the input and four of the state, one a gate, or none.
    private func masks(batch: Int, _ context: CallContext) throws -> (input: [Tensor], state: [Tensor]) {
        guard context.training, let generator else { return ([], []) }
        func draw(_ rate: Double, _ shape: [Int]) throws -> [Tensor] {
            guard rate > 0, rate < 1 else { return [] }
            let ones = ops.ones(Shape([batch] + shape), dtype: computeDtype)
            return try (0..<4).map { _ in try random.dropout(ones, rate: rate, seed: generator).validated() }
        }
        return (try draw(options.dropout, sampleShape), try draw(options.recurrentDropout, stateShape))
    }

    private func convolve(_ x: Tensor, _ kernel: Tensor) -> Tensor {
        ops.conv(
            x, kernel, strides: window.strides, padding: window.padding, dataFormat: window.dataFormat,
            dilationRate: window.dilationRate)
    }

    /// The input's share of the gates, for many samples at once.
    private func project(_ x: Tensor, _ masked: [Tensor]) throws -> Tensor {
        let kernel = try kernel.required()
        var y: Tensor
        if masked.isEmpty {
            y = convolve(x, kernel)
        } else {
            y = ops.concatenate(
                zip(masked, ops.split(kernel, 4, axis: -1)).map { convolve($0, $1) }, axis: channelAxis)
        }
        if options.useBias {
            let shape =
                window.dataFormat == .channelsLast
                ? [4 * filters] : [4 * filters] + Array(repeating: 1, count: window.rank)
            y = try y + ops.reshape(bias.required(), Shape(shape))
        }
        return try y.validated()
    }

    private func step(
        _ projected: Tensor, _ states: [Tensor], _ masks: [Tensor]
    ) throws -> (output: Tensor, states: [Tensor]) {
        let kernel = try recurrentKernel.required()
        func product(_ h: Tensor, _ kernel: Tensor) -> Tensor {
            ops.conv(h, kernel, padding: .same, dataFormat: window.dataFormat)
        }
        let r: [Tensor] =
            masks.isEmpty
            ? ops.split(product(states[0], kernel), 4, axis: channelAxis)
            : zip(masks, ops.split(kernel, 4, axis: -1)).map { product(states[0] * $0, $1) }
        let x = ops.split(projected, 4, axis: channelAxis)
        let (activation, gate) = (options.activation, options.recurrentActivation ?? .sigmoid)
        let (i, f) = try (gate(x[0] + r[0]), gate(x[1] + r[1]))
        let (g, o) = try (activation(x[2] + r[2]), gate(x[3] + r[3]))
        let c = f * states[1] + i * g
        let h = try o * activation(c)
        return (h, [h, c])
    }

    override public func call(
        _ input: Tensor, states: [Tensor], context: CallContext
    ) throws -> (output: Tensor, states: [Tensor]) {
        let masks = try self.masks(batch: input.shape[0], context)
        return try step(project(input, masks.input.map { input * $0 }), states, masks.state)
    }

    override package func begin(_ sequence: Tensor, _ states: [Tensor], _ context: CallContext) throws -> CellLoop {
        try within(context) {
            let (steps, batch) = (sequence.shape[0], sequence.shape[1])
            let masks = try self.masks(batch: batch, context)
            // All steps of all samples are so many images of one convolution.
            func merged(_ tensor: Tensor) -> Tensor {
                ops.reshape(tensor, Shape([steps * batch] + tensor.shape.dimensions.dropFirst(2)))
            }
            let y = try project(merged(sequence), masks.input.map { merged(sequence * $0) })
            let projected = ops.reshape(y, Shape([steps, batch] + y.shape.dimensions.dropFirst()))
            return CellLoop(sequences: [projected]) { parts, states in
                try self.within(context) { try self.step(parts[0], states, masks.state) }
            }
        }
    }

    public convenience init(layer config: ConfigReader, inputRank: Int) throws {
        try self.init(
            GateOptions(config, hasGates: true, size: "filters"),
            ConvLSTMWindow(
                rank: inputRank - 3, kernelSize: config.sizes("kernel_size"), strides: config.sizes("strides", [1]),
                padding: config.padding(), dataFormat: config.dataFormat(),
                dilationRate: config.sizes("dilation_rate", [1])),
            unitForgetBias: config.bool("unit_forget_bias", true), trainable: config.trainable, dtype: config.dtype)
    }

    public func layerConfig(activity: (any RegularizerConvertible)?) -> Config {
        options.config(
            size: window.config(filters: filters), initializers: ["unit_forget_bias": .bool(unitForgetBias)],
            activity: .some(activity))
    }

    override public func getConfig() -> Config {
        super.getConfig().merging(layerConfig(activity: nil))
    }
}

/// The window of a convolutional LSTM.
struct ConvLSTMWindow {
    var rank: Int
    var kernelSize: any SpatialSizes
    var strides: any SpatialSizes
    var padding: Padding
    var dataFormat: DataFormat
    var dilationRate: any SpatialSizes

    /// The window's sizes, and the sizes of the output for an image of these.
    func outputSizes(_ image: [Int]) throws -> (kernel: [Int], output: [Int]) {
        try padding.check("a convolutional LSTM")
        let kernel = try kernelSize.expanded(rank, "kernelSize")
        let (strides, dilation) = (
            try strides.expanded(rank, "strides"), try dilationRate.expanded(rank, "dilationRate")
        )
        guard strides.allSatisfy({ $0 == 1 }) || dilation.allSatisfy({ $0 == 1 }) else {
            throw HornbillError(
                .argument, "strides \(strides) and a dilationRate of \(dilation) do not go together: one must be 1")
        }
        let output = image.indices.map { axis in
            let reach = padding == .same ? 1 : dilation[axis] * (kernel[axis] - 1) + 1
            return max(image[axis] - reach + strides[axis], 0) / strides[axis]
        }
        guard !output.contains(0) else {
            throw HornbillError(
                .shape, "a window of \(kernel) with a dilationRate of \(dilation) does not fit images of \(image)")
        }
        return (kernel, output)
    }

    func config(filters: Int) -> Config {
        func sizes(_ sizes: any SpatialSizes) -> ConfigValue {
            let all = sizes.spatialSizes
            return ConfigValue(all.count == 1 ? Array(repeating: all[0], count: rank) : all)
        }
        return [
            "filters": .int(filters), "kernel_size": sizes(kernelSize), "strides": sizes(strides),
            "padding": .string(padding.name), "data_format": .string(dataFormat.rawValue),
            "dilation_rate": sizes(dilationRate),
        ]
    }
}
