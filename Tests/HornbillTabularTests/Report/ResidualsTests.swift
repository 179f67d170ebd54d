import HornbillTabular
import Testing

@Suite struct ResidualsTests {
    private func residuals(_ errors: [Double], weights: [Double]? = nil, limit: Int = 800) throws -> Residuals {
        let actual = errors.indices.map { Double($0 * 37 % errors.count) }
        let outcome = TargetEvaluation.Outcome.regression(
            actual: actual, predicted: zip(actual, errors).map { $0 - $1 })
        return try #require(TargetEvaluation(target: "y", outcome: outcome, weights: weights).residuals(limit: limit))
    }

    @Test func quantilesAreThoseOfActualMinusPredicted() throws {
        let residuals = try residuals((0...100).map { Double($0) - 50 })
        #expect(residuals.quantiles == [-45, -25, 0, 25, 45])
        #expect(residuals.rowsOutside == 0 && residuals.histogram.counts.reduce(0, +) == 101)
    }

    @Test func aFewRowsThatAreFarOffDoNotHideTheOthers() throws {
        let residuals = try residuals((0..<500).map { Double($0 % 21) - 10 } + [1e6, -1e6])
        #expect(residuals.rowsOutside == 2)
        #expect(residuals.histogram.edges.first == -10 && residuals.histogram.edges.last == 10)
    }

    @Test func theHistogramCountsWeights() throws {
        let residuals = try residuals([1, 2, 3, 4], weights: [0.5, 0.5, 2, 0])
        #expect(residuals.histogram.counts.reduce(0, +) == 3)
    }

    @Test(arguments: [1, 10, 99, 100, 800])
    func pairsAreAtMostTheLimitAndCoverTheActualValues(_ limit: Int) throws {
        let pairs = try residuals((0..<100).map { _ in 1 }, limit: limit).pairs
        #expect(pairs.count == min(limit, 100) && pairs.last?.actual == 99)
        #expect(pairs.allSatisfy { $0.actual - $0.predicted == 1 })
        #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0.actual < $1.actual })
    }
}
