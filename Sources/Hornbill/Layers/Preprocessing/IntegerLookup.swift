import HornbillEngine

/// Integers to numbers by a vocabulary, or numbers back to integers.
///
/// ```swift
/// let lookup = IntegerLookup(vocabulary: [12, 36, 1138])
/// lookup(Tensor([36, 7]))  // [2, 0]
/// ```
/// Input: integers `(…)`; output: int64 `(…)`, or float32 with an axis of
/// ``IndexLookup/vocabularySize`` in the other output modes. It runs before the compiled step.
/// Follows Keras's [IntegerLookup](https://keras.io/api/layers/preprocessing_layers/categorical/integer_lookup/).
public final class IntegerLookup: IndexLookup, AdaptableLayer {
    /// - Parameters:
    ///   - maxTokens: the most numbers to give out, special ones included; the rarer integers are then unknown.
    ///   - numOovIndices: how many numbers there are for unknown integers; with 0 they are an error.
    ///   - maskToken: an integer that stands for nothing: 0 in the output mode `int`, left out in the others.
    ///   - oovToken: what unknown numbers become when `invert` is set.
    ///   - vocabulary: the integers known ahead, in the order of their numbers. Nothing is then learnt by `adapt`.
    ///   - vocabularyFile: a file to read the vocabulary from, one integer a line. Read only files that you trust.
    ///   - idfWeights: a weight for each integer of the vocabulary, for the output mode `tfIdf`.
    ///   - invert: whether numbers are turned into integers.
    ///   - padToMaxTokens: whether encodings have `maxTokens` elements however many integers are known.
    ///   - oovMethod: how an unknown integer gets one of several numbers: `floormod`, its remainder, or `farmhash`.
    ///   - salt: makes the numbers of unknown integers depend on it; for `farmhash` only.
    public init(
        maxTokens: Int? = nil, numOovIndices: Int = 1, maskToken: Int? = nil, oovToken: Int? = -1,
        vocabulary: [Int]? = nil, vocabularyFile: String? = nil, idfWeights: [Double]? = nil, invert: Bool = false,
        outputMode: OutputMode = .int, padToMaxTokens: Bool = false, oovMethod: String = "floormod", salt: Salt? = nil,
        name: String? = nil
    ) {
        super.init(
            Arguments(
                maxTokens: maxTokens, numOovIndices: numOovIndices, maskToken: maskToken.map { Tensor(scalar: $0) },
                oovToken: oovToken.map { Tensor(scalar: $0) }, vocabulary: vocabulary.map { Tensor($0) },
                vocabularyFile: vocabularyFile, idfWeights: idfWeights, invert: invert, outputMode: outputMode,
                padToMaxTokens: padToMaxTokens, oovMethod: oovMethod, salt: salt),
            IntegerTable(), name: name)
        checkArguments {
            try salt?.check()
            guard salt == nil || oovMethod == "farmhash" else {
                throw HornbillError(.argument, "a salt is for the oovMethod farmhash, not for \(oovMethod)")
            }
        }
    }

    public var isGiven: Bool { hasInputVocabulary }

    override var inputDtype: DType { .int64 }

    /// Learns the vocabulary: the most frequent integers first. What was learnt before is forgotten.
    /// - Throws: kind `state` if a vocabulary was given; `data` or `dtype` for data that is empty or strings.
    public func adapt(_ data: any TrainingData) throws {
        try adapt { try $0(data.data.adaptationTensor()) }
    }

    /// Learns the vocabulary from a data set, of which `steps` batches are read, or all.
    public func adapt(_ data: Dataset, steps: Int? = nil) throws { try adapt { try data.adapt(steps: steps, $0) } }

    /// Sets the vocabulary in place of what was learnt.
    /// - Throws: kind `argument` for one that is empty, too large, or has an integer twice.
    public func setVocabulary(_ vocabulary: [Int], idfWeights: [Double]? = nil) throws {
        try throwFailure()
        try setVocabulary(Tensor(vocabulary), idfWeights: idfWeights)
    }

    /// The vocabulary; with special tokens, each integer stands at its number.
    /// - Throws: kind `state` before it is known.
    public func getVocabulary(includeSpecialTokens: Bool = true) throws -> [Int] {
        try vocabulary(includeSpecialTokens: includeSpecialTokens).scalars(Int.self)
    }

    override func readVocabulary(_ path: String) throws -> Tensor {
        Tensor(
            try StringLookup.lines(path).enumerated().map { line, text in
                guard let value = Int(text) else {
                    throw HornbillError(
                        .file, "line \(line + 1) of the vocabulary file '\(path)' is no integer: '\(text.prefix(40))'")
                }
                return value
            })
    }

    public convenience init(config: ConfigReader) throws {
        try config.only("sparse", false)
        try config.only("vocabulary_dtype", "int64")
        config.ignore("vocabulary_size", "dtype", "has_input_vocabulary")
        try self.init(
            maxTokens: config.optionalInt("max_tokens"), numOovIndices: config.int("num_oov_indices", 1),
            maskToken: config.optionalInt("mask_token"),
            oovToken: config.has("oov_token") ? config.optionalInt("oov_token") : -1,
            vocabulary: config.vocabulary(\.intList), idfWeights: config.optionalDoubles("idf_weights"),
            invert: config.bool("invert", false), outputMode: config.outputMode(),
            padToMaxTokens: config.bool("pad_to_max_tokens", false), oovMethod: config.string("oov_method", "floormod"),
            salt: config.salt(), name: config.name)
    }

    override var tokenConfig: Config { ["vocabulary_dtype": "int64"] }
}
