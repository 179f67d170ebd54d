import HornbillEngine

/// Thresholds above which an output says yes, and how they are counted at.
struct Thresholds {
    let values: [Double]
    /// Whether they are evenly spaced from 0 to 1, so that each output has one bucket between two of them; counting is
    /// then one pass instead of one for each threshold.
    let areEven: Bool
    /// Whether the first is a little below 0 and the last a little above 1.
    let areWidened: Bool

    init(_ values: [Double]) {
        self.values = values
        areWidened = (values.first ?? 0) < 0 || (values.last ?? 1) > 1
        areEven =
            values.count >= 3
            && values.enumerated().allSatisfy { index, value in
                let even = Double(index) / Double(values.count - 1)
                return abs(value - even) <= 1e-7 + 1e-5 * even
            }
    }

    /// More than these no curve needs, and they would only take memory.
    static let most = 1 << 20

    /// `count` thresholds from 0 to 1, at most ``most``.
    static func even(_ count: Int) -> [Double] {
        count == 1 ? [0.5] : (0..<min(max(count, 0), most)).map { Double($0) / Double(min(count, most) - 1) }
    }
}

/// True and false positives and negatives of a batch, one number for each threshold.
struct ConfusionCounts {
    let truePositives: Tensor
    let falsePositives: Tensor
    let trueNegatives: Tensor
    let falseNegatives: Tensor

    /// Counts outputs above each threshold.
    /// - Parameters:
    ///   - topK: outputs that are not among the k largest of their row say no.
    ///   - classId: the only class that counts.
    ///   - sampleWeight: broadcasts over the outputs once it has an axis of classes.
    ///   - labelWeights: one for each label.
    ///   - byLabel: whether labels (the second axis) are counted apart; the counts then have an axis for them.
    init(
        _ yTrue: Tensor, _ yPred: Tensor, _ thresholds: Thresholds, topK: Int? = nil, classId: Int? = nil,
        sampleWeight: Tensor? = nil, labelWeights: Tensor? = nil, byLabel: Bool = false, dtype: DType = .float32
    ) throws {
        var (scores, truth) = matchRanks(try yPred.validated().cast(to: dtype), try yTrue.validated().cast(to: dtype))
        var weights = try sampleWeight.map { try Self.spread($0.validated().cast(to: dtype), truth.rank) }
        if let topK { scores = Self.keepingLargest(topK, scores) }
        if let classId {
            guard scores.rank > 1, let classes = scores.shape.last, classId >= 0, classId < classes else {
                throw HornbillError(.argument, "there is no class \(classId) in outputs of shape \(scores.shape)")
            }
            truth = try truth.slice(axis: truth.rank - 1, classId..<classId + 1)
            scores = try scores.slice(axis: scores.rank - 1, classId..<classId + 1)
        }
        if let labelWeights {
            let wide = ops.broadcastTo(labelWeights.cast(to: dtype), scores.shape)
            weights = weights.map { $0 * wide } ?? wide
        }
        weights = try weights.map { try $0.broadcasted(to: scores.shape) }
        guard truth.shape == scores.shape else {
            throw HornbillError(.shape, "targets of shape \(truth.shape) do not fit outputs of shape \(scores.shape)")
        }
        guard !byLabel || scores.rank == 2 else {
            throw HornbillError(
                .shape, "labels counted apart need outputs of two axes, not of the shape \(scores.shape)")
        }
        // Rows of samples, columns of labels; one column where all are counted together.
        let table: Shape = byLabel ? scores.shape : [scores.count, 1]
        let yes = ops.reshape((truth .!= 0.0).cast(to: dtype), table)
        let column = weights.map { ops.reshape($0, table) }
        let positives = column.map { yes * $0 } ?? yes
        let negatives = column.map { (1.0 - yes) * $0 } ?? 1.0 - yes
        let prediction = ops.reshape(scores, table)
        var (tp, fp): (Tensor, Tensor)
        if thresholds.areEven {
            (tp, fp) = try Self.above(prediction, positives, negatives, thresholds)
        } else {
            let limits = Tensor(thresholds.values, shape: [thresholds.values.count, 1, 1]).cast(to: dtype)
            let says = (prediction > limits).cast(to: dtype)
            tp = ops.sum(says * positives, axis: 1)
            fp = ops.sum(says * negatives, axis: 1)
        }
        var tn = ops.sum(negatives, axis: 0, keepDims: true) - fp
        var fn = ops.sum(positives, axis: 0, keepDims: true) - tp
        if !byLabel {
            let flat: Shape = [thresholds.values.count]
            (tp, fp, tn, fn) = (
                ops.reshape(tp, flat), ops.reshape(fp, flat), ops.reshape(tn, flat), ops.reshape(fn, flat)
            )
        }
        (truePositives, falsePositives, trueNegatives, falseNegatives) = (tp, fp, tn, fn)
    }

    /// Weights with an axis of size 1 for the classes, where the targets have one.
    private static func spread(_ weights: Tensor, _ rank: Int) -> Tensor {
        let wide = ops.expandDims(weights, axis: -1)
        return wide.rank == rank + 1 ? ops.squeeze(wide, axis: -1) : wide
    }

    /// The k largest along the last axis, and a number far below every threshold in place of the others.
    private static func keepingLargest(_ k: Int, _ x: Tensor) -> Tensor {
        let chosen = ops.topK(x, k: k).indices
        let mask = ops.sum(ops.oneHot(chosen, x.shape.last ?? 1, dtype: x.dtype), axis: -2)
        return x * mask + Metrics.farBelow * (1.0 - mask)
    }

    /// For even thresholds, the sums of two kinds of values (rows by columns) whose predictions are above each.
    private static func above(
        _ prediction: Tensor, _ a: Tensor, _ b: Tensor, _ thresholds: Thresholds
    ) throws -> (Tensor, Tensor) {
        let count = thresholds.values.count
        let columns = prediction.shape[1]
        // A prediction on a threshold belongs below it. Bucket 0 holds what is above none.
        let bucket = ops.ceil(ops.clip(prediction, 0.0, 1.0) * Double(count - 1))
        var place = (thresholds.areWidened ? ops.maximum(bucket, 1.0) : bucket).cast(to: .int32)
        let width = count + 1
        if columns > 1 {
            let offsets = Tensor((0..<columns).map { Int32($0 * width) }, shape: [1, columns])
            place = place + offsets
        }
        let values = ops.reshape(ops.stack([a, b], axis: -1), [a.count, 2])
        let sums = ops.segmentSum(values, ops.reshape(place, [place.count]), numSegments: columns * width)
        let buckets = try ops.reshape(sums, [columns, width, 2]).slice(axis: 1, 1..<width)
        let running = try Tensor.emit1(.cumulative(.sum, axis: 1, reverse: true), [buckets])
        let parts = ops.split(ops.transpose(running), 2, axis: 0)
        return (ops.squeeze(parts[0], axis: 0), ops.squeeze(parts[1], axis: 0))
    }
}

extension Metrics {
    /// Below every output.
    static let farBelow = -1e10

    /// - Throws: kind `argument` unless all are within 0 … 1.
    static func checkThresholds(_ thresholds: [Double]) throws {
        guard !thresholds.isEmpty, thresholds.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
            throw HornbillError(.argument, "thresholds must be within 0 … 1, not \(thresholds)")
        }
    }

    /// What Keras writes for thresholds: nothing, one, or a list.
    static func config(_ thresholds: [Double]?) -> ConfigValue {
        guard let thresholds else { return .null }
        return thresholds.count == 1 ? .double(thresholds[0]) : .list(thresholds.map(ConfigValue.double))
    }
}
