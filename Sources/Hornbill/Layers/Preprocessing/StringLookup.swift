import Foundation
import HornbillEngine

/// Strings to numbers by a vocabulary, or numbers back to strings.
///
/// ```swift
/// let lookup = StringLookup(vocabulary: ["cat", "dog"])
/// lookup(Tensor(["dog", "emu"]))  // [2, 0]
/// ```
/// Input: strings `(…)`; output: int64 `(…)`, or float32 with an axis of
/// ``IndexLookup/vocabularySize`` in the other output modes. It runs before the compiled step. Strings
/// are told apart by their bytes.
/// Follows Keras's [StringLookup](https://keras.io/api/layers/preprocessing_layers/categorical/string_lookup/).
public final class StringLookup: IndexLookup, AdaptableLayer {
    private let encoding: String

    /// - Parameters:
    ///   - maxTokens: the most numbers to give out, special ones included; the rarer tokens are then unknown.
    ///   - numOovIndices: how many numbers there are for unknown strings, by hash; with 0 they are an error.
    ///   - maskToken: a string that stands for nothing: 0 in the output mode `int`, left out in the others.
    ///   - oovToken: what unknown numbers become when `invert` is set.
    ///   - vocabulary: the strings known ahead, in the order of their numbers. Nothing is then learnt by `adapt`.
    ///   - vocabularyFile: a file to read the vocabulary from, one string a line. Read only files that you trust.
    ///   - idfWeights: a weight for each string of the vocabulary, for the output mode `tfIdf`.
    ///   - invert: whether numbers are turned into strings.
    ///   - padToMaxTokens: whether encodings have `maxTokens` elements however many strings are known.
    ///   - salt: makes the numbers of unknown strings depend on it (SipHash in place of FarmHash).
    public init(
        maxTokens: Int? = nil, numOovIndices: Int = 1, maskToken: String? = nil, oovToken: String? = "[UNK]",
        vocabulary: [String]? = nil, vocabularyFile: String? = nil, idfWeights: [Double]? = nil, invert: Bool = false,
        outputMode: OutputMode = .int, padToMaxTokens: Bool = false, encoding: String = "utf-8", name: String? = nil,
        salt: Salt? = nil
    ) {
        self.encoding = encoding
        super.init(
            Arguments(
                maxTokens: maxTokens, numOovIndices: numOovIndices, maskToken: maskToken.map { Tensor(scalar: $0) },
                oovToken: oovToken.map { Tensor(scalar: $0) }, vocabulary: vocabulary.map { Tensor($0) },
                vocabularyFile: vocabularyFile, idfWeights: idfWeights, invert: invert, outputMode: outputMode,
                padToMaxTokens: padToMaxTokens, salt: salt),
            StringTable(), name: name)
        checkArguments {
            try salt?.check()
            guard ["utf-8", "utf8"].contains(encoding.lowercased()) else {
                throw HornbillError(.argument, "the encoding must be utf-8, not '\(encoding)'")
            }
        }
    }

    public var isGiven: Bool { hasInputVocabulary }

    override var inputDtype: DType { invert ? .int64 : .string }

    /// Learns the vocabulary: the most frequent strings first. What was learnt before is forgotten.
    /// - Throws: kind `state` if a vocabulary was given; `data` or `dtype` for data that is empty or no strings.
    public func adapt(_ data: any TrainingData) throws {
        try adapt { try $0(data.data.adaptationTensor()) }
    }

    /// Learns the vocabulary from a data set, of which `steps` batches are read, or all.
    public func adapt(_ data: Dataset, steps: Int? = nil) throws { try adapt { try data.adapt(steps: steps, $0) } }

    /// Sets the vocabulary in place of what was learnt.
    /// - Throws: kind `argument` for one that is empty, too large, or has a string twice.
    public func setVocabulary(_ vocabulary: [String], idfWeights: [Double]? = nil) throws {
        try throwFailure()
        try setVocabulary(Tensor(vocabulary), idfWeights: idfWeights)
    }

    /// The vocabulary; with special tokens, each string stands at its number.
    /// - Throws: kind `state` before it is known.
    public func getVocabulary(includeSpecialTokens: Bool = true) throws -> [String] {
        try vocabulary(includeSpecialTokens: includeSpecialTokens).strings()
    }

    override func readVocabulary(_ path: String) throws -> Tensor { Tensor(try Self.lines(path)) }

    /// The lines of a file.
    /// - Throws: kind `file` for one that is missing or not UTF-8.
    static func lines(_ path: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw HornbillError(.file, "the vocabulary file '\(path)' cannot be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw HornbillError(.file, "the vocabulary file '\(path)' is not UTF-8")
        }
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    public convenience init(config: ConfigReader) throws {
        try config.only("sparse", false)
        try config.only("oov_method", "floormod")
        config.ignore("vocabulary_size", "dtype", "has_input_vocabulary")
        try self.init(
            maxTokens: config.optionalInt("max_tokens"), numOovIndices: config.int("num_oov_indices", 1),
            maskToken: config.optionalString("mask_token"), oovToken: config.oovToken(),
            vocabulary: config.vocabulary(\.stringList), idfWeights: config.optionalDoubles("idf_weights"),
            invert: config.bool("invert", false), outputMode: config.outputMode(),
            padToMaxTokens: config.bool("pad_to_max_tokens", false), encoding: config.string("encoding", "utf-8"),
            name: config.name, salt: config.salt())
    }

    override public func getConfig() -> Config { super.getConfig().merging(["encoding": .string(encoding)]) }
}
