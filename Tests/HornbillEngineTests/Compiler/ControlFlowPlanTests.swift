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
