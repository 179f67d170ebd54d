import Foundation
import HornbillEngine

/// What ``StringLookup`` and ``IntegerLookup`` have in common: a vocabulary, given or learnt by `adapt`, and the number
/// of each token in it.
///
/// Of the numbers, the first is that of the mask token if there is one (and the output mode is `int`), then come those
/// for tokens outside of the vocabulary, then the vocabulary.
public class IndexLookup: HostLayer {
    /// The most numbers that may be given out, those of special tokens included.
    public let maxTokens: Int?
    /// How many numbers there are for tokens outside of the vocabulary; with 0 such a token is an error.
    public let numOovIndices: Int
    /// Whether numbers are turned into tokens.
    public let invert: Bool
    public let outputMode: OutputMode
    /// Whether the encoded axis has ``maxTokens`` elements whatever the size of the vocabulary.
    public let padToMaxTokens: Bool
    /// Whether the vocabulary was given, so that there is nothing to adapt.
    public let hasInputVocabulary: Bool

    /// A token that stands for "nothing here", and what stands for an unknown token where numbers are turned into tokens;
    /// scalars.
    let maskToken: Tensor?
    let oovToken: Tensor?
    let salt: Salt?
    let hashesIntegers: Bool
    /// As they were given.
    private var givenVocabulary: Tensor?
    private var givenIdfWeights: [Double]?
    private let emptyTable: any TokenTable
    /// The vocabulary, then the mask token; nil before it is known.
    private(set) var table: (any TokenTable)?
    /// The number in ``table`` of the mask token.
    private var maskNumber = -1
    /// The size of the vocabulary without special tokens.
    private(set) var tokenCount = 0
    /// For each number, how rare its token is.
    private(set) var idfWeights: [Float] = []

    /// What a lookup layer's initializer takes, whatever its tokens are.
    struct Arguments {
        var maxTokens: Int?
        var numOovIndices: Int
        var maskToken: Tensor?
        var oovToken: Tensor?
        var vocabulary: Tensor?
        var vocabularyFile: String?
        var idfWeights: [Double]?
        var invert: Bool
        var outputMode: OutputMode
        var padToMaxTokens: Bool
        var oovMethod = "floormod"
        var salt: Salt?
    }

    init(_ arguments: Arguments, _ table: any TokenTable, name: String?, trainable: Bool = true) {
        maxTokens = arguments.maxTokens
        numOovIndices = arguments.numOovIndices
        invert = arguments.invert
        outputMode = arguments.outputMode
        padToMaxTokens = arguments.padToMaxTokens
        maskToken = arguments.maskToken
        oovToken = arguments.oovToken
        salt = arguments.salt
        hashesIntegers = arguments.oovMethod == "farmhash"
        emptyTable = table
        hasInputVocabulary = arguments.vocabulary != nil || arguments.vocabularyFile != nil
        super.init(name: name, trainable: trainable)
        checkArguments {
            try arguments.check()
            if let path = arguments.vocabularyFile {
                guard arguments.vocabulary == nil else {
                    throw HornbillError(.argument, "a vocabulary and a vocabularyFile cannot both be given")
                }
                try setVocabulary(try readVocabulary(path), idfWeights: arguments.idfWeights)
            } else if let vocabulary = arguments.vocabulary {
                try setVocabulary(vocabulary, idfWeights: arguments.idfWeights)
            }
        }
    }

    /// The tokens in a file, one a line.
    func readVocabulary(_ path: String) throws -> Tensor {
        throw HornbillError(.internal, "\(kerasClassName) reads no vocabulary")
    }

    /// The first number for tokens outside of the vocabulary.
    var oovStart: Int { maskToken != nil && outputMode == .int ? 1 : 0 }
    /// The first number of the vocabulary.
    var tokenStart: Int { oovStart + numOovIndices }

    /// How many numbers there are, those of special tokens included.
    public var vocabularySize: Int { tokenStart + tokenCount }

    /// The size of the encoded axis.
    var depth: Int { padToMaxTokens ? maxTokens ?? vocabularySize : vocabularySize }

