import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

/// The tool on files that Keras saved.
@Suite struct CommandTests {
    private static func golden(_ name: String) throws -> GoldenCase {
        try #require(SavedModelTests.cases.first { $0.name == name })
    }

    /// What the tool prints when all is well.
    private func output(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        try output(arguments, sourceLocation: sourceLocation)
    }

    private func output(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let run = try Tool.run(arguments)
        #expect(run.status == 0 && run.errors.isEmpty, "\(arguments): \(run)", sourceLocation: sourceLocation)
        // Nothing for terminals in a pipe.
        #expect(!run.output.contains("\u{1B}") && !run.output.contains("\r"), sourceLocation: sourceLocation)
        return run.output
    }

    /// A case's arrays as the tool takes them, by the model's names.
    private func arrays(_ structure: TensorStructure, _ names: [String], to path: String) throws {
        let leaves: [(name: String, tensor: Tensor)]
        if case .dictionary(let entries) = structure {
            leaves = entries.keys.sorted().compactMap { key in entries[key]?.single.map { (key, $0) } }
        } else {
            leaves = structure.leaves.enumerated().map { (names.count > $0 ? names[$0] : "x", $1) }
        }
        try saveNpz(path, leaves)
    }

    private func withArrays(
        _ golden: GoldenCase, _ body: (_ folder: String, _ x: String, _ y: String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let model = try loadModel(golden.file)
            try arrays(golden.x(), model.inputNames, to: folder + "/x.npz")
            try arrays(golden.y(), model.outputNames, to: folder + "/y.npz")
            try body(folder, folder + "/x.npz", folder + "/y.npz")
        }
    }

    @Test(arguments: ["sequential_mlp", "tickets", "nested_functional"])
    func `summary prints what the library does, or JSON`(_ name: String) throws {
        let golden = try Self.golden(name)
        let model = try loadModel(golden.file)
        let text = try output("summary", golden.file)
        #expect(text == (try model.summaryText(terminalWidth: 80)) + "\n")
        let json = try JSON.parse(try output("summary", golden.file, "--json", "--expand-nested"))
        #expect(json["name"] == .string(model.name))
        #expect(json["total_params"] == .int(try model.countParams()))
        #expect(json["layers"]?.list?.compactMap { $0["name"]?.text } == model.operations.map(\.name))
        let first = try #require(json["layers"]?.list?.last)
        #expect(first["output_shapes"]?.list?.first?.list?.first == .null)
        #expect(try output("summary", golden.file, "--show-trainable").contains("Trainable"))
    }

