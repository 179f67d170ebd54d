import HornbillEngine
import HornbillTabular
import Testing

@Suite struct ExplanationTests {
    private let table: [[Double]] = (0..<40).map { (row: Int) -> [Double] in
        (0..<4).map { (column: Int) -> Double in Double((row * 31 + column * 17) % 23) / 7 }
    }
    private let features = ["a", "b", "c", "d"]

    /// Explanations of a function of the four columns.
    private func explanations(
        _ rows: [Int], background: [Int], passes: Int = 1, batchRows: Int = 4096, seed: UInt64 = 0,
        of function: ([Double]) -> Double
    ) throws -> [RowExplanation] {
        let estimator = try ExplanationEstimator(
            features: features, outputs: [.init(target: "y")], background: background, passes: passes,
            batchRows: batchRows, seed: seed)
        return try estimator.explanations(rows: rows, value: { "\(table[$0][$1])" }) { composite in
            #expect(composite.count <= batchRows)
            return (0..<composite.count).map { place in
                [function((0..<4).map { table[composite.sources[$0][place]][$0] })]
            }
        }
    }

    /// The Shapley values by their definition: the mean over all 24 orders and all background rows.
    private func exact(_ row: Int, background: [Int], of function: ([Double]) -> Double) -> [Double] {
        var sums = [0.0, 0, 0, 0]
        for start in background {
            for order in orders(Array(0..<4)) {
                var values = table[start]
                for feature in order {
                    let before = function(values)
                    values[feature] = table[row][feature]
                    sums[feature] += function(values) - before
                }
            }
        }
        return sums.map { $0 / Double(24 * background.count) }
    }

    private func orders(_ items: [Int]) -> [[Int]] {
        items.isEmpty ? [[]] : items.flatMap { first in orders(items.filter { $0 != first }).map { [first] + $0 } }
    }

    private func entangled(_ x: [Double]) -> Double { x[0] * x[1] * x[2] - x[3] * x[0] + x[1] }

    @Test func aSumOfFeaturesIsExplainedExactly() throws {
        let background = [1, 5, 9, 30]
        for explanation in try explanations([0, 7, 12], background: background, of: { 2 * $0[0] - $0[1] + $0[3] + 4 }) {
            for (feature, factor) in [2.0, -1, 0, 1].enumerated() {
                let mean = background.reduce(0) { $0 + table[$1][feature] } / 4
                let contribution = explanation.contributions[feature]
                #expect(isClose(contribution.contribution, factor * (table[explanation.row][feature] - mean)))
                #expect(contribution.feature == features[feature])
                #expect(contribution.value == "\(table[explanation.row][feature])")
            }
        }
    }

    @Test func aProductOfTwoFeaturesIsExplainedExactly() throws {
        let function = { (x: [Double]) in x[0] * x[1] }
        for explanation in try explanations([3, 8], background: [0, 2], of: function) {
            let expected = exact(explanation.row, background: [0, 2], of: function)
            #expect(isClose(explanation.contributions.map(\.contribution), expected))
        }
    }

    @Test func manyOrdersComeCloseToTheDefinition() throws {
        let background = Array(20..<28)
        let explanation = try #require(
            explanations([4], background: background, passes: 400, of: entangled).first)
        let expected = exact(4, background: background, of: entangled)
        for (contribution, expected) in zip(explanation.contributions, expected) {
            #expect(abs(contribution.contribution - expected) < 0.05)
        }
    }

    @Test(arguments: [1, 7, 4096])
    func contributionsSumToThePredictionMinusTheMean(_ batchRows: Int) throws {
        let background = [0, 11, 22]
        for explanation in try explanations([1, 2, 3], background: background, batchRows: batchRows, of: entangled) {
            let mean = background.reduce(0) { $0 + entangled(table[$1]) } / 3
            #expect(isClose(explanation.baseline, mean))
            #expect(isClose(explanation.prediction, entangled(table[explanation.row])))
            let sum = explanation.contributions.reduce(0) { $0 + $1.contribution }
            #expect(isClose(sum, explanation.prediction - explanation.baseline))
        }
    }

    @Test func theSameSeedGivesTheSameExplanations() throws {
        func explanations(_ seed: UInt64) throws -> [RowExplanation] {
            try self.explanations([1], background: [0, 5], seed: seed, of: entangled)
        }
        #expect(try explanations(1) == explanations(1))
        #expect(try explanations(1) != explanations(2))
    }

    @Test func ofSeveralClassesThePredictedOneIsExplained() throws {
        let estimator = try ExplanationEstimator(
            features: ["a"],
            outputs: [
                .init(target: "kind", className: "low"), .init(target: "size"),
                .init(target: "kind", className: "high"),
            ], background: [0, 1])
        let explanations = try estimator.explanations(rows: [2, 9], value: { _, _ in "" }) { rows in
            rows.sources[0].map { [1 - Double($0) / 10, Double($0), Double($0) / 10] }
        }
        #expect(explanations.map(\.target) == ["kind", "size", "kind", "size"])
        #expect(explanations.map(\.className) == ["low", nil, "high", nil])
        #expect(explanations.map(\.prediction) == [0.8, 2, 0.9, 9])
    }

    @Test func aModelThatAnswersWithOtherCountsOrNoNumbersIsAnError() throws {
        let estimator = try ExplanationEstimator(features: ["a"], outputs: [.init(target: "y")], background: [0])
        for (answer, kind) in [([[]], HornbillError.Kind.shape), ([[1], [1]], .shape), ([[Double.nan]], .numeric)] {
            let error = #expect(throws: HornbillError.self) {
                try estimator.explanations(rows: [1], value: { _, _ in "" }) { _ in answer }
            }
            #expect(error?.kind == kind)
        }
        #expect(throws: HornbillError.self) {
            try ExplanationEstimator(features: ["a"], outputs: [], background: [0])
        }
        #expect(throws: HornbillError.self) {
            try ExplanationEstimator(features: ["a"], outputs: [.init(target: "y")], background: [])
        }
    }
}
