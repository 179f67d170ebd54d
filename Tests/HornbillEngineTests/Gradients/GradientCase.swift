import HornbillEngine
import Testing

/// A function of float64 tensors whose gradient is compared with finite differences.
struct GradientCase: Sendable, CustomTestStringConvertible {
    var name: String
    var inputs: [Tensor]
    /// Whether the gradient of the gradient is checked too: not where a step crosses a kink.
    var secondOrder = true
    var step = 1e-6
    var function: @Sendable ([Tensor]) throws -> Tensor

    init(
        _ name: String, _ inputs: [Tensor], secondOrder: Bool = true, step: Double = 1e-6,
        _ function: @escaping @Sendable ([Tensor]) throws -> Tensor
    ) {
        self.name = name
        self.inputs = inputs
        self.secondOrder = secondOrder
        self.step = step
        self.function = function
    }

    /// A case that is one operation on the inputs, of which the first result counts.
    init(
        _ operation: Operation, _ inputs: [Tensor], secondOrder: Bool = true, step: Double = 1e-6, result: Int = 0
    ) {
        self.init("\(operation)", inputs, secondOrder: secondOrder, step: step) {
            try Tensor.emit(operation, $0)[result]
        }
    }

    var testDescription: String { name }
}

/// Reproducible numbers between `low` and `high`, all different.
func numbers(_ shape: Shape, _ low: Double = -1, _ high: Double = 1, seed: Int = 1) -> Tensor {
    let count = shape.count
    // The multiples of a number coprime to a prime visit every residue once, without order.
    let values = (0..<count).map { i in Double((i * 7919 + seed * 104_729) % 99_991) / 99_991 }
    return Tensor(values.map { low + (high - low) * $0 }, shape: shape)
}

enum Differences {
    /// Traces `function` of the inputs into a verified graph.
    static func graph(_ inputs: [Tensor], _ function: ([Tensor]) throws -> [Tensor]) throws -> Graph {
        let trace = Trace()
        let arguments = try inputs.map { try trace.input($0.type) }
        let graph = try trace.run { try trace.finish(try function(arguments)) }
        try graph.verify("tracing")
        return graph
    }

    /// Compares the gradients of a weighted sum of the function's elements with central differences.
    static func check(_ name: String, _ inputs: [Tensor], step: Double, _ function: ([Tensor]) throws -> Tensor) throws
    {
        func loss(_ x: [Tensor]) throws -> Tensor {
            let y = try function(x).validated()
            return try Tensor.reduce(.sum, y * numbers(y.shape, 0.5, 1.5, seed: 3), axes: nil, keepDims: false)
        }
        let forward = try graph(inputs) { [try loss($0)] }
        let backward = try graph(inputs) { x in
            try zip(gradients(of: loss(x), withRespectTo: x), x).map { $0 ?? .zeros($1.shape, dtype: $1.dtype) }
        }
        let found = try Reference.run(backward, inputs: inputs).outputs
        #expect(found.map(\.type) == inputs.map(\.type))
        for (number, input) in inputs.enumerated() {
            let elements = try input.doubles()
            let gradient = try found[number].doubles()
            for index in elements.indices {
                func value(_ delta: Double) throws -> Double {
                    var (moved, changed) = (elements, inputs)
                    moved[index] += delta
                    changed[number] = Tensor(moved, shape: input.shape)
                    return try Reference.run(forward, inputs: changed).outputs[0].item()
                }
                let expected = (try value(step) - value(-step)) / (2 * step)
                #expect(
                    abs(gradient[index] - expected) <= 1e-5 + 1e-3 * abs(expected),
                    "\(name): the gradient for operand \(number) at \(index) is \(gradient[index]), differences give \(expected)"
                )
            }
        }
    }
}

/// `ops.scan` with its body last.
func loop(
    length: Int, reverse: Bool = false, carries: [Tensor], sequences: [Tensor] = [],
    body: ([Tensor], [Tensor]) throws -> (carry: [Tensor], outputs: [Tensor])
) throws -> (carries: [Tensor], results: [Tensor]) {
    let (last, results) = try ops.scan(body, initial: carries, sequences: sequences, length: length, reverse: reverse)
    return (last, results)
}
