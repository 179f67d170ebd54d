import HornbillEngine

/// A model: layers from inputs to outputs, with compile, fit, evaluate and predict.
///
/// Made of symbols (`try Model(inputs: x, outputs: y)`), as a ``Sequential``, or as a subclass that holds layers in
/// properties and overrides `call`. Follows Keras's [Model](https://keras.io/api/models/model/).
open class Model: Layer {
    /// The layer graph, for a functional or sequential model that has one.
    package var network: LayerGraph?
    /// What `compile` set up.
    package var compiled: CompiledState?
    /// Whether a callback or the user asked `fit` to stop after this batch.
    public var stopTraining = false
    /// Whether `evaluate` is to stop after this batch; the validation in `fit` too.
    public var stopEvaluating = false
    /// Whether `predict` is to stop after this batch.
    public var stopPredicting = false
    /// The history of the last training, or of the one that runs.
    public internal(set) var history: History?
    /// The batch of the step that runs or has just run, while a callback of the training wants it.
    var currentBatch: Batch?
    /// Plans by what they compute and on what shapes.
    package let runners = RunnerCache()
    /// The structures of a subclass's inputs and outputs, known after its first call.
    package var observed: ObservedStructure?

    package struct ObservedStructure {
        var inputs: Structure<PartialShape>
        /// The types of the inputs.
        var dtypes: [DType]
        var outputs: Structure<PartialShape>
    }

    /// For subclasses.
    public init(name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil) {
        super.init(name: name, trainable: trainable, dtype: dtype)
    }

    /// For subclasses that files name: with what ``getConfig()`` wrote of every layer.
    override public init(config: ConfigReader) throws { try super.init(config: config) }

    /// A functional model.
    /// - Parameters:
    ///   - inputs: one symbol, or an array or dictionary of them.
    ///   - outputs: what the model gives, likewise.
    /// - Throws: the error of a layer call on the way; kind `graph` when the outputs do not come from the inputs.
    public init<Inputs: StructureConvertible, Outputs: StructureConvertible>(
        inputs: Inputs, outputs: Outputs, name: String? = nil, trainable: Bool = true
    ) throws where Inputs.Leaf == SymbolicTensor, Outputs.Leaf == SymbolicTensor {
        let network = try LayerGraph(inputs: inputs.structure, outputs: outputs.structure)
        self.network = network
        super.init(name: name, trainable: trainable)
        built = true
    }

    override open var automaticName: String { network == nil ? super.automaticName : "functional" }
    override open var kerasClassName: String {
        network != nil && type(of: self) == Model.self ? "Functional" : String(describing: type(of: self))
    }
    override open var kerasModule: String? {
        guard type(of: self) == Model.self else { return nil }
        return network == nil ? "keras" : "keras.src.models.functional"
    }

    override open func getConfig() -> Config {
        guard let network, type(of: self) == Model.self else { return super.getConfig() }
        return Config([("name", .string(name)), ("trainable", .bool(trainable))])
            .merging(GraphConfig(network).config())
    }

    override open var trackedLayers: [(name: String, content: LayerTree)] {
        guard let network else { return super.trackedLayers }
        return [("layers", .list(of: network.operations.filter { !($0 is FunctionLayer) }))]
    }

    /// Whether the layers have paths in files as elements of a list too, beside the properties that hold them.
    var hasListOfLayers: Bool { network == nil && !(self is Sequential) }

    /// The layers, in the order from inputs to outputs; for a subclass, in the order of its properties.
    open var layers: [Layer] { children.map(\.layer) }

    /// Layers and operations, in the order from inputs to outputs.
    package var operations: [Layer] { network?.operations ?? layers }

    /// The input symbols; empty for a subclass.
    public var inputs: [SymbolicTensor] { network?.inputs.leaves ?? [] }
    /// The output symbols; empty for a subclass.
    public var outputs: [SymbolicTensor] { network?.outputs.leaves ?? [] }
    override public var input: SymbolicTensor { boundary(\.inputs, "inputs") }
    override public var output: SymbolicTensor { boundary(\.outputs, "outputs") }

