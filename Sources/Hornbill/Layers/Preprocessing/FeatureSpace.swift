import HornbillEngine

/// Columns of a table to one vector: each is normalized, looked up, hashed or put into ranges as its kind says, and
/// encoded.
///
/// ```swift
/// let space = FeatureSpace(
///     features: ["age": .floatNormalized(), "city": .stringCategorical(maxTokens: 100), "rooms": "integer_categorical"],
///     crosses: [["city", "rooms"]])
/// try space.adapt(["age": ages, "city": cities, "rooms": rooms])
/// let vectors = space(["age": ages, "city": cities, "rooms": rooms])
///
/// let output = Dense(1)(try space.getEncodedFeatures())
/// let model = try Model(inputs: space.getInputs(), outputs: output)
/// ```
/// The vector holds the features in the order of their names, then the crosses.
/// Follows Keras's [FeatureSpace](https://keras.io/api/utils/feature_space/).
public final class FeatureSpace: Model {
    /// How the features come out.
    public enum Output: String, Sendable, CaseIterable {
        /// As one vector.
        case concat
        /// Each under its name.
        case dict
    }

    public let outputMode: Output
    let defaults: Defaults
    private(set) var features: [String: ResolvedFeature] = [:]
    /// The names of the features as they follow each other in files.
    let featureNames: [String]
    private(set) var crosses: [Cross] = []
    private(set) var crossers: [String: HashedCrossing] = [:]
    private(set) var encoders: [String: CategoryEncoding] = [:]
    private(set) var failure: HornbillError?
    private var inputSymbols: [String: SymbolicTensor] = [:]

    /// Sizes that features and crosses have which do not say their own.
    struct Defaults {
        var crossingDim: Int
        var hashingDim: Int
        var numDiscretizationBins: Int
    }

    /// - Parameters:
    ///   - features: the kind of each column, as `.floatNormalized()` or `"float_normalized"`.
    ///   - outputMode: whether the features come out as one vector or each under its name.
    ///   - crosses: columns that are also encoded together, by a hash of their values.
    ///   - crossingDim: the size of a cross that does not say its own.
    ///   - hashingDim: the size of a hashed feature that is given by the name of its kind.
    ///   - numDiscretizationBins: the number of ranges of a discretized feature that is given by the name of its kind.
    public convenience init(
        features: [String: Feature], outputMode: Output = .concat, crosses: [Cross] = [], crossingDim: Int = 32,
        hashingDim: Int = 32, numDiscretizationBins: Int = 32, name: String? = nil
    ) {
        self.init(
            features, order: features.keys.sorted(), outputMode, crosses,
            Defaults(
                crossingDim: crossingDim, hashingDim: hashingDim, numDiscretizationBins: numDiscretizationBins),
            name: name)
    }

    /// - Parameter order: the features' names as they follow each other in files.
    init(
        _ features: [String: Feature], order: [String], _ outputMode: Output, _ crosses: [Cross], _ defaults: Defaults,
        name: String?
    ) {
        self.outputMode = outputMode
        self.defaults = defaults
        featureNames = order
        super.init(name: name)
        do {
            guard !features.isEmpty else { throw HornbillError(.argument, "a FeatureSpace needs at least one feature") }
            for key in featureNames { self.features[key] = try features[key]?.resolved(key, defaults) }
            for cross in crosses {
                for key in cross.featureNames where features[key] == nil {
                    throw HornbillError(
                        .unknownName,
                        "there is no feature '\(key)' to be crossed; the features are: \(features.keys.sorted().joined(separator: ", "))"
                    )
                }
                self.crosses.append(cross)
                crossers[cross.name] = HashedCrossing(
                    numBins: cross.crossingDim ?? defaults.crossingDim, name: cross.name)
            }
        } catch {
            failure = HornbillError.wrap(error).at(nil, layer: label)
        }
    }

    override public var automaticName: String { "FeatureSpace" }
    override public var kerasClassName: String { "FeatureSpace" }
    override public var kerasModule: String? { "keras.utils" }

    // MARK: In files

    /// The layers of the columns, which is where Keras keeps what they have learnt.
    override public var trackedLayers: [(name: String, content: LayerTree)] {
        let encoded = featureNames.sorted() + crosses.map(\.name).sorted()
        return [
            ("preprocessors", .list(of: featureNames.compactMap { features[$0]?.preprocessor })),
            ("crossers", .list(of: crosses.compactMap { crossers[$0.name] })),
            ("oneHotEncoders", .list(of: encoded.compactMap { encoders[$0] })),
        ]
    }

