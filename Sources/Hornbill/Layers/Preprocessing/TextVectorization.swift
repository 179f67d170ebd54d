import HornbillEngine

/// Texts to the numbers of their words, or to vectors of word counts.
///
/// ```swift
/// let vectorize = TextVectorization(maxTokens: 20_000, outputSequenceLength: 200)
/// try vectorize.adapt(texts)
/// let model = Sequential([Input(shape: [], dtype: .string), vectorize, Embedding(20_000, 64), LSTM(32), Dense(1)])
/// ```
/// A text is standardized, split into tokens, these are joined to n-grams if asked for, and looked up: 0 is padding, 1 an
/// unknown token. Input: strings `(batch)` or `(batch, 1)`; output: int64 `(batch, length)`, where the length is
/// `outputSequenceLength` or that of the longest text of the batch, or float32 `(batch, vocabularySize)` in the other
/// output modes. It runs before the compiled step.
/// Follows Keras's [TextVectorization](https://keras.io/api/layers/preprocessing_layers/text/text_vectorization/).
public final class TextVectorization: HostLayer, AdaptableLayer {
    public let outputMode: OutputMode
    public let outputSequenceLength: Int?
    private let standardize: TextStandardization?
    private let split: TextSplit?
    private let ngrams: NGrams?
    private let encoding: String
    let lookup: StringLookup

    /// - Parameters:
    ///   - maxTokens: the most numbers to give out, padding and the unknown token included.
    ///   - standardize: what is done to a text first; nil for nothing.
    ///   - split: how it is cut; nil takes each string as one token.
    ///   - ngrams: the lengths of runs of tokens that count as tokens.
    ///   - outputMode: numbers, or encodings of which tokens are in a text.
    ///   - outputSequenceLength: to which number of tokens a text is cut or padded; for the output mode `int`.
    ///   - padToMaxTokens: whether encodings have `maxTokens` elements however many tokens are known.
    ///   - vocabulary: the tokens known ahead. Nothing is then learnt by `adapt`.
    ///   - vocabularyFile: a file to read the vocabulary from, one token a line. Read only files that you trust.
    ///   - idfWeights: a weight for each token of the vocabulary, for the output mode `tfIdf`.
    public init(
        maxTokens: Int? = nil, standardize: TextStandardization? = .lowerAndStripPunctuation,
        split: TextSplit? = .whitespace, ngrams: NGrams? = nil, outputMode: OutputMode = .int,
        outputSequenceLength: Int? = nil, padToMaxTokens: Bool = false, vocabulary: [String]? = nil,
        vocabularyFile: String? = nil, idfWeights: [Double]? = nil, encoding: String = "utf-8", name: String? = nil,
        trainable: Bool = true
    ) {
        self.outputMode = outputMode
        self.outputSequenceLength = outputSequenceLength
        self.standardize = standardize
        self.split = split
        self.ngrams = ngrams
        self.encoding = encoding
        lookup = StringLookup(
            maxTokens: maxTokens, maskToken: "", vocabulary: vocabulary, vocabularyFile: vocabularyFile,
            idfWeights: idfWeights, outputMode: outputMode, padToMaxTokens: padToMaxTokens, encoding: encoding)
        super.init(name: name, trainable: trainable)
        checkArguments {
            try lookup.throwFailure()
            try standardize?.check()
            try split?.check()
            try ngrams?.check()
            guard outputSequenceLength == nil || outputMode == .int else {
                throw HornbillError(.argument, "outputSequenceLength is for the output mode int, not for \(outputMode)")
            }
            guard (1...1 << 28).contains(outputSequenceLength ?? 1) else {
                throw HornbillError(
                    .argument,
                    "outputSequenceLength must be within 1 … \(1 << 28), not \(outputSequenceLength ?? 0)")
            }
        }
    }

    /// The vocabulary is part of this layer.
    override public var trackedLayers: [(name: String, content: LayerTree)] { [] }

    public var isGiven: Bool { lookup.hasInputVocabulary }

    /// How many numbers there are, padding and the unknown token included.
    public var vocabularySize: Int { lookup.vocabularySize }

