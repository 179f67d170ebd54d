import Foundation
import HornbillTabular
import HornbillTestSupport
import Testing

/// A case of Tests/Reference/tabular_metrics.py.
struct GoldenMetrics: Decodable, Sendable, CustomTestStringConvertible {
    struct Curves: Decodable, Sendable {
        var thresholds: [Double]
        var truePositiveRate: [Double]
        var falsePositiveRate: [Double]
        var precision: [Double]
        var recall: [Double]
        var calibrationObserved: [Double]?
        var calibrationPredicted: [Double]?
        var bestF1: Double
        var bestAccuracy: Double
    }

    var name: String
    var type: PredictionType
    var actual: [Double]
    var predicted: [Double]?
    var probability: [Double]?
    var probabilities: [[Double]]?
    var threshold: Double?
    var weights: [Double]?
    var metrics: [String: Double?]
    var curves: Curves?
    var classes: [[Double?]]?

    var testDescription: String { name }

    func evaluation() throws -> TargetEvaluation {
        let outcome: TargetEvaluation.Outcome =
            switch type {
            case .regression: .regression(actual: actual, predicted: predicted ?? [])
            case .binary:
                .binary(actual: actual.map { $0 == 1 }, probability: probability ?? [], classes: ["no", "yes"])
            case .multiclass:
                .multiclass(
                    actual: actual.map { Int($0) }, probabilities: probabilities ?? [],
                    classes: (probabilities?.first ?? []).indices.map { "class \($0)" })
            }
        return try TargetEvaluation(target: "target", outcome: outcome, weights: weights, threshold: threshold ?? 0.5)
    }

    static let all: [GoldenMetrics] = {
        do {
            let data = try Data(contentsOf: URL(filePath: referencePath("Golden/tabular_metrics/metrics.json")))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode([GoldenMetrics].self, from: data)
        } catch {
            // The suite's first test fails then.
            return []
        }
    }()

    static let binary = all.filter { $0.type == .binary }
}

/// Whether two numbers are the same to 12 digits.
func isClose(_ value: Double?, _ expected: Double?) -> Bool {
    guard let value, let expected else { return value == nil && expected == nil }
    return abs(value - expected) <= 1e-12 * max(1, abs(expected))
}

func isClose(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { isClose($0, $1) }
}
