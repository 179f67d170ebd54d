/// What is known of a column after a pass over its values.
struct ColumnProfile {
    /// More different values than these are not told apart.
    static let mostDistinct = 10_000
    /// Longer texts are no categories, and are not kept.
    static let longestCategory = 200

    let name: String
    private(set) var rows = 0
    private(set) var missing = 0
    private(set) var numberCount = 0
    private(set) var integerCount = 0
    private(set) var dateCount = 0
    private(set) var imageCount = 0
    private(set) var vectorCount = 0
    private(set) var vectorWidth: Int?
    private(set) var words = 0
    /// How often each value occurs, while there are not too many.
    private(set) var counts: [String: Int] = [:]
    /// Whether ``counts`` has all values.
    private(set) var isCounted = true
    private(set) var moments = Moments()
    private(set) var numbers = Reservoir<Double>(capacity: 20_000)
    private(set) var examples: [String] = []

    init(name: String) { self.name = name }

    var present: Int { rows - missing }
    /// How many different values there are; nil if that was not counted to the end.
    var distinct: Int? { isCounted ? counts.count : nil }

    mutating func add(_ text: String?) {
        rows += 1
        guard let text else {
            missing += 1
            return
        }
        if examples.count < 5 { examples.append(String(text.prefix(200))) }
        count(text)
        if let number = FieldParsing.number(text) {
            numberCount += 1
            if number.rounded() == number { integerCount += 1 }
            moments.add(number)
            numbers.add(number)
            return
        }
        if DateParser.seconds(text) != nil { dateCount += 1 }
        if FieldParsing.isImagePath(text) { imageCount += 1 }
        if let vector = FieldParsing.vector(text), vectorWidth == nil || vectorWidth == vector.count {
            vectorWidth = vector.count
            vectorCount += 1
        }
        var inWord = false
        for byte in text.utf8 {
            let isBlank = byte == 32 || (9...13).contains(byte)
            if !isBlank, !inWord { words += 1 }
            inWord = !isBlank
        }
    }

    private mutating func count(_ text: String) {
        if let known = counts[text] {
            counts[text] = known + 1
        } else if counts.count < Self.mostDistinct, text.utf8.count <= Self.longestCategory {
            counts[text] = 1
        } else {
            isCounted = false
        }
    }

    /// The type that fits the values; nil where there are none, or where each row has a word of its own, so that nothing
    /// can be learnt from it.
    var guessedType: ColumnType? {
        guard present > 0 else { return nil }
        if numberCount == present { return .numerical }
        if dateCount == present { return .date }
        if vectorCount == present { return .vector }
        if imageCount == present { return .image }
        let wordsPerRow = Double(words) / Double(max(present - numberCount, 1))
        let distinctShare = Double(distinct ?? present) / Double(present)
        if wordsPerRow >= 4, distinctShare > 0.05 { return .text }
        // Words of which most are seen once say nothing one by one, but their parts may.
        guard present > 50, distinctShare > 0.5 else { return .categorical }
        return wordsPerRow > 1.5 ? .text : nil
    }

    /// The values from the most frequent one; of equally frequent ones the smaller first.
    var ranked: [(value: String, count: Int)] {
        counts.map { (value: $0.key, count: $0.value) }.sorted {
            ($1.count, $0.value) < ($0.count, $1.value)
        }
    }
}

/// Count, mean, variance and bounds of numbers that are seen one at a time (Welford's method).
struct Moments: Sendable, Equatable {
    private(set) var count = 0
    private(set) var mean = 0.0
    private var squares = 0.0
    private(set) var minimum = Double.infinity
    private(set) var maximum = -Double.infinity

    mutating func add(_ value: Double) {
        count += 1
        let difference = value - mean
        mean += difference / Double(count)
        squares += difference * (value - mean)
        minimum = min(minimum, value)
        maximum = max(maximum, value)
    }

    /// The mean squared distance from the mean; 0 without values.
    var variance: Double { count > 0 ? max(squares / Double(count), 0) : 0 }
    /// Its root, or 1 where all values are equal: what may be divided by.
    var scale: Double { variance > 0 ? variance.squareRoot() : 1 }
}
