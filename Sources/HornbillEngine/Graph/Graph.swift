/// One result of one node.
public struct Value: Sendable, Hashable {
    public var node: Int
    public var output: Int

    public init(_ node: Int, _ output: Int = 0) {
        self.node = node
        self.output = output
    }
}

/// One operation in a graph, with the values it reads and the types it gives.
public struct Node: Sendable {
    public var operation: Operation
    public var inputs: [Value]
    public var outputs: [TensorType]
    /// The layer call in which it was traced, as `model/dense`; empty outside of layers.
    public var scope: String
    /// The line of user code that made it, where the operation records one.
    public var site: CallSite?
}

/// A program of operations with static shapes. Nodes stand in an order in which every operand comes before its use.
///
/// A run reads the inputs and the variables, gives the outputs, and at its end the assigned variables hold the assigned
/// values: a pure function from state to state.
public struct Graph: Sendable {
    public var nodes: [Node] = []
    /// The types of the arguments; node `.input(index: i)` stands for number i.
    public var inputTypes: [TensorType] = []
    public var outputs: [Value] = []
    /// The variables that the graph reads or assigns; node `.variable(index: i)` reads number i.
    public var variables: [Variable] = []
    /// What each assigned variable (by its index) holds after a run.
    public var assignments: [Assignment] = []

    public struct Assignment: Sendable {
        public var variable: Int
        public var value: Value
    }

    public init() {}

    public func type(of value: Value) -> TensorType { nodes[value.node].outputs[value.output] }

    /// Puts the variables' present values in the place of the variables. There must be no assignments.
    package mutating func freezeVariables() {
        for index in nodes.indices {
            guard case .variable(let number) = nodes[index].operation else { continue }
            nodes[index].operation = .constant(ConstantTensor(variables[number].value))
        }
        variables = []
    }

    /// All values whose computation a run needs, beside what custom code does: outputs and assigned values.
    public var roots: [Value] { outputs + assignments.map(\.value) }

    /// Appends a node, its output types given by the operation's shape rule.
    @discardableResult
    package mutating func append(
        _ operation: Operation, _ inputs: [Value] = [], scope: String = "", site: CallSite? = nil
    ) throws -> Int {
        let types = try outputTypes(of: operation, inputs.map(type(of:)))
        nodes.append(Node(operation: operation, inputs: inputs, outputs: types, scope: scope, site: site))
        return nodes.count - 1
    }

    /// The shape rule, which for inputs and variables is the graph's own table.
    package func outputTypes(of operation: Operation, _ inputs: [TensorType]) throws -> [TensorType] {
        switch operation {
        case .input(let index): [inputTypes[index]]
        case .variable(let index): [variables[index].type]
        default: try operation.outputTypes(inputs)
        }
    }
}
