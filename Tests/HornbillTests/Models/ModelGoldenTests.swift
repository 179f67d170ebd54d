import Hornbill
import Testing

/// Whole trainings, from given weights on given data, beside those of Keras.
@Suite struct ModelGoldenTests {
    static let cases = Golden.cases("models")

    @Test func `all golden trainings run`() { #expect(Self.cases.count == 62) }

    @Test(arguments: cases)
    func `names, shapes and order of layers and weights are Keras's`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let model = try GoldenTraining(golden).model()
            #expect(model.name == golden.fields["model_name"]?.string)
            #expect(model.layers.map(\.name) == golden.strings("layer_names"))
            #expect(try model.countParams() == golden.fields["parameter_count"]?.int)
            let weights = golden.fields["weights"]?.list ?? []
            #expect(model.weights.map(\.path) == weights.map { $0["path"]?.string })
            #expect(model.weights.map(\.name) == weights.map { $0["name"]?.string })
            #expect(model.weights.map(\.shape.dimensions) == weights.map { $0["shape"]?.ints })
            let isTrained = Set(model.trainableWeights.map(ObjectIdentifier.init))
            #expect(
                model.weights.map { isTrained.contains(ObjectIdentifier($0)) } == weights.map { $0["trainable"]?.bool })
            if golden.className == "Functional" { #expect(model.outputNames == golden.strings("output_names")) }
        }
    }

    @Test(arguments: cases)
    func `fit, evaluate, predict and single batches give Keras's numbers`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let training = GoldenTraining(golden)
            let model = try training.model()
            try model.setWeights(golden.arrays("weight_"))
            try training.compile(model)
            let history = try training.fit(model)
            try expectHistory(history, golden)
            for (index, (weight, expected)) in zip(model.getWeights(), golden.arrays("final_weight_")).enumerated() {
                try expectClose(weight, expected, "weight \(index) after fit")
            }
            try expectOptimizer(model, golden)
            let evaluation = try training.evaluate(model)
            try expectValues(evaluation, golden, "evaluate_dict")
            if golden.fields["evaluate"]?.double != nil { #expect(evaluation.keys == ["loss"]) }
            let predictions: TensorStructure = try model.predict(training.x(), batchSize: 8)
            try expectPredictions(predictions, golden)
            try model.resetMetrics()
            try expectValues(model.testOnBatch(training.x(rows: 8), training.y(rows: 8)), golden, "test_on_batch")
            try model.resetMetrics()
            try expectValues(model.trainOnBatch(training.x(rows: 8), training.y(rows: 8)), golden, "train_on_batch")
        }
    }

    private func expectHistory(_ history: History, _ golden: GoldenCase) throws {
        #expect(history.epoch == golden.fields["epochs"]?.ints)
        let expected = (golden.fields["history"]?.list ?? []).compactMap(\.list)
        #expect(history.keys == expected.map { $0[0].string })
        for entry in expected {
            let key = try entry[0].requireString()
            try expectClose(Tensor(history[key]), Tensor(entry[1].doubles ?? []), "history of \(key)")
        }
    }

    private func expectOptimizer(_ model: Model, _ golden: GoldenCase) throws {
        let optimizer = try #require(model.optimizer)
        #expect(optimizer.variables.map(\.path) == golden.strings("optimizer_variables"))
        for (variable, expected) in zip(optimizer.variables, golden.arrays("optimizer_variable_")) {
            try expectClose(variable.value, expected, variable.path)
        }
    }

    private func expectValues(_ evaluation: Evaluation, _ golden: GoldenCase, _ field: String) throws {
        let expected = (golden.fields[field]?.list ?? []).compactMap(\.list)
        #expect(evaluation.keys.sorted() == expected.map { $0[0].string })
        #expect(evaluation.keys.first == "loss")
        for entry in expected {
            let key = try entry[0].requireString()
            let value = try #require(evaluation[key])
            try expectClose(Tensor([value]), Tensor([entry[1].double ?? .nan]), "\(key) in \(field)")
        }
    }

    private func expectPredictions(_ predictions: TensorStructure, _ golden: GoldenCase) throws {
        switch golden.fields["prediction_structure"] {
        case .string("single"): #expect(predictions.isTensor)
        case .string("list"): if case .list = predictions {} else { Issue.record("not a list: \(predictions)") }
        default:
            guard case .dictionary(let entries) = predictions else {
                throw GoldenError("no dictionary: \(predictions)")
            }
            #expect(entries.keys.sorted() == golden.strings("prediction_structure"))
        }
        let expected = golden.arrays("prediction_")
        #expect(predictions.leaves.count == expected.count)
        for (index, (prediction, want)) in zip(predictions.leaves, expected).enumerated() {
            try expectClose(prediction, want, "prediction \(index)")
        }
    }
}

