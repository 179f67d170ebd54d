/// Stands for a tensor in a layer graph: what `Input(shape:)` makes and what a layer called on one gives.
///
/// Its shape may have unknown sizes. One that could not be made carries an error, which is thrown when a model is made
/// of it: `try Model(inputs:outputs:)`.
public struct SymbolicTensor: TensorLike, CustomStringConvertible {
    package enum Backing {
        case output(LayerNode, Int)
        case failed(HornbillError)
    }

    package let backing: Backing

    package init(_ node: LayerNode, _ index: Int) { backing = .output(node, index) }

    public init(error: any Error) { backing = .failed(HornbillError.wrap(error)) }

    /// An input of a model.
    /// - Parameters:
    ///   - shape: the shape of one sample, without the batch axis; `nil` is an unknown size.
    ///   - batchSize: the size of the batch axis, if it is fixed.
    ///   - dtype: the element type; data of another type is cast. Keras's default is float32.
    ///   - name: the name by which data is given in a dictionary; made up if nil (`input_layer`).
    public init(
        shape: PartialShape, batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil,
        file: String = #fileID, line: Int = #line
    ) {
        let layer = InputLayer(shape: shape, batchSize: batchSize, dtype: dtype, name: name)
        self = layer.makeSymbol(CallSite(file, line))
    }

    /// An input of a model, for samples of a fully known shape.
    @_disfavoredOverload
    public init(
        shape: Shape, batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil, file: String = #fileID,
        line: Int = #line
    ) {
        self.init(shape: PartialShape(shape), batchSize: batchSize, dtype: dtype, name: name, file: file, line: line)
    }

    package var node: LayerNode? { if case .output(let node, _) = backing { node } else { nil } }
    package var index: Int { if case .output(_, let index) = backing { index } else { 0 } }

    /// The layer that gives it.
    public var layer: Layer? { node?.layer }
    /// The shape, batch axis first.
    public var shape: PartialShape { node?.outputs[index].shape ?? [] }
    public var dtype: DType { node?.outputs[index].dtype ?? .float32 }
    public var rank: Int { shape.rank }
    public var error: HornbillError? { if case .failed(let error) = backing { error } else { nil } }
    /// The name of the layer that gives it.
    public var name: String { layer?.name ?? "" }

    /// Throws the error that it carries, if it carries one.
    @discardableResult
    public func validated() throws -> SymbolicTensor {
        if case .failed(let error) = backing { throw error }
        return self
    }

    public var description: String {
        error.map { "SymbolicTensor(error: \($0))" } ?? "SymbolicTensor(\(name), shape: \(shape), dtype: \(dtype))"
    }

    /// The identity of the tensor in its graph.
    package var key: Key { Key(node: node.map(ObjectIdentifier.init), index: index) }

    package struct Key: Hashable {
        let node: ObjectIdentifier?
        let index: Int
    }
}

/// `Input(shape: [3], name: "x")`, as in Keras.
public typealias Input = SymbolicTensor

extension SymbolicTensor {
    public static func apply(
        _ function: TensorFunction, _ inputs: [SymbolicTensor], _ arguments: [Argument], site: CallSite
    ) -> [SymbolicTensor] {
        let layer = FunctionLayer(function, arguments)
        let results = layer.symbols(for: .list(inputs.map(Structure.tensor)), CallArguments(), site: site).leaves
        guard results.count == 1, results[0].error != nil else { return results }
        // However many results the caller asks for, each carries the error.
        return Array(repeating: results[0], count: function.maximumResults)
    }
}

/// One call of a layer on symbols: a node of the layer graph.
package final class LayerNode {
    package struct Output {
        var shape: PartialShape
        var dtype: DType
    }

    package let layer: Layer
    /// The how-many-eth call of the layer it is, from 0.
    package let index: Int
    /// Nil for an input layer.
    package private(set) var inputs: Structure<SymbolicTensor>?
    package private(set) var arguments: CallArguments<SymbolicTensor>
    package let outputs: [Output]
    /// The structure of the outputs, by their numbers.
    package let structure: Structure<Int>
    /// The line of the call.
    package let site: CallSite?

    init(
        _ layer: Layer, index: Int, inputs: Structure<SymbolicTensor>?, arguments: CallArguments<SymbolicTensor>,
        outputs: [Output],
        structure: Structure<Int>, site: CallSite?
    ) {
        self.layer = layer
        self.index = index
        self.inputs = inputs
        self.arguments = arguments
        self.outputs = outputs
        self.structure = structure
        self.site = site
    }

    /// A chain of calls is let go of call by call: each within the one before it would fill the stack.
    deinit {
        var open = takeOperands()
        while var node = open.popLast() {
            if isKnownUniquelyReferenced(&node) { open += node.takeOperands() }
        }
    }

    /// The calls whose results this one reads, of which it lets go.
    private func takeOperands() -> [LayerNode] {
        let nodes = operands.compactMap(\.node)
        inputs = nil
        arguments = CallArguments()
        return nodes
    }

    /// All symbols that the call reads: its inputs, then masks and named tensors.
    package var operands: [SymbolicTensor] { inputs.map { $0.leaves + arguments.leaves } ?? [] }

    /// The symbols of the outputs, in the structure in which the layer gives them.
    package var symbols: Structure<SymbolicTensor> { structure.map { SymbolicTensor(self, $0) } }
}
