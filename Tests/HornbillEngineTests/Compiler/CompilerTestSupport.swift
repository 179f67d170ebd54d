import Foundation
import HornbillEngine
import Testing

/// The graph of a computation on arguments of these types.
func trace(_ types: [TensorType] = [], _ body: ([Tensor]) throws -> [Tensor]) throws -> Graph {
    let trace = Trace()
    defer { trace.abandon() }
    let inputs = try types.map(trace.input)
    return try trace.finish(try trace.run { try body(inputs) })
}

/// Numbers from a linear congruence: the same in every run.
struct Numbers {
    var state: UInt64

    init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed &* 7919 &+ 17) }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func real(_ range: ClosedRange<Double> = -1...1) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(next() % 10_000) / 9999
    }
    mutating func tensor(_ shape: Shape, _ range: ClosedRange<Double> = -1...1, dtype: DType = .float32) -> Tensor {
        Tensor((0..<shape.count).map { _ in real(range) }, shape: shape).cast(to: dtype)
    }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// Checks that a graph's plan gives what the reference gives, variables included, and leaves the variables as they were.
func checkPlan(
    _ graph: Graph, _ inputs: [Tensor] = [], tolerance: Double = 1e-5,
    _ options: CompileOptions = CompileOptions(threads: 2),
    _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try graph.verify("tracing")
    let before = try graph.variables.map { try $0.value.cast(to: .float64).scalars(Double.self) }
    let (outputs, assignments) = try Reference.run(graph, inputs: inputs)
    let plan = try Plan.compile(graph, options)
    let snapshots = graph.variables.map(\.value)
    let got = try plan.run(inputs)
    func compare(_ x: Tensor, _ y: Tensor, _ what: String) throws {
        #expect(x.type == y.type, "\(what)", sourceLocation: sourceLocation)
        for (index, (a, b)) in zip(try x.doubles(), try y.doubles()).enumerated() {
            let close = a == b || (a.isNaN && b.isNaN) || abs(a - b) <= tolerance * max(1, abs(b))
            guard !close else { continue }
            Issue.record(
                "\(comment) \(what)[\(index)] is \(a), not \(b)\n\(graph)\n\(plan)", sourceLocation: sourceLocation)
            return
        }
    }
    #expect(got.count == outputs.count, sourceLocation: sourceLocation)
    for (number, (x, y)) in zip(got, outputs).enumerated() { try compare(x, y, "output \(number)") }
    for (variable, value) in assignments { try compare(variable.value, value, "variable \(variable.name)") }
    for (snapshot, values) in zip(snapshots, before) {
        #expect(try snapshot.doubles() == values, "a snapshot changed", sourceLocation: sourceLocation)
    }
    // Back to what was, for the next check.
    for (variable, snapshot) in zip(graph.variables, snapshots) { try variable.assign(snapshot) }
}

/// Checks one operation's kernel against the reference, on one thread and on several.
/// - Returns: the graph of the operation.
@discardableResult
func checkKernel(
    _ operation: HornbillEngine.Operation, _ inputs: [Tensor], tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> Graph {
    let graph = try trace(inputs.map(\.type)) { try Tensor.emit(operation, $0) }
    for threads in [1, 3] {
        try checkPlan(
            graph, inputs, tolerance: tolerance, CompileOptions(threads: threads, optimize: false), "\(operation)",
            sourceLocation: sourceLocation)
    }
    return graph
}
