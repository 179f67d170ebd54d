import Hornbill
import Testing

@Suite struct LayerGoldenTests {
    static let cases = Golden.cases("layers").filter { layerFactories[$0.className] != nil }

    @Test(arguments: cases)
    func `computes, differentiates and trains as Keras does`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let layer = try layer(golden)
            let values = golden.arrays("input_")
            let training = golden.fields["call"]?["training"]?.bool
            try checkSymbols(layer, golden, values, training)
            try layer.setWeights(golden.arrays("weight_"))
            let initial = layer.getWeights()
            func structure(_ tensors: [Tensor]) -> TensorStructure {
                golden.fields["input_structure"]?.string == "list"
                    ? .list(tensors.map(Structure.tensor)) : .tensor(tensors[0])
            }
            /// The outputs and the layer's own losses (without that of the activity, which Keras adds around the call).
            func forward(_ tensors: [Tensor]) throws -> (outputs: [Tensor], losses: [Tensor]) {
                let context = CallContext(training: training ?? false)
                let outputs = try layer.call(structure(tensors), context: context).leaves
                return (outputs, try context.recorder.losses + layer.regularizationLosses())
            }
            let (outputs, losses) = try forward(values)
            let expected = golden.arrays("output_")
            #expect(outputs.count == expected.count)
            for (index, (output, want)) in zip(outputs, expected).enumerated() {
                try expectClose(output, want, "output \(index)")
                #expect(output.dtype == want.dtype)
            }
            let expectedLosses = golden.arrays("loss_")
            #expect(losses.count == expectedLosses.count)
            for (loss, want) in zip(losses, expectedLosses) { try expectClose(loss, want, "a loss of its own") }

            /// What is differentiated: the outputs, weighed.
            func inner(_ tensors: [Tensor]) throws -> Tensor {
                try forward(tensors).outputs.enumerated().reduce(Tensor(scalar: Float(0))) { sum, output in
                    golden.array("cotangent_\(output.offset)").map { sum + ops.sum(output.element * $0) } ?? sum
                }
            }
            if !golden.arrays("cotangent_").isEmpty {
                let floating = values.indices.filter { values[$0].dtype.isFloatingPoint }
                if !floating.isEmpty {
                    let slopes = try gradients(at: floating.map { values[$0] }) { chosen in
                        var all = values
                        for (place, value) in zip(floating, chosen) { all[place] = value }
                        return try inner(all)
                    }
                    for (place, slope) in zip(floating, slopes) {
                        try expectClose(slope, golden.require("grad_input_\(place)"), "gradient of input \(place)")
                    }
                }
                let variables = layer.trainableVariables
                let (_, slopes) = try valueAndGradients(of: variables) { try inner(values) }
                for (variable, slope) in zip(variables, slopes) {
                    let place = try #require(layer.weights.firstIndex { $0 === variable })
                    try expectClose(slope, golden.require("grad_weight_\(place)"), "gradient of \(variable.path)")
                }
            }
            try layer.setWeights(initial)
            try checkTraining(layer, golden) {
                let (outputs, losses) = try forward(values)
                let errors = outputs.enumerated().compactMap { index, output in
                    golden.array("cotangent_\(index)").map { ops.mean(ops.square(output - $0)) }
                }
                return (errors + losses).reduce(Tensor(scalar: Float(0)), +)
            }
        }
    }

    /// The shapes for a batch of unknown size, and the weights that building makes.
    private func checkSymbols(_ layer: Layer, _ golden: GoldenCase, _ values: [Tensor], _ training: Bool?) throws {
        let symbols = values.map { value in
            Input(shape: PartialShape(Array(value.shape.dropFirst())), dtype: value.dtype)
        }
        let structure: Structure<SymbolicTensor> =
            golden.fields["input_structure"]?.string == "list"
            ? .list(symbols.map(Structure.tensor)) : .tensor(symbols[0])
        let outputs = SymbolicTensor.call(
            layer, structure, CallArguments(training: training), CallSite(#fileID, #line)
        ).leaves
        let wanted = golden.fields["symbolic_output_shapes"]?.list?.compactMap(\.list) ?? []
        for (output, want) in zip(outputs, wanted) {
            try output.validated()
            #expect(output.shape.dimensions == want.map(\.int), "symbolic shape")
        }
        #expect(outputs.count == wanted.count)
        #expect(try layer.countParams() == golden.fields["parameter_count"]?.int)
        let weights = golden.fields["weights"]?.list ?? []
        #expect(layer.weights.map(\.path) == weights.compactMap { $0["path"]?.string })
        #expect(layer.weights.map(\.shape.dimensions) == weights.compactMap { $0["shape"]?.ints })
        #expect(layer.weights.map(\.trainable) == weights.compactMap { $0["trainable"]?.bool })
    }

    /// The weights after some steps of gradient descent.
    private func checkTraining(_ layer: Layer, _ golden: GoldenCase, _ loss: () throws -> Tensor) throws {
        guard let training = golden.fields["training"] else { return }
        let optimizer = Optimizers.SGD(learningRate: training["learning_rate"]?.double ?? 0)
        let variables = layer.trainableVariables
        let constraints = Dictionary(
            uniqueKeysWithValues: layer.constraints.map { (ObjectIdentifier($0.variable), $0.constraint) })
        for _ in 0..<(training["steps"]?.int ?? 0) {
            let (_, slopes) = try valueAndGradients(of: variables, in: loss)
            try optimizer.apply(slopes, to: variables, constraints: constraints)
        }
        for (index, weight) in layer.weights.enumerated() {
            guard let want = golden.array("trained_weight_\(index)") else { continue }
            try expectClose(weight.value, want, "\(weight.path) after training")
        }
    }

    @Test(arguments: cases)
    func `the configuration has Keras's entries`(_ golden: GoldenCase) throws {
        let config = try Session.withNew { try layer(golden).getConfig() }
        guard case .object(let wanted) = golden.fields["keras_config"] ?? .null else { throw GoldenError("no config") }
        // The dtype is a nested object in files, and there is no quantization.
        for (key, value) in wanted where !["dtype", "quantization_config"].contains(key) {
            let mine = try #require(config[key], "the configuration lacks '\(key)'")
            #expect(GoldenValue(mine).isNear(value) || key.hasSuffix("_regularizer"), "\(key)")
        }
    }

    @Test func `every layer that golden data is there for is tested`() {
        let missing = Set(Golden.cases("layers").map(\.className)).subtracting(layerFactories.keys)
        #expect(missing.sorted() == [])
        #expect(Self.cases.count >= 122)
    }

    private func layer(_ golden: GoldenCase) throws -> Layer {
        guard let make = layerFactories[golden.className] else {
            throw GoldenError("no Swift form of \(golden.className)")
        }
        return make(golden.config)
    }
}

