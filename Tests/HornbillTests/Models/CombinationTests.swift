import Hornbill
import Testing

/// Models in models, shared and frozen layers, training flags and masks, beside those of Keras.
@Suite struct CombinationTests {
    static let cases = Golden.cases("combinations")

    @Test func `every combination of the golden data is made`() {
        #expect(Set(Self.cases.map(\.name)) == Set(Combinations.all.keys))
        #expect(Self.cases.count >= 55)
    }

    @Test(arguments: cases)
    func `weights, outputs and a step of training are Keras's`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let make = try #require(Combinations.all[golden.name], "no Swift form of it")
            let model = try make()
            let inputs = golden.arrays("input_")
            let x: TensorStructure = inputs.count == 1 ? .tensor(inputs[0]) : .list(inputs.map(Structure.tensor))
            if model.inputs.isEmpty { _ = try model.invoke(x) }
            checkNames(model, golden)
            let start = golden.arrays("weight_")
            try model.setWeights(start)

            for (flag, prefix) in [(false, "inference_"), (true, "training_")] {
                let outputs = try model.invoke(x, CallArguments(training: flag)).leaves
                let expected = golden.arrays(prefix)
                #expect(outputs.count == expected.count)
                for (output, want) in zip(outputs, expected) { try expectClose(output, want, "training: \(flag)") }
            }
            for (index, weight) in model.weights.enumerated() {
                let want = golden.array("weight_after_call_\(index)") ?? start[index]
                try expectClose(weight.value, want, "\(weight.path) after the calls")
            }
            try model.setWeights(start)

            if model.optimizer == nil { try model.compile(optimizer: .sgd(learningRate: 0.1), loss: .mse) }
            let targets = golden.arrays("target_")
            let y: TensorStructure = targets.count == 1 ? .tensor(targets[0]) : .list(targets.map(Structure.tensor))
            let evaluated = try model.testOnBatch(x, y)
            try expect(evaluated, golden, "evaluated")
            try model.resetMetrics()
            try expect(model.trainOnBatch(x, y), golden, "loss")
            for (weight, want) in zip(model.weights, golden.arrays("trained_weight_")) {
                try expectClose(weight.value, want, "\(weight.path) after a step")
            }
        }
    }

    @Test(arguments: cases.filter { $0.fields["masked_metrics"] != nil })
    func `metrics of an output with a mask leave out what does not count`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let make = try #require(Combinations.all[golden.name], "no Swift form of it")
            let model = try make()
            let x = try golden.require("input_0")
            if model.inputs.isEmpty { _ = try model.invoke(.tensor(x)) }
            try model.setWeights(golden.arrays("weight_"))
            try model.compile(
                optimizer: .sgd(learningRate: 0.1), loss: Losses.MeanAbsoluteError(reduction: .sum),
                metrics: ["mse", "cosine_similarity"], weightedMetrics: ["mae", Metrics.RootMeanSquaredError()])
            let y = try golden.require("target_0")
            let runs: [(field: String, weight: Tensor?)] = [
                ("masked_metrics", nil), ("masked_weighted_metrics", golden.array("sample_weight")),
            ]
            for (field, weight) in runs {
                let evaluation = try model.testOnBatch(x, y, sampleWeight: weight)
                guard case .object(let wanted) = golden.fields[field] ?? .null else { throw GoldenError("no \(field)") }
                #expect(Set(evaluation.keys) == Set(wanted.keys))
                for (key, want) in wanted {
                    let value = try #require(evaluation[key])
                    let number = try #require(want.double)
                    #expect(abs(value - number) <= 1e-4 * abs(number) + 1e-6, "\(key): \(value), Keras has \(number)")
                }
                try model.resetMetrics()
            }
        }
    }

    private func checkNames(_ model: Model, _ golden: GoldenCase) {
        #expect(model.name == golden.fields["model_name"]?.string)
        #expect(model.layers.map(\.name) == golden.strings("layer_names"))
        #expect((try? model.countParams()) == golden.fields["parameter_count"]?.int)
        let weights = golden.fields["weights"]?.list ?? []
        #expect(model.weights.map(\.path) == weights.map { $0["path"]?.string })
        #expect(model.weights.map(\.shape.dimensions) == weights.map { $0["shape"]?.ints })
        #expect(model.trainableWeights.map(\.path) == golden.strings("trainable_paths"))
        #expect(model.nonTrainableWeights.map(\.path) == golden.strings("non_trainable_paths"))
    }

    private func expect(_ evaluation: Evaluation, _ golden: GoldenCase, _ field: String) throws {
        let value = try #require(evaluation["loss"])
        let want = try #require(golden.fields[field]?.double)
        #expect(abs(value - want) <= 1e-4 * abs(want) + 1e-6, "\(field): \(value), Keras has \(want)")
    }
}
