import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct SettingsTests {
    private func options(_ yaml: String, targets: [String] = []) throws -> TabularOptions {
        try withTemporaryFolder { folder in
            var options = TabularOptions(targets: targets)
            try options.merge(yaml: try writeTable(yaml, folder, name: "settings.yaml"))
            return options
        }
    }

    @Test func everyKeyIsTakenOver() throws {
        let options = try options(
            """
            targets: [price, sold]
            weight: sales
            delimiter: ";"
            missing: ["", "?"]
            columns:
              id: {role: reject}
              price: {prediction: multiclass}
              age: {type: numerical, rescaling: minmax, imputation: constant, constant: -1.5, flag_missing: false, derives: true, bins: 7, drop_missing: true, input: ages}
              town: {type: categorical, encoding: target, missing: impute, most_categories: 9, fewest_rows: 3, bins: 11, smoothing: 2.5}
              note: {type: text, encoding: hashing, most_words: 12, fewest_rows: 2, ngrams: 3, bins: 13, length: 14}
              photo: {type: image, height: 15, width: 16, channels: 1}
              tags: {processor: marks}
            split: {kind: time, column: sold, test: 0.25}
            training: {epochs: 3, batch_size: 17, patience: 4, monitor: val_score, class_weights: none, validation: 0.15, seed: 18}
            """)
        #expect(options.targets == ["price", "sold"] && options.weight == "sales" && options.delimiter == ";")
        #expect(options.missingMarks == ["", "?"])
        #expect(options.columns["id"]?.role == .reject && options.columns["price"]?.prediction == .multiclass)
        let age = try #require(options.columns["age"])
        var numerical = NumericalTreatment()
        (numerical.rescaling, numerical.imputation, numerical.constant) = (.minmax, .constant, -1.5)
        (numerical.flagsMissing, numerical.derives, numerical.bins) = (false, true, 7)
        #expect(age.type == .numerical && age.numerical == numerical && age.dropsMissing && age.input == "ages")
        var categorical = CategoricalTreatment()
        (categorical.encoding, categorical.missing, categorical.smoothing) = (.target, .impute, 2.5)
        (categorical.mostCategories, categorical.fewestRows, categorical.bins) = (9, 3, 11)
        #expect(options.columns["town"]?.categorical == categorical)
        let text = try #require(options.columns["note"]?.text)
        #expect(text.encoding == .hashing && text.mostWords == 12 && text.fewestRows == 2)
        #expect(text.ngrams == 3 && text.bins == 13 && text.length == 14)
        let image = try #require(options.columns["photo"]?.image)
        #expect((image.height, image.width, image.channels) == (15, 16, 1))
        #expect(options.columns["tags"]?.processor == "marks")
        #expect(options.split == .time(column: "sold", test: 0.25))
        #expect((options.epochs, options.batchSize, options.patience, options.seed) == (3, 17, 4, 18))
        #expect(options.monitor == "val_score" && options.classWeights == .none && options.validation == 0.15)
    }

    @Test(
        arguments: [
            ("{kind: random, test: 0.3}", .random(test: 0.3)), ("{test: 0.4}", .random(test: 0.4)),
            ("{kind: folds, count: 3}", .folds(3)), ("{kind: folds}", .folds(5)),
            ("{kind: file, path: more.csv}", .file("more.csv")),
            ("{kind: time, column: day}", .time(column: "day", test: 0.2)),
        ] as [(String, SplitRule)]) func eachKindOfSplitIsTakenOver(_ yaml: String, _ rule: SplitRule) throws
    {
        #expect(try options("split: \(yaml)").split == rule)
    }

    @Test func whatIsSaidOnTheCommandLineCountsForTargets() throws {
        #expect(try options("targets: [price]", targets: ["sold"]).targets == ["sold"])
    }

    @Test(
        arguments: [
            ("wieght: x", "'wieght'"), ("columns: {a: {rolle: input}}", "'columns.a.rolle'"),
            ("columns: {a: {role: boss}}", "input, target, weight, reject"),
            ("columns: {a: {type: text, rescaling: none}}", "'columns.a.rescaling'"),
            ("columns: {a: {bins: many}}", "columns.a.bins: expected a whole number, found 'many'"),
            ("split: {kind: time}", "needs 'column'"), ("split: {kind: dice}", "random, time, folds, file"),
            ("training: {epochs: [1]}", "training.epochs: expected a whole number, found a list"), ("- a", "mapping"),
        ]) func whatNobodyKnowsIsNamed(_ yaml: String, _ message: String) throws
    {
        expectError(.argument, "settings.yaml", message) { _ = try options(yaml) }
    }

    @Test func settingsReachTheTreatments() throws {
        try withTemporaryFolder { folder in
            var text = "age,town,note,spare,y\n"
            for row in 0..<120 {
                let town = row % 3 == 0 ? "Ulm" : row % 3 == 1 ? "Bonn" : "Kiel"
                text += "\(row % 10 == 0 ? "" : "\(row % 7)"),\(town),a note of some \(town) words,\(row),\(row % 3)\n"
            }
            let path = try writeTable(text, folder)
            let yaml = try writeTable(
                """
                columns:
                  age: {bins: 3, drop_missing: true}
                  town: {encoding: frequency, type: categorical}
                  note: {type: text, encoding: sequence, length: 4, input: words}
                  spare: {role: reject}
                split: {kind: random, test: 0.5}
                training: {epochs: 2, batch_size: 64}
                """, folder, name: "settings.yaml")
            var options = TabularOptions(targets: ["y"])
            try options.merge(yaml: yaml)
            let report = try TabularTrainer(options).train(path, output: "\(folder)/out")
            let roles = Dictionary(uniqueKeysWithValues: report.roles.map { ($0.column, $0) })
            #expect(roles["age"]?.treatment.hasPrefix("3 ranges") == true)
            #expect(roles["town"]?.treatment.hasPrefix("frequencies") == true)
            #expect(roles["note"]?.treatment.hasPrefix("the first 4 words") == true && roles["note"]?.input == "words")
            #expect(roles["spare"]?.role == "reject")
            let parts = report.dataSummary.parts
            #expect(parts.reduce(0) { $0 + $1.rows } == 108 && parts[2].rows > 35)
            #expect(report.history[0].values.count == 2)
            #expect(report.facts.contains(.init("Batch size", "64")))
        }
    }
}
