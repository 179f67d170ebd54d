import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct ResumeTests {
    private static let program = BuiltProgram("hornbill")

    private func table() -> String {
        var text = "a,b,c,y\n"
        for row in 0..<600 {
            let (a, b) = (row * 37 % 101, row * 61 % 89)
            text += "\(row % 13 == 0 ? "" : "\(a)"),\(b),\(["x", "y", "z"][row % 3]),\(a * 2 - b + row % 5)\n"
        }
        return text
    }

    /// Trains, and ends the program when a checkpoint is there; then goes on with it.
    private func checkResuming(_ settings: String, killedAt checkpoint: String) throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            let config = try writeTable(settings, folder, name: "settings.yaml")
            func arguments(_ output: String) -> [String] {
                ["table", "train", path, "--target", "y", "--config", config, "--output", "\(folder)/\(output)"]
            }
            let whole = try Self.program.run(arguments("whole"))
            #expect(whole.status == 0, "\(whole.errors)")

            let process = Self.program.process(arguments("out"))
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            let awaited = "\(folder)/out/checkpoint/\(checkpoint)/latest.checkpoint"
            while process.isRunning, !FileManager.default.fileExists(atPath: awaited) { usleep(500) }
            // Some way into the epochs.
            usleep(.random(in: 0..<30_000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal, "it was not done yet")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out/model.keras"))

            let resumed = try Self.program.run(arguments("out") + ["--resume"])
            #expect(resumed.status == 0, "\(resumed.errors)")
            for name in ["report.json", "table.json"] {
                let files = try ["whole", "out"].map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)/\(name)")) }
                #expect(files[0] == files[1], "\(name)")
            }
            // The archives differ by the time at which they were written.
            let models = try ["whole", "out"].map { try TabularModel(folder: "\(folder)/\($0)").model }
            #expect(try models[0].toJSON() == models[1].toJSON())
            let weights = try models.map { try $0.getWeights().map { try $0.floats() } }
            #expect(weights[0] == weights[1])
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out/checkpoint"))
        }
    }

    private let epochs = "training: {epochs: 25, patience: 25, batch_size: 8}"

    @Test func aTrainingThatWasStoppedGoesOnToTheSameBits() throws {
        try checkResuming(epochs, killedAt: "all")
    }

    @Test func foldsGoOnWhereOneOfThemWasStopped() throws {
        try checkResuming("split: {kind: folds, count: 3}\n\(epochs)", killedAt: "fold_2")
    }

    @Test func withoutBeingAskedToATrainingBeginsAnew() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(table(), folder)
            try FileManager.default.createDirectory(
                atPath: "\(folder)/out/checkpoint/all", withIntermediateDirectories: true)
            try Data("damaged".utf8).write(to: URL(filePath: "\(folder)/out/checkpoint/all/latest.checkpoint"))
            var options = TabularOptions(targets: ["y"])
            options.epochs = 1
            options.resumes = true
            expectError(.file, "latest.checkpoint") {
                try TabularTrainer(options).train(path, output: "\(folder)/out")
            }
            options.resumes = false
            try TabularTrainer(options).train(path, output: "\(folder)/out")
        }
    }
}