    /// The tokens; with special ones (`""` and `"[UNK]"`), each stands at its number.
    /// - Throws: kind `state` before they are known.
    public func getVocabulary(includeSpecialTokens: Bool = true) throws -> [String] {
        try named { try lookup.getVocabulary(includeSpecialTokens: includeSpecialTokens) }
    }

    /// Sets the vocabulary in place of what was learnt.
    /// - Throws: kind `argument` for one that is empty, too large, or has a token twice.
    public func setVocabulary(_ vocabulary: [String], idfWeights: [Double]? = nil) throws {
        try throwFailure()
        try named { try lookup.setVocabulary(vocabulary, idfWeights: idfWeights) }
    }

    /// Learns the vocabulary of texts: the most frequent tokens first. What was learnt before is forgotten.
    /// - Throws: kind `state` if a vocabulary was given; `data` or `dtype` for data that is empty or no strings.
    public func adapt(_ data: any TrainingData) throws { try adapt { try $0(data.data.adaptationTensor()) } }

    /// Learns the vocabulary from a data set, of which `steps` batches are read, or all.
    public func adapt(_ data: Dataset, steps: Int? = nil) throws { try adapt { try data.adapt(steps: steps, $0) } }

    private func adapt(_ batches: ((Tensor) throws -> Void) throws -> Void) throws {
        try throwFailure()
        try named {
            var counts = try lookup.makeCounts()
            guard var table = counts.table as? StringTable else { return }
            var tokenizer = Tokenizer(standardize: standardize, split: split, ngrams: ngrams)
            try batches { batch in
                let perDocument = try textsPerRow(batch.shape)
                let texts = try batch.stringElements()
                for start in stride(from: texts.startIndex, to: texts.endIndex, by: perDocument) {
                    tokenizer.forEachToken(of: texts[start..<start + perDocument]) { token in
                        counts.add(table.insert(token), document: counts.documents)
                    }
                    counts.documents += 1
                }
            }
            counts.table = table
            try lookup.learn(counts)
        }
    }

    /// How many strings one sample holds: one where they are split.
    private func textsPerRow(_ shape: Shape) throws -> Int {
        guard split != nil else { return shape.rank > 1 ? max(shape.last ?? 1, 1) : 1 }
        guard shape.rank < 2 || (shape.rank == 2 && shape[1] == 1) else {
            throw HornbillError(
                .shape, "texts to be split have the shape (batch,) or (batch, 1), not \(shape)", layer: label)
        }
        return 1
    }

