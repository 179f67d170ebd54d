import HornbillEngine

/// Strings or integers to a fixed number of bins, by a hash: the same bins as in Keras.
///
/// ```swift
/// Hashing(numBins: 3)(Tensor(["A", "B", "C"]))
/// ```
/// Without a salt the hash is FarmHash's fingerprint, with one SipHash. Integers are hashed as their decimal digits,
/// floating-point numbers as the integers to which they are cut. Input: `(…)`; output: int64 `(…)`, or float32 with an
/// axis of `numBins` in the other output modes. It runs before the compiled step.
/// Follows Keras's [Hashing](https://keras.io/api/layers/preprocessing_layers/categorical/hashing/).
public final class Hashing: HostLayer {
    public let numBins: Int
    public let outputMode: OutputMode
    private let maskValue: MaskValue?
    private let salt: Salt?

    /// A value that is no value: it has bin 0 for itself.
    public enum MaskValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case string(String)
        case int(Int)

        public init(stringLiteral value: String) { self = .string(value) }
        public init(integerLiteral value: Int) { self = .int(value) }
    }

    /// - Parameters:
    ///   - numBins: the number of bins, that of the mask included.
    ///   - maskValue: a value that is put into bin 0, which is then for it alone.
    ///   - salt: one integer or two on which the bins then depend.
    public init(
        numBins: Int, maskValue: MaskValue? = nil, salt: Salt? = nil, outputMode: OutputMode = .int,
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.numBins = numBins
        self.maskValue = maskValue
        self.salt = salt
        self.outputMode = outputMode
        super.init(name: name, trainable: trainable, dtype: dtype ?? (outputMode == .int ? DTypePolicy(.int64) : nil))
        checkArguments {
            guard numBins > 0 else { throw HornbillError(.argument, "numBins must be at least 1, not \(numBins)") }
            try outputMode.check([.int, .oneHot, .multiHot, .count])
            try salt?.check()
            try checkDType(outputMode)
        }
    }

    override func outputType(_ inputs: [LayerNode.Output]) throws -> LayerNode.Output {
        guard inputs.count == 1 else {
            throw HornbillError(.argument, "Hashing takes one tensor, not \(inputs.count)", layer: label)
        }
        return LayerNode.Output(
            shape: outputMode.outputShape(inputs[0].shape, depth: numBins), dtype: computeDtype)
    }

    override func compute(_ inputs: [Tensor]) throws -> Tensor {
        try throwFailure()
        guard inputs.count == 1 else {
            throw HornbillError(.argument, "Hashing takes one tensor, not \(inputs.count)", layer: label)
        }
        let input = try inputs[0].validated()
        // Bin 0 is for the mask, where there is another one left.
        let masks = maskValue != nil && numBins > 1
        let bins = UInt64(masks ? numBins - 1 : numBins)
        let numbers: [Int]
        if input.dtype == .string {
            numbers = try input.stringElements().map { text in
                if masks, case .string(let mask) = maskValue, text.utf8.elementsEqual(mask.utf8) { return 0 }
                return Int(Salt.hash(text, salt) % bins) + (masks ? 1 : 0)
            }
        } else if input.dtype == .bool {
            numbers = try input.scalars(Bool.self).map { Int(Salt.hash("\($0)", salt) % bins) + (masks ? 1 : 0) }
        } else {
            numbers = try IntegerTable.integers(input).map { value in
                if masks, case .int(let mask) = maskValue, value == mask { return 0 }
                return Int(Salt.hash(String(value), salt) % bins) + (masks ? 1 : 0)
            }
        }
        if outputMode == .int { return Tensor(numbers, shape: input.shape).cast(to: computeDtype) }
        return try outputMode.encode(numbers, input.shape, depth: numBins).cast(to: computeDtype)
    }

    override public convenience init(config: ConfigReader) throws {
        try config.only("sparse", false)
        try self.init(
            numBins: config.int("num_bins"), maskValue: config.maskValue(), salt: config.salt(),
            outputMode: config.outputMode(), name: config.name, trainable: config.trainable, dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        let mask: ConfigValue =
            switch maskValue {
            case .string(let value): .string(value)
            case .int(let value): .int(value)
            case nil: .null
            }
        return super.getConfig().merging([
            "num_bins": .int(numBins), "salt": ConfigValue(salt?.values), "mask_value": mask,
            "output_mode": .string(outputMode.name), "sparse": false,
        ])
    }
}
