import HornbillEngine

extension Model {
    /// Writes what the model computes at inference as one ONNX file, weights included, which any ONNX runtime runs
    /// without Hornbill.
    ///
    /// All layers, operations and subclasses of your own can be exported, since what is written is the traced
    /// computation. Inputs and outputs have the model's names (`inputNames`, `outputNames`), and sizes that the model
    /// leaves open stay open: the batch, and others where every size that depends on them can be computed. Weights are
    /// named by their paths. Half precisions are written as float32. Follows Keras's
    /// [export](https://keras.io/api/models/model_saving_apis/export/).
    ///
    /// The file appears whole or not at all.
    /// - Parameters:
    ///   - path: `model.onnx`, or any other name.
    ///   - inputSignature: symbols (`Input(shape: [28, 28], batchSize: 1)`) for the inputs, in place of those of the
    ///     model: to fix sizes, or for a subclass that was not run yet.
    ///   - opsetVersion: the version of ONNX's operations, 18 (the default) to 23.
    /// - Throws: kind `graph` that names the layer and the operation that ONNX does not have (random numbers, matrix
    ///   decompositions, layers on strings or tables of words, custom operations), or a stateful layer; kind `state` if
    ///   the inputs are not known; kind `file` if the file cannot be written, or would be larger than ONNX files may be.
    public func exportONNX(
        to path: String, inputSignature: Structure<SymbolicTensor>? = nil, opsetVersion: Int? = nil
    ) throws {
        try onnxFile(inputSignature, opsetVersion ?? ONNXFile.opsets.lowerBound).write(to: path)
    }

    /// Writes the model for inference elsewhere, as Keras's `export` does.
    /// - Parameters:
    ///   - format: `"onnx"`.
    ///   - verbose: whether to say where the file is.
    /// - Throws: kind `argument` for another format, and what ``exportONNX(to:inputSignature:opsetVersion:)`` throws.
    public func export(
        _ path: String, format: String, verbose: Bool = true, inputSignature: Structure<SymbolicTensor>? = nil,
        opsetVersion: Int? = nil
    ) throws {
        guard format == "onnx" else {
            throw HornbillError(.argument, "models are exported in the format \"onnx\", not \"\(format)\"")
        }
        try exportONNX(to: path, inputSignature: inputSignature, opsetVersion: opsetVersion)
        if verbose { print("Saved artifact at '\(path)'.") }
    }

    /// The file before it is written.
    package func onnxFile(_ given: Structure<SymbolicTensor>?, _ opset: Int) throws -> ONNXFile {
        guard ONNXFile.opsets.contains(opset) else {
            throw HornbillError(
                .argument,
                "opsetVersion must be from \(ONNXFile.opsets.lowerBound) to \(ONNXFile.opsets.upperBound), not \(opset)"
            )
        }
        try (self as? Sequential)?.checkFailure()
        if let layer = allLayers.first(where: { $0 is HostLayer }) {
            throw HornbillError(
                .graph,
                "\(layer.kerasClassName) looks words up, which ONNX has no operation for: export a model of what comes after it",
                layer: layer.label)
        }
        let signature = try ONNXSignature(self, given: given)
        for parameter in signature.parameters where parameter.dtype == .string {
            throw HornbillError(
                .graph, "the input '\(parameter.name)' takes strings, which cannot be exported to ONNX", layer: label)
        }
        var first: (any Error)?
        for sizes in signature.attempts {
            do { return try onnxFile(signature, sizes, opset) } catch { first = first ?? error }
            // Other sizes help only where some of them were made up, beside that of the batch.
            if signature.parameters.allSatisfy({ $0.shape.dimensions.dropFirst().allSatisfy { $0 != nil } }) { break }
        }
        throw HornbillError.wrap(first ?? HornbillError(.internal, "no sizes to trace with"))
    }

    private func onnxFile(_ signature: ONNXSignature, _ sizes: [[Extent]], _ opset: Int) throws -> ONNXFile {
        let traces = try (0..<3).map { number in
            try inference(
                signature.inputs.replacingLeaves(
                    zip(signature.parameters, sizes).map { parameter, sizes in
                        TensorType(parameter.dtype, Shape(sizes.map { $0.sizes[number] }))
                    }))
        }
        let graphs = traces.map(\.graph)
        let scope = ONNXScope()
        var inputs: [ONNXValue] = []
        for (index, parameter) in signature.parameters.enumerated() {
            let name = scope.unique(parameter.name)
            let type = try ExtentType(graphs.map { $0.inputTypes[index] })
            scope.observe(name, type)
            inputs.append(
                ONNXValue(
                    name: name, dtype: type.dtype,
                    sizes: type.extents.enumerated().map { axis, extent in
                        extent.fixed.map(ONNXSize.fixed) ?? .named(signature.sizeName(index, axis))
                    }))
        }
        var open: [Extent: ONNXSize] = [:]
        for (sizes, input) in zip(sizes, inputs) {
            for (extent, size) in zip(sizes, input.sizes) where open[extent] == nil { open[extent] = size }
        }
        // The names are promised before any node takes one.
        let names = traces[0].names.map(scope.unique)
        let results = try ONNXTranslator(graphs, scope, inputs: inputs.map(\.name)).run()
        // After the translation, which has a better word for random numbers.
        if let state = traces[0].state {
            throw HornbillError(
                .graph,
                "the variable '\(state)' changes at inference, and an exported model keeps nothing from one run to the next",
                layer: label)
        }
        var outputs: [ONNXValue] = []
        for (index, (name, result)) in zip(names, results).enumerated() {
            let type = try ExtentType(graphs.map { $0.type(of: $0.outputs[index]) })
            scope.name(result, name)
            outputs.append(
                ONNXValue(
                    name: name, dtype: type.dtype,
                    sizes: type.extents.map { $0.fixed.map(ONNXSize.fixed) ?? open[$0] ?? .unknown }))
        }
        return ONNXFile(
            graph: ONNXGraph(name: name, nodes: scope.nodes, inputs: inputs, outputs: outputs),
            initializers: scope.initializers, opset: opset)
    }

    /// What the model computes for inputs of some types.
    private struct Inference {
        /// Without what nothing needs.
        var graph: Graph
        /// Those of the outputs.
        var names: [String]
        /// A variable that is read and then changed.
        var state: String?
    }

    private func inference(_ types: Structure<TensorType>) throws -> Inference {
        let trace = Trace()
        defer { trace.abandon() }
        return try trace.run {
            let inputs = try types.map { try trace.input($0) }
            let outputs = try forward(inputs, training: false, recorder: CallRecorder())
            var graph = try trace.finish(outputs.leaves)
            let assigned = Set(graph.assignments.map(\.variable))
            graph.assignments = []
            graph = try graph.arranged(inputs: Array(graph.inputTypes.indices))
            // What a run leaves for the next matters where it is read.
            let state = graph.nodes.lazy.compactMap { node in
                if case .variable(let index) = node.operation { index } else { nil }
            }.first(where: assigned.contains)
            let names = outputNames
            let fits = names.count == outputs.leaves.count
            return Inference(
                graph: graph, names: fits ? names : outputs.leaves.indices.map { "output_\($0)" },
                state: state.map { graph.variables[$0].path })
        }
    }
}
