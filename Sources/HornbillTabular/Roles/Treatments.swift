/// How a numerical column becomes features.
public struct NumericalTreatment: Sendable, Codable, Hashable {
    /// How numbers are brought to one scale.
    public enum Rescaling: String, Sendable, Codable, CaseIterable { case standard, minmax, none }
    /// What takes the place of a missing number.
    public enum Imputation: String, Sendable, Codable, CaseIterable { case mean, median, constant }

    public var rescaling = Rescaling.standard
    public var imputation = Imputation.mean
    /// The number for the imputation `constant`.
    public var constant = 0.0
    /// Whether a feature says where the number is missing; nil adds it where numbers are missing in training.
    public var flagsMissing: Bool?
    /// Whether the signed root and the square are features too.
    public var derives = false
    /// The number of ranges with about equally many values into which the numbers are put instead; nil keeps them.
    public var bins: Int?

    public init() {}
}

/// How a categorical column becomes features.
public struct CategoricalTreatment: Sendable, Codable, Hashable {
    public enum Encoding: String, Sendable, Codable, CaseIterable {
        /// A feature for each category.
        case dummies
        /// The category's place by frequency.
        case ordinal
        /// How often the category occurs, as a share.
        case frequency
        /// A feature for each of a fixed number of bins into which categories fall by a hash.
        case hashing
        /// The mean of the first target among the category's rows, drawn towards the mean of all.
        case target
    }
    /// What a missing value is.
    public enum Missing: String, Sendable, Codable, CaseIterable {
        /// A category of its own.
        case category
        /// The most frequent category.
        case impute
    }

    public var encoding = Encoding.dummies
    public var missing = Missing.category
    /// The most categories with features of their own; the rarer ones share one.
    public var mostCategories = 100
    /// Categories of fewer rows share the feature of the rare ones.
    public var fewestRows = 1
    /// The number of bins for the encoding `hashing`.
    public var bins = 256
    /// As how many rows the mean of all counts for the encoding `target`.
    public var smoothing = 10.0

    public init() {}
}

/// How a column of text becomes features.
public struct TextTreatment: Sendable, Codable, Hashable {
    public enum Encoding: String, Sendable, Codable, CaseIterable {
        /// What a ridge regression on the words' TF-IDF says of each target: a number for a regression or two classes,
        /// one for each of more classes.
        case scores
        /// How often each word is in the text.
        case counts
        /// The same, weighted by how rare the word is, each text scaled to length 1.
        case tfidf
        /// Counts of a fixed number of bins into which words fall by a hash.
        case hashing
        /// The numbers of the words in their order: an input of its own.
        case sequence
    }

    public var encoding = Encoding.scores
    /// The most words that are told apart; nil for 30,000 where scores are made of them, and 10,000 otherwise.
    public var mostWords: Int?
    /// Rarer words are not told apart.
    public var fewestRows = 1
    /// The longest runs of words that count as words; nil for 2 where scores are made of them, and 1 otherwise.
    public var ngrams: Int?
    /// The number of bins for the encoding `hashing`.
    public var bins = 1024
    /// To how many words a text is cut or filled up, for the encoding `sequence`.
    public var length = 200

    public init() {}

    var wordLimit: Int { mostWords ?? (encoding == .scores ? 30_000 : 10_000) }
    var longestRun: Int { ngrams ?? (encoding == .scores ? 2 : 1) }
}

/// How a column of pictures becomes features.
public struct ImageTreatment: Sendable, Codable, Hashable {
    /// Height and width to which pictures are brought.
    public var height = 64
    public var width = 64
    /// 1 for gray, 3 for colour.
    public var channels = 3

    public init() {}
}