    /// Errors of the lookup name this layer.
    private func named<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            var error = HornbillError.wrap(error)
            error.layer = label
            throw error
        }
    }

    override func outputType(_ inputs: [LayerNode.Output]) throws -> LayerNode.Output {
        guard inputs.count == 1, inputs[0].dtype == .string else {
            throw HornbillError(
                .dtype, "TextVectorization takes one tensor of strings, not \(inputs.map(\.dtype))", layer: label)
        }
        let shape = inputs[0].shape
        if shape.isComplete { _ = try textsPerRow(shape.filled(with: 1)) }
        let rows = shape.dimensions.prefix(max(1, split == nil ? shape.rank - 1 : 1))
        let tokens = PartialShape(rows + [split == nil && ngrams == nil && shape.rank > 1 ? shape.last : nil])
        if outputMode == .int {
            guard shape.rank > 0 else { return LayerNode.Output(shape: [outputSequenceLength], dtype: .int64) }
            let unsplit = shape.rank > 1 ? shape.last : 1
            let length = outputSequenceLength ?? (split == nil && ngrams == nil ? unsplit : nil)
            return LayerNode.Output(shape: PartialShape(tokens.dimensions.dropLast() + [length]), dtype: .int64)
        }
        return try named {
            try lookup.outputType([LayerNode.Output(shape: shape.rank == 0 ? [nil] : tokens, dtype: .string)])
        }
    }

    override func compute(_ inputs: [Tensor]) throws -> Tensor {
        try throwFailure()
        guard inputs.count == 1 else {
            throw HornbillError(.argument, "TextVectorization takes one tensor, not \(inputs.count)", layer: label)
        }
        let input = inputs[0]
        guard let table = lookup.table as? StringTable else { throw lookup.missing("has no vocabulary").named(label) }
        let perRow = try textsPerRow(input.shape)
        var tokenizer = Tokenizer(standardize: standardize, split: split, ngrams: ngrams)
        var numbers: [Int] = []
        // Where each row begins among the numbers; one more for the end.
        var starts = [0]
        let texts = try input.stringElements()
        for start in stride(from: texts.startIndex, to: texts.endIndex, by: perRow) {
            tokenizer.forEachToken(of: texts[start..<start + perRow]) { token in
                let found = table.find(token)
                numbers.append(found < 0 ? lookup.oovStart : lookup.number(at: found))
            }
            starts.append(numbers.count)
        }
        let result = outputMode == .int ? try padded(numbers, starts) : try encoded(numbers, starts)
        // A scalar is one text, of which there is one row; further axes of unsplit texts stay.
        if input.rank == 0 { return ops.squeeze(result, axis: 0) }
        guard input.rank > 2 else { return result }
        return ops.reshape(result, input.shape.dimensions.dropLast() + result.shape.dimensions.dropFirst())
    }

    private func padded(_ numbers: [Int], _ starts: [Int]) throws -> Tensor {
        let lengths = zip(starts, starts.dropFirst()).map { $1 - $0 }
        let width = outputSequenceLength ?? lengths.max() ?? 0
        var values = [Int](repeating: 0, count: lengths.count * width)
        for (row, length) in lengths.enumerated() {
            for place in 0..<min(length, width) { values[row * width + place] = numbers[starts[row] + place] }
        }
        return Tensor(values, shape: [lengths.count, width])
    }

    /// One vector a row, from as many tokens as it has.
    private func encoded(_ numbers: [Int], _ starts: [Int]) throws -> Tensor {
        let rows = starts.count - 1
        if outputMode == .oneHot {
            // Each token has a vector of its own, rows are padded with empty ones.
            let width = zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
            var all = [Int](repeating: -1, count: rows * width)
            for row in 0..<rows {
                for place in starts[row]..<starts[row + 1] { all[row * width + place - starts[row]] = numbers[place] }
            }
            return try lookup.encoded(all, [rows, width])
        }
        let depth = lookup.depth
        var values = [Float](repeating: 0, count: try Shape([rows, depth]).validated().count)
        let weights = lookup.idfWeights
        for row in 0..<rows {
            for number in numbers[starts[row]..<starts[row + 1]] where number >= 0 && number < depth {
                let place = row * depth + number
                switch outputMode {
                case .multiHot: values[place] = 1
                case .count: values[place] += 1
                default: values[place] += weights[number]
                }
            }
        }
        return Tensor(values, shape: [rows, depth])
    }

    override public convenience init(config: ConfigReader) throws {
        try config.only("sparse", false)
        try config.only("ragged", false)
        config.ignore("vocabulary_size", "dtype")
        try self.init(
            maxTokens: config.optionalInt("max_tokens"),
            standardize: config.textForm("standardize", "lower_and_strip_punctuation"),
            split: config.textForm("split", "whitespace"), ngrams: config.ngrams(), outputMode: config.outputMode(),
            outputSequenceLength: config.optionalInt("output_sequence_length"),
            padToMaxTokens: config.bool("pad_to_max_tokens", false), vocabulary: config.vocabulary(\.stringList),
            idfWeights: config.optionalDoubles("idf_weights"), encoding: config.string("encoding", "utf-8"),
            name: config.name, trainable: config.trainable)
    }

    override public func getConfig() -> Config {
        let inner = lookup.getConfig()
        return super.getConfig().merging([
            "max_tokens": ConfigValue(lookup.maxTokens), "standardize": ConfigValue(standardize?.name),
            "split": ConfigValue(split?.name), "ngrams": ngrams?.configValue ?? .null,
            "output_mode": .string(outputMode.name), "output_sequence_length": ConfigValue(outputSequenceLength),
            "pad_to_max_tokens": .bool(lookup.padToMaxTokens), "sparse": false, "ragged": false,
            "vocabulary": inner["vocabulary"] ?? .null, "idf_weights": inner["idf_weights"] ?? .null,
            "encoding": .string(encoding), "vocabulary_size": .int(vocabularySize),
        ])
    }
}

extension HornbillError {
    /// The same error of another layer.
    fileprivate func named(_ layer: String) -> HornbillError {
        var error = self
        error.layer = layer
        return error
    }
}
