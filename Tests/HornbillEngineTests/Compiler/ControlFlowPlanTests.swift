import Foundation
import HornbillEngine
import Testing

@Suite(.serialized) struct ControlFlowPlanTests {
    @Test(arguments: [(0, false), (1, false), (2, true), (5, false), (6, true)])
    func `loops in plans`(_ length: Int, _ reverse: Bool) throws {
        var numbers = Numbers(40)
        let weight = try Variable(numbers.tensor([4, 4]), name: "w")
        let total = try Variable(Tensor.zeros([4]), name: "total")
        let graph = try trace([TensorType(.float32, [3, 4]), TensorType(.float32, [length, 3, 4])]) { a in
            let (carry, outputs) = try ops.scan(
                { carry, step in
                    let next = ops.tanh(ops.matmul(carry[0], weight.value) + step[0])
                    try total.assign(total.value + ops.sum(next, axis: 0))
                    return ([next, carry[0]], [next * 2, carry[1]])
                }, initial: [a[0], a[0] * 0.5], sequences: [a[1]], reverse: reverse)
            return carry + outputs + [total.value]
        }
        try checkPlan(graph, [numbers.tensor([3, 4]), numbers.tensor([length, 3, 4])])
    }

    @Test func `loops in loops, and gradients through them`() throws {
        var numbers = Numbers(41)
        let weight = try Variable(numbers.tensor([3, 3]), name: "w")
        let graph = try trace([TensorType(.float32, [4, 2, 3])]) { a in
            let (loss, gradients) = try valueAndGradients(of: [weight]) {
                let (carry, _) = try ops.scan(
                    { carry, step in
                        let (inner, _) = try ops.scan(
                            { c, _ in ([ops.tanh(ops.matmul(c[0], weight.value))], []) }, initial: [carry[0] + step[0]],
                            length: 2)
                        return (inner, [])
                    }, initial: [Tensor.zeros([2, 3])], sequences: [a[0]])
                return ops.sum(carry[0])
            }
            try weight.assign(weight.value - gradients[0] * 0.1)
            return [loss]
        }
        try checkPlan(graph, [numbers.tensor([4, 2, 3])])
    }

    /// A recurrent layer with gates, and its gradients.
    private func gates(batch: Int, units: Int, steps: Int) throws -> (Graph, [Tensor]) {
        var numbers = Numbers(44)
        let types = [[steps, batch, 4 * units], [units, 4 * units], [batch, units], [3 * units]]
            .map { TensorType(.float32, Shape($0)) }
        let graph = try trace(types) { a in
            let targets = Array(a)
            let (loss, slopes) = try valueAndGradients(at: targets) { a in
                let (last, all) = try ops.scan(
                    { carry, step in
                        let x = ops.split(step[0], 4, axis: -1)
                        let r = ops.split(ops.matmul(carry[0], a[1]), 4, axis: -1)
                        let bias = ops.split(a[3], 3)
                        let (i, f) = (ops.sigmoid(x[0] + r[0] + bias[0]), ops.sigmoid(x[1] + r[1] + bias[1]))
                        let c = f * carry[1] + i * ops.tanh(x[2] + r[2])
                        let h = ops.sigmoid(x[3] + r[3] * bias[2]) * ops.tanh(c)
                        return ([h, c], [h, carry[1]])
                    }, initial: [a[2], a[2] * 0.5], sequences: [a[0]], reverse: steps % 2 == 0)
                return ops.sum(last[0] * last[0]) + ops.sum(all[0] * 0.3) + ops.sum(ops.square(all[1]))
            }
            return [loss] + slopes
        }
        return (graph, try types.map { try numbers.tensor($0.shape).validated() })
    }

    @Test(arguments: [(1, 1, 1), (2, 3, 4), (7, 5, 3), (17, 4, 2), (33, 17, 6), (64, 32, 5)])
    func `gates are computed where their columns lie`(_ batch: Int, _ units: Int, _ steps: Int) throws {
        let (graph, inputs) = try gates(batch: batch, units: units, steps: steps)
        try checkPlan(graph, inputs, tolerance: 2e-4)
        try checkPlan(graph, inputs, tolerance: 2e-4, CompileOptions(threads: 3))
    }

