/// Cuts texts into words as ``TextVectorization`` does with its defaults: ASCII letters become small, ASCII punctuation is
/// dropped, and words end at whitespace.
package enum Words {
    /// The words of a text, and the runs of up to `ngrams` of them with blanks between.
    package static func cut(_ text: String, ngrams: Int = 1) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            guard !word.isEmpty else { return }
            words.append(String(decoding: word, as: UTF8.self))
            word.removeAll(keepingCapacity: true)
        }
        for byte in text.utf8 {
            switch byte {
            case 32, 9...13: end()
            case 33...47, 58...64, 91...96, 123...126: break
            case 65...90: word.append(byte + 32)
            default: word.append(byte)
            }
        }
        end()
        guard ngrams > 1 else { return words }
        var runs = words
        for length in 2...ngrams where length <= words.count {
            for first in 0...(words.count - length) {
                runs.append(words[first..<first + length].joined(separator: " "))
            }
        }
        return runs
    }

    /// 64-bit FNV-1a of a word's bytes.
    package static func hash(_ word: String) -> UInt64 {
        word.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

/// How often tokens occur and in how many rows, within bounded memory: when there are too many, those seen least are
/// forgotten.
package struct TokenTally {
    static let mostTokens = 1 << 19

    package struct Count {
        var occurrences = 0
        var rows = 0
        /// The last row that had it.
        fileprivate var lastRow = -1
    }

    package private(set) var counts: [String: Count] = [:]
    package private(set) var rows = 0
    private var leastKept = 1

    /// Counts the tokens of one row.
    package mutating func add(_ tokens: [String]) {
        for token in tokens {
            counts[token, default: Count()].occurrences += 1
            if counts[token]?.lastRow != rows {
                counts[token]?.rows += 1
                counts[token]?.lastRow = rows
            }
        }
        rows += 1
        while counts.count > Self.mostTokens {
            counts = counts.filter { $0.value.occurrences > leastKept }
            leastKept *= 2
        }
    }

    /// The tokens that are in at least so many rows, the most frequent first, of equally frequent ones the smaller first.
    package func ranked(fewestRows: Int, most: Int) -> [(token: String, count: Count)] {
        let kept = counts.filter { $0.value.rows >= fewestRows }
        let ranked = kept.sorted { ($1.value.occurrences, $0.key) < ($0.value.occurrences, $1.key) }
        return ranked.prefix(most).map { (token: $0.key, count: $0.value) }
    }
}
