import Foundation
import Hornbill

extension TabularOptions {
    /// Takes over what a YAML file says.
    ///
    /// ```yaml
    /// targets: [price]
    /// weight: sales
    /// delimiter: ";"
    /// missing: ["", "?"]
    /// columns:
    ///   id: {role: reject}
    ///   carat: {derives: true, bins: 10, rescaling: minmax, imputation: median, input: measures}
    ///   cut: {type: categorical, encoding: target, missing: impute, most_categories: 20}
    ///   description: {type: text, encoding: tfidf, most_words: 5000, ngrams: 2}
    /// split: {kind: time, column: sold, test: 0.2}
    /// training: {epochs: 20, batch_size: 64, patience: 5, monitor: val_price_r2, class_weights: none, validation: 0.1}
    /// ```
    /// - Throws: kind `file` for a file that cannot be read or is no YAML, `argument` for a key or value that is not
    ///   known, with its place.
    public mutating func merge(yaml path: String) throws {
        var reader = try SettingsReader(path: path)
        try merge(&reader, path: path)
        try reader.finish()
    }

    mutating func merge(_ reader: inout SettingsReader, path: String) throws {
        // What the command line says counts.
        if let targets = try reader.strings("targets"), self.targets.isEmpty { self.targets = targets }
        weight = try reader.string("weight") ?? weight
        delimiter = try reader.string("delimiter") ?? delimiter
        if let marks = try reader.strings("missing") { missingMarks = Set(marks) }
        if var section = try reader.section("columns") {
            for name in section.keys {
                guard var column = try section.section(name) else { continue }
                columns[name] = try ColumnSettings(&column)
                try column.finish()
            }
        }
        if var section = try reader.section("split") {
            split = try SplitRule(&section, path: path)
            try section.finish()
        }
        if var section = try reader.section("training") {
            epochs = try section.int("epochs") ?? epochs
            batchSize = try section.int("batch_size") ?? batchSize
            patience = try section.int("patience") ?? patience
            monitor = try section.string("monitor") ?? monitor
            classWeights = try section.choice("class_weights") ?? classWeights
            validation = try section.double("validation") ?? validation
            seed = try section.int("seed") ?? seed
            try section.finish()
        }
    }
}

extension SplitRule {
    private enum Kind: String, CaseIterable { case random, time, folds, file }

    fileprivate init(_ section: inout SettingsReader, path: String) throws {
        let kind: Kind = try section.choice("kind") ?? .random
        func required<Value>(_ value: Value?, _ key: String) throws -> Value {
            guard let value else {
                throw HornbillError(.argument, "'\(path)', split: the kind \(kind.rawValue) needs '\(key)'")
            }
            return value
        }
        switch kind {
        case .random: self = .random(test: try section.double("test") ?? 0.2)
        case .time:
            self = .time(
                column: try required(section.string("column"), "column"), test: try section.double("test") ?? 0.2)
        case .folds: self = .folds(try section.int("count") ?? 5)
        case .file: self = .file(try required(section.string("path"), "path"))
        }
    }
}

extension ColumnSettings {
    fileprivate init(_ reader: inout SettingsReader) throws {
        self.init()
        role = try reader.choice("role")
        type = try reader.choice("type")
        prediction = try reader.choice("prediction")
        input = try reader.string("input")
        dropsMissing = try reader.bool("drop_missing") ?? false
        processor = try reader.string("processor")
        // Keys that belong to one type of column are known for that type only.
        switch type {
        case .categorical: try readCategorical(&reader)
        case .text: try readText(&reader)
        case .image:
            image.height = try reader.int("height") ?? image.height
            image.width = try reader.int("width") ?? image.width
            image.channels = try reader.int("channels") ?? image.channels
        case .numerical, .date, .vector, nil: try readNumerical(&reader)
        }
    }

    private mutating func readNumerical(_ reader: inout SettingsReader) throws {
        numerical.rescaling = try reader.choice("rescaling") ?? numerical.rescaling
        numerical.imputation = try reader.choice("imputation") ?? numerical.imputation
        numerical.constant = try reader.double("constant") ?? numerical.constant
        numerical.flagsMissing = try reader.bool("flag_missing") ?? numerical.flagsMissing
        numerical.derives = try reader.bool("derives") ?? numerical.derives
        numerical.bins = try reader.int("bins") ?? numerical.bins
    }

    private mutating func readCategorical(_ reader: inout SettingsReader) throws {
        categorical.encoding = try reader.choice("encoding") ?? categorical.encoding
        categorical.missing = try reader.choice("missing") ?? categorical.missing
        categorical.mostCategories = try reader.int("most_categories") ?? categorical.mostCategories
        categorical.fewestRows = try reader.int("fewest_rows") ?? categorical.fewestRows
        categorical.bins = try reader.int("bins") ?? categorical.bins
        categorical.smoothing = try reader.double("smoothing") ?? categorical.smoothing
    }

    private mutating func readText(_ reader: inout SettingsReader) throws {
        text.encoding = try reader.choice("encoding") ?? text.encoding
        text.mostWords = try reader.int("most_words") ?? text.mostWords
        text.fewestRows = try reader.int("fewest_rows") ?? text.fewestRows
        text.ngrams = try reader.int("ngrams") ?? text.ngrams
        text.bins = try reader.int("bins") ?? text.bins
        text.length = try reader.int("length") ?? text.length
    }
}
