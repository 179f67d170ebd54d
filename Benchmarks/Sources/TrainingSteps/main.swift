// Times training and prediction steps of the workloads, as `fit` and `predict` run them: shuffled data in memory, metrics,
// history. Prints a JSON line for each: {"peer": "hornbill", "workload": "sine", "train_ms": 0.01, "predict_ms": 0.005}.
//
// usage: TrainingSteps [WORKLOAD …]
import Foundation
import Hornbill

let arguments = CommandLine.arguments.dropFirst()
let chosen = Array(arguments)

for workload in Workload.all where chosen.isEmpty || chosen.contains(workload.name) {
    let started = ContinuousClock.now
    setRandomSeed(0)
    let (model, x, y) = try workload.make()
    try model.fit(x, y, batchSize: workload.batchSize, verbose: 0)
    let first = started.duration(to: .now).seconds
    let steps = Double((workload.samples + workload.batchSize - 1) / workload.batchSize)

    /// The fastest of several runs: the one that was disturbed least.
    func best(_ epochs: Int, _ body: (_ epochs: Int) throws -> Void) rethrows -> Double {
        var fastest = Double.infinity
        for _ in 0..<5 {
            let start = ContinuousClock.now
            try body(epochs)
            fastest = min(fastest, start.duration(to: .now).seconds / Double(epochs) / steps)
        }
        return fastest * 1e3
    }
    let train = try best(workload.epochs) { epochs in
        try model.fit(x, y, epochs: epochs, batchSize: workload.batchSize, verbose: 0)
    }
    let predict = try best(1) { _ in let _: [Tensor] = try model.predict(x, batchSize: workload.batchSize) }
    let line = String(
        format:
            "{\"peer\": \"hornbill\", \"workload\": \"%@\", \"train_ms\": %.5f, \"predict_ms\": %.5f, \"first_s\": %.3f}",
        workload.name, train, predict, first)
    print(line)
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
