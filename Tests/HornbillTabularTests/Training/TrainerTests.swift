import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct TrainerTests {
    /// A table with a column of each type and three targets, of which one is often missing.
    private func table(rows: Int = 400, change: (Int, inout [String]) -> Void = { _, _ in }) -> String {
        var text = "id,size,color,when,note,shape,price,sold,grade\n"
        for row in 0..<rows {
            let size = Double(row * 37 % 101) / 10
            let color = ["red", "green", "blue"][row * 7 % 3]
            let day = row % 28 + 1
            let note = row % 2 == 0 ? "a fine thing with a story" : "an old thing without any story"
            let price = size * 3 + (color == "red" ? 10 : 0)
            var fields = [
                "k\(row)x", row % 11 == 0 ? "" : "\(size)", color, "2024-03-\(day < 10 ? "0" : "")\(day)", note,
                "\"[\(size), \(-size), 1]\"", "\(price)", price > 18 ? "yes" : "no",
                row % 4 == 0 ? ["low", "mid", "high"][min(2, Int(price / 12))] : "",
            ]
            change(row, &fields)
            text += fields.joined(separator: ",") + "\n"
        }
        return text
    }

    private var options: TabularOptions {
        var options = TabularOptions(targets: ["price", "sold", "grade"])
        options.epochs = 12
        return options
    }

    @Test func severalTargetsAreLearntFromAllTypesOfColumns() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            let report = try TabularTrainer(options).train(path, output: "\(folder)/out")
            #expect(report.evaluations.map(\.target) == ["price", "sold", "grade"])
            #expect(try #require(report.evaluations[0].primaryMetric.value) > 0.8)
            #expect(try #require(report.evaluations[1].primaryMetric.value) > 0.9)
            // Only the rows that have a grade are evaluated on.
            #expect(report.evaluations[2].rowCount < report.evaluations[0].rowCount / 2)
            for name in ["model.keras", "table.json", "report.html", "report.json"] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/out/\(name)"), "\(name)")
            }
        }
    }

    @Test func theSavedModelSaysOfRawRowsWhatTheTrainedOneSaidOfEncodedOnes() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            var options = options
            // Testing on the table itself makes both evaluate all of its rows.
            options.split = .file(path)
            options.epochs = 3
            let report = try TabularTrainer(options).train(path, output: "\(folder)/out")
            let evaluations = try TabularModel(folder: "\(folder)/out").evaluate(path)
            for (a, b) in zip(report.evaluations, evaluations) {
                for (trained, saved) in zip(a.metrics(), b.metrics()) {
                    guard let x = trained.value, let y = saved.value else { continue }
                    #expect(abs(x - y) <= 1e-4 * max(1, abs(x)), "\(a.target) \(trained.name)")
                }
            }
        }
    }

    @Test func whatIsFittedDoesNotChangeWhenTestRowsDo() throws {
        try withTemporaryFolder { folder in
            let hash = RowHash(seed: 0, stream: .test)
            let changed = table { row, fields in
                guard hash.unit(row) < 0.2 else { return }
                (fields[1], fields[2], fields[4]) = ("99999", "purple", "words that nobody ever wrote")
                (fields[6], fields[7]) = ("-5000", "no")
            }
            var options = options
            options.epochs = 1
            // How good the model is decides nothing here.
            let first = try writeTable(table(), folder, name: "a.csv")
            let second = try writeTable(changed, folder, name: "b.csv")
            try TabularTrainer(options).train(first, output: "\(folder)/a")
            try TabularTrainer(options).train(second, output: "\(folder)/b")
            let configs = try ["a", "b"].map { try loadModel("\(folder)/\($0)/model.keras").toJSON() }
            #expect(configs[0] == configs[1])
            let weights = try ["a", "b"].map { name in
                try loadModel("\(folder)/\(name)/model.keras").getWeights().map { try $0.floats() }
            }
            #expect(weights[0] == weights[1])
        }
    }

    @Test func scoringAddsColumnsAndNamesWhatIsMissing() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            var options = options
            options.epochs = 1
            try TabularTrainer(options).train(path, output: "\(folder)/out")
            let model = try TabularModel(folder: "\(folder)/out")
            #expect(try model.score(path, output: "\(folder)/scored.csv").rows == 400)
            let scored = try TableFile(path: "\(folder)/scored.csv")
            #expect(
                Array(scored.columns.suffix(8)) == [
                    "price_prediction", "sold_prediction", "sold_probability_no", "sold_probability_yes",
                    "grade_prediction", "grade_probability_high", "grade_probability_low", "grade_probability_mid",
                ])
            let row = try #require(try scored.makeRows().next())
            #expect(row[scored.columns.firstIndex(of: "note") ?? 0] == "a fine thing with a story")
            let short = try writeTable("size,when,note,shape\n1,2024-01-01,x,\"[1,2,3]\"\n", folder, name: "short.csv")
            expectError(.unknownName, "has no column 'color'") {
                _ = try model.score(short, output: "\(folder)/x.csv")
            }
            let wrong = try writeTable(
                "size,color,when,note,shape\nhuge,red,2024-01-01,x,\"[1,2,3]\"\n", folder, name: "wrong.csv")
            expectError(.data, "row 2", "column 'size'", "expected a number, found 'huge'") {
                _ = try model.score(wrong, output: "\(folder)/x.csv")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/x.csv"))
        }
    }

    @Test func rowsAreLeftOutWhereAColumnSaysSo() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            var options = options
            options.epochs = 1
            var size = ColumnSettings()
            size.dropsMissing = true
            options.columns["size"] = size
            let report = try TabularTrainer(options).train(path, output: "\(folder)/out")
            #expect(report.dataSummary.parts.reduce(0) { $0 + $1.rows } == 400 - 37)
        }
    }

    @Test func foldsTestOnEachRowOnce() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(rows: 200), folder)
            var options = TabularOptions(targets: ["price"])
            (options.epochs, options.split) = (1, .folds(3))
            let report = try TabularTrainer(options).train(path, output: "\(folder)/out")
            #expect(report.evaluations[0].rowCount == 200)
        }
    }

    @Test func theLastRowsByTimeAreTestedOn() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(rows: 280), folder)
            var options = TabularOptions(targets: ["price"])
            (options.epochs, options.split) = (1, .time(column: "when", test: 0.25))
            let report = try TabularTrainer(options).train(path, output: "\(folder)/out")
            // 10 rows for each of 28 days.
            #expect(report.evaluations[0].rowCount == 70)
            #expect(report.roles.first { $0.column == "when" }?.role == "reject")
        }
    }
}
