import HornbillTabular
import Testing

@Suite struct PredictionTypeTests {
    @Test func onlyRegressionIsNoClassification() {
        #expect(PredictionType.allCases.filter { !$0.isClassification } == [.regression])
    }
}