/// One golden case, put into Hornbill's calls.
struct GoldenTraining {
    let golden: GoldenCase
    private let arguments: GoldenValue

    init(_ golden: GoldenCase) {
        self.golden = golden
        arguments = golden.fields["fit"] ?? .object([:])
    }

    /// The architecture, built.
    func model() throws -> Model {
        let name = golden.fields["architecture"]?.string ?? ""
        guard let make = Architectures.all[name] else {
            throw GoldenError("no Swift form of the architecture '\(name)'")
        }
        let model = try make()
        if model.inputs.isEmpty {
            let first: Tensor = model(try x(rows: 1))
            if model.outputNames.count == 1 { try first.validated() }
        }
        return model
    }

    func compile(_ model: Model) throws {
        let spec = CompileSpec(fields: golden.fields["compile"] ?? .null)
        try model.compile(
            optimizer: spec.optimizer(), loss: spec.loss(), lossWeights: spec.lossWeights(),
            metrics: spec.metrics("metrics"), weightedMetrics: spec.metrics("weighted_metrics"))
    }

    func fit(_ model: Model) throws -> History {
        let validation = arguments["validation_data"]?.list
        return try model.fit(
            x(), y(), sampleWeight: sampleWeight(), epochs: arguments["epochs"]?.int ?? 0,
            batchSize: arguments["batch_size"]?.int, verbose: 0,
            validationSplit: arguments["validation_split"]?.double ?? 0,
            validationData: validation.map { (try structure($0[0]), try structure($0[1])) },
            validationSampleWeight: validation.flatMap { $0.count > 2 ? $0[2] : nil }.map { try structure($0) },
            shuffle: false, classWeight: classWeight, initialEpoch: arguments["initial_epoch"]?.int ?? 0,
            stepsPerEpoch: arguments["steps_per_epoch"]?.int,
            validationBatchSize: arguments["validation_batch_size"]?.int,
            validationFrequency: arguments["validation_freq"]?.int ?? 1)
    }

    func evaluate(_ model: Model) throws -> Evaluation {
        try model.evaluate(x(), y(), sampleWeight: sampleWeight(), batchSize: 8, verbose: 0)
    }

    func x(rows: Int? = nil) throws -> TensorStructure { try structure(golden.fields["x"] ?? .null, rows: rows) }
    func y(rows: Int? = nil) throws -> TensorStructure { try structure(golden.fields["y"] ?? .null, rows: rows) }

    private func sampleWeight() throws -> TensorStructure? { try arguments["sample_weight"].map { try structure($0) } }

    private var classWeight: ClassWeights? {
        guard case .object(let entries)? = arguments["class_weight"] else { return nil }
        var weights: [Int: Double] = [:]
        for (label, weight) in entries { if let label = Int(label) { weights[label] = weight.double } }
        return .classes(weights)
    }

    private func structure(_ value: GoldenValue, rows: Int? = nil) throws -> TensorStructure {
        switch value {
        case .string(let name):
            let tensor = try golden.require(name)
            return .tensor(rows.map { tensor[0..<min($0, tensor.shape[0])] } ?? tensor)
        case .list(let list): return .list(try list.map { try structure($0, rows: rows) })
        case .object(let entries): return .dictionary(try entries.mapValues { try structure($0, rows: rows) })
        default: throw GoldenError("no structure of arrays: \(value)")
        }
    }
}

extension GoldenCase {
    func strings(_ field: String) -> [String] { fields[field]?.list?.compactMap(\.string) ?? [] }
}
