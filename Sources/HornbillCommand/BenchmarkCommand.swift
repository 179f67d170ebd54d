import ArgumentParser
import Foundation
import Hornbill

/// `hornbill benchmark`
struct BenchmarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark", abstract: "Measures how fast a model trains and predicts.",
        discussion: """
            The data are random and fit the inputs: integers stay within the table of their embedding, targets within \
            the classes of their loss. The model trains with the loss and the optimizer that it was compiled with; one \
            that was not compiled only predicts. Times are medians, taken around fit and predict: with shuffling, \
            metrics and history. The model's file is not changed.
            """)

    @OptionGroup var model: ModelArguments
    @Option(help: "How many samples there are in a step.") var batchSize = 32
    @Option(help: "How many steps are timed; by default as many as fit into a second.") var steps: Int?
    @Option(help: "The size of axes that the model leaves open, such as steps of time.") var length = 64
    @Flag(help: "List the operations of a step by their time, beside what the machine can do.") var profile = false
    @Flag(help: "Print JSON, for programs to read.") var json = false
    @Option(help: "What all random numbers come from.") var seed: Int?

    func validate() throws {
        for (name, value) in [("--batch-size", batchSize), ("--steps", steps ?? 1), ("--length", length)]
        where value < 1 {
            throw ValidationError("\(name) must be at least 1, not \(value)")
        }
    }

    func run() throws {
        try Session.withNew(seed: seed) {
            let model = try model.load(compile: true)
            let data = try RandomData(for: model, batchSize: batchSize, batches: min(steps ?? 32, 32), length: length)
            let timing = try ModelTiming(model, data, batchSize: batchSize, steps: steps)
            let table = try profile ? profile(model, data, timing) : nil
            if json {
                var report: [(String, ConfigValue)] = [
                    ("train_ms_per_step", timing.train.map { .double($0 * 1e3) } ?? .null),
                    ("predict_ms_per_step", .double(timing.predict * 1e3)),
                    ("first_step_s", .double(timing.firstStep)), ("peak_memory_bytes", .int(timing.peakMemory)),
                ]
                if let table { report.append(("profile", table.report)) }
                print(Report.json(report), terminator: "")
            } else {
                print(text(timing))
                if let table { print("\n" + table.text) }
            }
        }
    }

    /// The step in which the model spends its time: that of training, if it trains.
    private func profile(_ model: Model, _ data: RandomData, _ timing: ModelTiming) throws -> ProfileTable {
        let mode = data.y == nil ? StepMode.predict : .train
        let runs = steps ?? max(5, min(1000, Int(1 / (timing.train ?? timing.predict))))
        let measurement = try model.measureStep(mode, data.x, data.y, batchSize: batchSize, runs: runs)
        return ProfileTable("\(mode)", measurement, try Ceilings.measure())
    }

    private func text(_ timing: ModelTiming) -> String {
        func line(_ name: String, _ seconds: Double) -> String {
            String(
                format: "%@ %10.4f ms a step of %d samples, %.0f samples/s", name, seconds * 1e3, timing.batchSize,
                Double(timing.batchSize) / seconds)
        }
        return [
            timing.train.map { line("train     ", $0) } ?? "train       the model is not compiled: it only predicts",
            line("predict   ", timing.predict),
            String(format: "first step %9.2f s  from the start of the process", timing.firstStep),
            String(format: "memory     %9.1f MB at most", Double(timing.peakMemory) / 1e6),
        ].joined(separator: "\n")
    }
}
