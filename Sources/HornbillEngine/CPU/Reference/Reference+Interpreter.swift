import Foundation

extension Reference {
    /// Evaluates a graph node by node: the oracle for compiled plans.
    ///
    /// Variables are read but not written: the values to assign come back beside the outputs.
    /// - Throws: kind `argument` if the inputs are not of the graph's types, or what a node's kernel throws.
    package static func run(
        _ graph: Graph, inputs: [Tensor]
    ) throws -> (outputs: [Tensor], assignments: [(variable: Variable, value: Tensor)]) {
        guard inputs.map(\.type) == graph.inputTypes else {
            for input in inputs { try input.validated() }
            throw HornbillError(
                .argument, "a graph of the inputs \(graph.inputTypes) was given \(inputs.map(\.type))")
        }
        let lastUses = graph.lastUses
        var results = [[Tensor]](repeating: [], count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            do {
                switch node.operation {
                case .input(let number): results[index] = [inputs[number]]
                case .variable(let number):
                    results[index] = [Trace.$current.withValue(nil) { graph.variables[number].value }]
                default:
                    results[index] = try execute(node.operation, node.inputs.map { results[$0.node][$0.output] })
                }
            } catch {
                throw HornbillError.wrap(error).at(node.site, layer: node.scope.isEmpty ? nil : "'\(node.scope)'")
            }
            for operand in node.inputs where lastUses[operand.node] == index { results[operand.node] = [] }
        }
        return (
            graph.outputs.map { results[$0.node][$0.output] },
            graph.assignments.map { (graph.variables[$0.variable], results[$0.value.node][$0.value.output]) }
        )
    }

    static func scan(_ body: ScanBody, _ inputs: [Tensor]) throws -> [Tensor] {
        let types = try Operation.scan(body).outputTypes(inputs.map(\.type))
        var carries = Array(inputs[..<body.carryCount])
        let sequences = inputs[body.carryCount..<(body.carryCount + body.sequenceCount)]
        let captures = inputs[(body.carryCount + body.sequenceCount)...]
        let stacked = try types[body.carryCount...].map { try HostBuffer(byteCount: $0.byteCount) }
        for step in body.reverse ? Array((0..<body.length).reversed()) : Array(0..<body.length) {
            let rows = sequences.map { $0.hostRows(step..<(step + 1)).hostReshaped(Shape(Array($0.shape.dropFirst()))) }
            let results = try run(body.graph, inputs: carries + rows + captures).outputs
            carries = Array(results[..<body.carryCount])
            for (buffer, result) in zip(stacked, results[body.carryCount...]) {
                let bytes = result.type.byteCount
                try withExtendedLifetime(result) {
                    _ = memcpy(buffer.pointer + step * bytes, try result.requirePointer(), bytes)
                }
            }
        }
        return carries + zip(stacked, types[body.carryCount...]).map { Tensor(buffer: $0, $1) }
    }

    static func cond(_ branches: Branches, _ inputs: [Tensor]) throws -> [Tensor] {
        _ = try Operation.cond(branches).outputTypes(inputs.map(\.type))
        let holds = try inputs[0].requirePointer().load(as: UInt8.self) != 0
        return try run(holds ? branches.then : branches.otherwise, inputs: Array(inputs.dropFirst())).outputs
    }

    static func whileLoop(_ loop: WhileBody, _ inputs: [Tensor]) throws -> [Tensor] {
        _ = try Operation.whileLoop(loop).outputTypes(inputs.map(\.type))
        var carries = Array(inputs[..<loop.carryCount])
        let captures = inputs[loop.carryCount...]
        while true {
            let test = try run(loop.condition, inputs: carries + captures).outputs[0]
            let holds = try withExtendedLifetime(test) { try test.requirePointer().load(as: UInt8.self) != 0 }
            if !holds { break }
            carries = try run(loop.body, inputs: carries + captures).outputs
        }
        return carries
    }

    static func custom(_ operation: any CustomOperation, _ inputs: [Tensor]) throws -> [Tensor] {
        let types = try operation.outputTypes(inputs.map(\.type))
        let results = try operation.execute(try inputs.map { try $0.owned() })
        for result in results { _ = try result.requirePointer() }
        guard results.map(\.type) == types else {
            throw HornbillError(
                .argument,
                "the custom operation \(operation.name) gave \(results.map(\.type)) where it had announced \(types)")
        }
        return results
    }
}

extension Reference.Call {
    /// Runs an operation that works on tensors on the given memory.
    func interpret(_ operation: Operation) throws {
        let lender = MemoryLender()
        let tensors = zip(inputs, inputTypes).map { pointer, type in
            Tensor(
                buffer: HostBuffer(
                    pointer: UnsafeMutableRawPointer(mutating: pointer), byteCount: type.byteCount, owner: lender), type
            )
        }
        for (index, result) in try Reference.execute(operation, tensors).enumerated() {
            try withExtendedLifetime(result) {
                _ = memmove(outputs[index], try result.requirePointer(), outputTypes[index].byteCount)
            }
        }
    }
}

/// Marks buffers whose memory a plan owns.
private final class MemoryLender {}

extension Tensor {
    /// The tensor itself, or a copy if its memory is lent: custom code may keep what it is given.
    fileprivate func owned() throws -> Tensor {
        let pointer = try requirePointer()
        guard case .host(let buffer, _) = backing, buffer.isBorrowed else { return self }
        let copy = try HostBuffer(byteCount: type.byteCount)
        memcpy(copy.pointer, pointer, type.byteCount)
        return Tensor(buffer: copy, type)
    }
}

extension Graph {
    /// For each node the last one that reads it; `Int.max` for those that a run gives out, -1 for unused ones.
    fileprivate var lastUses: [Int] {
        var uses = [Int](repeating: -1, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for operand in node.inputs { uses[operand.node] = index }
        }
        for root in roots { uses[root.node] = .max }
        return uses
    }
}
