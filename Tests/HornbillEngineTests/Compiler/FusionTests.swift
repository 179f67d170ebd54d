import Foundation
import HornbillEngine
import Testing

@Suite struct FusionTests {
    private let matrix = TensorType(.float32, [8, 6])

    private func fused(_ graph: Graph) throws -> Graph {
        let result = try FuseElementwise.run(FuseMatmul.run(Simplify.run(graph)))
        try result.verify("fusion")
        return result
    }

    private func programs(_ graph: Graph) -> [FusedProgram] {
        graph.nodes.compactMap { if case .fused(let program) = $0.operation { program } else { nil } }
    }

    @Test func `bias and activation go into the product`() throws {
        for activation in [FusedActivation.relu, .sigmoid, .tanh, .none] {
            let graph = try trace([matrix, TensorType(.float32, [6, 5]), TensorType(.float32, [5])]) { a in
                let z = ops.matmul(a[0], a[1]) + a[2]
                switch activation {
                case .relu: return [ops.relu(z)]
                case .sigmoid: return [ops.sigmoid(z)]
                case .tanh: return [ops.tanh(z)]
                case .none: return [z]
                }
            }
            let product = Operation.fusedMatmul(
                transposeA: false, transposeB: false, bias: true, activation: activation)
            #expect(try fused(graph).nodes.contains { $0.operation == product })
            #expect(try Plan.compile(graph).steps.count == 1)
            var numbers = Numbers(3)
            try checkPlan(graph, [numbers.tensor([8, 6]), numbers.tensor([6, 5]), numbers.tensor([5])])
        }
    }

    @Test func `a product of all rows keeps its bias through the reshape`() throws {
        let graph = try trace([
            TensorType(.float32, [2, 4, 6]), TensorType(.float32, [6, 5]), TensorType(.float32, [5]),
        ]) { a in
            [ops.relu(ops.matmul(a[0], a[1]) + a[2])]
        }
        #expect(try Plan.compile(graph).steps.count == 1)
        var numbers = Numbers(4)
        try checkPlan(graph, [numbers.tensor([2, 4, 6]), numbers.tensor([6, 5]), numbers.tensor([5])])
    }

    @Test func `a sum that others read is not hidden in the product`() throws {
        let graph = try trace([matrix, TensorType(.float32, [6, 5]), TensorType(.float32, [5])]) { a in
            let z = ops.matmul(a[0], a[1]) + a[2]
            return [ops.relu(z), ops.sum(z, axis: 0)]
        }
        var numbers = Numbers(5)
        try checkPlan(graph, [numbers.tensor([8, 6]), numbers.tensor([6, 5]), numbers.tensor([5])])
    }

    @Test func `a chain is one program, its rows and columns read where they lie`() throws {
        let types = [matrix, TensorType(.float32, [6]), TensorType(.float32, [8, 1]), TensorType(.bool, [8, 6])]
        let graph = try trace(types) { a in
            [ops.where(a[3], ops.exp(a[0] * a[1]) - a[2], 0.5) * a[3].cast(to: .float32)]
        }
        let all = programs(try fused(graph))
        #expect(all.count == 1)
        #expect(Set(all[0].inputs.map(\.layout)) == [.full, .row(inner: 6), .column(inner: 6)])
        var numbers = Numbers(6)
        try checkPlan(
            graph, [numbers.tensor([8, 6]), numbers.tensor([6]), numbers.tensor([8, 1]), numbers.tensor([8, 6]) > 0])
    }

    @Test func `a middle axis has a layout, two apart have none`() throws {
        #expect(FusedProgram.Layout(from: [1, 3, 1], to: [2, 3, 4]) == .middle(inner: 4, outer: 3))
        #expect(FusedProgram.Layout(from: [2, 1, 4], to: [2, 3, 4]) == nil)
        #expect(FusedProgram.Layout(from: [3, 1], to: [2, 3, 4]) == .middle(inner: 4, outer: 3))
        #expect(FusedProgram.Layout(from: [], to: [2, 3]) == .scalar)
        #expect(FusedProgram.Layout(from: [1, 4], to: [1, 4]) == .full)
        for shape in [[1, 3, 1], [2, 1, 4], [3, 1], [2, 1, 1], [4]] as [Shape] {
            let graph = try trace([TensorType(.float32, [2, 3, 4]), TensorType(.float32, shape)]) {
                [ops.tanh($0[0]) * $0[1]]
            }
            var numbers = Numbers(7)
            try checkPlan(graph, [numbers.tensor([2, 3, 4]), numbers.tensor(shape)])
        }
    }

    /// Adam as an optimizer writes it.
    private func adam(_ variable: Variable, _ m: Variable, _ v: Variable, _ gradient: Tensor, _ step: Tensor) throws {
        let mean = m.value + (gradient - m.value) * 0.1
        let square = v.value + (ops.square(gradient) - v.value) * 0.001
        let rate =
            0.01 * ops.sqrt(1 - ops.power(Tensor(scalar: Float(0.999)), step))
            / (1 - ops.power(Tensor(scalar: Float(0.9)), step))
        try m.assign(mean)
        try v.assign(square)
        try variable.assign(variable.value - mean * rate / (ops.sqrt(square) + 1e-7))
    }

