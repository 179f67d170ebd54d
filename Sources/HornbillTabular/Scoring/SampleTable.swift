import Hornbill

/// A few raw rows in memory, of which composite ones are made to explain a model.
struct SampleTable {
    let model: Model
    let columns: [RawColumn]
    let rows: [SampleRow]
    let targets: [Target]

    /// What the model gives for composite rows: by target, by row.
    func predict(_ composite: CompositeRows) throws -> [[[Double]]] {
        var inputs: [String: TensorStructure] = [:]
        for (index, column) in columns.enumerated() {
            var buffer = RawBuffer(column)
            for source in composite.sources[index] { buffer.append(rows[source].values[index]) }
            inputs[column.input] = .tensor(buffer.take())
        }
        let outputs: [Tensor] = try model.predict(TensorStructure.dictionary(inputs), batchSize: 512)
        return try outputs.map { output in
            let width = output.shape.last ?? 1
            let values = try output.doubles()
            return (0..<composite.count).map { Array(values[$0 * width..<($0 + 1) * width]) }
        }
    }

    /// What composite rows give, beside what is true of the rows that they stand for.
    func evaluate(_ composite: CompositeRows, rows places: [Int], thresholds: [Double?]) throws -> [TargetEvaluation] {
        let predicted = try predict(composite)
        return try targets.indices.compactMap { index in
            let known = places.indices.filter { rows[places[$0]].targets[index] != nil }
            guard !known.isEmpty else { return nil }
            return try TargetEvaluation(
                targets[index], actual: known.map { rows[places[$0]].targets[index] ?? 0 },
                predicted: known.flatMap { predicted[index][$0] }, weights: nil, threshold: thresholds[index] ?? 0.5)
        }
    }

    /// The numbers that explanations are about, target by target: a regression's value, the probability of the second of
    /// two classes, those of all of more.
    var explained: [ExplanationEstimator.Output] {
        targets.flatMap { target -> [ExplanationEstimator.Output] in
            switch target.type {
            case .regression: [ExplanationEstimator.Output(target: target.name)]
            case .binary: [ExplanationEstimator.Output(target: target.name, className: target.classes[1])]
            case .multiclass:
                target.classes.map { ExplanationEstimator.Output(target: target.name, className: $0) }
            }
        }
    }

    /// These numbers for composite rows.
    func explain(_ composite: CompositeRows) throws -> [[Double]] {
        let predicted = try predict(composite)
        return (0..<composite.count).map { row in
            targets.indices.flatMap { index -> [Double] in
                let values = predicted[index][row]
                return targets[index].type == .multiclass ? values : [values[values.count - 1]]
            }
        }
    }

    /// A value in words.
    func text(_ row: Int, _ column: Int) -> String {
        switch rows[row].values[column] {
        case .missing: return "missing"
        case .text(let text): return String(text.prefix(80))
        case .number(let number):
            return number == number.rounded() && abs(number) < 1e7 ? String(Int(number)) : String(number)
        case .numbers(let numbers):
            if columns[column].format == .date, numbers.count > 3 {
                return [1, 2, 3].map { String(Int(numbers[$0])) }.joined(separator: "-")
            }
            return "[" + numbers.prefix(4).map { String($0) }.joined(separator: ", ")
                + (numbers.count > 4 ? ", …]" : "]")
        }
    }
}
