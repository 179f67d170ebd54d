import HornbillEngine

// A vocabulary that was learnt is a file of its own in a `.keras` archive, one token a line; one that was given is part
// of the config.
extension IndexLookup: AssetLayer {
    private static let lines = "vocabulary.txt"
    /// What Keras does not write: tokens that hold line breaks, and how rare the tokens are.
    private static let json = "vocabulary.json"
    private static let weights = "idf_weights.json"

    func assets() throws -> [(name: String, bytes: [UInt8])] {
        if hasInputVocabulary || table == nil { return [] }
        let vocabulary = try vocabulary(includeSpecialTokens: true)
        let tokens =
            vocabulary.dtype == .string
            ? try vocabulary.strings() : try vocabulary.scalars(Int.self).map(String.init)
        var files = [(Self.lines, Array(tokens.joined(separator: "\n").utf8))]
        if tokens.contains(where: { $0.utf8.contains(UInt8(ascii: "\n")) }) {
            files.append((Self.json, Array(JSON.text(.list(tokens.map(ConfigValue.string))).utf8)))
        }
        if outputMode == .tfIdf {
            let weights = idfWeights.map { ConfigValue.double(Double($0)) }
            files.append((Self.weights, Array(JSON.text(.list(weights)).utf8)))
        }
        return files
    }

    func load(assets file: (String) throws -> [UInt8]?) throws {
        if hasInputVocabulary { return }
        var tokens: [String]?
        if let bytes = try file(Self.json) {
            tokens = try JSON.parse(bytes).stringList
        } else if let bytes = try file(Self.lines) {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw HornbillError(.file, "\(Self.lines) is not UTF-8", layer: label)
            }
            // Not by characters: of those "\r\n" is one.
            tokens = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            while tokens?.last == "" { tokens?.removeLast() }
        }
        // A layer that was never adapted has no file.
        guard let tokens, !tokens.isEmpty else { return }
        var weights: [Double]?
        if outputMode == .tfIdf {
            weights = try file(Self.weights).flatMap { try JSON.parse($0).doubleList }
            guard weights != nil else {
                throw HornbillError(
                    .file, "the file holds a vocabulary for tf_idf without its weights, as Keras writes it",
                    layer: label)
            }
        }
        try setVocabulary(try tensor(of: tokens), idfWeights: weights)
    }

    private func tensor(of tokens: [String]) throws -> Tensor {
        guard self is IntegerLookup else { return Tensor(tokens) }
        return Tensor(
            try tokens.enumerated().map { line, text in
                guard let value = Int(text) else {
                    throw HornbillError(
                        .file, "line \(line + 1) of \(Self.lines) is no integer: '\(text.prefix(40))'", layer: label)
                }
                return value
            })
    }
}

extension TextVectorization: AssetLayer {
    /// Keras writes the table twice, once for the layer and once for the lookup inside, and reads it twice.
    func assets() throws -> [(name: String, bytes: [UInt8])] {
        let files = try lookup.assets()
        return files + files.map { ("_lookup_layer/\($0.name)", $0.bytes) }
    }

    func load(assets file: (String) throws -> [UInt8]?) throws { try lookup.load(assets: file) }
}