    // MARK: The vocabulary

    /// Sets the vocabulary.
    /// - Throws: kind `argument` for one that is empty, too large, has a token twice or the mask token within, or for
    ///   weights that do not belong to it.
    func setVocabulary(_ vocabulary: Tensor, idfWeights: [Double]?) throws {
        guard (outputMode == .tfIdf) == (idfWeights != nil) else {
            throw HornbillError(
                .argument,
                outputMode == .tfIdf
                    ? "a vocabulary for the output mode tf_idf needs idfWeights"
                    : "idfWeights are for the output mode tf_idf, not for \(outputMode)", layer: label)
        }
        guard vocabulary.count > 0 else {
            throw HornbillError(.argument, "the vocabulary is empty: it needs at least one token", layer: label)
        }
        let tokens = try withoutSpecialTokens(vocabulary)
        var new = emptyTable
        let numbers = try new.insert(tokens)
        guard new.count == tokens.count else {
            var seen: Set<Int> = []
            let repeated = new.tokens(numbers.filter { !seen.insert($0).inserted })
            throw HornbillError(.argument, "tokens are in the vocabulary twice: \(repeated.plain)", layer: label)
        }
        if let mask = maskToken, try new.find(mask) != [-1] {
            throw HornbillError(
                .argument,
                "the mask token \(mask.plain) is in the midst of the vocabulary; special tokens are left out of it, or stand first in this order: mask token, tokens for what is unknown",
                layer: label)
        }
        if let oov = oovToken, invert, try new.find(oov) != [-1] {
            throw HornbillError(
                .argument, "the token \(oov.plain) for what is unknown is in the midst of the vocabulary", layer: label)
        }
        if let maxTokens, tokenStart + tokens.count > maxTokens {
            throw HornbillError(
                .argument,
                "the vocabulary has \(tokenStart + tokens.count) tokens, special ones included, but maxTokens is \(maxTokens)",
                layer: label)
        }
        let weights = try idfWeights.map { try padded($0, vocabulary: vocabulary.count, tokens: tokens.count) }
        try use(new, weights ?? [])
        if hasInputVocabulary { (givenVocabulary, givenIdfWeights) = (vocabulary, idfWeights) }
    }

    /// The vocabulary without the special tokens with which it may begin.
    private func withoutSpecialTokens(_ vocabulary: Tensor) throws -> Tensor {
        var special: [Tensor] = oovStart > 0 ? [maskToken].compactMap { $0 } : []
        if let oovToken { special += Array(repeating: oovToken, count: numOovIndices) }
        guard !special.isEmpty, special.count == tokenStart, vocabulary.count >= special.count else {
            return vocabulary
        }
        var known = emptyTable
        let wanted = try special.flatMap { try known.insert($0) }
        let start = try known.find(vocabulary[0..<special.count])
        return start == wanted ? vocabulary[special.count..<vocabulary.count] : vocabulary
    }

    /// A weight for each number: special tokens have the mean of those given, numbers without a token 0.
    private func padded(_ weights: [Double], vocabulary: Int, tokens: Int) throws -> [Float] {
        guard weights.count == vocabulary else {
            throw HornbillError(
                .argument, "\(weights.count) idfWeights were given for a vocabulary of \(vocabulary)", layer: label)
        }
        let front = vocabulary == tokens ? tokenStart : 0
        let mean = weights.reduce(0, +) / Double(weights.count)
        let all = Array(repeating: mean, count: front) + weights
        return all.map(Float.init) + Array(repeating: 0, count: max(depth(tokens) - all.count, 0))
    }

    private func depth(_ tokens: Int) -> Int { padToMaxTokens ? maxTokens ?? 0 : tokenStart + tokens }

    private func use(_ tokens: any TokenTable, _ weights: [Float]) throws {
        let depths = (known: depth, new: depth(tokens.count))
        if table != nil, outputMode != .int, depths.known != depths.new, !inboundNodes.isEmpty {
            throw HornbillError(
                .state,
                "the vocabulary is part of a model in the output mode \(outputMode), so its size cannot change from \(depths.known) to \(depths.new); set padToMaxTokens or make the model anew",
                layer: label)
        }
        var all = tokens
        maskNumber = try maskToken.map { try all.insert($0)[0] } ?? -1
        tokenCount = tokens.count
        table = all
        idfWeights = weights
    }