    @Test func `the steps of a recurrent layer are a product and a program each way`() throws {
        let (graph, _) = try gates(batch: 8, units: 16, steps: 3)
        let plan = try Plan.compile(graph, CompileOptions(threads: 1))
        // Forwards there is a copy: the state is kept both before and after each step.
        #expect(plan.steps.filter { $0.hasPrefix("scan") } == ["scan 3 × 3 steps", "scan 3 × 2 steps"], "\(plan)")
    }

    @Test func `rows go their own ways, and their number of parts does not change a bit`() throws {
        let (graph, inputs) = try gates(batch: 67, units: 32, steps: 40)
        let first = try Plan.compile(graph, CompileOptions(threads: 1)).run(inputs).map { try $0.scalars(Float.self) }
        for threads in [2, 3, 5] {
            let plan = try Plan.compile(graph, CompileOptions(threads: threads))
            #expect(plan.steps.contains { $0.hasSuffix("in \(threads) parts") }, "\(plan)")
            #expect(try plan.run(inputs).map { try $0.scalars(Float.self) } == first)
        }
    }

    @Test func `a loop whose rows meet is not divided`() throws {
        var numbers = Numbers(45)
        let graph = try trace([TensorType(.float32, [200, 64, 16])]) { a in
            let (carry, _) = try ops.scan(
                { carry, step in ([ops.tanh(carry[0] + step[0]) - ops.mean(carry[0], axis: 0, keepDims: true)], []) },
                initial: [Tensor.zeros([64, 16])], sequences: [a[0]])
            return carry
        }
        #expect(try Plan.compile(graph, CompileOptions(threads: 2)).steps.allSatisfy { !$0.contains("parts") })
        try checkPlan(graph, [numbers.tensor([200, 64, 16])])
    }

    @Test func `what is the same in every step is computed once, before the loop`() throws {
        var numbers = Numbers(46)
        let graph = try trace([TensorType(.float32, [5, 4]), TensorType(.float32, [4, 4])]) { a in
            let (carry, _) = try ops.scan(
                { carry, _ in ([ops.matmul(carry[0], ops.exp(a[1]) * 0.1)], []) }, initial: [a[0]], length: 3)
            return carry
        }
        let scans = graph.nodes.compactMap { if case .scan(let body) = $0.operation { body.graph } else { nil } }
        #expect(scans.map(\.nodes.count) == [3], "\(graph)")
        try checkPlan(graph, [numbers.tensor([5, 4]), numbers.tensor([4, 4])])
    }

    @Test func `a loop allocates nothing`() throws {
        var numbers = Numbers(42)
        let graph = try trace([TensorType(.float32, [50, 2, 3])]) { a in
            let (carry, outputs) = try ops.scan(
                { carry, step in ([ops.tanh(carry[0] + step[0])], [carry[0] * 2]) }, initial: [Tensor.zeros([2, 3])],
                sequences: [a[0]])
            return carry + outputs
        }
        let plan = try Plan.compile(graph)
        let (last, all) = (try HostBuffer(byteCount: 24), try HostBuffer(byteCount: 24 * 50))
        let steps = numbers.tensor([50, 2, 3])
        var arguments = [try steps.requirePointer()]
        var results = [last.pointer, all.pointer]
        try plan.run(inputs: &arguments, outputs: &results)
        try Statistics.$counter.withValue(Statistics.Counter()) {
            for _ in 0..<10 { try plan.run(inputs: &arguments, outputs: &results) }
            #expect(Statistics.allocations == 0)
        }
        withExtendedLifetime((steps, last, all)) {}
    }

    @Test(arguments: [true, false])
    func `branches in plans`(_ flag: Bool) throws {
        var numbers = Numbers(43)
        let v = try Variable(numbers.tensor([3]), name: "v")
        let graph = try trace([TensorType(.bool, []), TensorType(.float32, [3])]) { a in
            let results = try ops.cond(
                a[0],
                then: {
                    try v.assign(v.value + a[1])
                    return [ops.exp(a[1])]
                }, else: { [a[1]] })
            return results + [v.value]
        }
        try checkPlan(graph, [Tensor(scalar: flag), numbers.tensor([3])])
    }
}
