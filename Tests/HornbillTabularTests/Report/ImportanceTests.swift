import HornbillEngine
import HornbillTabular
import Testing

/// A table of three columns: `x` says all about `y` and nothing about the class, `z` the reverse, `n` is noise.
private struct Example {
    let x = (0..<200).map { Double($0) }
    let z = (0..<200).map { Double($0 * 7919 % 200) }
    let n = (0..<200).map { Double($0 * 104_729 % 199) }
    let features = ["x", "z", "n"]

    func evaluations(_ rows: CompositeRows, truth: [Int]) throws -> [TargetEvaluation] {
        [
            try TargetEvaluation(
                target: "y",
                outcome: .regression(
                    actual: truth.map { 3 * x[$0] }, predicted: rows.sources[0].map { 3 * x[$0] })),
            try TargetEvaluation(
                target: "class",
                outcome: .binary(
                    actual: truth.map { z[$0] > 100 }, probability: rows.sources[1].map { z[$0] / 200 },
                    classes: ["low", "high"])),
        ]
    }
}

@Suite struct ImportanceTests {
    private let example = Example()
    private let rows = Array(20..<180)

    @Test func aFeatureIsAsImportantAsTheMetricDropsWithoutIt() throws {
        let estimator = try ImportanceEstimator(features: example.features, repeats: 20, seed: 1)
        let importances = try estimator.importances(rows: rows) { try example.evaluations($0, truth: rows) }
        #expect(importances.map(\.target) == ["y", "y", "y", "class", "class", "class"])
        #expect(importances.map(\.feature) == ["x", "z", "n", "x", "z", "n"])
        #expect(importances.map(\.metric) == ["r2", "r2", "r2", "roc_auc", "roc_auc", "roc_auc"])
        // Against a shuffled copy R² is -1 on average, and the area is a half.
        #expect(abs(importances[0].mean - 2) < 0.15 && importances[0].deviation > 0)
        #expect(abs(importances[4].mean - 0.5) < 0.05 && importances[4].deviation > 0)
        for unused in [1, 2, 3, 5] {
            #expect(importances[unused].mean == 0 && importances[unused].deviation == 0)
        }
    }

    @Test func theSameSeedGivesTheSameImportances() throws {
        func importances(_ seed: UInt64) throws -> [FeatureImportance] {
            try ImportanceEstimator(features: example.features, seed: seed).importances(rows: rows) {
                try example.evaluations($0, truth: rows)
            }
        }
        #expect(try importances(3) == importances(3))
        #expect(try importances(3) != importances(4))
    }

    @Test func onlyOneFeatureIsShuffledAtATime() throws {
        var calls: [CompositeRows] = []
        _ = try ImportanceEstimator(features: example.features, repeats: 2).importances(rows: rows) {
            calls.append($0)
            return try example.evaluations($0, truth: rows)
        }
        #expect(calls.count == 1 + 3 * 2)
        #expect(calls[0].sources == [rows, rows, rows])
        for (index, call) in calls.dropFirst().enumerated() {
            for feature in 0..<3 {
                #expect((call.sources[feature] != rows) == (feature == index / 2))
                #expect(call.sources[feature].sorted() == rows)
            }
        }
    }

    @Test func aTargetWithoutAMetricHasNoImportances() throws {
        let importances = try ImportanceEstimator(features: ["x"]).importances(rows: [0, 1]) { _ in
            [try TargetEvaluation(target: "flat", outcome: .regression(actual: [1, 1], predicted: [1, 2]))]
        }
        #expect(importances.isEmpty)
    }

    @Test func withoutRowsFeaturesOrRepeatsThereIsAnError() throws {
        #expect(throws: HornbillError.self) { try ImportanceEstimator(features: []) }
        #expect(throws: HornbillError.self) { try ImportanceEstimator(features: ["x"], repeats: 0) }
        #expect(throws: HornbillError.self) {
            try ImportanceEstimator(features: ["x"]).importances(rows: []) { _ in [] }
        }
    }
}
