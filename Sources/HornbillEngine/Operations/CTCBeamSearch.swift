import Foundation

/// A search for the likeliest labels: step by step it extends the beginnings that it has in sight by every class, adds
/// up the probabilities of those that read alike, and keeps the likeliest (Graves, 2012, section 7.5.3).
struct CTCBeamSearch: CustomOperation {
    let width: Int
    let paths: Int
    let blank: Int

    var name: String { "ctcBeamSearch" }

    init(width: Int, paths: Int, blank: Int) throws {
        guard width > 0, paths > 0, paths <= width else {
            throw HornbillError(
                .argument,
                "ctcDecode: a beam of width \(width) cannot give \(paths) paths: both must be positive, and the width not smaller"
            )
        }
        self.width = width
        self.paths = paths
        self.blank = blank
    }

    func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] {
        let shape = inputs[0].shape
        return [TensorType(.int32, [paths, shape[0], shape[1]]), TensorType(inputs[0].dtype, [shape[0], paths])]
    }

    func execute(_ inputs: [Tensor]) throws -> [Tensor] {
        let shape = inputs[0].shape
        let (batch, steps, classes) = (shape[0], shape[1], shape[2])
        let logarithms = try inputs[0].softmax([2], logarithm: true).doubles()
        let lengths = try inputs[1].doubles()
        var labels = [Int32](repeating: -1, count: paths * batch * steps)
        var scores = [Double](repeating: -.infinity, count: batch * paths)
        for sample in 0..<batch {
            let running = min(max(Int(lengths[sample]), steps > 0 ? 1 : 0), steps)
            let rows = (0..<running).map { step in
                logarithms[((sample * steps + step) * classes)..<((sample * steps + step + 1) * classes)]
            }
            for (rank, found) in search(rows.map(Array.init)).enumerated() {
                scores[sample * paths + rank] = found.score
                for (place, label) in found.labels.enumerated() {
                    labels[(rank * batch + sample) * steps + place] = label
                }
            }
        }
        let types = try outputTypes(inputs.map(\.type))
        return [
            Tensor(labels, shape: types[0].shape),
            try Tensor(scores, shape: types[1].shape).casted(to: types[1].dtype),
        ]
    }

    /// The probability of a beginning, by whether its last step was a blank.
    private struct Score {
        var emitting = -Double.infinity
        var resting = -Double.infinity
        var total: Double { added(emitting, resting) }
    }

    private func search(_ rows: [[Double]]) -> [(labels: [Int32], score: Double)] {
        var beam: [(labels: [Int32], score: Score)] = [([], Score(resting: 0))]
        for row in rows {
            var next: [[Int32]: Score] = [:]
            for (labels, score) in beam {
                next[labels, default: Score()].resting = added(
                    next[labels]?.resting ?? -.infinity, score.total + row[blank])
                for (label, logarithm) in row.enumerated() where label != blank {
                    let label = Int32(label)
                    var fresh = score.total
                    if labels.last == label {
                        // The label goes on, or comes again behind a blank.
                        next[labels, default: Score()].emitting = added(
                            next[labels]?.emitting ?? -.infinity, score.emitting + logarithm)
                        fresh = score.resting
                    }
                    next[labels + [label], default: Score()].emitting = added(
                        next[labels + [label]]?.emitting ?? -.infinity, fresh + logarithm)
                }
            }
            beam = next.filter { $0.value.total > -.infinity }.map { ($0.key, $0.value) }
                .sorted { comesFirst(($0.labels, $0.score.total), ($1.labels, $1.score.total)) }
            beam.removeLast(max(beam.count - width, 0))
        }
        return beam.prefix(paths).map { ($0.labels, $0.score.total) }
    }

    /// The likelier first; of equals, that with the smaller classes, as TensorFlow has it.
    private func comesFirst(_ a: (labels: [Int32], score: Double), _ b: (labels: [Int32], score: Double)) -> Bool {
        if a.score != b.score { return a.score > b.score }
        for (x, y) in zip(a.labels, b.labels) where x != y { return x < y }
        return a.labels.count > b.labels.count
    }
}

/// log(exp(a) + exp(b)).
private func added(_ a: Double, _ b: Double) -> Double {
    let (high, low) = (max(a, b), min(a, b))
    return high == -.infinity ? high : high + log1p(exp(low - high))
}
