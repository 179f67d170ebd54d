import HornbillEngine

extension datasets {
    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// 25,000 + 25,000 film reviews as lists of words' numbers, and whether they are favourable (Maas et al., 2011).
    public enum imdb {
        /// - Parameters:
        ///   - path: the file's name in the cache, or a path of your own.
        ///   - numWords: words with this number or above become `oovChar`; all are kept if nil.
        ///   - skipTop: the most frequent words, below this number, become `oovChar`, too.
        ///   - maxlen: reviews of this length or longer are left out.
        ///   - seed: of the shuffling, whose order is that of Keras.
        ///   - startChar: stands before each review; nothing does if nil.
        ///   - oovChar: stands for words that are left out; if nil, nothing does.
        ///   - indexFrom: what is added to the numbers of words.
        /// - Returns: lists of numbers, and labels 0 and 1, int64.
        /// - Throws: kind `file` for a file that is missing or damaged, `argument` where no review is left.
        public static func loadData(
            path: String = "imdb.npz", numWords: Int? = nil, skipTop: Int = 0, maxlen: Int? = nil, seed: Int = 113,
            startChar: Int? = 1, oovChar: Int? = 2, indexFrom: Int = 3
        ) throws -> Texts {
            let path = try KerasCache.file(path, origin: KerasCache.google + "imdb.npz")
            let file = try PickledNpz(path: path)
            let rules = WordRules(
                numWords: numWords, skipTop: skipTop, maxlen: maxlen, startChar: startChar, oovChar: oovChar,
                indexFrom: indexFrom)
            // One generator shuffles both parts, the training data first.
            var generator = try MersenneTwister(numPySeed: seed)
            func part(_ name: String) throws -> Labelled {
                let (lists, labels) = (try file.lists("x_\(name)"), try file.tensor("y_\(name)"))
                try KerasCache.check(path, lists.count, labels)
                let part = try rules.lengthened(Labelled(lists, labels).shuffled(&generator))
                guard !part.texts.isEmpty else {
                    throw HornbillError(.argument, "no review is shorter than \(maxlen ?? 0) words: increase maxlen")
                }
                return part
            }
            let parts = [try part("train"), try part("test")]
            let kept = rules.filtered(parts.flatMap(\.texts))
            let cut = parts[0].texts.count
            return (
                (Array(kept[..<cut]), Tensor(parts[0].labels)), (Array(kept[cut...]), Tensor(parts[1].labels))
            )
        }

        /// The number of each word, without what `indexFrom` adds.
        public static func getWordIndex(path: String = "imdb_word_index.json") throws -> [String: Int] {
            try KerasCache.wordIndex(path)
        }
    }

    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// 11,228 newswires of Reuters as lists of words' numbers, in 46 topics.
    public enum reuters {
        /// - Parameters: as for ``imdb/loadData(path:numWords:skipTop:maxlen:seed:startChar:oovChar:indexFrom:)``, and
        ///   - testSplit: the share of the newswires, the last after shuffling, that are for testing.
        /// - Returns: lists of numbers, and topics 0 to 45, int64.
        public static func loadData(
            path: String = "reuters.npz", numWords: Int? = nil, skipTop: Int = 0, maxlen: Int? = nil,
            testSplit: Double = 0.2, seed: Int = 113, startChar: Int? = 1, oovChar: Int? = 2, indexFrom: Int = 3
        ) throws -> Texts {
            guard testSplit >= 0, testSplit <= 1 else {
                throw HornbillError(.argument, "testSplit must be from 0 to 1, not \(testSplit)")
            }
            let path = try KerasCache.file(path, origin: KerasCache.google + "reuters.npz")
            let file = try PickledNpz(path: path)
            let rules = WordRules(
                numWords: numWords, skipTop: skipTop, maxlen: maxlen, startChar: startChar, oovChar: oovChar,
                indexFrom: indexFrom)
            let (lists, labels) = (try file.lists("x"), try file.tensor("y"))
            try KerasCache.check(path, lists.count, labels)
            var generator = try MersenneTwister(numPySeed: seed)
            let all = try rules.lengthened(Labelled(lists, labels).shuffled(&generator))
            let kept = rules.filtered(all.texts)
            let cut = Int(Double(kept.count) * (1 - testSplit))
            return (
                (Array(kept[..<cut]), Tensor(Array(all.labels[..<cut]))),
                (Array(kept[cut...]), Tensor(Array(all.labels[cut...])))
            )
        }

        /// The number of each word, without what `indexFrom` adds.
        public static func getWordIndex(path: String = "reuters_word_index.json") throws -> [String: Int] {
            try KerasCache.wordIndex(path)
        }

        /// The topics, in the order of their numbers.
        public static func getLabelNames() -> [String] {
            let names =
                "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton carcass "
                + "crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock retail "
                + "ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead"
            return names.split(separator: " ").map(String.init)
        }
    }
}

/// Texts and their labels.
private struct Labelled {
    var texts: [[Int]]
    var labels: [Int64]

    init(_ lists: [[Int32]], _ labels: Tensor) throws {
        texts = lists.map { $0.map(Int.init) }
        self.labels = try labels.cast(to: .int64).scalars(Int64.self)
    }

    func shuffled(_ generator: inout MersenneTwister) -> Labelled {
        let order = generator.numPyOrder(texts.count)
        var result = self
        result.texts = order.map { texts[$0] }
        result.labels = order.map { labels[$0] }
        return result
    }
}

/// What is done with the numbers of words.
private struct WordRules {
    var numWords: Int?
    var skipTop: Int
    var maxlen: Int?
    var startChar: Int?
    var oovChar: Int?
    var indexFrom: Int

    /// With the start and the numbers moved; without texts that are too long then.
    func lengthened(_ part: Labelled) -> Labelled {
        var part = part
        let moved = part.texts.map { text in (startChar.map { [$0] } ?? []) + text.map { $0 &+ indexFrom } }
        let kept = moved.indices.filter { index in maxlen.map { $0 == 0 || moved[index].count < $0 } ?? true }
        part.texts = kept.map { moved[$0] }
        part.labels = kept.map { part.labels[$0] }
        return part
    }

    /// Without the words that are too rare or too frequent.
    func filtered(_ texts: [[Int]]) -> [[Int]] {
        let limit = numWords.flatMap { $0 == 0 ? nil : $0 } ?? texts.lazy.compactMap { $0.max() }.max() ?? 0
        return texts.map { text in
            text.compactMap { word in word >= skipTop && word < limit ? word : oovChar }
        }
    }
}
