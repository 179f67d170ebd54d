import Hornbill
import Testing

/// What every layer must do: build, give the shapes it promises, count its parameters, describe itself, pass gradients
/// on, and be trained in a model.
/// - Parameters:
///   - make: makes the layer anew.
///   - inputs: the shapes of one sample of each input.
///   - output: the shape of one sample of the output.
///   - parameters: the number of weights' elements.
///   - config: the entries of its configuration beside name, trainable and dtype.
///   - takesList: whether it takes a list of inputs.
///   - trainable: whether a model of it can be trained on squared errors.
func checkLayer(
    _ make: () -> Layer, inputs: [Shape], output: Shape, parameters: Int = 0, config: [String] = [],
    takesList: Bool = false, trainable: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try Session.withNew(seed: 3) {
        func structure<Leaf>(_ leaves: [Leaf]) -> Structure<Leaf> {
            takesList ? .list(leaves.map(Structure.tensor)) : .tensor(leaves[0])
        }
        let batch = 4
        let site = CallSite(#fileID, #line)

        // On symbols: the shape is known before any data is there, but for the batch.
        let layer = make()
        let symbols = inputs.map { Input(shape: PartialShape($0)) }
        let symbol = SymbolicTensor.call(layer, structure(symbols), CallArguments(), site).tensor
        try symbol.validated()
        #expect(symbol.shape.dimensions == [nil] + output.dimensions.map { $0 }, sourceLocation: sourceLocation)
        #expect(layer.built, sourceLocation: sourceLocation)
        #expect(try layer.countParams() == parameters, sourceLocation: sourceLocation)
        #expect(layer.name == snakeCase(layer.automaticName), sourceLocation: sourceLocation)

        // On tensors, with the same weights.
        let values = inputs.map { random.normal(Shape([batch] + $0.dimensions), seed: 5) }
        let result = Tensor.call(layer, structure(values), CallArguments(), site).tensor
        try result.validated()
        #expect(result.shape.dimensions == [batch] + output.dimensions, sourceLocation: sourceLocation)

        // Its configuration.
        let described = layer.getConfig()
        // Keras writes it only where it is given.
        let optional = "activity_regularizer"
        for key in ["name", "dtype"] + config where key != optional {
            #expect(described[key] != nil, "no '\(key)' in the configuration", sourceLocation: sourceLocation)
        }
        let known = Set(["name", "trainable", "dtype", "quantization_config"] + config)
        #expect(Set(described.keys).subtracting(known) == [], sourceLocation: sourceLocation)

        // Gradients reach the inputs and all weights.
        func total(_ tensors: [Tensor]) throws -> Tensor {
            let output = Tensor.call(layer, structure(tensors), CallArguments(), site).tensor
            return ops.sum(output * random.normal(output.shape, seed: 6))
        }
        for slope in try gradients(at: values, of: total) {
            #expect(try slope.doubles().contains { $0 != 0 }, "no gradient", sourceLocation: sourceLocation)
        }
        let (_, slopes) = try valueAndGradients(of: layer.trainableVariables) { try total(values) }
        for slope in slopes {
            #expect(try slope.doubles().contains { $0 != 0 }, "no gradient", sourceLocation: sourceLocation)
        }

        // In a model: compiled, it gives the same, and its weights are trained.
        let model = try Model(inputs: symbols, outputs: [symbol])
        let predicted: Tensor = try model.predict(values)
        for (a, b) in zip(try predicted.doubles(), try result.doubles()) {
            #expect(abs(a - b) <= 1e-5 * (1 + abs(b)), sourceLocation: sourceLocation)
        }
        guard trainable else { return }
        let before = layer.getWeights()
        try model.compile(optimizer: .sgd(learningRate: 0.1), loss: .mse)
        let history = try model.fit(values, Tensor.ones(result.shape), epochs: 2, batchSize: batch, verbose: 0)
        let losses = history["loss"]
        #expect(losses.count == 2 && !losses.contains { !$0.isFinite }, sourceLocation: sourceLocation)
        for (old, new) in zip(before, layer.getWeights()) {
            #expect(try old.doubles() != new.doubles(), "a weight stayed as it was", sourceLocation: sourceLocation)
        }
    }
}
