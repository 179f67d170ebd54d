/// Ridge regressions of some numbers on sparse rows, fitted so that none of a row's own targets is in what is said of it.
///
/// The rows are in folds. For each fold there are weights that the rows of all others gave; they say what the row is in
/// training. What they say of new rows is the mean of all, which is as sure of itself as each of them is, so that a model
/// that was trained on the one is right for the other. The penalty is the one with the least error on the folds left out.
package struct CrossFittedRidge: Sendable {
    package static let folds = 5
    /// From strong to weak; rows have the length 1.
    private static let penalties = (0..<10).map { 40 / Double(1 << $0) }

    /// By number that is predicted, by fold, by place.
    package let weights: [[[Double]]]

    /// - Parameters:
    ///   - folds: of each row.
    ///   - targets: by number that is predicted, by row; NaN where it is not known.
    package init(_ rows: SparseRows, folds: [Int], targets: [[Double]]) {
        weights = targets.map { Self.fit(rows, folds, $0) }
    }

    private static func fit(_ rows: SparseRows, _ folds: [Int], _ target: [Double]) -> [[Double]] {
        let known = target.indices.filter { !target[$0].isNaN }
        let mean = known.reduce(0) { $0 + target[$1] } / Double(max(known.count, 1))
        let learnt = (0..<Self.folds).map { fold in known.filter { folds[$0] != fold } }
        let centred = learnt.map { $0.map { target[$0] - mean } }
        var weights = learnt.map { _ in [Double](repeating: 0, count: rows.width) }
        // Without words that help, what is left is the mean.
        var best = weights
        var least = known.reduce(0) { $0 + (target[$1] - mean) * (target[$1] - mean) }
        for penalty in Self.penalties {
            for fold in weights.indices {
                weights[fold] = rows.ridge(
                    learnt[fold], targets: centred[fold], penalty: penalty, from: weights[fold])
            }
            let error = known.reduce(0.0) { sum, row in
                let rest = target[row] - mean - rows.product(row, weights[folds[row]])
                return sum + rest * rest
            }
            guard error < least else { break }
            (best, least) = (weights, error)
        }
        return best
    }

    /// The weights for new rows, by number that is predicted.
    package var meanWeights: [[Double]] {
        weights.map { folds in
            (folds.first ?? []).indices.map { place in folds.reduce(0) { $0 + $1[place] } / Double(folds.count) }
        }
    }
}
