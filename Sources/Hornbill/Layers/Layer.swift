import HornbillEngine

/// A layer: a function of tensors with weights of its own. The class to inherit from.
///
/// A subclass makes its weights in `build` with ``addWeight(name:shape:initializer:dtype:trainable:regularizer:constraint:autocast:)``
/// and computes in `call`. Layers that it stores in properties (also in arrays and dictionaries) are found by
/// themselves.
///
/// ```swift
/// final class Scale: Layer {
///     private var factor: Variable?
///     override func build(inputShape: PartialShape) throws {
///         factor = try addWeight(name: "factor", shape: [], initializer: "ones")
///     }
///     override func call(_ x: Tensor, context: CallContext) throws -> Tensor { try x * factor.required() }
/// }
/// ```
/// Follows Keras's [Layer](https://keras.io/api/layers/base_layer/).
open class Layer: Configurable {
    /// The name: unique in its model. Made of the class's name when it is not given, as Keras does.
    public private(set) var name: String
    /// In which types the layer computes and keeps its weights.
    public let dtypePolicy: DTypePolicy
    /// The type of the weights.
    public var dtype: DType { dtypePolicy.variableDtype }
    /// The type of the weights.
    public var variableDtype: DType { dtypePolicy.variableDtype }
    /// The type in which the layer computes: floating-point inputs are cast to it.
    public var computeDtype: DType { dtypePolicy.computeDtype }
    /// Whether ``build(inputShapes:)`` has run.
    public package(set) var built = false
    /// What inputs must look like; checked before each call.
    public var inputSpec: InputSpec?
    /// The shape of one sample given to a first layer (`inputShape: [784]`), from which a Sequential model builds.
    public internal(set) var declaredInputShape: PartialShape?

    /// A penalty on the output, added to the loss.
    public let activityRegularizer: (any RegularizerConvertible)?

    private var trainableFlag: Bool
    package private(set) var ownWeights: [Variable] = []
    package private(set) var seedGenerators: [SeedGenerator] = []
    private var regularized: [(Variable, Regularizer)] = []
    package private(set) var constraints: [(variable: Variable, constraint: Constraint)] = []
    private var nodes: [WeakNode] = []
    private var foundLayers: [(name: String, content: LayerTree)]?

    /// How often the layer was adapted, to data or by LoRA, in a way that plans made before cannot follow.
    package var adaptations = 0

    /// The shapes for which the weights were made.
    package private(set) var builtShapes: Structure<PartialShape>?

    /// The shapes of the outputs of the first call, for the summary of a subclass.
    package var observedOutputs: Structure<PartialShape>?

    /// Whether it was said that a mask ends here.
    package var warnedOfLostMask = false

    private struct WeakNode { weak var node: LayerNode? }

    /// - Parameters:
    ///   - name: a name unique in the model; made up if nil.
    ///   - trainable: whether optimizers change the weights.
    ///   - dtype: the element types of weights and computation; the session's if nil.
    ///   - inputShape: for a first layer, the shape of one sample.
    ///   - activityRegularizer: a penalty on the output, added to the loss.
    public init(
        name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil, inputShape: PartialShape? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil
    ) {
        self.name = name ?? ""
        self.activityRegularizer = activityRegularizer
        dtypePolicy = dtype ?? Session.current.dtypePolicy
        trainableFlag = trainable
        declaredInputShape = inputShape
        if name == nil { self.name = Session.current.uniqueName(snakeCase(automaticName)) }
    }

    /// Makes the layer again from its configuration. A subclass reads its own arguments, then calls this.
    /// - Throws: kind `argument` for a name, types or penalty that make no sense.
    public init(config: ConfigReader) throws {
        let name = try config.name
        self.name = name ?? ""
        activityRegularizer = try config.activityRegularizer
        dtypePolicy = try config.dtype ?? Session.current.dtypePolicy
        trainableFlag = try config.trainable
        declaredInputShape = nil
        if name == nil { self.name = Session.current.uniqueName(snakeCase(automaticName)) }
    }

    // MARK: To override

    /// The class name from which the automatic name is made.
    open var automaticName: String { kerasClassName }
    open var kerasModule: String? { builtInModule("keras.layers", self) }
    open var kerasClassName: String { String(describing: type(of: self)) }