    /// The tokens of the vocabulary; with special ones, a token stands at its number.
    func vocabulary(includeSpecialTokens: Bool) throws -> Tensor {
        guard let table else { throw missing("has no vocabulary") }
        let tokens = table.tokens(Array(0..<tokenCount))
        guard includeSpecialTokens, tokenStart > 0 else { return tokens }
        let mask = oovStart > 0 ? [maskToken].compactMap { $0 } : []
        let unknown = oovToken ?? (tokens.dtype == .string ? Tensor(scalar: "") : Tensor(scalar: -1))
        let special = (mask + Array(repeating: unknown, count: numOovIndices)).map { ops.reshape($0, [1]) }
        return try ops.concatenate(special + [tokens], axis: 0).validated()
    }

    func missing(_ what: String) -> HornbillError {
        HornbillError(
            .state, "the layer \(what) yet: call adapt with data, or give it a vocabulary", layer: label)
    }

    // MARK: Adapting

    /// Learns the vocabulary from batches: the most frequent tokens first, of equally frequent ones the one that sorts
    /// last.
    func adapt(_ batches: ((Tensor) throws -> Void) throws -> Void) throws {
        var counts = try makeCounts()
        try batches { batch in
            let rows = batch.rank > 1 ? batch.shape[0] : batch.count
            let numbers = try counts.table.insert(batch)
            let width = max(batch.count / max(rows, 1), 1)
            for (index, number) in numbers.enumerated() {
                counts.add(number, document: counts.documents + index / width)
            }
            counts.documents += rows
        }
        try learn(counts)
    }

    func makeCounts() throws -> TokenCounts {
        try throwFailure()
        if hasInputVocabulary {
            throw HornbillError(
                .state, "the vocabulary was given when the layer was made, so it cannot be adapted", layer: label)
        }
        return TokenCounts(table: emptyTable)
    }

    func learn(_ counts: TokenCounts) throws {
        guard counts.table.count > 0 else {
            throw HornbillError(.data, "there is no token in the data to adapt to", layer: label)
        }
        let special = try [maskToken, oovToken].compactMap { $0 }.flatMap { try counts.table.find($0) }
        var numbers = (0..<counts.table.count).filter { !special.contains($0) }
        numbers.sort { a, b in
            let (x, y) = (counts.counts[a], counts.counts[b])
            return x != y ? x > y : counts.table.precedes(b, a)
        }
        if let maxTokens { numbers = Array(numbers.prefix(max(maxTokens - tokenStart, 0))) }
        var learned = emptyTable
        if !numbers.isEmpty { _ = try learned.insert(counts.table.tokens(numbers)) }
        guard outputMode == .tfIdf else { return try use(learned, []) }
        let weights = numbers.map { number in
            Float(log(1 + Double(counts.documents) / Double(1 + counts.documentCounts[number])))
        }
        let mean = weights.isEmpty ? 0 : weights.reduce(0, +) / Float(weights.count)
        let all = Array(repeating: mean, count: tokenStart) + weights
        try use(learned, all + Array(repeating: 0, count: max(depth(learned.count) - all.count, 0)))
    }

    // MARK: Looking up

    override func outputType(_ inputs: [LayerNode.Output]) throws -> LayerNode.Output {
        let shape = try one(inputs).shape
        if invert { return LayerNode.Output(shape: shape, dtype: emptyTable.tokens([]).dtype) }
        if outputMode == .int { return LayerNode.Output(shape: shape, dtype: .int64) }
        if table == nil, !padToMaxTokens { throw missing("has no vocabulary, whose size is that of the output,") }
        return LayerNode.Output(shape: outputMode.outputShape(shape, depth: depth), dtype: .float32)
    }