    @Test func `an optimizer's update of a parameter is one program, in place`() throws {
        var numbers = Numbers(8)
        let variables = try ["w", "m", "v"].map { try Variable(numbers.tensor([20, 30], 0...1), name: $0) }
        let graph = try trace([TensorType(.float32, [20, 30]), TensorType(.float32, [])]) { a in
            try adam(variables[0], variables[1], variables[2], a[0], a[1])
            return []
        }
        let all = programs(try fused(graph))
        #expect(all.map(\.outputs.count).max() == 3)
        let plan = try Plan.compile(graph)
        // The rate and the update; nothing is copied.
        #expect(plan.steps.count == 2, "\(plan)")
        try checkPlan(graph, [numbers.tensor([20, 30]), Tensor(scalar: Float(3))])
    }

    @Test func `what a loss leaves for the gradient joins the program before the reduction`() throws {
        let graph = try trace([TensorType(.float32, [32, 1]), TensorType(.float32, [32, 1])]) { a in
            let difference = a[0] - a[1]
            return [ops.mean(ops.square(difference)), difference * 2]
        }
        #expect(programs(try fused(graph)).count == 1)
        var numbers = Numbers(9)
        try checkPlan(graph, [numbers.tensor([32, 1]), numbers.tensor([32, 1])])
    }

    @Test func `long chains are cut, and stay right`() throws {
        let graph = try trace([matrix]) { a in
            var x = a[0]
            for i in 0..<300 { x = ops.tanh(x * 0.9 + Double(i) * 0.001) }
            return [x]
        }
        let all = programs(try fused(graph))
        #expect(all.count > 1 && all.allSatisfy { $0.instructions.count <= 96 })
        var numbers = Numbers(10)
        try checkPlan(graph, [numbers.tensor([8, 6])])
    }

    @Test func `half precision is rounded where it is stored, not carried on`() throws {
        let graph = try trace([matrix]) { a in [(a[0] * 1.001).cast(to: .float16).cast(to: .float32) * 3] }
        var numbers = Numbers(11)
        try checkPlan(graph, [numbers.tensor([8, 6])], tolerance: 1e-7)
    }

    @Test func `a quotient by a root that nothing else reads is one instruction`() throws {
        let lone = try trace([matrix, matrix]) { [$0[0] * 2 / ops.sqrt($0[1] + 1)] }
        let functions = { (graph: Graph) in programs(try fused(graph)).map { $0.instructions.map(\.function) } }
        #expect(try functions(lone) == [[.binary(.multiply), .binary(.add), .divideByRoot]])
        let shared = try trace([matrix, matrix]) { a in
            let root = ops.sqrt(a[1] + 1)
            return [a[0] / root, root]
        }
        #expect(try functions(shared) == [[.binary(.add), .unary(.sqrt), .binary(.divide)]])
        var numbers = Numbers(14)
        for graph in [lone, shared] {
            try checkPlan(graph, [numbers.tensor([8, 6]), numbers.tensor([8, 6], 0...1)])
        }
    }

    @Test func `a large product that only a program reads is computed block by block`() throws {
        var numbers = Numbers(12)
        let weight = try Variable(numbers.tensor([1000, 300]), name: "w")
        let slot = try Variable(numbers.tensor([1000, 300], 0...1), name: "s")
        let types = [TensorType(.float32, [40, 1000]), TensorType(.float32, [40, 300]), TensorType(.float32, [300])]
        let graph = try trace(types) { a in
            let gradient = try Tensor.matmul(a[0], a[1], transposeA: true)
            let new = slot.value * 0.9 + ops.square(gradient) * 0.1
            try slot.assign(new)
            try weight.assign(weight.value - gradient * ops.rsqrt(new + 1e-7) * a[2])
            return []
        }
        let plan = try Plan.compile(graph, CompileOptions(threads: 2))
        #expect(plan.steps.count == 1 && plan.steps[0].contains("then"), "\(plan)")
        #expect(plan.arenaBytes < 1_200_000, "\(plan)")
        try checkPlan(
            graph, [numbers.tensor([40, 1000]), numbers.tensor([40, 300]), numbers.tensor([300])], tolerance: 1e-4)
    }

    @Test func `gathered rows go cast and side by side into the batch`() throws {
        let types = [TensorType(.uint8, [50, 7]), TensorType(.float32, [50, 3]), TensorType(.int64, [16])]
        let graph = try trace(types) { a in
            let left = try Tensor.emit1(.gather(axis: 0), [a[0], a[2]]).cast(to: .float32)
            let right = try Tensor.emit1(.gather(axis: 0), [a[1], a[2]])
            return [try Tensor.emit1(.concatenate(axis: 1), [left, right, right * 2])]
        }
        let plan = try Plan.compile(graph)
        #expect(plan.steps.count == 3, "\(plan)")  // right is read twice
        var numbers = Numbers(13)
        let indices = Tensor((0..<16).map { _ in numbers.below(100) - 50 })
        let bytes = Tensor((0..<350).map { UInt8($0 % 256) }, shape: [50, 7])
        let inputs = [bytes, numbers.tensor([50, 3]), indices]
        try checkPlan(graph, inputs)
        let single = try trace(types) { a in
            let left = try Tensor.emit1(.gather(axis: 0), [a[0], a[2]]).cast(to: .float32)
            return [try Tensor.emit1(.concatenate(axis: 1), [left, try Tensor.emit1(.gather(axis: 0), [a[1], a[2]])])]
        }
        #expect(try Plan.compile(single).steps.count == 1)
        try checkPlan(single, inputs)
        #expect(throws: HornbillError.self) {
            try Plan.compile(single).run([bytes, inputs[1], Tensor((0..<16).map { $0 * 4 })])
        }
    }
}
