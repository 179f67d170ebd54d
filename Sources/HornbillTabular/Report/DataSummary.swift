/// What the data was: counts of rows, and a summary of each column.
public struct DataSummary: Sendable, Codable, Equatable {
    /// A part of the rows and what it served for: `train`, `validation`, `test`.
    public struct Part: Sendable, Codable, Equatable {
        public let name: String
        public let rows: Int

        public init(name: String, rows: Int) {
            self.name = name
            self.rows = rows
        }
    }

    /// The file's or table's name.
    public var source: String
    /// All rows that were read, without the skipped ones.
    public var rows: Int
    /// Rows left out since they could not be read.
    public var skippedRows: Int
    /// How the rows were split.
    public var parts: [Part]
    public var columns: [ColumnSummary]

    public init(source: String, rows: Int, skippedRows: Int = 0, parts: [Part] = [], columns: [ColumnSummary]) {
        self.source = source
        self.rows = rows
        self.skippedRows = skippedRows
        self.parts = parts
        self.columns = columns
    }
}

/// What one column holds.
public struct ColumnSummary: Sendable, Codable, Equatable {
    /// The distribution of the values.
    public enum Distribution: Sendable, Codable, Equatable {
        /// Numbers: their moments, and how many lie between each two edges of the histogram.
        case numerical(minimum: Double, mean: Double, deviation: Double, maximum: Double, histogram: Histogram)
        /// Dates, as the reader wants them; the histogram may count them in any unit.
        case dates(earliest: String, latest: String, histogram: Histogram)
        /// The most frequent values with their counts, the most frequent first; `otherRows` have another value.
        case categorical(top: [ValueCount], otherRows: Int)
        /// Texts and what else is not drawn: a few values.
        case examples([String])
    }

    /// A value and the number of rows that have it.
    public struct ValueCount: Sendable, Codable, Equatable {
        public let value: String
        public let rows: Int

        public init(value: String, rows: Int) {
            self.value = value
            self.rows = rows
        }
    }

    public var name: String
    /// `numerical`, `categorical`, `text`, `date`, …
    public var type: String
    /// How many rows have no value.
    public var missing: Int
    /// How many different values there are; `nil` where they were not counted to the end.
    public var distinct: Int?
    public var distribution: Distribution

    public init(name: String, type: String, missing: Int, distinct: Int?, distribution: Distribution) {
        self.name = name
        self.type = type
        self.missing = missing
        self.distinct = distinct
        self.distribution = distribution
    }
}

/// A row of the table of roles: what was done with a column.
public struct RoleRow: Sendable, Codable, Equatable {
    public var column: String
    /// `input`, `target`, `rejected`, `weight`, …
    public var role: String
    public var type: String
    /// The treatment in words: `standardised, missing → median 28`.
    public var treatment: String
    /// The model's input that gets it; `nil` where none does.
    public var input: String?

    public init(column: String, role: String, type: String, treatment: String, input: String? = nil) {
        self.column = column
        self.role = role
        self.type = type
        self.treatment = treatment
        self.input = input
    }
}
