import HornbillEngine

/// A stack of layers, each taking the output of the one before.
///
/// ```swift
/// let model = Sequential {
///     Dense(64, activation: .relu)
///     Dense(10, activation: .softmax)
/// }
/// ```
/// It is built as soon as the shape of its input is known: from an `Input` put first, from a first layer's `inputShape`,
/// by ``build(_:)``, or by the first data. Follows Keras's [Sequential](https://keras.io/api/models/sequential/).
public final class Sequential: Model {
    private var stack: [Layer] = []
    private var source: SymbolicTensor?
    /// The first error of an `add`, thrown where work starts.
    private var failure: HornbillError?

    /// A stack of these layers. An error (two layers of one name, shapes that do not fit) is thrown where work starts.
    public init(
        _ layers: [any SequentialElement] = [], name: String? = nil, trainable: Bool = true, file: String = #fileID,
        line: Int = #line
    ) {
        super.init(name: name, trainable: trainable)
        var names: Set<String> = []
        for layer in layers { append(layer, CallSite(file, line), &names) }
        rebuild()
    }

    /// A stack of layers listed in braces.
    public convenience init(
        name: String? = nil, file: String = #fileID, line: Int = #line,
        @SequentialBuilder _ layers: () -> [any SequentialElement]
    ) {
        self.init(layers(), name: name, file: file, line: line)
    }

    /// A stack of layers, of Keras's config of one.
    override public convenience init(config: ConfigReader) throws {
        let layers = try config.layers()
        try self.init(layers, name: config.name, trainable: config.trainable)
        config.ignore("dtype")
        if let shape = try config.optionalShape("build_input_shape"), network == nil, !layers.isEmpty {
            try build(shape)
        }
        try checkFailure()
    }

    override public var automaticName: String { "sequential" }
    override public var kerasClassName: String { "Sequential" }
    override public var kerasModule: String? { "keras" }

    override public func getConfig() -> Config {
        var layers = stack.map(\.serialized)
        if let input = source?.layer as? InputLayer { layers.insert(input.serialized, at: 0) }
        var config = super.getConfig().merging(["layers": .list(layers)])
        if let source { config["build_input_shape"] = .list(source.shape.dimensions.map { ConfigValue($0) }) }
        return config
    }

    /// Puts a layer on top.
    public func add(_ layer: any SequentialElement, file: String = #fileID, line: Int = #line) {
        var names = Set(stack.map(\.name))
        append(layer, CallSite(file, line), &names)
        rebuild()
    }

    /// Takes the top layer away.
    @discardableResult
    public func pop() -> Layer? {
        let layer = stack.popLast()
        network = nil
        built = false
        rebuild()
        return layer
    }

    /// - Parameter names: those of the layers that are there.
    private func append(_ element: any SequentialElement, _ site: CallSite, _ names: inout Set<String>) {
        switch element.sequentialElement {
        case .symbol(let symbol):
            if stack.isEmpty, source == nil {
                source = symbol
            } else {
                fail(HornbillError(.graph, "an Input must come first in a Sequential model", layer: label, site: site))
            }
        case .layer(let layer):
            if let input = layer as? InputLayer {
                append(input.makeSymbol(site), site, &names)
                return
            }
            if layer.allLayers.contains(where: { $0 === self }) {
                fail(HornbillError(.graph, "a model cannot be a layer of itself", layer: label, site: site))
                return
            }
            guard names.insert(layer.name).inserted else {
                fail(
                    HornbillError(
                        .graph, "the name '\(layer.name)' belongs to several layers of the model: names must be unique",
                        layer: label, site: site))
                return
            }
            if stack.isEmpty, source == nil {
                if let shape = layer.declaredInputShape {
                    source = Input(
                        shape: shape, dtype: (layer as? HostLayer)?.inputDtype ?? .float32, file: site.file,
                        line: site.line)
                } else if let model = layer as? Model, let symbol = model.inputs.first, model.inputs.count == 1 {
                    source = Input(shape: PartialShape(Array(symbol.shape.dimensions.dropFirst())), dtype: symbol.dtype)
                }
            }
            stack.append(layer)
        }
    }

    private func fail(_ error: HornbillError) { failure = failure ?? error }

    /// Makes the graph anew if the input is known.
    private func rebuild() {
        runners.removeAll()
        guard let source, !stack.isEmpty else { return }
        // Keras makes a functional model inside, which takes a name: automatic names stay those of Keras.
        _ = Session.current.uniqueName("functional")
        var x = source
        NameScope.enter(self) { for layer in stack { x = layer(x) } }
        do {
            network = try LayerGraph(inputs: .tensor(source), outputs: .tensor(x))
            built = true
        } catch {
            fail(HornbillError.wrap(error))
        }
    }

    override public var layers: [Layer] { stack }
    override public var trackedLayers: [(name: String, content: LayerTree)] { [("layers", .list(of: stack))] }
    override package var operations: [Layer] { stack }

    /// Builds the model for inputs of this shape, the batch axis first: `build([nil, 3])`.
    override public func build(_ shape: PartialShape) throws { try build(inputShapes: .tensor(shape)) }

    override public func build(inputShapes: Structure<PartialShape>) throws {
        try checkFailure()
        if network != nil { return }
        guard let shape = inputShapes.single, shape.rank >= 1 else {
            throw HornbillError(
                .shape, "a Sequential model takes one tensor with a batch axis, not \(inputShapes.outline)",
                layer: label)
        }
        guard !stack.isEmpty else { throw HornbillError(.state, "the model has no layers yet", layer: label) }
        let dtype = (stack.first as? HostLayer)?.inputDtype ?? .float32
        source = Input(shape: PartialShape(Array(shape.dimensions.dropFirst())), dtype: dtype)
        rebuild()
        if failure != nil {
            defer { failure = nil; source = nil }
            try checkFailure()
        }
    }

    override public func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        try checkFailure()
        return try super.call(inputs, context: context)
    }

    /// Throws what went wrong when layers were added.
    package func checkFailure() throws { if let failure { throw failure } }
}

/// What a Sequential model is made of: layers, and an `Input` first.
public protocol SequentialElement {
    var sequentialElement: SequentialElementKind { get }
}

public enum SequentialElementKind {
    case layer(Layer)
    case symbol(SymbolicTensor)
}

extension Layer: SequentialElement {
    public var sequentialElement: SequentialElementKind { .layer(self) }
}

extension SymbolicTensor: SequentialElement {
    public var sequentialElement: SequentialElementKind { .symbol(self) }
}

@resultBuilder
public enum SequentialBuilder {
    public static func buildExpression(_ element: any SequentialElement) -> [any SequentialElement] { [element] }
    public static func buildBlock(_ parts: [any SequentialElement]...) -> [any SequentialElement] {
        parts.flatMap { $0 }
    }
    public static func buildOptional(_ part: [any SequentialElement]?) -> [any SequentialElement] { part ?? [] }
    public static func buildEither(first: [any SequentialElement]) -> [any SequentialElement] { first }
    public static func buildEither(second: [any SequentialElement]) -> [any SequentialElement] { second }
    public static func buildArray(_ parts: [[any SequentialElement]]) -> [any SequentialElement] {
        parts.flatMap { $0 }
    }
}
