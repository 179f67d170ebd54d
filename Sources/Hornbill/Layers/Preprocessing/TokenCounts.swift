import HornbillEngine

/// How often tokens occur, and in how many documents, while a lookup layer is adapted.
struct TokenCounts {
    var table: any TokenTable
    /// By the numbers of the table.
    private(set) var counts: [Int] = []
    private(set) var documentCounts: [Int] = []
    /// The last document that had the token.
    private var last: [Int] = []
    /// How many documents there were.
    var documents = 0

    init(table: any TokenTable) { self.table = table }

    /// Counts one occurrence of a token.
    mutating func add(_ number: Int, document: Int) {
        while counts.count <= number {
            counts.append(0)
            documentCounts.append(0)
            last.append(-1)
        }
        counts[number] += 1
        if last[number] != document {
            last[number] = document
            documentCounts[number] += 1
        }
    }
}

extension IndexLookup.Arguments {
    /// - Throws: kind `argument` for arguments that make no sense, alone or together.
    func check() throws {
        func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
            if !condition { throw HornbillError(.argument, message()) }
        }
        try outputMode.check([.int, .oneHot, .multiHot, .count, .tfIdf])
        // Tables of so many numbers are what memory is asked for.
        let most = 1 << 28
        try require(maxTokens ?? 2 > 1, "maxTokens must be greater than 1, not \(maxTokens ?? 0)")
        try require(maxTokens ?? 2 <= most, "maxTokens must be at most \(most), not \(maxTokens ?? 0)")
        try require(maxTokens != nil || !padToMaxTokens, "padToMaxTokens needs maxTokens")
        try require(numOovIndices >= 0, "numOovIndices must not be negative, not \(numOovIndices)")
        try require(numOovIndices <= 1 << 20, "numOovIndices must be at most \(1 << 20), not \(numOovIndices)")
        try require(
            !invert || outputMode == .int,
            "the output mode of a layer that turns numbers into tokens must be int, not \(outputMode)")
        try require(
            idfWeights == nil || outputMode == .tfIdf,
            "idfWeights are for the output mode tf_idf, not for \(outputMode)")
        try require(
            ["floormod", "farmhash"].contains(oovMethod),
            "the oovMethod must be one of floormod, farmhash, not '\(oovMethod)'")
    }
}

extension Tensor {
    /// The elements, as a message shows them.
    var plain: String {
        guard dtype == .string else {
            return (try? cast(to: .int64).scalars(Int.self).map(String.init).joined(separator: ", ")) ?? "?"
        }
        return (try? strings().map { "'\($0)'" }.joined(separator: ", ")) ?? "?"
    }

    /// Strings or integers for a configuration.
    var configValues: [ConfigValue] {
        if dtype == .string { return (try? strings().map(ConfigValue.string)) ?? [] }
        return (try? cast(to: .int64).scalars(Int.self).map(ConfigValue.int)) ?? []
    }

    var configValue: ConfigValue { configValues.first ?? .null }
}

extension ConfigValue {
    init(doubles: [Double]?) { self = doubles.map { .list($0.map(ConfigValue.double)) } ?? .null }
}
