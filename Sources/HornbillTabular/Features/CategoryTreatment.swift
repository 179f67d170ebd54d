import Hornbill

/// Categories as numbers, by a vocabulary that is learnt; those outside of it are the rare ones, number 0.
package final class CategoryTreatment: FeatureTreatment {
    package let columns: [Int]
    private let treatment: CategoricalTreatment
    /// How many numbers a category gets from the first target: one for each class, or one.
    private let targetWidth: Int
    private var tally = TokenTally()
    private var targets: [String: TargetMeans] = [:]
    private var allTargets: TargetMeans
    /// The categories with numbers of their own, from 1.
    package private(set) var vocabulary: [String] = []
    /// For the encodings by a table, its rows: that of unknown categories, then those of the vocabulary.
    package private(set) var table: [[Double]] = []
    /// Whether rare categories were seen in training, so that something is learnt for them.
    private var hasRare = false
    private var lookup: Layer?
    private var values: Embedding?
    private var scaler: Layer?

    package init(column: Int, treatment: CategoricalTreatment, target: Target?) {
        columns = [column]
        self.treatment = treatment
        targetWidth = target?.type == .multiclass ? target?.classes.count ?? 1 : 1
        allTargets = TargetMeans(width: targetWidth)
    }

    package var storage: CodeStorage { .integers([1]) }

    package var featureShape: Shape {
        switch treatment.encoding {
        case .dummies: [vocabulary.count + (hasRare ? 1 : 0)]
        case .hashing: [treatment.bins]
        case .ordinal, .frequency, .target: [table.first?.count ?? 1]
        }
    }

    package var summary: String {
        let missing = treatment.missing == .category ? "missing as a category" : "missing → most frequent"
        switch treatment.encoding {
        case .dummies: return "\(vocabulary.count) dummies\(hasRare ? " and one for rare categories" : ""), \(missing)"
        case .hashing: return "hashed into \(treatment.bins) bins"
        case .ordinal: return "ranks by frequency, \(missing), standardised"
        case .frequency: return "frequencies, \(missing), standardised"
        case .target: return "means of the target, smoothed by \(treatment.smoothing) rows, \(missing), standardised"
        }
    }

    package func observe(_ values: [RawValue], target: TargetValue?) {
        var category = ""
        if case .text(let text)? = values.first { category = text }
        tally.add([category])
        guard treatment.encoding == .target, let target else { return }
        targets[category, default: TargetMeans(width: targetWidth)].add(target)
        allTargets.add(target)
        // Categories that the tally has forgotten for being rare get no number of their own.
        if targets.count > 2 * TokenTally.mostTokens { targets = targets.filter { tally.counts[$0.key] != nil } }
    }

    package func finish() throws {
        guard treatment.encoding != .hashing else {
            lookup = Hashing(numBins: treatment.bins)
            return
        }
        let imputes = treatment.missing == .impute
        let ranked = tally.ranked(fewestRows: treatment.fewestRows, most: treatment.mostCategories + (imputes ? 1 : 0))
        let kept = ranked.filter { !(imputes && $0.token.isEmpty) }.prefix(treatment.mostCategories)
        vocabulary = kept.map(\.token)
        if vocabulary.isEmpty { vocabulary = [""] }
        let known = Set(vocabulary)
        hasRare = tally.counts.keys.contains { !known.contains($0) && !(imputes && $0.isEmpty) }
        // A missing value that is filled in has the last number, until it gets that of the most frequent category.
        lookup = StringLookup(vocabulary: imputes && !known.contains("") ? vocabulary + [""] : vocabulary)
        try makeTable(kept.map(\.count.rows))
        // Only what was learnt is kept.
        (tally, targets) = (TokenTally(), [:])
    }

    private func makeTable(_ rows: [Int]) throws {
        let total = Double(max(tally.rows, 1))
        let counts = vocabulary.indices.map { Double(rows.indices.contains($0) ? rows[$0] : 0) }
        switch treatment.encoding {
        case .dummies, .hashing: return
        case .ordinal: table = [[Double(vocabulary.count)]] + vocabulary.indices.map { [Double($0)] }
        case .frequency: table = [[max(total - counts.reduce(0, +), 0) / total]] + counts.map { [$0 / total] }
        case .target:
            let overall = allTargets.means(towards: nil, weight: 0)
            table =
                [overall]
                + vocabulary.map {
                    (targets[$0] ?? TargetMeans(width: targetWidth)).means(
                        towards: overall, weight: treatment.smoothing)
                }
        }
        // The means and variances over the training rows.
        let shares = [max(total - counts.reduce(0, +), 0) / total] + counts.map { $0 / total }
        let width = table[0].count
        let means = (0..<width).map { place in zip(shares, table).reduce(0) { $0 + $1.0 * $1.1[place] } }
        let variances = (0..<width).map { place in
            zip(shares, table).reduce(0) { $0 + $1.0 * ($1.1[place] - means[place]) * ($1.1[place] - means[place]) }
        }
        scaler = Normalization(mean: means, variance: variances.map { $0 > 0 ? $0 : 1 })
        values = Embedding(
            table.count, width, weights: Tensor(table.flatMap { $0.map(Float.init) }, shape: [table.count, width]),
            trainable: false)
    }

    package func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T { lookup.map { $0(raw[0]) } ?? raw[0] }

    package func encode(_ code: SymbolicTensor) -> SymbolicTensor {
        if treatment.encoding == .hashing {
            return CategoryEncoding(numTokens: treatment.bins, outputMode: .oneHot)(code)
        }
        var code = code
        if treatment.missing == .impute { code = ops.where(code .== (vocabulary.count + 1), 1, code) }
        if let values, let scaler {
            return scaler(Reshape([table[0].count])(values(code)))
        }
        let dummies = CategoryEncoding(numTokens: vocabulary.count + 1, outputMode: .oneHot)(code)
        // Without rare categories in training there is nothing that their feature could have learnt.
        return hasRare ? dummies : dummies[0..., 1...]
    }
}

/// Sums of target values, for their means by category.
package struct TargetMeans {
    private var sums: [Double]
    private var count = 0.0

    package init(width: Int) { sums = Array(repeating: 0, count: width) }

    package mutating func add(_ value: TargetValue) {
        switch value {
        case .number(let number): sums[0] += number
        // Of two classes the second counts.
        case .category(let index) where sums.count == 1: sums[0] += Double(index)
        case .category(let index): sums[index] += 1
        }
        count += 1
    }

    /// The means, as if `weight` more rows had the values `prior`.
    package func means(towards prior: [Double]?, weight: Double) -> [Double] {
        sums.indices.map { index in
            let total = count + (prior == nil ? 0 : weight)
            return total > 0 ? (sums[index] + (prior.map { $0[index] * weight } ?? 0)) / total : 0
        }
    }
}
