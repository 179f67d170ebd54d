import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// `hornbill benchmark`; how long anything takes is not tested.
@Suite struct BenchmarkCommandTests {
    /// What the tool reports of a model that is saved to a file.
    private func report(_ model: Model, _ options: String...) throws -> ConfigValue {
        try withTemporaryFolder { folder in
            let path = folder + "/model.keras"
            try model.save(path)
            let before = try Data(contentsOf: URL(filePath: path))
            let run = try Tool.run(["benchmark", path, "--json", "--steps", "3", "--batch-size", "16"] + options)
            #expect(run.status == 0 && run.errors.isEmpty, "\(run)")
            #expect(try Data(contentsOf: URL(filePath: path)) == before, "the file is as it was")
            return try JSON.parse(run.output)
        }
    }

    private static func mlp() -> Sequential {
        Sequential([Input(shape: [48]), Dense(64, activation: .tanh), Dense(5)])
    }

    private func compiled(_ model: Model, loss: String) throws -> Model {
        try model.compile(optimizer: "adam", loss: loss)
        return model
    }

    @Test func `the figures are JSON, and text for people`() throws {
        let report = try report(compiled(Self.mlp(), loss: "mse"))
        let keys = ["train_ms_per_step", "predict_ms_per_step", "first_step_s", "peak_memory_bytes"]
        #expect(report.object?.keys == keys)
        for key in keys { #expect((report[key]?.doubleValue ?? Double(report[key]?.intValue ?? 0)) > 0, "\(key)") }
        try withTemporaryFolder { folder in
            try compiled(Self.mlp(), loss: "mse").save(folder + "/m.keras")
            let text = try Tool.run("benchmark", folder + "/m.keras", "--steps", "2", "--profile")
            #expect(text.status == 0 && text.errors.isEmpty, "\(text)")
            for part in ["train ", "predict ", "first step ", "memory ", "GFLOP/s", "matmul"] {
                #expect(text.output.contains(part), "\(text.output)")
            }
        }
    }

    @Test func `a profile counts the operations of a step and their work`() throws {
        let report = try report(compiled(Self.mlp(), loss: "mse"), "--profile")
        let profile = try #require(report["profile"])
        #expect(profile["step"] == "train")
        let operations = try #require(profile["operations"]?.list)
        let first = try #require(operations.first { $0["name"]?.text?.contains("16×64×48") == true })
        #expect(first["calls"] == 1)
        // 2 × 16 × 48 × 64, the bias and the activation.
        #expect(first["flops"]?.doubleValue == Double(2 * 16 * 48 * 64 + 2 * 16 * 64))
        #expect((profile["ceiling_gflops"]?.doubleValue ?? 0) > 0 && (profile["ceiling_gbytes"]?.doubleValue ?? 0) > 0)
    }

    @Test func `a model that is not compiled only predicts`() throws {
        let model = Sequential([Input(shape: [3]), Dense(2)])
        let report = try report(model)
        #expect(report["train_ms_per_step"] == .null)
        #expect((report["predict_ms_per_step"]?.doubleValue ?? 0) > 0)
        try withTemporaryFolder { folder in
            try model.save(folder + "/m.keras")
            let text = try Tool.run("benchmark", folder + "/m.keras", "--steps", "1", "--profile")
            #expect(text.output.contains("not compiled") && text.output.contains("the predict step"), "\(text)")
        }
    }

    @Test func `integers stay within the tables whose rows they name`() throws {
        // A table of three rows behind a reshape, in a model within the model, and shared by a float input.
        let ids = Input(shape: [8], dtype: .int32)
        let inner = try Model(inputs: ids, outputs: Embedding(3, 4)(Reshape([2, 4])(ids)))
        let first = Input(shape: [8], dtype: .int32, name: "first")
        let second = Input(shape: [40], name: "second")
        let both = Concatenate()([Flatten()(inner(first)), Flatten()(Embedding(2, 4)(second))])
        let model = try Model(inputs: [first, second], outputs: Dense(1)(both))
        let report = try report(compiled(model, loss: "mse"))
        #expect((report["train_ms_per_step"]?.doubleValue ?? 0) > 0)
    }

    @Test(arguments: [
        "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", "mse", "poisson", "hinge",
        "categorical_hinge", "kl_divergence", "circle", "crossentropy",
    ])
    func `targets fit the loss`(_ loss: String) throws {
        let model = Sequential([Input(shape: [6]), Dense(4, activation: .softmax)])
        #expect(try report(compiled(model, loss: loss))["train_ms_per_step"] != .null)
    }

    @Test func `outputs without a loss get no targets, and texts are words of the vocabulary`() throws {
        let words = StringLookup(numOovIndices: 0, vocabulary: ["a", "b"])
        let text = Input(shape: [1], dtype: .string, name: "text")
        let embedded = Flatten()(Embedding(2, 3)(words(text)))
        let model = try Model(inputs: text, outputs: [Dense(1, name: "p")(embedded), Dense(2, name: "q")(embedded)])
        try model.compile(optimizer: "sgd", loss: ["q": "mse"])
        #expect(try report(model, "--profile")["train_ms_per_step"] != .null)
    }

    @Test func `open axes have the length that is asked for`() throws {
        let steps = Input(shape: [nil, 5])
        let model = try Model(inputs: steps, outputs: Dense(7)(steps))
        let operations = try report(model, "--profile", "--length", "9")["profile"]?["operations"]?.list ?? []
        #expect(operations.contains { $0["name"]?.text?.contains("144×7×5") == true })
    }

    @Test func `what cannot be measured is an error that says why`() throws {
        try withTemporaryFolder { folder in
            try Tool.expectError(["benchmark", folder + "/missing.keras"], says: "No such file")
            let path = folder + "/unbuilt.keras"
            try Sequential([Dense(2)]).save(path)
            try Tool.expectError(["benchmark", path], says: "inputs")
            for option in ["--batch-size", "--steps", "--length"] {
                let run = try Tool.run("benchmark", path, option, "0")
                #expect(run.status == 64 && run.errors.contains("\(option) must be at least 1, not 0"), "\(run)")
            }
        }
    }
}
