import Foundation
import Hornbill

/// Texts as counts of words, weighted or not, or as the numbers of their words in order. Scores are made by
/// ``ScoreTreatment``.
package final class WordTreatment: FeatureTreatment {
    package let columns: [Int]
    private let treatment: TextTreatment
    private var tally = TokenTally()
    /// The words with numbers of their own, the most frequent first.
    package private(set) var vocabulary: [String] = []
    /// For each of them ln((1 + rows) / (1 + rows with the word)) + 1, as scikit-learn has it.
    package private(set) var idfWeights: [Double] = []
    private var vectorization: TextVectorization?

    package init(column: Int, treatment: TextTreatment) {
        columns = [column]
        self.treatment = treatment
    }

    package var storage: CodeStorage {
        switch treatment.encoding {
        case .sequence: .integers([treatment.length])
        // The first place is for words outside of the vocabulary.
        case .counts, .tfidf, .scores: .sparse(width: vocabulary.count + 1)
        case .hashing: .sparse(width: treatment.bins)
        }
    }

    /// How many numbers words have in a sequence: those of padding and unknown words too; nil where texts are counts.
    package var sequenceVocabulary: Int? { treatment.encoding == .sequence ? vocabulary.count + 2 : nil }

    package var featureShape: Shape {
        switch treatment.encoding {
        case .sequence: [treatment.length]
        case .counts, .tfidf, .scores: [vocabulary.count]
        case .hashing: [treatment.bins]
        }
    }

    package var summary: String {
        switch treatment.encoding {
        case .sequence: "the first \(treatment.length) words, of \(vocabulary.count) known ones"
        case .counts: "counts of \(vocabulary.count) words"
        case .tfidf, .scores: "TF-IDF of \(vocabulary.count) words"
        case .hashing: "counts of words in \(treatment.bins) bins"
        }
    }

    package func observe(_ values: [RawValue], target: TargetValue?) {
        guard treatment.encoding != .hashing else { return }
        guard case .text(let text)? = values.first else { return tally.add([]) }
        tally.add(Words.cut(text, ngrams: treatment.longestRun))
    }

    package func finish() throws {
        guard treatment.encoding != .hashing else { return }
        let words = tally.ranked(fewestRows: treatment.fewestRows, most: treatment.wordLimit)
        guard !words.isEmpty else {
            throw HornbillError(.data, "there is no word in at least \(treatment.fewestRows) rows of training")
        }
        vocabulary = words.map(\.token)
        let rows = Double(tally.rows)
        idfWeights = words.map { log((1 + rows) / (1 + Double($0.count.rows))) + 1 }
        let ngrams = treatment.longestRun > 1 ? NGrams(treatment.longestRun) : nil
        vectorization =
            switch treatment.encoding {
            case .sequence:
                TextVectorization(
                    ngrams: ngrams, outputMode: .int, outputSequenceLength: treatment.length, vocabulary: vocabulary)
            case .counts: TextVectorization(ngrams: ngrams, outputMode: .count, vocabulary: vocabulary)
            default:
                TextVectorization(
                    ngrams: ngrams, outputMode: .tfIdf, vocabulary: vocabulary, idfWeights: idfWeights)
            }
    }

    package func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T {
        // Of counts in a column of one text a row Keras gets the shape wrong.
        vectorization.map { $0(treatment.encoding == .sequence ? raw[0] : ops.squeeze(raw[0], axis: -1)) } ?? raw[0]
    }

    package func encode(_ code: SymbolicTensor) -> SymbolicTensor {
        switch treatment.encoding {
        case .sequence, .hashing: code
        case .counts: code[0..., 1...]
        case .tfidf, .scores: UnitNormalization()(code[0..., 1...])
        }
    }
}
