import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// Exported models give in ONNX Runtime what they give here.
@Suite(.enabled(if: Python.path != nil, "HORNBILL_PYTHON names no Python with ONNX Runtime: make test sets it"))
struct ONNXExportTests {
    @Test func `ONNX Runtime computes what Hornbill does`() throws {
        try withTemporaryFolder { path in
            var folder = ONNXFolder(path)
            for (name, make) in ONNXModels.all.sorted(by: { $0.key < $1.key }) {
                Self.trying(name) {
                    let (model, batches) = try make()
                    for batch in batches.prefix(1) { let _: TensorStructure = try model.predict(batch) }
                    if name != "half" { try model.scramble() }
                    try folder.add("model-\(name)", model, batches)
                }
            }
            #expect(folder.count >= 30)
            addCombinations(to: &folder)
            addSavedModels(to: &folder)
            addLayers(to: &folder)
            let worst = try folder.check()
            print("Models run by ONNX Runtime: \(folder.count), largest difference \(worst)")
            #expect(folder.count >= 835)
        }
    }

    /// Names, types and shapes of the inputs and then of the outputs of a file.
    private func signature(_ file: String) throws -> [String] {
        let script =
            "import onnxruntime as o, sys; s = o.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider']); "
            + "[print(v.name, v.type, v.shape) for v in s.get_inputs() + s.get_outputs()]"
        return try Python.run(["-c", script, file]).split(separator: "\n").map(String.init)
    }

    @Test func `inputs and outputs have the model's names, and open sizes have names`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let path = folder + "/m.onnx"
                let (a, b) = (Input(shape: [nil, 3], name: "text"), Input(shape: [2], dtype: .int32, name: "tags"))
                let (x, y) = (LSTM(4, returnSequences: true, name: "steps")(a), Embedding(5, 2, name: "table")(b))
                let model = try Model(inputs: [a, b], outputs: [x, y])
                try model.export(path, format: "onnx", verbose: false)
                #expect(
                    try signature(path) == [
                        "text tensor(float) ['batch', 'dim_0_1', 3]", "tags tensor(int32) ['batch', 2]",
                        "steps tensor(float) ['batch', 'dim_0_1', 4]", "table tensor(float) ['batch', 2, 2]",
                    ])
                let fixed = [Input(shape: [7, 3], batchSize: 1), Input(shape: [2], batchSize: 1, dtype: .int32)]
                try model.exportONNX(to: path, inputSignature: .list(fixed.map(Structure.tensor)), opsetVersion: 21)
                #expect(
                    try signature(path) == [
                        "text tensor(float) [1, 7, 3]", "tags tensor(int32) [1, 2]",
                        "steps tensor(float) [1, 7, 4]", "table tensor(float) [1, 2, 2]",
                    ])
            }
        }
    }

    @Test func `a signature builds a model that was not called`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let path = folder + "/m.onnx"
                let model = ONNXModels.pair()
                try model.exportONNX(to: path, inputSignature: ["p": Input(shape: [3]), "q": Input(shape: [2])])
                #expect(
                    try signature(path).map { $0.split(separator: " ")[0] } == ["p", "q", "product", "sum"])
                try Sequential([Dense(2)]).exportONNX(to: path, inputSignature: .tensor(Input(shape: [3], name: "x")))
                let described = try signature(path)
                #expect(described.count == 2)
                for (line, ending) in zip(described, [" tensor(float) ['batch', 3]", " tensor(float) ['batch', 2]"]) {
                    #expect(line.hasSuffix(ending))
                }
            }
        }
    }

    @Test func `the other opsets give the same`() throws {
        try withTemporaryFolder { path in
            var folder = ONNXFolder(path)
            for opset in [19, 21, 23] {
                for name in ["cnn", "masked_transformer", "masked_bidirectional", "floating", "arranged", "loops"] {
                    try Session.withNew(seed: 1) {
                        let make = try #require(ONNXModels.all[name], "no such model")
                        let (model, batches) = try make()
                        try folder.add("\(name)-\(opset)", model, batches, opsetVersion: opset)
                    }
                }
            }
            try folder.check()
        }
    }

    /// One that fails is named, and the others go on.
    private static func trying(_ name: String, _ body: () throws -> Void) {
        do { try Session.withNew(seed: 1) { try body() } } catch { Issue.record("\(name): \(error)") }
    }

    /// Models in models, shared layers, subclasses, masks.
    private func addCombinations(to folder: inout ONNXFolder) {
        for golden in CombinationTests.cases {
            // Centre's mean changes and is read.
            guard !golden.name.hasPrefix("training_true") else { continue }
            Self.trying(golden.name) {
                let make = try #require(Combinations.all[golden.name], "no Swift form of it")
                let model = try make()
                let inputs = golden.arrays("input_")
                let x: TensorStructure = inputs.count == 1 ? .tensor(inputs[0]) : .list(inputs.map(Structure.tensor))
                let _: TensorStructure = try model.predict(x)
                try model.setWeights(golden.arrays("weight_"))
                try folder.add("combination-\(golden.name)", model, [x])
            }
        }
    }

    /// What Keras saved.
    private func addSavedModels(to folder: inout ONNXFolder) {
        // Sums in half precision are rounded where they are stored, and not in the file.
        for golden in SavedModelTests.cases where golden.name != "mixed_precision" {
            Self.trying(golden.name) {
                let model = try loadModel(golden.file, compile: false)
                try folder.add("saved-\(golden.name)", model, [model.ordered(golden.x())])
            }
        }
    }

    /// Every layer with all its options.
    private func addLayers(to folder: inout ONNXFolder) {
        for (number, golden) in LayerGoldenTests.cases.enumerated()
        where golden.fields["call"]?["training"]?.bool != true {
            Self.trying(golden.name) {
                guard let (model, batches) = try golden.onnxModel() else { return }
                try folder.add("layer-\(number)-\(golden.name)", model, batches)
            }
        }
    }
}

