extension Graph {
    /// Checks what every pass relies on: operands come before their uses and exist, the recorded types are those that
    /// the shape rules give, assignments fit their variables. Run after tracing and after each pass in debug builds and
    /// in tests.
    /// - Throws: ``HornbillError`` of kind `internal` that names the node.
    package func verify(_ stage: String) throws {
        func fail(_ node: Int, _ message: String) -> HornbillError {
            HornbillError(.internal, "graph verifier after \(stage): node \(node): \(message)\n\(self)")
        }
        func check(_ value: Value, usedBy user: Int) throws {
            guard value.node >= 0, value.node < min(user, nodes.count) else {
                throw fail(user, "operand %\(value.node) does not come before its use")
            }
            guard value.output < nodes[value.node].outputs.count else {
                throw fail(user, "operand %\(value.node) has no result \(value.output)")
            }
        }
        for (index, node) in nodes.enumerated() {
            for operand in node.inputs { try check(operand, usedBy: index) }
            switch node.operation {
            case .input(let i) where i < 0 || i >= inputTypes.count: throw fail(index, "there is no input \(i)")
            case .variable(let i) where i < 0 || i >= variables.count: throw fail(index, "there is no variable \(i)")
            case .scan(let body):
                try body.graph.verify(stage + ", body of node \(index)")
                guard
                    body.graph.outputs.prefix(body.carryCount).map(body.graph.type(of:)).elementsEqual(
                        body.graph.inputTypes.prefix(body.carryCount))
                else { throw fail(index, "a carry changes its type") }
            case .cond(let branches):
                try branches.then.verify(stage + ", first branch of node \(index)")
                try branches.otherwise.verify(stage + ", second branch of node \(index)")
                guard branches.then.inputTypes == branches.otherwise.inputTypes,
                    branches.then.outputs.map(branches.then.type(of:))
                        == branches.otherwise.outputs.map(branches.otherwise.type(of:))
                else { throw fail(index, "the branches differ in type") }
            case .whileLoop(let loop):
                try loop.condition.verify(stage + ", condition of node \(index)")
                try loop.body.verify(stage + ", body of node \(index)")
                guard loop.condition.inputTypes == loop.body.inputTypes,
                    loop.condition.outputs.map(loop.condition.type(of:)) == [TensorType(.bool, [])],
                    loop.body.outputs.map(loop.body.type(of:)) == Array(loop.body.inputTypes.prefix(loop.carryCount))
                else { throw fail(index, "a carry changes its type, or the condition is no bool scalar") }
            default: break
            }
            let types = try outputTypes(of: node.operation, node.inputs.map(type(of:)))
            guard types == node.outputs else {
                throw fail(index, "is recorded as \(node.outputs), but its shape rule gives \(types)")
            }
        }
        for value in outputs { try check(value, usedBy: nodes.count) }
        var assigned: Set<Int> = []
        for assignment in assignments {
            try check(assignment.value, usedBy: nodes.count)
            guard assignment.variable < variables.count, assigned.insert(assignment.variable).inserted else {
                throw fail(assignment.value.node, "variable \(assignment.variable) is assigned twice or missing")
            }
            guard type(of: assignment.value) == variables[assignment.variable].type else {
                throw fail(assignment.value.node, "does not fit the variable \(variables[assignment.variable].name)")
            }
        }
    }
}
