import Hornbill

/// Batches of encoded rows in the form that `fit` and `predict` take.
struct TrainingBatches: Sendable {
    let rows: EncodedRows
    let encoders: [TargetEncoder]
    let layouts: [TargetLayout]
    /// By target, the weights that classes are trained with; empty for a regression.
    let classWeights: [[Double]]
    /// By target, what the weights are multiplied by, so that a target that is missing in most rows counts as the others.
    let scales: [Double]

    /// - Parameter training: the rows that are trained on, of which the scales are made.
    init(
        _ rows: EncodedRows, training: [Int32], encoders: [TargetEncoder], layouts: [TargetLayout],
        classWeights: [[Double]]
    ) throws {
        self.rows = rows
        self.encoders = encoders
        self.layouts = layouts
        self.classWeights = classWeights
        var totals = [Double](repeating: 0, count: encoders.count)
        for start in stride(from: 0, to: training.count, by: 4096) {
            let batch = try rows.batch(training[start..<min(start + 4096, training.count)])
            for (index, values) in batch.targets.enumerated() {
                for (row, value) in values.enumerated() where !value.isNaN {
                    totals[index] += Self.weight(value, classWeights[index]) * Double(batch.weights[row])
                }
            }
        }
        for (index, total) in totals.enumerated() where total <= 0 {
            throw HornbillError(
                .data, "the target '\(encoders[index].target.name)' has no value in any row that is trained on")
        }
        scales = totals.map { Double(training.count) / $0 }
    }

    private static func weight(_ value: Float, _ classWeights: [Double]) -> Double {
        let index = classWeights.isEmpty ? 0 : Int(value)
        return classWeights.indices.contains(index) ? classWeights[index] : 1
    }

    /// Batches in an order that each pass draws anew from the generator, or as they come.
    func dataset(_ order: [Int32], batchSize: Int, shuffledBy generator: SeedGenerator? = nil) -> Dataset {
        Dataset(count: (order.count + batchSize - 1) / batchSize, batched: true) {
            var order = order
            if let generator {
                let seeds = try generator.next().scalars(Int64.self)
                let mixed = seeds.reduce(UInt64(0)) { $0 &* 0x100_0000_01B3 ^ UInt64(bitPattern: $1) }
                let hash = RowHash(seed: mixed, stream: .order)
                for place in stride(from: order.count - 1, to: 0, by: -1) {
                    order.swapAt(place, Int(hash.unit(place) * Double(place + 1)))
                }
            }
            var next = 0
            return {
                guard next < order.count else { return nil }
                defer { next += batchSize }
                return try element(order[next..<min(next + batchSize, order.count)])
            }
        }
    }

    private func element(_ order: ArraySlice<Int32>) throws -> Dataset.Element {
        let batch = try rows.batch(order)
        var targets: [TensorStructure] = []
        var weights: [TensorStructure] = []
        for (index, values) in batch.targets.enumerated() {
            let encoder = encoders[index]
            let weighted = zip(values, batch.weights).map { value, weight in
                value.isNaN
                    ? 0 : Float(Self.weight(value, classWeights[index]) * scales[index]) * weight
            }
            targets.append(
                .tensor(layouts[index].tensor(values.map { $0.isNaN ? $0 : encoder.trained(Double($0)) })))
            weights.append(.tensor(Tensor(weighted)))
        }
        return Dataset.Element(
            .list(batch.codes.map(Structure.tensor)), .list(targets), sampleWeight: .list(weights))
    }

    /// What the model says of rows beside what is true: an evaluation for each target that has a value in any of them.
    func evaluations(_ order: [Int32], by model: Model, thresholds: [Double?]) throws -> [TargetEvaluation] {
        let targets = encoders.map(\.target)
        var evaluated = targets.map { EvaluatedRows($0, among: targets) }
        for start in stride(from: 0, to: order.count, by: 1024) {
            let batch = try rows.batch(order[start..<min(start + 1024, order.count)])
            let outputs: [Tensor] = try model.predict(
                TensorStructure.list(batch.codes.map(Structure.tensor)), batchSize: 1024)
            for (index, output) in outputs.enumerated() {
                let width = output.shape.last ?? 1
                let values = try output.doubles()
                for (row, value) in batch.targets[index].enumerated() where !value.isNaN {
                    evaluated[index].add(
                        Double(value), weight: Double(batch.weights[row]),
                        output: values[row * width..<(row + 1) * width])
                }
            }
        }
        return try zip(evaluated, thresholds).compactMap { try $0.evaluation(threshold: $1) }
    }
}
