// Times training and prediction steps of the workloads and prints a line of JSON for each.
//
// usage: TrainingSteps [WORKLOAD …]                          on random data, one after the other
//        TrainingSteps --export FOLDER [WORKLOAD …]          writes data and initial weights for the peers
//        TrainingSteps --data FOLDER WORKLOAD                on data that were written
//        TrainingSteps --losses EPOCHS FOLDER WORKLOAD       the losses from weights that were written, unshuffled
//
// The variable HORNBILL_BENCH_STARTED is the time (CLOCK_MONOTONIC) at which the process was started.
import Foundation
import Hornbill

/// The words of the command line, from which options are taken out.
struct Arguments {
    private(set) var words = Array(CommandLine.arguments.dropFirst())

    /// The words behind an option.
    mutating func option(_ name: String, words count: Int = 1) -> [String]? {
        guard let place = words.firstIndex(of: name), place + count < words.count else { return nil }
        defer { words.removeSubrange(place...(place + count)) }
        return Array(words[(place + 1)...(place + count)])
    }
}

var arguments = Arguments()
let exported = arguments.option("--export")?[0]
let folder = arguments.option("--data")?[0]
let losses = arguments.option("--losses", words: 2)
let words = arguments.words
var written: Set<String> = []
let started = ProcessInfo.processInfo.environment["HORNBILL_BENCH_STARTED"].flatMap(Double.init)
for name in words where !Workload.all.contains(where: { $0.name == name }) {
    FileHandle.standardError.write(
        Data("no workload '\(name)': \(Workload.all.map(\.name).joined(separator: " "))\n".utf8))
    exit(64)
}

for workload in Workload.all where words.isEmpty || words.contains(workload.name) {
    setRandomSeed(0)
    if let exported {
        if written.insert(workload.files).inserted { try workload.export(to: exported) }
    } else if let losses, let epochs = Int(losses[0]) {
        let values = try Measurement.losses(
            workload, workload.read(from: losses[1]), weights: workload.weights(in: losses[1]), epochs: epochs)
        print("{\"peer\": \"hornbill\", \"workload\": \"\(workload.name)\", \"losses\": \(values)}")
    } else {
        let data = try folder.map(workload.read) ?? workload.data()
        print(try Measurement(workload, data, started: words.count == 1 ? started : nil).json(workload.name))
    }
}
