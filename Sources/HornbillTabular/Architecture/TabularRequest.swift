import Foundation
import Hornbill

/// A training that is asked for in a file: where the table is, where the result goes, and how.
public struct TabularRequest: Sendable, Codable {
    public var data: String
    public var output: String
    public var options: TabularOptions

    public init(data: String, output: String, options: TabularOptions) {
        self.data = data
        self.output = output
        self.options = options
    }

    /// Reads what ``write(to:)`` wrote (a file that begins with `{`), or a YAML file with the keys of
    /// ``TabularOptions/merge(yaml:)`` and, beside them, `data` and `output`.
    /// - Throws: kind `file` for a file that cannot be read, `argument` for what is missing or not known in it.
    public init(path: String) throws {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw HornbillError(.file, "'\(path)' cannot be read")
        }
        if bytes.first == UInt8(ascii: "{") {
            do {
                self = try JSONDecoder().decode(TabularRequest.self, from: bytes)
            } catch {
                throw HornbillError(.file, "'\(path)' is no request for a training on a table: \(error)")
            }
            return
        }
        var reader = try SettingsReader(path: path)
        guard let data = try reader.string("data"), let output = try reader.string("output") else {
            throw HornbillError(
                .argument, "'\(path)' has to name the table, as 'data', and the folder to write to, as 'output'")
        }
        var options = TabularOptions(targets: [])
        try options.merge(&reader, path: path)
        try reader.finish()
        self.init(data: data, output: output, options: options)
    }

    /// Writes the request as JSON.
    public func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try TabularTrainer.write(String(decoding: try encoder.encode(self), as: UTF8.self), to: path)
    }
}

/// A program that trains an architecture of one's own: what the package that `hornbill table init` writes is made of.
///
/// ```swift
/// TabularProgram.run(Net())
/// ```
public enum TabularProgram {
    /// Trains as a file says: the one named as the program's only argument, or `table.yaml` in the current folder. Ends
    /// the program with 1, and a line that says what is wrong, if that fails.
    /// - Parameter processors: those that columns may name, as ``TabularTrainer`` takes them.
    public static func run(_ architecture: any Architecture, processors: [String: any FeatureProcessor] = [:]) {
        do {
            let path = CommandLine.arguments.dropFirst().first ?? "table.yaml"
            let request = try TabularRequest(path: path)
            let trainer = TabularTrainer(
                request.options, architecture: architecture, processors: processors,
                verbosity: isatty(1) == 1 ? .bar : .line
            ) { print($0) }
            let report = try trainer.train(request.data, output: request.output)
            for line in report.metricLines { print(line) }
        } catch {
            FileHandle.standardError.write(Data("\(CommandLine.arguments.first ?? ""): \(error)\n".utf8))
            exit(1)
        }
    }
}

extension TabularReport {
    /// The metrics of all targets, a line each, for people.
    public var metricLines: [String] { evaluations.flatMap(\.metricLines) }
}

extension TargetEvaluation {
    /// The target and its metrics, a line each, for people.
    public var metricLines: [String] {
        ["\(target) (\(type), \(rowCount) rows)"]
            + metrics().map { metric in
                let value = metric.value.map { String(format: "%.4f", $0) }
                return "  \(metric.title): \(value ?? "not defined (\(metric.note ?? ""))")"
            }
    }
}
