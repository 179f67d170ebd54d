import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

/// A number for each word of the training rows: 1 where the text has it; the last one says whether it is missing.
private struct Marks: FeatureProcessor {
    var words: Set<String> = []
    var order: [String] = []
    /// How many numbers are missing from what it gives.
    var lacking = 0

    mutating func observe(_ value: String?) throws {
        guard let value else { return }
        if value == "poison" { throw HornbillError(.data, "this text is not for learning") }
        words.formUnion(value.split(separator: " ").map(String.init))
    }

    mutating func finish() { (order, words) = (words.sorted(), []) }
    var shape: Shape { [order.count + 1] }

    func transform(_ value: String?) throws -> [Float] {
        let found = Set((value ?? "").split(separator: " ").map(String.init))
        return (order.map { found.contains($0) ? 1 : 0 } + [value == nil ? 1 : 0]).dropLast(lacking)
    }
}

/// A square of numbers of a text's length, which needs an input of its own.
private struct Square: FeatureProcessor {
    var shape: Shape { [4, 4, 1] }
    func transform(_ value: String?) -> [Float] { Array(repeating: Float(value?.count ?? 0), count: 16) }
}

private final class Shared: FeatureProcessor {
    var shape: Shape { [1] }
    func transform(_ value: String?) -> [Float] { [0] }
}

@Suite struct ProcessorTests {
    private let tested = RowHash(seed: 0, stream: .test)

    /// Words of which one decides the target; the rows that are tested on may have other ones.
    private func table(_ word: (Int) -> String? = { _ in nil }) -> String {
        var text = "tags,size,y\n"
        for row in 0..<200 {
            let tags = row % 9 == 0 ? "" : ["red tall", "blue tall", "red flat", "blue flat"][row * 7 % 4]
            text += "\(word(row) ?? tags),\(row % 5),\(tags.hasPrefix("red") ? "yes" : "no")\n"
        }
        return text
    }

    private func options(_ processor: String = "marks") -> TabularOptions {
        var options = TabularOptions(targets: ["y"])
        options.epochs = 40
        options.columns["tags", default: ColumnSettings()].processor = processor
        return options
    }

    /// What `table.json` has of the first column.
    private func state(_ folder: String) throws -> NSDictionary {
        let data = try Data(contentsOf: URL(filePath: "\(folder)/table.json"))
        let root = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require((root["columns"] as? [NSDictionary])?.first)
    }

    @Test func whatAProcessorLearntIsSavedAndScoresOtherTables() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            var options = options()
            options.split = .file(path)
            let report = try TabularTrainer(options, processors: ["marks": Marks()]).train(
                path, output: "\(folder)/out")
            #expect(try #require(report.evaluations[0].primaryMetric.value) > 0.99)
            #expect(report.roles[0].treatment == "what the processor 'marks' makes of it, (5,)")
            let model = try TabularModel(folder: "\(folder)/out", processors: ["marks": Marks()])
            let scored = try model.evaluate(path)
            #expect(scored[0].metric(named: "log_loss").value == report.evaluations[0].metric(named: "log_loss").value)
            // The columns of the others are what the model takes: a word that was never seen is none.
            let other = try writeTable("size,tags\n1,red sparkling\n1,\n1,blue\n", folder, name: "other.csv")
            #expect(try model.score(other, output: "\(folder)/scored.csv").rows == 3)
            let rows = try TableFile(path: "\(folder)/scored.csv").makeRows()
            #expect(try rows.next()?.text(2) == "yes")
            _ = try rows.next()
            #expect(try rows.next()?.text(2) == "no")
        }
    }

    @Test func aProcessorLearnsNothingFromTestRows() throws {
        try withTemporaryFolder { folder in
            let first = try writeTable(table(), folder, name: "a.csv")
            let second = try writeTable(table { self.tested.unit($0) < 0.2 ? "poison" : nil }, folder, name: "b.csv")
            var options = options()
            options.epochs = 1
            let trainer = TabularTrainer(options, processors: ["marks": Marks()])
            try trainer.train(first, output: "\(folder)/a")
            try trainer.train(second, output: "\(folder)/b")
            #expect(try state("\(folder)/a") == state("\(folder)/b"))
            // The same word in a training row is seen.
            let third = try writeTable(table { self.tested.unit($0) < 0.2 ? nil : "poison" }, folder, name: "c.csv")
            let learnt = try #require((0..<200).first { tested.unit($0) >= 0.2 })
            expectError(.data, "row \(learnt + 2), column 'tags'", "'marks'", "'poison'", "not for learning") {
                try trainer.train(third, output: "\(folder)/c")
            }
        }
    }

    @Test func eachFoldLearnsAnew() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            var options = options()
            (options.epochs, options.split) = (1, .folds(2))
            try TabularTrainer(options, processors: ["marks": Marks()]).train(path, output: "\(folder)/out")
            expectError(.argument, "'marks' (Shared) is a class", "structure") {
                try TabularTrainer(options, processors: ["marks": Shared()]).train(path, output: "\(folder)/x")
            }
        }
    }

    @Test func aProcessorOfMoreAxesHasAnInputOfItsOwn() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            var options = options("square")
            options.epochs = 1
            let trainer = TabularTrainer(options, processors: ["square": Square()])
            expectError(.argument, "the input 'main' would mix", "tags") {
                try trainer.train(path, output: "\(folder)/x")
            }
            options.columns["tags"]?.input = "squares"
            let report = try TabularTrainer(options, processors: ["square": Square()])
                .train(path, output: "\(folder)/out")
            #expect(report.roles[0].input == "squares")
            let model = try TabularModel(folder: "\(folder)/out", processors: ["square": Square()])
            #expect(try model.score(path, output: "\(folder)/scored.csv").rows == 200)
        }
    }

    @Test func aProcessorThatNobodyGaveIsNamedWithThoseThereAre() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            expectError(.unknownName, "column 'tags'", "'markz'", "given are: marks, square") {
                try TabularTrainer(options("markz"), processors: ["marks": Marks(), "square": Square()])
                    .train(path, output: "\(folder)/x")
            }
            expectError(.unknownName, "column 'tags'", "'marks'", "there is none", "TabularTrainer") {
                try TabularTrainer(options()).train(path, output: "\(folder)/x")
            }
            var known = options()
            known.epochs = 1
            try TabularTrainer(known, processors: ["marks": Marks()]).train(path, output: "\(folder)/out")
            expectError(.unknownName, "table.json", "was trained with the processor 'marks'") {
                _ = try TabularModel(folder: "\(folder)/out")
            }
        }
    }

    @Test func featuresOfAnotherNumberThanSaidAreRefused() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            expectError(.data, "row 2, column 'tags'", "'marks'", "it gave 4 numbers, but its shape (5,) has 5") {
                try TabularTrainer(options(), processors: ["marks": Marks(lacking: 1)])
                    .train(path, output: "\(folder)/x")
            }
        }
    }
}