    @Test func `plot draws a graph and a picture`() throws {
        let golden = try Self.golden("tickets")
        try withTemporaryFolder { folder in
            for (ending, start) in [("dot", "digraph"), ("svg", "<?xml"), ("png", "\u{89}PNG")] {
                let path = "\(folder)/model.\(ending)"
                let text = try output(
                    "plot", golden.file, "--output", path, "--show-shapes", "--show-dtype", "--show-layer-names",
                    "--show-layer-activations", "--show-trainable", "--rankdir", "LR", "--dpi", "50")
                #expect(text.isEmpty)
                let data = try Data(contentsOf: URL(filePath: path))
                #expect(
                    data.dropFirst(ending == "png" ? 1 : 0).starts(with: start.utf8.suffix(ending == "png" ? 3 : 99)))
            }
            try Tool.expectError(["plot", golden.file, "--output", folder + "/model.bmp"], says: "bmp")
            try Tool.expectError(
                ["plot", golden.file, "--output", folder + "/model.dot", "--rankdir", "XX"], says: "XX")
        }
    }

    @Test(arguments: ["tickets", "sequential_named", "encoder_decoder", "two_outputs"])
    func `predict writes what Keras predicts, by the names of the outputs`(_ name: String) throws {
        let golden = try Self.golden(name)
        try withArrays(golden) { folder, x, _ in
            let result = folder + "/p.npz"
            #expect(try output("predict", golden.file, "--inputs", x, "--output", result, "--batch-size", "7").isEmpty)
            let model = try loadModel(golden.file)
            let predictions = try NpzArchive(path: result)
            #expect(predictions.names == model.outputNames)
            let expected: TensorStructure = try model.predict(golden.x(), batchSize: 7)
            for (name, want) in zip(model.outputNames, expected.leaves) {
                #expect(try predictions[name]?.floats() == want.floats())
            }
        }
    }

    @Test func `evaluate gives Keras's keys, for people and for programs`() throws {
        let golden = try Self.golden("tickets")
        try withArrays(golden) { folder, x, y in
            let file = folder + "/e.json"
            let text = try output("evaluate", golden.file, "--inputs", x, "--targets", y, "--json", file)
            let direct = try output("evaluate", golden.file, "--inputs", x, "--targets", y, "--json", "-")
            let written = try JSON.parse(String(contentsOfFile: file, encoding: .utf8))
            #expect(try JSON.parse(direct) == written)
            let model = try loadModel(golden.file)
            let result = try model.evaluate(golden.x(), golden.y(), verbose: .silent)
            #expect(written.object?.keys == result.keys)
            for (key, value) in zip(result.keys, result.values) {
                #expect(written[key] == .double(value))
                #expect(text.contains(key))
            }
        }
    }

    /// A few here, since the library's call that the tool makes is tested for all of them (`SavedModelTests`).
    static let trained: [GoldenCase] = SavedModelTests.cases.filter { golden in
        guard golden.fields["compiled"]?.bool == true else { return false }
        let few = ["tickets", "optimizer_adafactor", "optimizer_multi", "optimizer_schedule_free", "lstm_embedding"]
        return few.contains(golden.name)
            || isThorough && golden.name.hasPrefix("optimizer_")
    }

    @Test(arguments: trained)
    func `fit ends with Keras's history and weights, and saves them`(_ golden: GoldenCase) throws {
        try withArrays(golden) { folder, x, y in
            let (saved, history) = (folder + "/out.keras", folder + "/history.json")
            let text = try output(
                "fit", golden.file, "--inputs", x, "--targets", y, "--epochs", "2", "--batch-size", "8", "--no-shuffle",
                "--output", saved, "--history", history)
            #expect(text.contains("Epoch 2/2"))
            guard case .object(let expected)? = golden.fields["history"] else { throw GoldenError("no history") }
            let own = try JSON.parse(String(contentsOfFile: history, encoding: .utf8))
            #expect(own.object?.keys.sorted() == expected.keys.sorted())
            for key in expected.keys {
                for (a, b) in zip(own[key]?.list ?? [], expected[key]?.doubles ?? []) {
                    #expect(abs((a.doubleValue ?? .nan) - b) <= 1e-3 * max(1, abs(b)), "\(key)")
                }
            }
            let weights = try loadModel(saved).getWeights()
            #expect(weights.count == golden.arrays("weights/").count)
            for (weight, want) in zip(weights, golden.arrays("weights/")) {
                for (a, b) in zip(try weight.doubles(), try want.doubles()) {
                    #expect(abs(a - b) <= 1e-3 * max(1, abs(b)))
                }
            }
        }
    }

    @Test func `fit keeps samples for validation, draws the history and writes events`() throws {
        let golden = try Self.golden("sequential_mlp")
        try withArrays(golden) { folder, x, y in
            func fit(_ name: String, _ seed: String) throws -> ConfigValue {
                _ = try output(
                    "fit", golden.file, "--inputs", x, "--targets", y, "--epochs", "2", "--validation-split", "0.25",
                    "--seed", seed, "--output", "\(folder)/\(name).keras", "--history", "\(folder)/\(name).json",
                    "--history-plot", "\(folder)/\(name).svg", "--tensorboard", "\(folder)/logs")
                return try JSON.parse(String(contentsOfFile: "\(folder)/\(name).json", encoding: .utf8))
            }
            let first = try fit("a", "1")
            #expect(first.object?.keys.sorted() == ["loss", "mae", "val_loss", "val_mae"])
            #expect(try fit("b", "1") == first)
            #expect(try fit("c", "2") != first)
            #expect(try Data(contentsOf: URL(filePath: folder + "/a.svg")).starts(with: "<?xml".utf8))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder + "/logs").sorted() == [
                    "train", "validation",
                ])
        }
    }

    @Test func `a fit that was killed goes on with resume, and ends as one that was not`() throws {
        let golden = try Self.golden("sequential_mlp")
        try withArrays(golden) { folder, x, y in
            func arguments(_ name: String, seed: String = "1") -> [String] {
                [
                    "fit", golden.file, "--inputs", x, "--targets", y, "--epochs", "60", "--batch-size", "4", "--seed",
                    seed, "--output", "\(folder)/\(name).keras", "--history", "\(folder)/\(name).json", "--checkpoint",
                    "\(folder)/\(name)",
                ]
            }
            _ = try output(arguments("whole"))
            let process = Tool.program.process(arguments("part"))
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let checkpoint = folder + "/part/latest.checkpoint"
            while process.isRunning, !FileManager.default.fileExists(atPath: checkpoint) { usleep(1000) }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(FileManager.default.fileExists(atPath: checkpoint))
            // Another seed: a run that only began anew would end otherwise.
            _ = try output(arguments("part", seed: "2") + ["--resume"])
            #expect(!FileManager.default.fileExists(atPath: folder + "/part"), "the checkpoint goes when all is done")
            let histories = try ["whole", "part"].map {
                try String(contentsOfFile: "\(folder)/\($0).json", encoding: .utf8)
            }
            #expect(histories[0] == histories[1])
            let weights = try ["whole", "part"].map { name in
                try loadModel("\(folder)/\(name).keras").getWeights().map { try $0.doubles() }
            }
            #expect(weights[0] == weights[1])
            let wrong = try Tool.run(["fit", golden.file, "--inputs", x, "--targets", y, "--output", "o", "--resume"])
            #expect(wrong.status == 64 && wrong.errors.contains("--checkpoint"))
        }
    }

    @Test(arguments: ["weights.h5", "npz", "safetensors"])
    func `convert writes weights in each form, and takes them back`(_ ending: String) throws {
        let golden = try Self.golden("tickets")
        try withTemporaryFolder { folder in
            let trained = try loadModel(golden.trainedFile)
            let file = "\(folder)/w.\(ending)"
            #expect(try output("convert", golden.trainedFile, "--output", file).isEmpty)
            let back = "\(folder)/back.keras"
            #expect(try output("convert", golden.file, "--weights", file, "--output", back).isEmpty)
            let model = try loadModel(back)
            for (a, b) in zip(model.weights, trained.weights) {
                #expect(a.path == b.path && a.name == b.name)
                #expect(try a.value.floats() == b.value.floats())
            }
            let other = try Self.golden("sequential_mlp").file
            try Tool.expectError(["convert", other, "--weights", file, "--output", back], says: file)
        }
    }

    @Test func `inspect lists what is there, and what is refused and why`() throws {
        let golden = try Self.golden("sequential_mlp")
        let text = try output("inspect", golden.file)
        #expect(text.contains("model.weights.h5  ") && text.contains("0  (4, 8)  float32"))
        #expect(text.contains("loads as Sequential 'sequential' with 67 parameters"))
        let json = try JSON.parse(try output("inspect", golden.file, "--json"))
        #expect(json["model"]?["parameters"] == 67)
        #expect(
            json["arrays"]?.list?.contains { $0["path"] == "/layers/dense/vars/0" && $0["shape"] == [4, 8] } == true)
        for attack in [WeightAttacks.all("weights").first { $0.name == "weights/external link/2" }].compactMap(\.self) {
            try attack.withFile { path in
                let text = try output("inspect", path)
                #expect(text.contains("dense  refused: ") && text.contains("an external link"), "\(text)")
                #expect(text.contains("holds weights alone"))
                let json = try JSON.parse(try output("inspect", path, "--json"))
                #expect(json["refused_arrays"]?.list?.first?["path"] == "/layers/dense")
                #expect(json["model"]?["weights_only"] == true)
            }
        }
        let lambda = try #require(CodeAttacks.all.first?.files.first)
        try lambda.withFile { path in
            #expect(try output("inspect", path).contains("would be refused: 'Lambda' (Lambda)") == false)
            let text = try output("inspect", path)
            #expect(text.contains("would be refused: ") && text.contains("Lambda 'evil' is refused"))
            let json = try JSON.parse(try output("inspect", path, "--json"))
            #expect(json["model"]?["refused"]?.text?.contains("Lambda 'evil' is refused") == true)
        }
    }

    // MARK: Errors and help

    @Test func `errors of users are one line and the exit code 1`() throws {
        let golden = try Self.golden("tickets")
        try withArrays(golden) { folder, x, y in
            let file = golden.file
            try Tool.expectError(["summary", folder + "/missing.keras"], says: "missing.keras", "No such file")
            try Tool.expectError(["summary", folder], says: "is not a file")
            try Tool.expectError(["inspect", x + "x"], says: "No such file")
            try Tool.expectError(
                ["predict", file, "--inputs", y, "--output", folder + "/p.npz"], says: "no array '", "it has")
            try Tool.expectError(
                ["predict", file, "--inputs", x, "--output", folder + "/none/p.npz"], says: "none/p.npz")
            try Tool.expectError(["evaluate", file, "--inputs", x, "--targets", x], says: "no array '")
            let bare = try Self.golden("not_compiled")
            try saveNpz(folder + "/bare.npz", ["any": try #require(bare.x().single)])
            try Tool.expectError(
                [
                    "fit", bare.file, "--inputs", folder + "/bare.npz", "--targets", folder + "/bare.npz", "--output",
                    folder + "/o.keras",
                ], says: "compile")
            try Tool.expectError(
                ["fit", file, "--inputs", x, "--targets", y, "--output", folder + "/o.keras", "--epochs=-1"],
                says: "epochs")
            try Tool.expectError(
                ["fit", file, "--inputs", x, "--targets", y, "--output", folder + "/o.keras", "--batch-size", "0"],
                says: "atch")
            try Tool.expectError(
                [
                    "fit", file, "--inputs", x, "--targets", y, "--output", folder + "/o.keras", "--validation-split",
                    "2",
                ], says: "alidation")
            #expect(!FileManager.default.fileExists(atPath: folder + "/o.keras"))
        }
    }

    @Test func `names in files make no more lines, and do not steer the terminal`() throws {
        let layer = Victim.object("Nothing\n\u{1B}[2J\u{202E}", ["name": "a"])
        let attack = ConfigAttack("lines", layer: layer, says: "")
        try attack.files[0].withFile { path in
            try Tool.expectError(["summary", path], says: "Nothing \\u{1b}[2J\\u{202e}")
            let text = try output("inspect", path)
            #expect(text.contains("Nothing \\u{1b}[2J"))
        }
        let odd = Victim.object("Dense", ["name": "d\n\u{1B}[31m", "units": 3])
        try Attack("name", "keras", says: []) { try Victim.archive(JSON.text(Victim.sequential([Victim.input, odd]))) }
            .withFile { path in
                let run = try Tool.run("summary", path)
                #expect(!run.output.contains("\u{1B}"))
            }
    }

    @Test(arguments: [
        ["frobnicate"], ["summary"], ["summary", "a", "b"], ["summary", "a", "--nothing"], ["predict", "a"],
        ["fit", "a", "--inputs", "x", "--targets", "y", "--output", "o", "--epochs", "many"],
        ["convert", "a.keras", "--output", "a.zip"], ["convert", "a.keras", "--output", "a"],
    ])
    func `a wrong command line ends with 64 and says how it is used`(_ arguments: [String]) throws {
        let run = try Tool.run(arguments)
        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errors.hasPrefix("Error: ") && run.errors.contains("Usage: hornbill"), "\(run)")
    }

    @Test func `help names every command and option`() throws {
        let help = try output("--help")
        #expect(try output("help") == help)
        for command in ["summary", "plot", "predict", "evaluate", "fit", "convert", "inspect", "benchmark"] {
            #expect(help.contains("  \(command) "))
            let text = try output(command, "--help")
            #expect(text.contains("OVERVIEW: ") && text.contains("USAGE: hornbill \(command) "))
        }
        #expect(help.contains("Exit codes: 0"))
        #expect(try output("--version").contains("3.15.1"))
    }
}
