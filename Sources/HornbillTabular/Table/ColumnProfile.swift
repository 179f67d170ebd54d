/// What is known of a column after a pass over its values.
package struct ColumnProfile {
    /// More different values than these are not told apart.
    package static let mostDistinct = 10_000
    /// Longer texts are no categories, and are not kept.
    package static let longestCategory = 200

    package let name: String
    package private(set) var rows = 0
    package private(set) var missing = 0
    package private(set) var numberCount = 0
    package private(set) var integerCount = 0
    package private(set) var dateCount = 0
    package private(set) var imageCount = 0
    package private(set) var vectorCount = 0
    package private(set) var vectorWidth: Int?
    package private(set) var words = 0
    /// How often each value occurs, while there are not too many.
    package private(set) var counts: [String: Int] = [:]
    /// Whether ``counts`` has all values.
    package private(set) var isCounted = true
    package private(set) var moments = Moments()
    package private(set) var numbers = Reservoir<Double>(capacity: 20_000)
    package private(set) var examples: [String] = []

    package init(name: String) { self.name = name }

    package var present: Int { rows - missing }
    /// How many different values there are; nil if that was not counted to the end.
    package var distinct: Int? { isCounted ? counts.count : nil }

    package mutating func add(_ text: String?) {
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
    package var guessedType: ColumnType? {
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
    package var ranked: [(value: String, count: Int)] {
        counts.map { (value: $0.key, count: $0.value) }.sorted {
            ($1.count, $0.value) < ($0.count, $1.value)
        }
    }
}

/// Count, mean, variance and bounds of numbers that are seen one at a time (Welford's method).
package struct Moments: Sendable, Equatable {
    package private(set) var count = 0
    package private(set) var mean = 0.0
    private var squares = 0.0
    package private(set) var minimum = Double.infinity
    package private(set) var maximum = -Double.infinity

    package mutating func add(_ value: Double) {
        count += 1
        let difference = value - mean
        mean += difference / Double(count)
        squares += difference * (value - mean)
        minimum = min(minimum, value)
        maximum = max(maximum, value)
    }

    /// The mean squared distance from the mean; 0 without values.
    package var variance: Double { count > 0 ? max(squares / Double(count), 0) : 0 }
    /// Its root, or 1 where all values are equal: what may be divided by.
    package var scale: Double { variance > 0 ? variance.squareRoot() : 1 }
}
