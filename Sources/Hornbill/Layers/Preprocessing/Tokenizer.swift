import HornbillEngine

/// Cuts texts into tokens, as bytes that are looked up where they lie.
struct Tokenizer {
    private let standardize: TextStandardization?
    private let split: TextSplit?
    private let ngrams: [Int]?
    /// What becomes of a byte: itself, its lower case, or nothing.
    private let table: [UInt8]
    private static let dropped: UInt8 = 0
    /// The standardized text, and where its tokens lie in it.
    private var bytes: [UInt8] = []
    private var tokens: [Range<Int>] = []

    init(standardize: TextStandardization?, split: TextSplit?, ngrams: NGrams?) {
        self.standardize = standardize
        self.split = split
        self.ngrams = ngrams?.lengths
        let standard = standardize?.function == nil ? standardize : nil
        table = (0...255).map { (byte: Int) -> UInt8 in
            let byte = UInt8(byte)
            if standard?.strips == true, Self.isPunctuation(byte) { return Self.dropped }
            return standard?.lowers == true && byte >= 65 && byte <= 90 ? byte + 32 : byte
        }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        (33...47).contains(byte) || (58...64).contains(byte) || (91...96).contains(byte) || (123...126).contains(byte)
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

    /// Calls `body` with each token of a sample's texts, in order; with n-grams, those of the first length come first.
    mutating func forEachToken(of texts: ArraySlice<String>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.removeAll(keepingCapacity: true)
        tokens.removeAll(keepingCapacity: true)
        for text in texts {
            let text = standardize?.function.map { $0(text) } ?? text
            if let function = split?.function {
                for token in function(standardized(text)) { append(token.utf8) }
            } else {
                cut(text)
            }
        }
        if let ngrams { joinRuns(ngrams) }
        bytes.withUnsafeBufferPointer { all in
            for token in tokens { body(UnsafeBufferPointer(rebasing: all[token])) }
        }
    }

    private func standardized(_ text: String) -> String {
        guard standardize != nil, standardize?.function == nil else { return text }
        return String(decoding: text.utf8.compactMap { Self.kept($0, table) }, as: UTF8.self)
    }

    /// What a byte becomes, nil if it is dropped; a zero byte of the text is not.
    @inline(__always)
    private static func kept(_ byte: UInt8, _ table: [UInt8]) -> UInt8? {
        let result = table[Int(byte)]
        return result == dropped && byte != 0 ? nil : result
    }

    private mutating func append(_ token: String.UTF8View) {
        let start = bytes.count
        bytes.append(contentsOf: token)
        tokens.append(start..<bytes.count)
    }

    /// Standardizes and splits in one pass.
    private mutating func cut(_ text: String) {
        var text = text
        let (whole, characters, table) = (split == nil, split?.name == "character", table)
        text.withUTF8 { source in
            let first = bytes.count
            var (start, end) = (first, first)
            // Nothing grows: room for all is made ahead, and what was not needed is given back.
            bytes.append(contentsOf: source)
            bytes.withUnsafeMutableBufferPointer { target in
                for byte in source {
                    if !whole, !characters, Self.isSpace(byte) {
                        if end > start { tokens.append(start..<end) }
                        start = end
                        continue
                    }
                    guard let kept = Self.kept(byte, table) else { continue }
                    if characters, byte & 0xC0 != 0x80, end > start {
                        tokens.append(start..<end)
                        start = end
                    }
                    target[end] = kept
                    end += 1
                }
            }
            if whole || end > start { tokens.append(start..<end) }
            bytes.removeLast(bytes.count - end)
        }
    }

    /// Replaces the tokens by runs of them with blanks between.
    private mutating func joinRuns(_ lengths: [Int]) {
        let single = tokens
        tokens.removeAll(keepingCapacity: true)
        for length in lengths where length <= single.count {
            for first in 0...(single.count - length) {
                let start = bytes.count
                for place in first..<first + length {
                    if place > first { bytes.append(32) }
                    bytes.append(contentsOf: bytes[single[place]])
                }
                tokens.append(start..<bytes.count)
            }
        }
    }
}
