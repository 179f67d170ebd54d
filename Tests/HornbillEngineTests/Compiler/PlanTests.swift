import Foundation
import HornbillEngine
import Testing

@Suite(.serialized) struct PlanTests {
    /// A training step of a small network, its variables, and a batch.
    private func training() throws -> (Graph, [Tensor]) {
        var numbers = Numbers(20)
        var variables: [Variable] = []
        for (i, o) in [(20, 64), (64, 64), (64, 5)] {
            variables.append(try Variable(numbers.tensor([i, o], -0.3...0.3), name: "kernel"))
            variables.append(try Variable(Tensor.zeros([o]), name: "bias"))
        }
        let slots = try variables.map { try Variable(Tensor.zeros($0.shape), name: "slot") }
        let count = try Variable(Tensor(scalar: 0), name: "iterations", trainable: false)
        let types = [TensorType(.float32, [48, 20]), TensorType(.int32, [48, 1])]
        let graph = try trace(types) { a in
            let (loss, gradients) = try valueAndGradients(of: variables) {
                var h = a[0]
                for layer in 0..<3 {
                    h = ops.matmul(h, variables[2 * layer].value) + variables[2 * layer + 1].value
                    if layer < 2 { h = ops.tanh(h) }
                }
                let logarithms = try Tensor.emit1(.softmax(logarithm: true), [h])
                let labels = try Tensor.emit1(.checkRange(lower: 0, upper: 5, what: "labels"), [a[1]])
                return -ops.mean(try Tensor.emit1(.gatherElements, [logarithms, labels]))
            }
            for ((variable, slot), gradient) in zip(zip(variables, slots), gradients) {
                let new = slot.value * 0.9 + ops.square(gradient) * 0.1
                try slot.assign(new)
                try variable.assign(variable.value - gradient * ops.rsqrt(new + 1e-7) * 0.01)
            }
            try count.assign(count.value + 1)
            return [loss]
        }
        let labels = Tensor((0..<48).map { Int32($0 * 3 % 5) }, shape: [48, 1])
        return (graph, [numbers.tensor([48, 20]), labels])
    }

    private func state(_ graph: Graph) throws -> [[Double]] { try graph.variables.map { try $0.value.doubles() } }

    /// The bits of everything after `steps` runs, from the same start.
    private func bits(_ plan: Plan, _ graph: Graph, _ inputs: [Tensor], steps: Int) throws -> [[Double]] {
        let start = graph.variables.map(\.value)
        defer { for (variable, value) in zip(graph.variables, start) { try? variable.assign(value) } }
        var losses: [Double] = []
        for _ in 0..<steps { losses.append(try plan.run(inputs)[0].item()) }
        return [losses] + (try state(graph))
    }

    @Test func `a training step gives what the reference gives, and learns`() throws {
        let (graph, inputs) = try training()
        try checkPlan(graph, inputs)
        let plan = try Plan.compile(graph)
        let first = try plan.run(inputs)[0].item()
        for _ in 0..<50 { _ = try plan.run(inputs) }
        #expect(try plan.run(inputs)[0].item() < first / 2)
        #expect(try graph.variables.last?.value.item() == 52)
    }

    @Test func `ten runs give the same bits, and so does any number of threads`() throws {
        let (graph, inputs) = try training()
        let expected = try bits(Plan.compile(graph, CompileOptions(threads: 1)), graph, inputs, steps: 5)
        for run in 0..<10 {
            let plan = try Plan.compile(graph, CompileOptions(threads: [1, 2, 3, 5][run % 4]))
            #expect(try bits(plan, graph, inputs, steps: 5) == expected)
        }
    }

    @Test func `large products give the same bits at any number of threads`() throws {
        var numbers = Numbers(21)
        let graph = try trace([
            TensorType(.float32, [96, 700]), TensorType(.float32, [700, 200]), TensorType(.float32, [16, 6000]),
            TensorType(.float32, [6000, 40]),
        ]) { a in
            [ops.relu(ops.matmul(a[0], a[1])), ops.matmul(a[2], a[3]), try .matmul(a[0], a[0], transposeA: true)]
        }
        let inputs = [
            numbers.tensor([96, 700]), numbers.tensor([700, 200]), numbers.tensor([16, 6000]),
            numbers.tensor([6000, 40]),
        ]
        try checkPlan(graph, inputs, tolerance: 1e-4)
        let expected = try Plan.compile(graph, CompileOptions(threads: 1)).run(inputs).map {
            try $0.scalars(Float.self)
        }
        for threads in 2...4 {
            let plan = try Plan.compile(graph, CompileOptions(threads: threads))
            #expect(try plan.run(inputs).map { try $0.scalars(Float.self) } == expected)
        }
    }

    @Test func `a run on memory of the caller's allocates nothing`() throws {
        let (graph, inputs) = try training()
        let plan = try Plan.compile(graph)
        let loss = try HostBuffer(byteCount: 4)
        var arguments = try inputs.map { try $0.requirePointer() }
        var results = [loss.pointer]
        try plan.run(inputs: &arguments, outputs: &results)
        try Statistics.$counter.withValue(Statistics.Counter()) {
            for _ in 0..<100 { try plan.run(inputs: &arguments, outputs: &results) }
            #expect(Statistics.allocations == 0)
            #expect(Statistics.compilations == 0)
            _ = try HostBuffer(byteCount: 8)
            #expect(Statistics.allocations == 1, "the counter counts")
        }
        withExtendedLifetime((inputs, loss)) {}
    }

    @Test func `no variable but its own memory is used for an update`() throws {
        let (graph, _) = try training()
        let plan = try Plan.compile(graph)
        #expect(!plan.steps.contains { $0.hasPrefix("copy") }, "\(plan)")
    }

