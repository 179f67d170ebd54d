import Hornbill

/// The layers of the module `layers_preprocessing`.
let preprocessingLayerFactories: LayerFactories = [
    "Normalization": { config in
        Normalization(
            axis: config["axis"].map { Axes($0.ints ?? []) } ?? (config.has("axis") ? [] : -1),
            mean: config["mean"].map(nested), variance: config["variance"].map(nested),
            invert: config["invert"]?.bool ?? false)
    },
    "Discretization": { config in
        Discretization(
            binBoundaries: config["bin_boundaries"]?.doubles, numBins: config["num_bins"]?.int,
            epsilon: config["epsilon"]?.double ?? 0.01, outputMode: mode(config))
    },
    "CategoryEncoding": { config in
        CategoryEncoding(numTokens: config["num_tokens"]?.int ?? 0, outputMode: mode(config, .multiHot))
    },
    "StringLookup": { config in
        StringLookup(
            maxTokens: config["max_tokens"]?.int, numOovIndices: config["num_oov_indices"]?.int ?? 1,
            maskToken: config["mask_token"]?.string, vocabulary: config["vocabulary"]?.list?.compactMap(\.string),
            idfWeights: config["idf_weights"]?.doubles, invert: config["invert"]?.bool ?? false,
            outputMode: mode(config), padToMaxTokens: config["pad_to_max_tokens"]?.bool ?? false, salt: salt(config))
    },
    "IntegerLookup": { config in
        IntegerLookup(
            maxTokens: config["max_tokens"]?.int, numOovIndices: config["num_oov_indices"]?.int ?? 1,
            maskToken: config["mask_token"]?.int, vocabulary: config["vocabulary"]?.ints,
            idfWeights: config["idf_weights"]?.doubles, invert: config["invert"]?.bool ?? false,
            outputMode: mode(config), padToMaxTokens: config["pad_to_max_tokens"]?.bool ?? false,
            oovMethod: config["oov_method"]?.string ?? "floormod", salt: salt(config))
    },
    "TextVectorization": { config in
        TextVectorization(
            maxTokens: config["max_tokens"]?.int,
            standardize: config.has("standardize")
                ? config["standardize"]?.string.map(TextStandardization.init(stringLiteral:))
                : .lowerAndStripPunctuation,
            split: config.has("split") ? config["split"]?.string.map(TextSplit.init(stringLiteral:)) : .whitespace,
            ngrams: config["ngrams"].map { $0.int.map { NGrams($0) } ?? NGrams(lengths: $0.ints ?? []) },
            outputMode: mode(config), outputSequenceLength: config["output_sequence_length"]?.int,
            padToMaxTokens: config["pad_to_max_tokens"]?.bool ?? false,
            vocabulary: config["vocabulary"]?.list?.compactMap(\.string), idfWeights: config["idf_weights"]?.doubles)
    },
    "Hashing": { config in
        Hashing(
            numBins: config["num_bins"]?.int ?? 0,
            maskValue: config["mask_value"].map { $0.int.map(Hashing.MaskValue.int) ?? .string($0.string ?? "") },
            salt: salt(config), outputMode: mode(config))
    },
    "HashedCrossing": { HashedCrossing(numBins: $0["num_bins"]?.int ?? 0, outputMode: mode($0)) },
]

private func mode(_ config: GoldenValue, _ usual: OutputMode = .int) -> OutputMode {
    config["output_mode"]?.string.map { OutputMode($0) } ?? usual
}

private func salt(_ config: GoldenValue) -> Salt? {
    config["salt"].flatMap { value in value.int.map { Salt($0, $0) } ?? value.ints.map { Salt($0) } }
}

/// A number, or nested lists of them, as a tensor.
private func nested(_ value: GoldenValue) -> Tensor {
    guard let list = value.list else { return Tensor(scalar: value.double ?? 0) }
    return ops.stack(list.map(nested), axis: 0)
}

extension GoldenValue {
    /// Whether there is an entry, be it null.
    fileprivate func has(_ key: String) -> Bool {
        if case .object(let entries) = self { entries[key] != nil } else { false }
    }
}
