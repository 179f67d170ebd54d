import HornbillEngine

/// Several features together to a fixed number of bins, by a hash of their combination: the same bins as in Keras.
///
/// Input: a list of tensors of strings or integers, all `()`, `(batch)` or `(batch, 1)`; output: int64 of that shape, or
/// float32 with `numBins` elements at the end. It runs before the compiled step.
/// Follows Keras's
/// [HashedCrossing](https://keras.io/api/layers/preprocessing_layers/categorical/hashed_crossing/).
public final class HashedCrossing: HostLayer {
    public let numBins: Int
    public let outputMode: OutputMode

    public init(numBins: Int, outputMode: OutputMode = .int, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.numBins = numBins
        self.outputMode = outputMode
        super.init(name: name, dtype: dtype ?? (outputMode == .int ? DTypePolicy(.int64) : nil))
        checkArguments {
            guard numBins > 0 else { throw HornbillError(.argument, "numBins must be at least 1, not \(numBins)") }
            try outputMode.check([.int, .oneHot])
            try checkDType(outputMode)
        }
    }

    private func check(_ inputs: [LayerNode.Output]) throws {
        guard inputs.count >= 2 else {
            throw HornbillError(.argument, "HashedCrossing takes a list of at least two tensors", layer: label)
        }
        for input in inputs {
            let shape = input.shape
            guard shape.rank < 2 || (shape.rank == 2 && shape.last ?? 1 == 1) else {
                throw HornbillError(
                    .shape, "HashedCrossing takes tensors of shape (), (batch,) or (batch, 1), not \(shape)",
                    layer: label)
            }
            guard shape.accepts(inputs[0].shape) else {
                throw HornbillError(
                    .shape, "HashedCrossing takes tensors of one shape, not \(inputs[0].shape) and \(shape)",
                    layer: label)
            }
            guard input.dtype == .string || input.dtype.isInteger else {
                throw HornbillError(
                    .dtype, "HashedCrossing takes strings and integers, not \(input.dtype)", layer: label)
            }
        }
    }

    override func outputType(_ inputs: [LayerNode.Output]) throws -> LayerNode.Output {
        try check(inputs)
        return LayerNode.Output(
            shape: outputMode.outputShape(inputs[0].shape, depth: numBins), dtype: computeDtype)
    }

    /// TensorFlow's key for crosses.
    private static let key: UInt64 = 0xDECA_FCAF_FE

    override func compute(_ inputs: [Tensor]) throws -> Tensor {
        try throwFailure()
        try check(inputs.map { LayerNode.Output(shape: PartialShape($0.shape), dtype: $0.dtype) })
        var hashes = [UInt64](repeating: Self.key, count: inputs[0].count)
        for input in inputs {
            if input.dtype == .string {
                for (place, text) in try input.stringElements().enumerated() {
                    hashes[place] = FarmHash.combine(hashes[place], FarmHash.fingerprint(text))
                }
            } else {
                for (place, value) in try IntegerTable.integers(input).enumerated() {
                    hashes[place] = FarmHash.combine(hashes[place], UInt64(bitPattern: value))
                }
            }
        }
        let numbers = hashes.map { Int($0 % UInt64(numBins)) }
        let shape = inputs[0].shape
        if outputMode == .int { return Tensor(numbers, shape: shape).cast(to: computeDtype) }
        return try outputMode.encode(numbers, shape, depth: numBins).cast(to: computeDtype)
    }

    override public convenience init(config: ConfigReader) throws {
        try config.only("sparse", false)
        try self.init(
            numBins: config.int("num_bins"), outputMode: config.outputMode(), name: config.name, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        [
            "num_bins": .int(numBins), "output_mode": .string(outputMode.name), "sparse": false,
            "name": .string(name), "dtype": .string(dtypePolicy.name),
        ]
    }
}