extension GoldenCase {
    /// The layer in a model whose inputs are all that the case gives it, and batches of several sizes.
    fileprivate func onnxModel() throws -> (model: Model, batches: [TensorStructure])? {
        let layer = try makeLayer()
        let (values, context) = (arrays("input_"), callContext)
        let count = values[0].shape.first ?? 1
        func symbol(_ tensor: Tensor) -> SymbolicTensor {
            Input(shape: PartialShape(tensor.shape.dropFirst().map { $0 }), dtype: tensor.dtype)
        }
        let inputs = values.map(symbol)
        var (further, given) = ([SymbolicTensor](), [Tensor]())
        func add(_ tensor: Tensor) -> SymbolicTensor {
            further.append(symbol(tensor))
            given.append(tensor)
            return further[further.count - 1]
        }
        var arguments = CallArguments<SymbolicTensor>(flags: context.flags)
        arguments.masks = context.masks.map { $0.map(add) }
        for (name, tensors) in context.tensors.sorted(by: { $0.key < $1.key }) {
            arguments.tensors[name] = tensors.map(add)
        }
        let all = values + given
        // Batches only: no empty ones, and no single images.
        let hasRows = fields["symbolic_output_shapes"]?.list?.allSatisfy { $0.list?.first == .null } ?? true
        guard count > 0, hasRows, all.allSatisfy({ $0.rank > 0 && $0.shape[0] == count }) else { return nil }
        let outputs = SymbolicTensor.call(
            layer,
            fields["input_structure"]?.string == "list" ? .list(inputs.map(Structure.tensor)) : .tensor(inputs[0]),
            arguments, CallSite(#fileID, #line))
        let model = try Model(inputs: Structure.list((inputs + further).map(Structure.tensor)), outputs: outputs)
        try layer.setWeights(arrays("weight_"))
        let batches = [all, all.map { $0[0..<1] }].map { TensorStructure.list($0.map(Structure.tensor)) }
        return (model, batches)
    }
}

extension Model {
    /// The tensors in the order of the model's inputs, and of their types.
    fileprivate func ordered(_ x: TensorStructure) -> TensorStructure {
        guard network != nil else { return x }
        var leaves = x.leaves
        if case .dictionary(let entries) = x { leaves = inputNames.compactMap { entries[$0]?.single } }
        return .list(zip(leaves, inputs).map { .tensor($0.cast(to: $1.dtype)) })
    }
}