    @Test func `a snapshot taken before a run stays as it was`() throws {
        let (graph, inputs) = try training()
        let plan = try Plan.compile(graph)
        let before = graph.variables[0].value
        let values = try before.doubles()
        _ = try plan.run(inputs)
        #expect(try before.doubles() == values)
        #expect(try graph.variables[0].value.doubles() != values)
    }

    @Test func `a run that fails leaves every variable as it was`() throws {
        let (graph, inputs) = try training()
        let plan = try Plan.compile(graph)
        let before = try state(graph)
        var labels = try inputs[1].scalars(Int32.self)
        labels[17] = 5
        let error = try #require(throws: HornbillError.self) {
            try plan.run([inputs[0], Tensor(labels, shape: [48, 1])])
        }
        #expect(error.kind == .data)
        #expect(error.message.contains("labels") && error.message.contains("row 17") && error.message.contains("0..<5"))
        #expect(try state(graph) == before)
        _ = try plan.run(inputs)
        #expect(try state(graph) != before)
    }

    @Test func `inputs of other types are refused`() throws {
        let (graph, inputs) = try training()
        let plan = try Plan.compile(graph)
        #expect(throws: HornbillError.self) { try plan.run([inputs[0]]) }
        #expect(throws: HornbillError.self) { try plan.run([inputs[0], inputs[0]]) }
        let failed = Tensor(error: HornbillError(.shape, "as it came"))
        let error = #expect(throws: HornbillError.self) { try plan.run([inputs[0], failed]) }
        #expect(error?.message == "as it came")
    }

    @Test func `many threads may run a plan that assigns nothing`() async throws {
        var numbers = Numbers(22)
        let weight = try Variable(numbers.tensor([30, 20]), name: "w")
        let graph = try trace([TensorType(.float32, [8, 30])]) { [ops.tanh(ops.matmul(ops.exp($0[0]), weight.value))] }
        let plan = try Plan.compile(graph, CompileOptions(threads: 1))
        let inputs = (0..<16).map { _ in numbers.tensor([8, 30]) }
        let expected = try inputs.map { try plan.run([$0])[0].doubles() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (input, values) in zip(inputs, expected) {
                group.addTask {
                    for _ in 0..<200 {
                        let got = try plan.run([input])[0].doubles()
                        #expect(got == values)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `the plan tells its steps, and how long each takes`() throws {
        let (graph, inputs) = try training()
        let plan = try Plan.compile(graph)
        let profile = try plan.profile(inputs, runs: 3)
        #expect(profile.map(\.name) == plan.steps)
        #expect(profile.allSatisfy { $0.seconds >= 0 })
        #expect(plan.description.contains("matmul 48×64×20 +bias tanh"))
    }

    @Test func `memory is reused`() throws {
        let graph = try trace([TensorType(.float32, [100, 100])]) { a in
            var x = a[0]
            for _ in 0..<20 { x = ops.matmul(x, x) }
            return [x]
        }
        #expect(try Plan.compile(graph).arenaBytes <= 2 * 40_000 + 128)
    }

    @Test func `plans of one pool that do not run at once share memory, which grows`() throws {
        let pool = ArenaPool()
        func plan(_ rows: Int) throws -> Plan {
            // Two large values, of which neither is the result.
            let graph = try trace([TensorType(.float32, [rows, 4])]) { a in
                let product = ops.matmul(a[0], Tensor(repeating: 0.5, shape: [4, 64]))
                return [ops.sum(ops.matmul(product, Tensor(repeating: 1, shape: [64, 64])))]
            }
            return try Plan.compile(graph, sharing: pool)
        }
        let plans = try [40, 400, 100, 500].map(plan)
        #expect(plans.allSatisfy { $0.arenaBytes > 0 })
        try Statistics.$counter.withValue(Statistics.Counter()) {
            // The memory, where it must grow, and the result.
            for (number, allocations) in [(0, 2), (1, 2), (2, 1), (0, 1), (3, 2), (1, 1)] {
                let x = Tensor.ones(plans[number].inputTypes[0].shape)
                let before = Statistics.allocations
                let sum = try plans[number].run([x])[0]
                #expect(Statistics.allocations - before == allocations, "plan \(number)")
                #expect(try sum.item() == Double(x.shape[0] * 64 * 64 * 2))
            }
        }
    }

    @Test func `ten thousand nodes compile in well under a second in a release build`() throws {
        var numbers = Numbers(23)
        let variables = try (0..<200).map { _ in try Variable(numbers.tensor([8, 8]), name: "w") }
        let moments = try (0..<400).map { _ in try Variable(Tensor.zeros([8, 8]), name: "m") }
        let graph = try trace([TensorType(.float32, [4, 8])]) { a in
            let (loss, gradients) = try valueAndGradients(of: variables) {
                ops.mean(variables.reduce(a[0]) { ops.tanh(ops.matmul($0, $1.value) + 0.1) })
            }
            for (index, gradient) in gradients.enumerated() {
                let (m, v) = (moments[2 * index], moments[2 * index + 1])
                try m.assign(m.value + (gradient - m.value) * 0.1)
                try v.assign(v.value + (ops.square(gradient) - v.value) * 0.001)
                try variables[index].assign(variables[index].value - m.value * 0.01 / (ops.sqrt(v.value) + 1e-7))
            }
            return [loss]
        }
        #expect(graph.nodes.count > 5000)
        let start = DispatchTime.now().uptimeNanoseconds
        let plan = try Plan.compile(graph, CompileOptions(threads: 1, verify: false))
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
        #expect(plan.steps.count < 1500)
        #expect(seconds < (CompileOptions.verifiesByDefault ? 20 : 2), "\(graph.nodes.count) nodes took \(seconds) s")
    }
}