/// How each layer is made of a golden case's configuration.
let layerFactories: [String: @Sendable (GoldenValue) -> Layer] = [
    "Dense": { config in
        Dense(
            config["units"]?.int ?? 0, activation: config["activation"]?.string,
            useBias: config["use_bias"]?.bool ?? true,
            kernelInitializer: config["kernel_initializer"]?.string ?? "glorot_uniform",
            biasInitializer: config["bias_initializer"]?.string ?? "zeros",
            kernelRegularizer: config["kernel_regularizer"]?.string,
            biasRegularizer: config["bias_regularizer"]?.string,
            activityRegularizer: config["activity_regularizer"]?.string,
            kernelConstraint: config["kernel_constraint"]?.string, biasConstraint: config["bias_constraint"]?.string,
            name: config["name"]?.string)
    },
    "Activation": { Activation($0["activation"]?.string ?? "") },
    "Dropout": { config in
        Dropout(
            config["rate"]?.double ?? 0, noiseShape: config["noise_shape"]?.list?.map(\.int), seed: config["seed"]?.int)
    },
    "Flatten": { Flatten(dataFormat: $0["data_format"]?.string.flatMap(DataFormat.init) ?? .channelsLast) },
    "Reshape": { Reshape($0["target_shape"]?.ints ?? []) },
    "Permute": { Permute($0["dims"]?.ints ?? []) },
    "RepeatVector": { RepeatVector($0["n"]?.int ?? 0) },
    "Identity": { _ in Identity() },
    "Concatenate": { Concatenate(axis: $0["axis"]?.int ?? -1) },
    "Dot": { Dot(axes: Axes($0["axes"]?.ints ?? []), normalize: $0["normalize"]?.bool ?? false) },
    "Add": { _ in Add() }, "Subtract": { _ in Subtract() }, "Multiply": { _ in Multiply() },
    "Average": { _ in Average() }, "Maximum": { _ in Maximum() }, "Minimum": { _ in Minimum() },
    "ReLU": { config in
        ReLU(
            maxValue: config["max_value"]?.double, negativeSlope: config["negative_slope"]?.double ?? 0,
            threshold: config["threshold"]?.double ?? 0)
    },
    "LeakyReLU": { LeakyReLU(negativeSlope: $0["negative_slope"]?.double ?? 0.3) },
    "ELU": { ELU(alpha: $0["alpha"]?.double ?? 1) },
    "PReLU": { config in
        PReLU(
            alphaInitializer: config["alpha_initializer"]?.string ?? "zeros",
            alphaRegularizer: config["alpha_regularizer"]?.string,
            alphaConstraint: config["alpha_constraint"]?.string, sharedAxes: config["shared_axes"]?.ints)
    },
    "Softmax": { Softmax(axis: Axes($0["axis"]?.ints ?? [-1])) },
    "GaussianNoise": { GaussianNoise($0["stddev"]?.double ?? 0, seed: $0["seed"]?.int) },
    "GaussianDropout": { GaussianDropout($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "AlphaDropout": { AlphaDropout($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "SpatialDropout1D": { SpatialDropout1D($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "SpatialDropout2D": { SpatialDropout2D($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "SpatialDropout3D": { SpatialDropout3D($0["rate"]?.double ?? 0, seed: $0["seed"]?.int) },
    "ActivityRegularization": { ActivityRegularization(l1: $0["l1"]?.double ?? 0, l2: $0["l2"]?.double ?? 0) },
]