    /// Makes the weights for one input of this shape (batch axis first).
    open func build(inputShape: PartialShape) throws {}

    /// Makes the weights for inputs of these shapes; for one input it calls ``build(inputShape:)``.
    open func build(inputShapes: Structure<PartialShape>) throws {
        if let shape = inputShapes.single { try build(inputShape: shape) }
    }

    /// Computes the output for one input.
    open func call(_ input: Tensor, context: CallContext) throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override call(_:context:)")
    }

    /// Computes the outputs; for one input it calls the simple form.
    open func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        guard let input = inputs.single else {
            throw HornbillError(.shape, "\(kerasClassName) takes one tensor, not \(inputs.outline)")
        }
        return .tensor(try call(input, context: context))
    }

    /// Whether the outputs have a mask when the inputs have one: the same, or what ``computeMask(_:masks:)`` says.
    open var supportsMasking: Bool { false }

    /// The masks of the outputs: by default that of the first input, for each output.
    /// - Parameters:
    ///   - inputs: the inputs.
    ///   - masks: their masks, in the order of their leaves.
    /// - Returns: a mask for each output, in the order of their leaves; outputs beyond have none.
    open func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) throws -> [Tensor?] {
        masks.first.map { [$0] } ?? []
    }

    /// The outputs as the layer promises them for inputs of these shapes, where that is less than what a trace showed.
    package func promised(
        _ outputs: Structure<LayerNode.Output>, for shapes: [PartialShape]
    ) -> Structure<LayerNode.Output> { outputs }

    /// Keras's names of the parameters that take the inputs in a call: one, or one for each element of a list.
    open var callParameters: [String] { ["inputs"] }

    /// Shapes that inputs may have to fit.
    package var shapeHints: [Shape] { ownWeights.map(\.shape) }

    /// Whether floating-point inputs are cast to ``computeDtype``.
    open var autocast: Bool { true }

    /// The layers inside, with the names of the properties that hold them: found by walking the stored properties. In a
    /// file the weights lie under these names, in snake case. Override it to name other ones, as when a Python class
    /// whose files are read has other attributes.
    open var trackedLayers: [(name: String, content: LayerTree)] {
        if let foundLayers { return foundLayers }
        let found = findLayers()
        if built { foundLayers = found }
        return found
    }

    /// The layers directly inside, in order, with the names of the properties that hold them.
    public final var children: [(name: String, layer: Layer)] {
        trackedLayers.flatMap { property in property.content.layers.map { (property.name, $0) } }
    }

    /// The arguments that make the layer again; a subclass adds its own.
    open func getConfig() -> Config {
        var config: Config = [
            "name": .string(name), "trainable": .bool(trainableFlag), "dtype": dtypePolicy.serialized,
        ]
        if let activityRegularizer { config["activity_regularizer"] = activityRegularizer.serialized }
        return config
    }

    /// For which shapes the weights were made, as files hold it; nil if there is nothing to say.
    open func getBuildConfig() -> Config? { standardBuildConfig }

    /// Makes the weights for the shapes that ``getBuildConfig()`` wrote.
    /// - Throws: kind `argument` for what are no shapes, and what `build` throws.
    open func buildFromConfig(_ config: Config) throws {
        if let shapes = try builtShapes(of: config) { try ensureBuilt(shapes) }
    }

    // MARK: Weights

    /// Adds a weight. Call it in `build`.
    /// - Parameters:
    ///   - name: its name within the layer, as `kernel`.
    ///   - shape: its shape.
    ///   - initializer: what it starts from; Keras's default is Glorot uniform for floating point.
    ///   - dtype: its element type; the layer's if nil.
    ///   - trainable: whether optimizers change it.
    ///   - regularizer: adds to the loss.
    ///   - constraint: applied after each update.
    ///   - autocast: whether `call` reads it in the type in which the layer computes.
    /// - Throws: what the initializer throws, with the layer named.
    @discardableResult
    public func addWeight(
        name: String, shape: Shape, initializer: (any InitializerConvertible)? = nil, dtype: DType? = nil,
        trainable: Bool = true, regularizer: (any RegularizerConvertible)? = nil,
        constraint: (any ConstraintConvertible)? = nil, autocast: Bool = true
    ) throws -> Variable {
        // A layer whose build was called directly is built again by its first call, with the weights that it has.
        if let known = ownWeights.first(where: { $0.name == name && $0.shape == shape }),
            remade.insert(ObjectIdentifier(known)).inserted
        {
            return known
        }
        try LoadingBudget.current?.charge(shape, dtype ?? self.dtype, "\(self.name)/\(name)")
        let value =
            LoadingBudget.current?.weightsFollow == true
            ? Tensor.zeros(shape, dtype: dtype ?? self.dtype)
            : try (initializer ?? "glorot_uniform").asInitializer()(shape.validated(), dtype: dtype ?? self.dtype)
        let variable = try Variable(value, name: name, trainable: trainable && trainableFlag)
        variable.path = NameScope.path(of: self) + "/" + name
        ownWeights.append(variable)
        remade.insert(ObjectIdentifier(variable))
        if !trainable { nonTrainableByNature.insert(ObjectIdentifier(variable)) }
        if !autocast { uncast.insert(ObjectIdentifier(variable)) }
        if let regularizer = try regularizer?.asRegularizer() { regularized.append((variable, regularizer)) }
        if let constraint = try constraint?.asConstraint() { constraints.append((variable, constraint)) }
        return variable
    }

    /// Counts a weight of a layer inside among this layer's own too, as Keras does for weights kept in attributes.
    func share(_ variable: Variable) {
        if !ownWeights.contains(where: { $0 === variable }) { ownWeights.append(variable) }
    }

    /// Adds a stream of random numbers that the layer draws from; checkpoints keep it.
    public func addSeedGenerator(seed: Int? = nil) -> SeedGenerator {
        let generator = SeedGenerator(seed)
        seedGenerators.append(generator)
        return generator
    }

    /// Whether optimizers may change the weights; setting it sets it for all layers inside.
    public var trainable: Bool {
        get { trainableFlag }
        set {
            for layer in allLayers {
                layer.trainableFlag = newValue
                for variable in layer.ownWeights where !layer.nonTrainableByNature.contains(ObjectIdentifier(variable))
                {
                    variable.trainable = newValue
                }
            }
        }
    }

    /// Weights made with `trainable: false`: moving statistics and the like stay so.
    private var nonTrainableByNature: Set<ObjectIdentifier> = []
    /// Weights that `call` reads in their own type whatever the policy.
    private(set) var uncast: Set<ObjectIdentifier> = []
    /// The weights that the build under way has added, be they new or not.
    private var remade: Set<ObjectIdentifier> = []

    /// This layer and all inside, each once.
    package var allLayers: [Layer] {
        var seen: Set<ObjectIdentifier> = []
        var result: [Layer] = []
        func visit(_ layer: Layer) {
            guard seen.insert(ObjectIdentifier(layer)).inserted else { return }
            result.append(layer)
            for child in layer.children { visit(child.layer) }
        }
        visit(self)
        return result
    }

    /// All weights: of each layer, the trainable ones first, as Keras orders them.
    public var weights: [Variable] {
        var seen: Set<ObjectIdentifier> = []
        return allLayers.flatMap(\.ownVariables).filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    /// The weights of this layer itself, the trainable ones first.
    package var ownVariables: [Variable] {
        ownWeights.filter { !nonTrainableByNature.contains(ObjectIdentifier($0)) }
            + ownWeights.filter { nonTrainableByNature.contains(ObjectIdentifier($0)) }
    }

    /// The weights that an optimizer changes.
    public var trainableWeights: [Variable] { weights.filter { trainableFlag && $0.trainable } }
    public var trainableVariables: [Variable] { trainableWeights }
    /// The weights that no optimizer changes.
    public var nonTrainableWeights: [Variable] {
        let trainable = Set(trainableWeights.map(ObjectIdentifier.init))
        return weights.filter { !trainable.contains(ObjectIdentifier($0)) }
    }

    /// The number of elements of all weights.
    /// - Throws: kind `state` if the layer is not built.
    public func countParams() throws -> Int {
        guard built else {
            throw HornbillError(
                .state, "the layer is not built, so its number of parameters is not known", layer: label)
        }
        return weights.reduce(0) { $0 + $1.count }
    }

    /// The values of the weights, in the order of ``weights``.
    public func getWeights() -> [Tensor] { weights.map(\.value) }

    /// Sets all weights.
    /// - Throws: kind `shape` that names the first weight that does not fit; then none is changed.
    public func setWeights(_ values: [Tensor]) throws {
        let weights = self.weights
        guard values.count == weights.count else {
            throw HornbillError(
                .shape, "there are \(weights.count) weights, but \(values.count) values were given", layer: label)
        }
        for (weight, value) in zip(weights, values) where try value.validated().shape != weight.shape {
            throw HornbillError(
                .shape,
                "the weight '\(weight.path)' has the shape \(weight.shape), the value given for it \(value.shape)",
                layer: label)
        }
        for value in values where value.isTraced { _ = try value.requirePointer() }
        for (weight, value) in zip(weights, values) { try weight.assign(value) }
    }

    /// The regularization losses of this layer and all inside: of weights that are trained.
    package func regularizationLosses() throws -> [Tensor] {
        try allLayers.flatMap { layer in
            try layer.regularized.filter { $0.0.trainable && layer.trainableFlag }.map { variable, regularizer in
                try regularizer(variable.value)
            }
        }
    }

    // MARK: Building

    /// The layer as messages name it: `'dense' (Dense)`.
    package var label: String { "'\(name)' (\(kerasClassName))" }

    /// Names make paths in files, so they cannot have their separator in them.
    func checkName() throws {
        if name.contains("/") { throw HornbillError(.argument, "a name cannot contain '/'", layer: label) }
    }

    /// Builds once, outside of any trace, so that weights are real and random streams start in order.
    package func ensureBuilt(_ shapes: Structure<PartialShape>) throws {
        if built { return }
        try checkName()
        try dtypePolicy.validated()
        remade = []
        try Trace.$current.withValue(nil) { try NameScope.enter(self) { try build(inputShapes: shapes) } }
        remade = []
        builtShapes = shapes
        built = true
    }

    private func findLayers() -> [(name: String, content: LayerTree)] {
        var classes: [Mirror] = []
        var mirror: Mirror? = Mirror(reflecting: self)
        while let current = mirror, current.subjectType != Layer.self, current.subjectType != Model.self {
            classes.append(current)
            mirror = current.superclassMirror
        }
        return classes.reversed().flatMap { level in
            level.children.compactMap { property in
                guard let name = property.label, let tree = LayerTree(reflecting: property.value, without: self) else {
                    return nil
                }
                return (name, tree)
            }
        }
    }

    // MARK: The layer graph

    /// The calls on symbols that are still part of some model.
    package var inboundNodes: [LayerNode] { nodes.compactMap(\.node) }

    package func register(_ node: LayerNode) { nodes.append(WeakNode(node: node)) }
    package var nextNodeIndex: Int { nodes.count }

    /// The result of the layer's first call on symbols.
    public var output: SymbolicTensor { nodeTensor { $0.symbols } }

    /// The argument of the layer's first call on symbols.
    public var input: SymbolicTensor { nodeTensor { $0.inputs ?? $0.symbols } }

    private func nodeTensor(_ choose: (LayerNode) -> Structure<SymbolicTensor>) -> SymbolicTensor {
        guard let node = inboundNodes.first else {
            return SymbolicTensor(error: HornbillError(.state, "the layer was never called on a symbol", layer: label))
        }
        return choose(node).single
            ?? SymbolicTensor(
                error: HornbillError(.state, "the layer has several tensors there: use inputs or outputs", layer: label)
            )
    }

    package func rename(_ newName: String) { name = newName }
}

extension Optional where Wrapped == Variable {
    /// The variable's value, for use in `call`: in the type in which the layer computes.
    /// - Throws: kind `state` if the weight was not made yet.
    public func required() throws -> Tensor {
        guard let self else { throw HornbillError(.state, "a weight is used before build made it") }
        return EnclosingCall.current?.weightCast?.apply(to: self) ?? self.value
    }
}