    override var hasListOfLayers: Bool { false }

    override public convenience init(config: ConfigReader) throws {
        guard let columns = config.value("features")?.objectValue else {
            throw HornbillError(.argument, "\(config.label): features must be an object of features")
        }
        var features: [String: Feature] = [:]
        for name in columns.keys { features[name] = try Feature(columns[name] ?? .null, config.context) }
        let crosses = try (config.value("crosses")?.listValue ?? []).map { try Cross($0, config.context) }
        self.init(
            features, order: columns.keys, try config.choice("output_mode", .concat), crosses,
            Defaults(
                crossingDim: try config.int("crossing_dim", 32), hashingDim: try config.int("hashing_dim", 32),
                numDiscretizationBins: try config.int("num_discretization_bins", 32)), name: nil)
        if let failure { throw failure }
    }

    override public func getConfig() -> Config {
        [
            "features": .object(Config(featureNames.map { ($0, features[$0].map { .object($0.config) } ?? .null) })),
            "output_mode": .string(outputMode.rawValue),
            "crosses": .list(crosses.map { .object($0.config(defaults)) }),
            "crossing_dim": .int(defaults.crossingDim), "hashing_dim": .int(defaults.hashingDim),
            "num_discretization_bins": .int(defaults.numDiscretizationBins),
        ]
    }

    /// What the columns' layers were built for.
    override public func getBuildConfig() -> Config? {
        Config(
            featureNames.map { name in
                (name, features[name]?.preprocessor.getBuildConfig().map(ConfigValue.object) ?? .null)
            })
    }

    /// The columns' layers get their weights and, later, their tables from the file: there is nothing left to adapt to.
    override public func buildFromConfig(_ config: Config) throws {
        for name in config.keys {
            guard let layer = features[name]?.preprocessor, let shapes = config[name]?.objectValue else { continue }
            try layer.buildFromConfig(shapes)
        }
        isAdapted = true
    }

    /// The layer that preprocesses each feature.
    public var preprocessors: [String: Layer] { features.mapValues(\.preprocessor) }

    /// The names of features that have something to learn.
    private var adaptable: [String] {
        features.keys.sorted().filter { (features[$0]?.preprocessor as? any AdaptableLayer)?.isGiven == false }
    }

    // MARK: Adapting

    /// Learns vocabularies, means and boundaries from columns.
    /// - Throws: kind `unknownName` for a column that is missing, and what the layers throw.
    public func adapt(_ data: [String: any TrainingData]) throws {
        try adapt(Dataset(TensorStructure.dictionary(data.mapValues(\.data))))
    }

    /// Learns vocabularies, means and boundaries from a data set whose elements are dictionaries of columns.
    public func adapt(_ dataset: Dataset, steps: Int? = nil) throws {
        if let failure { throw failure }
        guard network == nil else {
            throw HornbillError(.state, "the features are part of a model already, and cannot be adapted", layer: label)
        }
        let batches = dataset.isBatched ? dataset : dataset.batch(32)
        for name in adaptable {
            guard let layer = features[name]?.preprocessor as? any AdaptableLayer else { continue }
            let column = batches.map { element in
                guard case .dictionary(let columns) = element.x, let entry = columns[name] else {
                    throw HornbillError(.unknownName, "the data to adapt to has no column '\(name)'")
                }
                let values = entry.tensor
                return Dataset.Element(values.rank == 1 ? ops.expandDims(values, axis: -1) : values)
            }
            try layer.adapt(column, steps: steps)
        }
        isAdapted = true
        try makeNetwork()
    }

    var isAdapted = false

    // MARK: As layers of a model

    /// The inputs of a model, by the names of the features.
    /// - Throws: kind `state` before the features are adapted.
    public func getInputs() throws -> [String: SymbolicTensor] {
        try makeNetwork()
        return inputSymbols
    }

    /// The encoded features, to go on from in a model: one vector, or a dictionary.
    /// - Throws: kind `state` before the features are adapted.
    public func getEncodedFeatures() throws -> Structure<SymbolicTensor> {
        try makeNetwork()
        guard let network else { throw HornbillError(.internal, "the features have no graph", layer: label) }
        return network.outputs
    }

    override public func build(inputShapes: Structure<PartialShape>) throws { try makeNetwork() }