    private func boundary(_ path: KeyPath<LayerGraph, Structure<SymbolicTensor>>, _ what: String) -> SymbolicTensor {
        network?[keyPath: path].single
            ?? SymbolicTensor(error: HornbillError(.state, "the model has no graph, or several \(what)", layer: label))
    }

    /// The names of the outputs: of the layers that give them, or of the keys of a dictionary.
    public var outputNames: [String] {
        guard let network else {
            guard let outputs = observed?.outputs else { return [] }
            if case .dictionary(let entries) = outputs { return entries.keys.sorted() }
            return (0..<outputs.leaves.count).map { "output_\($0 + 1)" }
        }
        return network.outputs.leaves.map(\.name)
    }

    /// What the keys of each output's losses and metrics begin with: its name, but nil for the outputs of a subclass
    /// that gives a list, which have none.
    package var outputPrefixes: [String?] {
        if network == nil, let outputs = observed?.outputs {
            if case .dictionary = outputs { return outputNames }
            return outputNames.map { _ in nil }
        }
        return outputNames
    }

    /// The names of the inputs.
    public var inputNames: [String] {
        if let network { return network.inputs.leaves.map(\.name) }
        if case .dictionary(let entries)? = observed?.inputs { return entries.keys.sorted() }
        return []
    }

    /// A layer by its name.
    /// - Throws: kind `unknownName`, with the known names.
    public func getLayer(_ name: String) throws -> Layer {
        guard let layer = layers.first(where: { $0.name == name }) else {
            throw HornbillError(
                .unknownName,
                "there is no layer '\(name)'; the layers are: \(layers.map(\.name).joined(separator: ", "))",
                layer: label)
        }
        return layer
    }

    /// Computes the outputs. A subclass overrides it (or the form for one tensor).
    override open func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        if let stage = network?.hostStage, HostStage.staged == ObjectIdentifier(self) {
            return try stage.compiled.run(inputs, context: context)
        }
        guard let network else { return try super.call(inputs, context: context) }
        return try network.run(inputs, context: context)
    }

    /// One training step: loss, gradients, update, metrics. Traced once for each shape of a batch; override it for a
    /// step of one's own, with ``computeLoss(_:training:)``, `valueAndGradients`, ``Optimizer/apply(_:to:constraints:)``
    /// and ``updateMetrics(_:_:)``.
    open func trainStep(_ data: StepData) throws { try defaultTrainStep(data) }

    /// One evaluation step: loss and metrics.
    open func testStep(_ data: StepData) throws { try defaultTestStep(data) }

    /// One prediction step: the outputs.
    open func predictStep(_ x: TensorStructure) throws -> TensorStructure {
        try forward(x, training: false, recorder: CallRecorder())
    }

    /// Builds the model for inputs of this shape, the batch axis first: `build([nil, 3])`.
    /// - Throws: what a layer's build or call throws.
    open func build(_ shape: PartialShape) throws { try buildByTracing(.tensor(shape)) }

    /// Builds a subclass by tracing its call on placeholders, which builds all its layers.
    package func buildByTracing(_ shapes: Structure<PartialShape>, dtypes: [DType]? = nil) throws {
        if network != nil { return }
        try ensureBuilt(shapes)
        var index = 0
        let inputs = shapes.map { shape in
            defer { index += 1 }
            return LayerNode.Output(shape: shape, dtype: dtypes?[index] ?? computeDtype)
        }
        let outputs = try probe(inputs)
        observed = ObservedStructure(
            inputs: shapes, dtypes: inputs.leaves.map(\.dtype), outputs: outputs.map(\.shape))
    }

    /// Whether all layers have their weights.
    package var isFullyBuilt: Bool { built && (network != nil || observed != nil || allLayers.allSatisfy(\.built)) }
}
