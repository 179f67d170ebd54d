import Foundation
import Hornbill

/// Texts as what a ridge regression on the TF-IDF of their words says of each target.
///
/// Thousands of words are more than a network can learn from few rows; a ridge regression can, and what it finds is a few
/// numbers, which stand beside the other features. Of a row that it learnt from it says what those regressions say that
/// did not see the row (``CrossFittedRidge``).
package final class ScoreTreatment: CrossFittedTreatment {
    /// More words of all rows together are not learnt from: some rows are left out then.
    private static let mostKept = 1 << 22
    /// Words of a longer text are cut off.
    private static let mostLength = 1000
    /// As many weights are learnt at most, in each fold.
    private static let mostWeights = 1 << 20
    /// As many weights are looked up for a text at most.
    private static let mostLookedUp = 1 << 14

    package let columns: [Int]
    private let treatment: TextTreatment
    private let targets: [Target]
    private var tally = TokenTally()
    private var kept: KeptRows
    private var length = 1
    /// The words with weights, the most frequent first.
    package private(set) var vocabulary: [String] = []
    private var places: [UInt64: Int32] = [:]
    private var idf: [Float] = []
    private var ridge: CrossFittedRidge?
    private var vectorization: TextVectorization?
    private var scores: Embedding?
    private var squares: Embedding?
    private var scaler: Layer?

    package init(column: Int, treatment: TextTreatment, targets: [Target], seed: UInt64) {
        columns = [column]
        self.treatment = treatment
        self.targets = targets
        kept = KeptRows(seed: seed, most: Self.mostKept)
    }

    /// A number for each regression and pair of classes, and one for each class of more.
    private var widths: [Int] { targets.map { $0.type == .multiclass ? $0.classes.count : 1 } }
    private var width: Int { widths.reduce(0, +) }
    package var storage: CodeStorage { .floats([width]) }
    package var featureShape: Shape { [width] }
    package var summary: String { "scores for the targets by ridge regression on TF-IDF of \(vocabulary.count) words" }

    private var longest: Int { max(min(Self.mostLength, Self.mostLookedUp / max(width, 1)), 1) }

    private func cut(_ values: [RawValue]) -> ArraySlice<String> {
        guard case .text(let text)? = values.first else { return [] }
        return Words.cut(text, ngrams: treatment.longestRun).prefix(longest)
    }

    package func observe(_ values: [RawValue], target: TargetValue?) { observe(values, targets: [target], row: 0) }

    package func observe(_ values: [RawValue], targets: [TargetValue?], row: Int) {
        let words = cut(values)
        length = max(length, words.count)
        tally.add(Array(words))
        let numbers = zip(zip(self.targets, widths), targets).flatMap { about, value -> [Float] in
            switch value {
            case nil: [Float](repeating: .nan, count: about.1)
            case .number(let number): [Float(number)]
            case .category(let index): about.1 == 1 ? [Float(index)] : (0..<about.1).map { $0 == index ? 1 : 0 }
            }
        }
        kept.add(row: row, words: words.map(Words.hash), targets: numbers)
    }

    package func finish() throws {
        let most = min(treatment.wordLimit, max(Self.mostWeights / max(width, 1), 1))
        let words = tally.ranked(fewestRows: treatment.fewestRows, most: most)
        guard !words.isEmpty else {
            throw HornbillError(.data, "there is no word in at least \(treatment.fewestRows) rows of training")
        }
        vocabulary = words.map(\.token)
        let seen = Double(tally.rows)
        idf = words.map { Float(log((1 + seen) / (1 + Double($0.count.rows))) + 1) }
        places = Dictionary(vocabulary.enumerated().map { (Words.hash($1), Int32($0)) }) { first, _ in first }
        tally = TokenTally()

        var rows = SparseRows(width: vocabulary.count)
        for row in 0..<kept.count { rows.append(entries(kept.words(row))) }
        let ridge = CrossFittedRidge(
            rows, folds: kept.rows.map(kept.fold),
            targets: (0..<width).map { number in (0..<kept.count).map { Double(kept.targets[$0 * width + number]) } })
        self.ridge = ridge
        var moments = [Moments](repeating: Moments(), count: width)
        for row in 0..<kept.count {
            for number in 0..<width {
                moments[number].add(rows.product(row, ridge.weights[number][kept.fold(kept.rows[row])]))
            }
        }
        scaler = Normalization(mean: moments.map(\.mean), variance: moments.map { $0.variance > 0 ? $0.variance : 1 })
        kept.forget()
        makeTables(ridge.meanWeights)
    }

    /// The regressions as layers: the sum over words of their weights, by the root of the sum of their squared IDF.
    private func makeTables(_ weights: [[Double]]) {
        // The numbers 0 and 1 are for padding and words that are not known.
        var table = [Float](repeating: 0, count: 2 * width)
        for place in vocabulary.indices { table += weights.map { Float($0[place]) * idf[place] } }
        let rows = vocabulary.count + 2
        scores = Embedding(rows, width, weights: Tensor(table, shape: [rows, width]), trainable: false)
        squares = Embedding(
            rows, 1, weights: Tensor([0, 0] + idf.map { $0 * $0 }, shape: [rows, 1]), trainable: false)
        vectorization = TextVectorization(
            ngrams: treatment.longestRun > 1 ? NGrams(treatment.longestRun) : nil, outputMode: .int,
            outputSequenceLength: length, vocabulary: vocabulary)
    }

    /// The known words of a text with their IDF, scaled to the length that `code` scales to.
    private func entries(_ words: some Sequence<UInt64>) -> [SparseRows.Entry] {
        let known = words.compactMap { places[$0] }
        let squares = known.reduce(Float(0)) { $0 + idf[Int($1)] * idf[Int($1)] }
        return known.map { SparseRows.Entry(place: $0, value: idf[Int($0)] / squares.squareRoot()) }
    }

    package func crossFitted(_ values: [RawValue], row: Int) -> [Float]? {
        guard let ridge, kept.isKept(row) else { return nil }
        let words = entries(cut(values).map(Words.hash))
        return ridge.weights.map { folds in
            let weights = folds[kept.fold(row)]
            return Float(words.reduce(0) { $0 + Double($1.value) * weights[Int($1.place)] })
        }
    }

    package func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T {
        guard let vectorization, let scores, let squares else { return raw[0] }
        let words: T = vectorization(raw[0])
        // A text without known words has the sum 0.
        let length = ops.sqrt(ops.maximum(ops.sum(squares(words), axis: 1), 1e-6))
        return ops.sum(scores(words), axis: 1) / length
    }

    package func encode(_ code: SymbolicTensor) -> SymbolicTensor { scaler?(code) ?? code }
}