    private func one<Element>(_ inputs: [Element]) throws -> Element {
        guard inputs.count == 1 else {
            throw HornbillError(.argument, "\(kerasClassName) takes one tensor, not \(inputs.count)", layer: label)
        }
        return inputs[0]
    }

    override func compute(_ inputs: [Tensor]) throws -> Tensor {
        let input = try one(inputs)
        if invert { return try tokens(of: input) }
        let numbers = try self.numbers(of: input)
        if outputMode == .int { return Tensor(numbers, shape: input.shape) }
        return try encoded(numbers, input.shape)
    }

    func encoded(_ numbers: [Int], _ shape: Shape) throws -> Tensor {
        let encoded = try outputMode.encode(numbers, shape, depth: depth)
        return outputMode == .tfIdf ? encoded * Tensor(idfWeights) : encoded
    }

    /// The number of each token; -1 for the mask token in a mode that leaves it out.
    private func numbers(of input: Tensor) throws -> [Int] {
        guard let table else { throw missing("has no vocabulary") }
        let found = try table.find(input)
        var buckets: [Int]?
        return try found.enumerated().map { place, number in
            if number >= 0 { return self.number(at: number) }
            switch numOovIndices {
            case 0:
                throw HornbillError(
                    .data,
                    "\(ops.reshape(input, [-1])[place].plain) is not in the vocabulary, and numOovIndices is 0: set it to 1 if there are such tokens",
                    layer: label)
            case 1: return oovStart
            default:
                if buckets == nil { buckets = try oovBuckets(input) }
                return oovStart + (buckets?[place] ?? 0)
            }
        }
    }

    /// What is given for the token of number `number` in the table.
    @inline(__always)
    func number(at number: Int) -> Int {
        number == maskNumber ? (outputMode == .int ? 0 : -1) : number + tokenStart
    }

    /// The bin of each element, if it is unknown.
    private func oovBuckets(_ input: Tensor) throws -> [Int] {
        let bins = UInt64(numOovIndices)
        if input.dtype != .string, !hashesIntegers {
            let count = Int64(numOovIndices)
            return try IntegerTable.integers(input).map { Int(($0 % count + count) % count) }
        }
        let texts = try input.dtype == .string ? input.strings() : IntegerTable.integers(input).map(String.init)
        return texts.map { Int(Salt.hash($0, salt) % bins) }
    }

    private func tokens(of input: Tensor) throws -> Tensor {
        guard let table else { throw missing("has no vocabulary") }
        let numbers = try IntegerTable.integers(input)
        var all = table
        guard let unknown = try oovToken.map({ try all.insert($0)[0] }) else {
            throw HornbillError(.argument, "a layer that turns numbers into tokens needs an oovToken", layer: label)
        }
        let mask = maskNumber
        let places = numbers.map { number -> Int in
            if number == 0, mask >= 0 { return mask }
            let place = number - Int64(tokenStart)
            return place >= 0 && place < Int64(tokenCount) ? Int(place) : unknown
        }
        return ops.reshape(all.tokens(places), input.shape.dimensions)
    }

    /// The entry about the type of the tokens.
    var tokenConfig: Config { [:] }

    // Keras has an empty entry for it.
    override public func getBuildConfig() -> Config? { [:] }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "invert": .bool(invert), "max_tokens": ConfigValue(maxTokens), "num_oov_indices": .int(numOovIndices),
            "oov_token": oovToken?.configValue ?? .null, "mask_token": maskToken?.configValue ?? .null,
            "output_mode": .string(outputMode.name), "sparse": false, "pad_to_max_tokens": .bool(padToMaxTokens),
        ]).merging(tokenConfig).merging([
            "idf_weights": ConfigValue(doubles: givenIdfWeights),
            // One that was learnt is no part of the configuration, but an asset of the file.
            "vocabulary": givenVocabulary.map { .list($0.configValues) } ?? .null,
            "vocabulary_size": table == nil ? .null : .int(vocabularySize),
            "oov_method": .string(hashesIntegers ? "farmhash" : "floormod"), "salt": ConfigValue(salt?.values),
        ])
    }
}
