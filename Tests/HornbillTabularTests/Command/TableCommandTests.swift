import Foundation
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct TableCommandTests {
    private static let program = BuiltProgram("hornbill")

    private func run(_ arguments: String...) throws -> BuiltProgram.Run {
        let run = try Self.program.run(["table"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        return run
    }

    private func expectFailure(_ arguments: String..., says parts: String...) throws {
        let run = try Self.program.run(["table"] + arguments)
        #expect(run.status == 1, "\(run)")
        #expect(run.errors.split(separator: "\n").count == 1 && run.errors.hasPrefix("hornbill: "), "\(run.errors)")
        for part in parts { #expect(run.errors.contains(part), "\(run.errors)") }
    }

    private func json(_ path: String) throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any])
    }

    /// Two numbers, a target of two classes and one of numbers; one row may have a field too many.
    private func table(rows: Int = 120, isRagged: Bool = false) -> String {
        var text = "a,b,class,amount\n"
        for row in 0..<rows {
            text += "\(row % 11),\(row % 7),\(row % 11 > 5 ? "yes" : "no"),\(row % 11 + row % 7)"
            text += isRagged && row == 5 ? ",extra\n" : "\n"
        }
        return text
    }

    @Test func trainScoreAndEvaluateDoWhatTheirOptionsSay() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(isRagged: true), folder)
            let test = try writeTable(table(rows: 30), folder, name: "test.csv")
            let config = try writeTable(
                "targets: [nothing]\ncolumns: {a: {rescaling: minmax}}\ntraining: {epochs: 9, seed: 3}\n", folder,
                name: "settings.yaml")
            let trained = try run(
                "train", path, "--target", "class", "--target", "amount", "--output", "\(folder)/out", "--test", test,
                "--config", config, "--seed", "4", "--epochs", "2", "--batch-size", "16", "--skip-bad-rows")
            #expect(trained.output.contains("1 rows with a wrong number of fields are skipped"))
            #expect(trained.output.contains("class (binary, 30 rows)") && trained.output.contains("ROC AUC: "))
            let report = try json("\(folder)/out/report.json")
            let targets = try #require(report["targets"] as? [String: [String: Any]])
            #expect(targets["class"]?["type"] as? String == "binary")
            #expect(targets["amount"]?["type"] as? String == "regression")
            #expect((targets["amount"]?["metrics"] as? [String: Any])?["r2"] is Double)
            #expect(targets["class"]?["rows"] as? Int == 30)
            let facts = try #require(report["facts"] as? [String: String])
            #expect(facts["Seed"] == "4" && facts["Epochs"] == "2" && facts["Batch size"] == "16")
            let roles = try #require(report["roles"] as? [[String: Any]])
            #expect((roles[0]["treatment"] as? String)?.contains("scaled to 0 … 1") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out/tensorboard").count > 0)

            try expectFailure("score", "\(folder)/out", path, "--output", "\(folder)/x.csv", says: "row 7")
            let scored = try run("score", "\(folder)/out", path, "--output", "\(folder)/s.csv", "--skip-bad-rows")
            #expect(scored.output == "119 rows, 1 with a wrong number of fields skipped\n")
            #expect(
                try TableFile(path: "\(folder)/s.csv").columns == [
                    "a", "b", "class", "amount", "class_prediction", "class_probability_no", "class_probability_yes",
                    "amount_prediction",
                ])
            let evaluated = try run("evaluate", "\(folder)/out", test, "--json", "\(folder)/e.json")
            #expect(evaluated.output.contains("amount (regression, 30 rows)"))
            let again = try #require(json("\(folder)/e.json")["targets"] as? [String: [String: Any]])
            for (target, name) in [("class", "roc_auc"), ("amount", "r2")] {
                let values = try [targets, again].map {
                    try #require(($0[target]?["metrics"] as? [String: Any])?[name] as? Double)
                }
                #expect(abs(values[0] - values[1]) < 1e-5)
            }
        }
    }

    @Test func errorsAreOneLineThatNamesWhatIsWrong() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(isRagged: true), folder)
            let out = "\(folder)/out"
            let clean = try writeTable(table(), folder, name: "clean.csv")
            try expectFailure(
                "train", clean, "--target", "clas", "--output", out, says: "'clas'", "a, b, class, amount")
            try expectFailure("train", path, "--target", "class", "--output", out, says: "row 7")
            try expectFailure("train", clean, "--output", out, says: "there is no target")
            try expectFailure("train", "\(folder)/none.csv", "--target", "class", "--output", out, says: "none.csv")
            try expectFailure("score", out, path, "--output", "\(folder)/x.csv", says: "table.json")
            let config = try writeTable("columns: {a: {processor: mine}}", folder, name: "settings.yaml")
            try expectFailure(
                "train", clean, "--target", "class", "--output", out, "--config", config, says: "column 'a'",
                "processor 'mine'", "there is none")
        }
    }
}
