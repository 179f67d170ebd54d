import Hornbill
import HornbillTabular
import Testing

@Suite struct EvaluatedRowsTests {
    private let target = Target(name: "price", type: .regression, classes: [])

    @Test func `all rows are evaluated while they are few, with their weights`() throws {
        var rows = EvaluatedRows(target, among: [target])
        for row in 0..<1000 { rows.add(Double(row), weight: row == 3 ? 2 : 1, output: [Double(row) + 0.5]) }
        let evaluation = try #require(try rows.evaluation(threshold: nil))
        #expect(evaluation.rowCount == 1000)
        #expect(evaluation.weights?[3] == 2)
        #expect(evaluation.metric(named: "mae").value == 0.5)
    }

    @Test func `an even choice of many rows is kept, each with what was said of it`() throws {
        let mpaa = Target(name: "mpaa", type: .multiclass, classes: ["G", "PG", "R"])
        // 20,000 rows are kept however little memory there shall be.
        var rows = EvaluatedRows(mpaa, among: [target, mpaa], mostNumbers: 4)
        for row in 0..<100_000 {
            let actual = row % 3
            rows.add(Double(actual), weight: 1, output: (0..<3).map { $0 == actual ? 0.8 : 0.1 }[...])
        }
        let evaluation = try #require(try rows.evaluation(threshold: nil))
        #expect(evaluation.rowCount == 20_000)
        #expect(evaluation.weights == nil)
        #expect(evaluation.metric(named: "accuracy").value == 1)
        guard case .multiclass(let actual, _, _) = evaluation.outcome else {
            Issue.record("of another type")
            return
        }
        for index in 0..<3 { #expect(abs(actual.count { $0 == index } - 6667) < 300) }
    }

    @Test func `nothing is evaluated without rows`() throws {
        #expect(try EvaluatedRows(target, among: [target]).evaluation(threshold: nil) == nil)
    }
}
