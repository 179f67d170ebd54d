import Hornbill
import Testing

@Suite struct LayerGoldenTests {
    static let cases = Golden.families("layers").flatMap(Golden.cases)

    @Test(arguments: cases)
    func `computes, differentiates and trains as Keras does`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let layer = try golden.makeLayer()
            let values = golden.arrays("input_")
            try checkSymbols(layer, golden, values)
            try layer.setWeights(golden.arrays("weight_"))
            // The call itself may change weights: moving statistics.
            let initial = layer.getWeights()
            func structure(_ tensors: [Tensor]) -> TensorStructure {
                golden.fields["input_structure"]?.string == "list"
                    ? .list(tensors.map(Structure.tensor)) : .tensor(tensors[0])
            }
            /// The outputs and the layer's own losses (without that of the activity, which Keras adds around the call).
            func forward(_ tensors: [Tensor]) throws -> (outputs: [Tensor], losses: [Tensor]) {
                let context = golden.callContext
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
            for (index, weight) in layer.weights.enumerated() {
                guard let want = golden.array("weight_after_\(index)") else { continue }
                try expectClose(weight.value, want, "\(weight.path) after the call")
            }
            try layer.setWeights(initial)
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
                try layer.setWeights(initial)
                let variables = layer.trainableVariables
                let (_, slopes) = try valueAndGradients(of: variables) { try inner(values) }
                // Some gradients are sums of others that cancel.
                let scale = try golden.arrays("grad_weight_").flatMap { try $0.doubles().map(abs) }.max() ?? 0
                for (variable, slope) in zip(variables, slopes) {
                    let place = try #require(layer.weights.firstIndex { $0 === variable })
                    try expectClose(
                        slope, golden.require("grad_weight_\(place)"), "gradient of \(variable.path)", scale: scale)
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
    private func checkSymbols(_ layer: Layer, _ golden: GoldenCase, _ values: [Tensor]) throws {
        let symbols = values.map { value in
            Input(shape: PartialShape(Array(value.shape.dropFirst())), dtype: value.dtype)
        }
        let structure: Structure<SymbolicTensor> =
            golden.fields["input_structure"]?.string == "list"
            ? .list(symbols.map(Structure.tensor)) : .tensor(symbols[0])
        let outputs = SymbolicTensor.call(
            layer, structure,
            CallArguments(training: golden.fields["call"]?["training"]?.bool, flags: golden.callContext.flags),
            CallSite(#fileID, #line)
        ).leaves
        let wanted = golden.fields["symbolic_output_shapes"]?.list?.compactMap(\.list) ?? []
        for (output, want) in zip(outputs, wanted) {
            try output.validated()
            // Where Keras does not tell a size, it may be known.
            let given = output.shape.dimensions
            let known = zip(given, want).enumerated().map { $0 > 0 && $1.1.int == nil ? $1.1.int : $1.0 }
            #expect(given.count == want.count && known == want.map(\.int), "symbolic shape \(output.shape)")
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
            uniqueKeysWithValues: layer.allLayers.flatMap(\.constraints).map {
                (ObjectIdentifier($0.variable), $0.constraint)
            })
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
        let config = try Session.withNew {
            let layer = try golden.makeLayer()
            // Some know more of themselves once they are built.
            let shapes = golden.arrays("input_").map { PartialShape([nil] + $0.shape.dropFirst().map { $0 }) }
            let isList = golden.fields["input_structure"]?.string == "list"
            try layer.ensureBuilt(isList ? .list(shapes.map(Structure.tensor)) : .tensor(shapes[0]))
            return layer.getConfig()
        }
        guard case .object(let wanted) = golden.fields["keras_config"] ?? .null else { throw GoldenError("no config") }
        // The dtype is a nested object in files, and there is no quantization.
        for (key, value) in wanted where !["dtype", "quantization_config"].contains(key) {
            let mine = try #require(config[key], "the configuration lacks '\(key)'")
            #expect(
                Self.agrees(GoldenValue(mine).withoutTypes, value.withoutTypes) || key.hasSuffix("_regularizer"),
                "\(key)")
        }
    }

    /// Whether an entry is Keras's; of layers inside, their classes and entries.
    private static func agrees(_ mine: GoldenValue, _ wanted: GoldenValue) -> Bool {
        if let mine = mine.list, let wanted = wanted.list {
            return mine.count == wanted.count && zip(mine, wanted).allSatisfy(agrees)
        }
        guard wanted["class_name"] != nil, case .object(let entries)? = wanted["config"] else {
            return mine.isNear(wanted)
        }
        return mine["class_name"] == wanted["class_name"]
            && entries.allSatisfy { key, value in
                key.hasSuffix("_regularizer") || agrees(mine["config"]?[key] ?? .null, value)
            }
    }

    @Test func `every layer that files can name is computed`() {
        let elsewhere = [
            "InputLayer", "GroupedQueryAttention", "StringLookup", "IntegerLookup", "TextVectorization", "Hashing",
            "HashedCrossing", "FeatureSpace", "Sequential", "Functional", "Model",
        ]
        let missing = Set(ObjectRegistry.knownLayers).subtracting(Self.cases.map(\.className)).subtracting(elsewhere)
        #expect(missing.sorted() == [])
        print("Configurations of layers checked against Keras: \(Self.cases.count)")
        #expect(Self.cases.count >= 744)
    }
}

extension GoldenCase {
    /// The arguments of the case's call: its flags, and the arrays `call_mask`, `call_<name>` or `call_<name>_0`, ….
    var callContext: CallContext {
        var context = CallContext()
        if case .object(let arguments) = fields["call"] ?? .null {
            for (name, value) in arguments { if let flag = value.bool { context.flags[name] = flag } }
        }
        context.training = context.flags.removeValue(forKey: "training") ?? false
        guard case .object(let arrays) = fields["arrays"] ?? .null else { return context }
        for key in arrays.keys.sorted() where key.hasPrefix("call_") {
            guard let tensor = array(key) else { continue }
            let name = key.dropFirst("call_".count)
            if name == "mask" || name.hasPrefix("mask_") {
                context.masks.append(tensor)
            } else {
                let parts = name.split(separator: "_")
                let isNumbered = parts.count > 1 && parts.last.map { Int($0) != nil } == true
                context.tensors[isNumbered ? parts.dropLast().joined(separator: "_") : String(name), default: []]
                    .append(tensor)
            }
        }
        return context
    }
}
