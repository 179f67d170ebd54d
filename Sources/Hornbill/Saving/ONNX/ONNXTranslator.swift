import HornbillEngine

/// Writes a traced computation as operations of ONNX.
///
/// The same computation was traced several times with other sizes of the axes that the model leaves open. Operations
/// stand at the same places in all traces; where a size differs, the file computes it (`ONNXScope.size`).
final class ONNXTranslator {
    /// The computation, once for each trace.
    let graphs: [Graph]
    let scope: ONNXScope
    let inputNames: [String]
    /// The names of the translated values.
    private var names: [Value: String] = [:]
    /// Broadcasts that are left to the operations which read them, as ONNX's broadcast by themselves.
    private var broadcasts: [Value: (source: String, type: ExtentType)] = [:]
    private var variables: [Int: String] = [:]
    /// The node that is being translated.
    private(set) var index = 0

    /// - Parameter inputs: the names of the graph's inputs.
    init(_ graphs: [Graph], _ scope: ONNXScope, inputs: [String]) {
        self.graphs = graphs
        self.scope = scope
        inputNames = inputs
    }

    /// Translates all nodes and gives the names of the outputs.
    /// - Throws: kind `graph` that names the operation and the layer if ONNX cannot express one.
    func run() throws -> [String] {
        guard graphs.allSatisfy({ $0.nodes.count == graphs[0].nodes.count }) else {
            throw HornbillError(.graph, "what is computed depends on the size of the input in more than its sizes")
        }
        for index in graphs[0].nodes.indices {
            self.index = index
            do {
                try translate()
            } catch {
                var error = HornbillError.wrap(error).at(node.site)
                // A layer is named as errors of its call name it.
                if error.layer == nil, let layer = node.scope.split(separator: "/").last { error.layer = "'\(layer)'" }
                throw error
            }
        }
        return try graphs[0].outputs.map(name)
    }

    // MARK: What is translated

    var node: Node { graphs[0].nodes[index] }
    var operations: [Operation] { graphs.map { $0.nodes[index].operation } }

    func type(_ value: Value) throws -> ExtentType { try ExtentType(graphs.map { $0.type(of: value) }) }
    func operandType(_ operand: Int) throws -> ExtentType { try type(node.inputs[operand]) }
    func resultType(_ output: Int = 0) throws -> ExtentType { try type(Value(index, output)) }

    /// Whether anything reads a result.
    func isUsed(_ output: Int) -> Bool {
        let value = Value(index, output)
        return graphs[0].roots.contains(value) || graphs[0].nodes.contains { $0.inputs.contains(value) }
    }

    /// The name of an operand, of its full shape.
    func operand(_ operand: Int) throws -> String { try name(node.inputs[operand]) }

    /// The operands for an operation that broadcasts them itself to the shape of the result.
    func broadcastingOperands() throws -> [String] {
        let target = try resultType().extents
        var shapes = try node.inputs.map { try broadcasts[$0]?.type.extents ?? type($0).extents }
        var values = try node.inputs.map { try broadcasts[$0]?.source ?? name($0) }
        for (place, value) in node.inputs.enumerated() {
            if Self.broadcast(shapes) == target { break }
            (shapes[place], values[place]) = (try type(value).extents, try name(value))
        }
        return values
    }

    private static func broadcast(_ shapes: [[Extent]]) -> [Extent] {
        let rank = shapes.map(\.count).max() ?? 0
        return (0..<rank).map { axis in
            let sizes = shapes.compactMap { $0.count >= rank - axis ? $0[axis - rank + $0.count] : nil }
            return sizes.first { $0.fixed != 1 } ?? sizes[0]
        }
    }

    private func name(_ value: Value) throws -> String {
        if let name = names[value] { return name }
        guard let (source, _) = broadcasts[value] else {
            throw HornbillError(.internal, "%\(value.node) was not translated")
        }
        let name = emit("Expand", [source, try scope.shape(type(value).extents)])
        names[value] = name
        return name
    }

    // MARK: What comes of it

    /// Appends an operation with one result.
    func emit(_ type: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)] = []) -> String {
        scope.add(type, inputs, attributes, prefix: node.scope)[0]
    }

    func scalar(_ value: Double, _ dtype: DType) -> String {
        scope.constant(Tensor(repeating: value, shape: [], dtype: dtype.onnxStored))
    }

    func cast(_ value: String, from: DType, to dtype: DType) throws -> String {
        guard let code = dtype.onnxCode else { throw HornbillError(.dtype, "strings cannot be exported to ONNX") }
        return code == from.onnxCode ? value : emit("Cast", [value], [("to", .int(code))])
    }

    /// Makes `value` the node's result.
    func give(_ value: String, _ output: Int = 0) throws {
        let result = Value(index, output)
        names[result] = value
        scope.observe(value, try type(result))
    }

    func give(_ values: [String]) throws { for (output, value) in values.enumerated() { try give(value, output) } }

    /// Makes the node's result what its operand is, seen as of another shape where it is read.
    func giveBroadcast(of operand: Int) throws {
        let value = node.inputs[operand]
        broadcasts[Value(index)] = try broadcasts[value] ?? (name(value), type(value))
    }

    /// The tensor of a variable, which carries its path's name.
    func giveVariable(_ number: Int) throws {
        let variable = graphs[0].variables[number]
        let name = try variables[number] ?? scope.initializer(variable.value.validated(), named: variable.path)
        variables[number] = name
        try give(name)
    }

    /// - Throws: kind `graph`, which says what ONNX has no operation for.
    func refuse(_ reason: String = "ONNX has no such operation") -> HornbillError {
        HornbillError(.graph, "\(node.operation) cannot be exported to ONNX: \(reason)")
    }

    /// What `read` finds in the operation, which is the same in all traces.
    func same<Result: Equatable>(_ what: String, _ read: (Operation) -> Result?) throws -> Result {
        let found = operations.map(read)
        guard let first = found[0], found.allSatisfy({ $0 == first }) else {
            throw refuse("its \(what) depends on sizes that are not known")
        }
        return first
    }
}