    private func makeNetwork() throws {
        if let failure { throw failure }
        if network != nil { return }
        guard isAdapted || adaptable.isEmpty else {
            throw HornbillError(
                .state,
                "the features are not adapted yet: call adapt with data (\(adaptable.joined(separator: ", ")) need it)",
                layer: label)
        }
        for (name, feature) in features.sorted(by: { $0.key < $1.key }) {
            inputSymbols[name] = Input(shape: [1], dtype: feature.dtype, name: name)
        }
        var values: [String: SymbolicTensor] = [:]
        for (name, symbol) in inputSymbols { values[name] = features[name]?.preprocessor(symbol) }
        var encoded: [(name: String, symbol: SymbolicTensor)] = []
        for name in values.keys.sorted() {
            guard let symbol = values[name], let feature = features[name] else { continue }
            encoded.append((name, try encode(symbol, name, feature.outputMode, feature.preprocessor)))
        }
        for cross in crosses.sorted(by: { $0.name < $1.name }) {
            guard let crosser = crossers[cross.name] else { continue }
            let symbol = crosser(cross.featureNames.compactMap { values[$0] })
            encoded.append((cross.name, try encode(symbol, cross.name, cross.outputMode, crosser)))
        }
        let inputs = Structure<SymbolicTensor>.dictionary(inputSymbols.mapValues(Structure.tensor))
        network = try LayerGraph(inputs: inputs, outputs: try merged(encoded))
        built = true
    }

    /// A feature as a one-hot vector, if that is asked for.
    private func encode(
        _ symbol: SymbolicTensor, _ name: String, _ mode: FeatureOutput, _ layer: Layer
    ) throws -> SymbolicTensor {
        try symbol.validated()
        guard mode == .oneHot else { return symbol }
        guard symbol.dtype.isInteger else {
            throw HornbillError(
                .dtype,
                "the feature '\(name)' cannot be one-hot encoded: its layer gives \(symbol.dtype), not integers",
                layer: label)
        }
        let size: Int? =
            switch layer {
            case let lookup as IndexLookup: lookup.vocabularySize
            case let encoding as CategoryEncoding: encoding.numTokens
            case let ranges as Discretization: ranges.numBins ?? ranges.binBoundaries.map { $0.count + 1 }
            case let hashing as Hashing: hashing.numBins
            case let crossing as HashedCrossing: crossing.numBins
            default: nil
            }
        guard let size else {
            throw HornbillError(
                .argument,
                "the feature '\(name)' cannot be one-hot encoded: how many numbers \(layer.label) gives is not known; use the output mode int",
                layer: label)
        }
        let encoder = CategoryEncoding(numTokens: size, outputMode: .multiHot)
        encoders[name] = encoder
        return encoder(symbol)
    }

    private func merged(_ encoded: [(name: String, symbol: SymbolicTensor)]) throws -> Structure<SymbolicTensor> {
        guard outputMode == .concat else {
            return .dictionary(Dictionary(encoded.map { ($0.name, .tensor($0.symbol)) }) { $1 })
        }
        if let plain = encoded.first(where: { !$0.symbol.dtype.isFloatingPoint }) {
            throw HornbillError(
                .dtype,
                "the features cannot be joined into one vector: '\(plain.name)' is not encoded, but \(plain.symbol.dtype); use the output mode dict",
                layer: label)
        }
        guard encoded.count > 1 else { return .tensor(encoded[0].symbol) }
        return .tensor(Concatenate(axis: -1)(encoded.map(\.symbol)))
    }

    // MARK: On data

    /// The encoded features of columns, or of one sample of scalars: one vector.
    @_disfavoredOverload
    public func callAsFunction(
        _ data: [String: any TrainingData], file: String = #fileID, line: Int = #line
    ) -> Tensor {
        encoded(data, CallSite(file, line)).tensor
    }

    /// The encoded features of columns, or of one sample of scalars, in the structure that ``outputMode`` asks for.
    @_disfavoredOverload
    public func callAsFunction(
        _ data: [String: any TrainingData], file: String = #fileID, line: Int = #line
    ) -> TensorStructure {
        encoded(data, CallSite(file, line))
    }

    private func encoded(_ data: [String: any TrainingData], _ site: CallSite) -> TensorStructure {
        Tensor.call(self, .dictionary(data.mapValues(\.data)), CallArguments(), site)
    }

    override public func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        // A sample of scalars is a batch of one.
        guard inputs.leaves.allSatisfy({ $0.rank == 0 }) else { return try super.call(inputs, context: context) }
        let batch = inputs.map { ops.reshape($0, [1, 1]) }
        return try super.call(batch, context: context).map { ops.squeeze($0, axis: 0) }
    }
}
