import HornbillEngine

/// What is done to a text before it is split: `.lower`, `"strip_punctuation"`, or a function of your own.
public struct TextStandardization: Sendable, ExpressibleByStringLiteral {
    /// Keras's name.
    public let name: String
    let function: (@Sendable (String) -> String)?

    public init(stringLiteral value: String) {
        name = value
        function = nil
    }

    private init(_ function: @escaping @Sendable (String) -> String) {
        name = "custom"
        self.function = function
    }

    /// Lower case (of A to Z), and no punctuation.
    public static let lowerAndStripPunctuation: TextStandardization = "lower_and_strip_punctuation"
    /// Lower case (of A to Z).
    public static let lower: TextStandardization = "lower"
    /// No ASCII punctuation.
    public static let stripPunctuation: TextStandardization = "strip_punctuation"

    /// A function of your own.
    public static func custom(_ function: @escaping @Sendable (String) -> String) -> TextStandardization {
        TextStandardization(function)
    }

    var lowers: Bool { name.hasPrefix("lower") }
    var strips: Bool { name.hasSuffix("strip_punctuation") }

    func check() throws {
        let known = ["lower_and_strip_punctuation", "lower", "strip_punctuation"]
        guard function != nil || known.contains(name) else {
            throw HornbillError(
                .argument,
                "standardize must be one of \(known.joined(separator: ", ")), a function or nil, not '\(name)'")
        }
    }
}

/// How a text is cut into tokens: at whitespace, into characters, or by a function of your own.
public struct TextSplit: Sendable, ExpressibleByStringLiteral {
    /// Keras's name.
    public let name: String
    let function: (@Sendable (String) -> [String])?

    public init(stringLiteral value: String) {
        name = value
        function = nil
    }

    private init(_ function: @escaping @Sendable (String) -> [String]) {
        name = "custom"
        self.function = function
    }

    /// At ASCII whitespace, of which several together count as one.
    public static let whitespace: TextSplit = "whitespace"
    /// Into Unicode scalars.
    public static let character: TextSplit = "character"

    /// A function of your own.
    public static func custom(_ function: @escaping @Sendable (String) -> [String]) -> TextSplit { TextSplit(function) }

    func check() throws {
        guard function != nil || ["whitespace", "character"].contains(name) else {
            throw HornbillError(
                .argument, "split must be one of whitespace, character, a function or nil, not '\(name)'")
        }
    }
}

/// The lengths of the runs of tokens that count as tokens: `2` for one and two, `[2]` for two alone.
public struct NGrams: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    let lengths: [Int]
    /// As it was given.
    let configValue: ConfigValue

    /// Runs of one token up to `longest`.
    public init(_ longest: Int) {
        // Longer runs than any text has would only take memory.
        lengths = longest > 0 && longest <= 10_000 ? Array(1...longest) : []
        configValue = .int(longest)
    }

    /// Runs of these lengths.
    public init(lengths: [Int]) {
        self.lengths = lengths
        configValue = .list(lengths.map(ConfigValue.int))
    }

    public init(integerLiteral value: Int) { self.init(value) }
    public init(arrayLiteral elements: Int...) { self.init(lengths: elements) }

    func check() throws {
        guard !lengths.isEmpty, lengths.allSatisfy({ $0 > 0 }) else {
            throw HornbillError(.argument, "ngrams must be within 1 … 10000, not \(configValue.summary)")
        }
    }
}
