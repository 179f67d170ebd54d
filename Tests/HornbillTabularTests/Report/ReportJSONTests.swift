import Foundation
import HornbillEngine
import HornbillTabular
import Testing

@Suite struct ReportJSONTests {
    private func object(_ report: TabularReport) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    }

    @Test(arguments: hostileNames)
    func everyNameComesBackAsItWas(_ name: String) throws {
        let object = try object(reportExample(name))
        #expect(object["title"] as? String == name)
        let targets = try #require(object["targets"] as? [String: Any])
        #expect(Set(targets.keys) == [name, "\(name) 2", "\(name) 3"])
    }

    @Test func metricsAreUnderTheirNames() throws {
        let report = try reportExample()
        let targets = try #require(object(report)["targets"] as? [String: [String: Any]])
        for evaluation in report.evaluations {
            let target = try #require(targets[evaluation.target])
            #expect(target["type"] as? String == evaluation.type.rawValue)
            let metrics = try #require(target["metrics"] as? [String: Any])
            #expect(metrics.count == evaluation.metrics().count)
            for metric in evaluation.metrics() { #expect(isClose(metrics[metric.name] as? Double, metric.value)) }
            #expect((target["importance"] as? [Any])?.count == 1 && (target["explanations"] as? [Any])?.count == 1)
        }
        #expect(targets["column 2"]?["threshold"] as? Double == 0.4)
        #expect((targets["column 3"]?["confusion_matrix"] as? [[Double]])?.count == 3)
    }

    @Test func eachClassHasItsOwnMetricsAndNullsWhereTheyAreNotDefined() throws {
        var report = try reportExample()
        // Nothing is taken for the class c, and no row is of the class d.
        report.evaluations = [
            try TargetEvaluation(
                target: "y",
                outcome: .multiclass(
                    actual: [0, 0, 1, 2],
                    probabilities: [[0.9, 0.1, 0, 0], [0.2, 0.8, 0, 0], [0.1, 0.9, 0, 0], [0.6, 0.1, 0.3, 0]],
                    classes: ["a", "b", "c", "d"]))
        ]
        let target = try #require((object(report)["targets"] as? [String: [String: Any]])?["y"])
        #expect(target["confusion_matrix"] as? [[Int]] == [[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
        let classes = try #require(target["class_metrics"] as? [[String: Any]])
        #expect(classes.map { $0["class"] as? String } == ["a", "b", "c", "d"])
        #expect(classes.map { $0["rows"] as? Double } == [2, 1, 1, 0])
        #expect(classes.map { $0["precision"] as? Double } == [0.5, 0.5, nil, nil])
        #expect(classes.map { $0["recall"] as? Double } == [0.5, 1, 0, nil])
        #expect(classes[3]["f1"] is NSNull && classes[3]["roc_auc"] is NSNull)
    }

    @Test func whatIsNotDefinedIsNullWithAReason() throws {
        var report = try reportExample()
        report.evaluations = [
            try TargetEvaluation(target: "y", outcome: .regression(actual: [1, 1], predicted: [1, 2]))
        ]
        let target = try #require((object(report)["targets"] as? [String: [String: Any]])?["y"])
        #expect((target["metrics"] as? [String: Any])?["r2"] is NSNull)
        #expect((target["notes"] as? [String: String])?["r2"] == "all actual values are the same")
    }

    @Test func anEpochWithoutAValueIsNull() throws {
        let history = try #require(object(reportExample())["history"] as? [String: [Any]])
        #expect(history["column"] as? [Double] == [3, 2, 1])
        #expect(history["val_column"]?[1] is NSNull)
    }

    @Test func targetsOfOneNameAreToldApart() throws {
        var report = try reportExample()
        report.evaluations = [report.evaluations[0], report.evaluations[0]]
        let targets = try #require(object(report)["targets"] as? [String: Any])
        #expect(Set(targets.keys) == ["column", "column (2)"])
    }

    @Test func aReportThatIsCodedAndReadAgainSaysTheSame() throws {
        var report = try reportExample()
        report.history = report.history.filter { $0.values.allSatisfy(\.isFinite) }
        let copy = try JSONDecoder().decode(TabularReport.self, from: JSONEncoder().encode(report))
        #expect(copy.json() == report.json() && copy.html() == report.html())
    }

    @Test func anEvaluationThatDoesNotFitTogetherIsNotRead() throws {
        let text = try String(
            decoding: JSONEncoder().encode(
                TargetEvaluation(target: "y", outcome: .regression(actual: [1, 2], predicted: [3, 4]))), as: UTF8.self)
        #expect(throws: HornbillError.self) {
            try JSONDecoder().decode(TargetEvaluation.self, from: Data(text.replacing("[3,4]", with: "[3]").utf8))
        }
    }
}
