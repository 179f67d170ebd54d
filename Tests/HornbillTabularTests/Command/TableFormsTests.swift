import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// `hornbill table` on tables in all forms, and what it says.
@Suite struct TableFormsTests {
    private let tool = BuiltProgram("hornbill")

    /// Sizes, colours and prices, sold or not.
    private func rows(_ count: Int) -> [[String]] {
        [["size", "color", "day", "count", "price", "sold"]]
            + (0..<count).map { row in
                let (size, color) = (row * 37 % 101, ["red", "green", "blue"][row * 7 % 3])
                let price = size * 3 + (color == "red" ? 40 : 0)
                let day =
                    "2024-\(row / 28 % 12 < 9 ? "0" : "")\(row / 28 % 12 + 1)-\(row % 28 < 9 ? "0" : "")\(row % 28 + 1)"
                return ["\(size)", color, day, "\(row % 4)", "\(price)", price > 160 ? "yes" : "no"]
            }
    }

    private func write(
        _ rows: [[String]], to path: String, delimiter: String = ",", lineBreak: String = "\n", before: String = ""
    ) throws {
        let text = before + rows.map { $0.joined(separator: delimiter) + lineBreak }.joined()
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @discardableResult
    private func output(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let run = try tool.run(["table"] + arguments)
        #expect(run.status == 0 && run.errors.isEmpty, "\(arguments): \(run)", sourceLocation: sourceLocation)
        return run.output
    }

    /// What a file of JSON says of each target.
    private func targets(_ path: String) throws -> [String: Evaluation] {
        try JSONDecoder().decode(Report.self, from: Data(contentsOf: URL(filePath: path))).targets
    }

    private struct Report: Decodable {
        var targets: [String: Evaluation]
    }

    private struct Evaluation: Decodable {
        var type: String
        var rows: Int
        var metrics: [String: Double?]
    }

    /// A folder with a table, and a model of two targets that was trained on it.
    private func withModel(_ body: (_ folder: String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            try write(rows(200), to: "\(folder)/table.csv")
            try output(
                "train", "\(folder)/table.csv", "--target", "price", "--target", "sold", "--output", "\(folder)/out",
                "--epochs", "2")
            try body(folder)
        }
    }

    @Test func `evaluate prints metrics and writes them as JSON`() throws {
        try withModel { folder in
            let text = try output(
                "evaluate", "\(folder)/out", "\(folder)/table.csv", "--json", "\(folder)/metrics.json")
            #expect(text.contains("price (regression, 200 rows)") && text.contains("sold (binary, 200 rows)"))
            let targets = try targets("\(folder)/metrics.json")
            #expect(targets["price"]?.type == "regression" && targets["price"]?.rows == 200)
            #expect(targets["price"]?.metrics["r2"] != nil && targets["sold"]?.metrics["roc_auc"] != nil)
        }
    }

    /// The same rows in every form that a table comes in get the same predictions.
    @Test func `score reads tables in all their forms`() throws {
        try withModel { folder in
            let table = rows(50)
            try write(table, to: "\(folder)/plain.csv")
            try output("score", "\(folder)/out", "\(folder)/plain.csv", "--output", "\(folder)/plain.scored.csv")
            let expected = try CSVReader(path: "\(folder)/plain.scored.csv").rows()
            #expect(expected.count == 50)
            try write(table, to: "\(folder)/windows.csv", delimiter: ";", lineBreak: "\r\n", before: "\u{FEFF}")
            try write(table, to: "\(folder)/tabs.csv", delimiter: "\t")
            // Columns in another order, and one that the model does not know, with all that needs quotes.
            let turned = table.enumerated().map { $1.reversed() + [$0 == 0 ? "note" : "\"a, \"\"b\"\"\nand c\""] }
            try write(turned, to: "\(folder)/turned.csv")
            for (name, delimiter) in [("windows", ";"), ("tabs", "\t"), ("turned", ",")] as [(String, Character)] {
                let scored = "\(folder)/\(name).scored.csv"
                #expect(
                    try output("score", "\(folder)/out", "\(folder)/\(name).csv", "--output", scored) == "50 rows\n")
                let reader = try CSVReader(path: scored, delimiter: delimiter)
                let columns = ["price_prediction", "sold_prediction", "sold_probability_no", "sold_probability_yes"]
                #expect(Array(reader.header.suffix(4)) == columns)
                let rows = try reader.rows()
                #expect(rows.map { $0.suffix(4) } == expected.map { $0.suffix(4) }, "\(name)")
                if name == "turned" { #expect(rows[7][6] == "a, \"b\"\nand c") }
            }
        }
    }

    @Test func `score names what is wrong, or skips and counts rows`() throws {
        try withModel { folder in
            func error(_ table: [[String]], _ parts: String...) throws {
                try write(table, to: "\(folder)/wrong.csv")
                let run = try tool.run([
                    "table", "score", "\(folder)/out", "\(folder)/wrong.csv", "--output", "\(folder)/x.csv",
                ])
                #expect(run.status == 1 && run.errors.split(separator: "\n").count == 1, "\(run)")
                for part in parts { #expect(run.errors.contains(part), "\(run)") }
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/x.csv"))
            }
            var table = rows(30)
            try error(table.map { Array($0.dropFirst()) }, "has no column 'size'")
            table[20][0] = "wide"
            try error(table, "row 21, column 'size'", "expected a number, found 'wide'")
            table[20][0] = "7"
            table[10].append("more")
            try error(table, "row 11", "7 fields where the header has 6")
            let text = try output(
                "score", "\(folder)/out", "\(folder)/wrong.csv", "--output", "\(folder)/x.csv", "--skip-bad-rows")
            #expect(text == "29 rows, 1 with a wrong number of fields skipped\n")
        }
    }

    @Test func `a file says more, and a table of its own is tested on`() throws {
        try withTemporaryFolder { folder in
            try write(rows(200), to: "\(folder)/table.csv")
            try write(rows(40), to: "\(folder)/test.csv")
            let start = ["train", "\(folder)/table.csv", "--target", "price", "--epochs", "1", "--output"]
            func report(_ name: String, _ arguments: String...) throws -> (text: String, targets: [String: Evaluation])
            {
                let run = try tool.run(["table"] + start + ["\(folder)/\(name)"] + arguments)
                #expect(run.status == 0 && run.errors.isEmpty, "\(run)")
                return (run.output, try targets("\(folder)/\(name)/report.json"))
            }
            #expect(try report("test", "--test", "\(folder)/test.csv").text.contains("price (regression, 40 rows)"))
            try "weight: count\nsplit: {kind: time, column: day, test: 0.3}\n".write(
                toFile: "\(folder)/time.yaml", atomically: true, encoding: .utf8)
            let time = try report("time", "--config", "\(folder)/time.yaml")
            #expect(time.text.contains("count  weight"))
            #expect(time.text.contains("price (regression, 60 rows)"))
            try "split: {kind: folds, count: 2}\n".write(
                toFile: "\(folder)/folds.yaml", atomically: true, encoding: .utf8)
            let folds = try report("folds", "--config", "\(folder)/folds.yaml", "--seed", "3", "--batch-size", "16")
            #expect(folds.text.contains("Fold 2 of 2") && folds.text.contains("price (regression, 200 rows)"))
            #expect(folds.targets["price"]?.type == "regression")
        }
    }
}

extension CSVReader {
    /// All rows, as texts.
    fileprivate func rows() throws -> [[String]] {
        var rows: [[String]] = []
        while let row = try next() { rows.append((0..<row.count).map { row[$0] }) }
        return rows
    }
}
