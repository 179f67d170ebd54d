import HornbillEngine
import Testing

@Suite struct ControlFlowTests {
    private let steps = Tensor([1, 2, 3, 4].map(Float.init), shape: [4, 1])

    /// The same on values and within a trace.
    private func both(_ body: ([Tensor]) throws -> [Tensor], _ inputs: [Tensor]) throws -> [[Double]] {
        let eager = try body(inputs).map { try $0.doubles() }
        let trace = Trace()
        let graph = try trace.run { try trace.finish(body(inputs.map { try trace.input($0.type) })) }
        try graph.verify("tracing")
        #expect(try GraphRunner.run(graph, inputs).map { try $0.doubles() } == eager)
        return eager
    }

    @Test func `a scan hands its state from step to step and stacks results`() throws {
        let results = try both(
            { inputs in
                let (carry, outputs) = try ops.scan(
                    { carry, step in
                        let next = carry[0] + step[0]
                        return ([next], [next * 10, step[0]])
                    }, initial: [inputs[1]], sequences: [inputs[0]])
                return carry + outputs
            }, [steps, Tensor([Float(100)])])
        #expect(results == [[110], [1010, 1030, 1060, 1100], [1, 2, 3, 4]])
    }

    @Test func `a reversed scan keeps the places of its results`() throws {
        let results = try both(
            { inputs in
                let (carry, outputs) = try ops.scan(
                    { carry, step in ([carry[0] * 2 + step[0]], [carry[0]]) }, initial: [Tensor([Float(0)])],
                    sequences: [inputs[0]], reverse: true)
                return carry + outputs
            }, [steps])
        #expect(results == [[49], [24, 11, 4, 0]])
    }

    @Test func `the body may use tensors and variables from outside`() throws {
        let factor = try Variable(Tensor([Float(3)]), name: "factor")
        let results = try both(
            { inputs in
                try ops.scan(
                    { carry, step in ([carry[0] + step[0] * inputs[1] * factor.value], []) },
                    initial: [Tensor([Float(0)])], sequences: [inputs[0]]
                ).carry
            }, [steps, Tensor([Float(2)])])
        #expect(results == [[60]])
    }

    @Test func `a variable assigned in the body goes from step to step and out of the loop`() throws {
        let counter = try Variable(Tensor(scalar: Float(5)), name: "counter")
        let (_, seen) = try ops.scan(
            { _, step in
                let before = counter.value
                try counter.assign(before * 2)
                return ([], [before, counter.value])
            }, initial: [], length: 3)
        #expect(try seen.map { try $0.floats() } == [[5, 10, 20], [10, 20, 40]])
        #expect(try counter.value.item() == 40)

        let trace = Trace()
        let graph = try trace.run {
            try ops.scan(
                { _, _ in
                    try counter.assign(counter.value + 1)
                    return ([], [])
                }, initial: [], length: 2)
            return try trace.finish([counter.value])
        }
        #expect(try GraphRunner.run(graph, [])[0].item() == 42)
        #expect(try counter.value.item() == 42)
    }

    @Test func `scans nest`() throws {
        let results = try both(
            { inputs in
                try ops.scan(
                    { outer, row in
                        let inner = try ops.scan(
                            { carry, cell in ([carry[0] + cell[0] * row[0]], []) }, initial: [outer[0]],
                            sequences: [inputs[0]])
                        return (inner.carry, [])
                    }, initial: [Tensor([Float(0)])], sequences: [inputs[0]]
                ).carry
            }, [steps])
        #expect(results == [[100]])
    }

    @Test func `a scan of no steps gives its first state and empty results`() throws {
        let (carry, outputs) = try ops.scan(
            { carry, _ in (carry, [carry[0]]) }, initial: [Tensor([Float(7)])], length: 0)
        #expect(try carry[0].floats() == [7])
        #expect(outputs[0].shape == [0, 1])
    }

    @Test func `what does not fit in a scan is named`() {
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return "no error"
        }
        #expect(message { _ = try ops.scan({ c, _ in (c, []) }, initial: []) }.contains("needs a length"))
        #expect(
            message { _ = try ops.scan({ c, _ in (c, []) }, initial: [], sequences: [steps], length: 3) }.contains(
                "3 steps"))
        #expect(
            message { _ = try ops.scan({ c, _ in (c, []) }, initial: [], sequences: [Tensor(scalar: 1)]) }.contains(
                "first axis"))
        let growing = message {
            _ = try ops.scan(
                { c, s in ([ops.concatenate([c[0], s[0]])], []) }, initial: [Tensor([Float(1)])], sequences: [steps])
        }
        #expect(growing.contains("float32(1,)") && growing.contains("float32(2,)"))
        #expect(
            message {
                _ = try ops.scan(
                    { c, s in ([c[0] + Tensor.ones([3, 2])], []) }, initial: [Tensor.ones([4])], length: 1)
            }
            .contains("cannot be broadcast"))
    }

    @Test(arguments: [true, false])
    func `cond runs one branch`(_ flag: Bool) throws {
        let results = try both(
            { inputs in
                try ops.cond(inputs[0]) {
                    [inputs[1] * 2, inputs[2]]
                } else: {
                    [inputs[2] - 1, inputs[2]]
                }
            }, [Tensor(scalar: flag), Tensor([Float(10)]), Tensor([Float(20)])])
        #expect(results == [[flag ? 20 : 19], [20]])
    }

    @Test(arguments: [true, false])
    func `a variable assigned in one branch keeps its value in the other`(_ flag: Bool) throws {
        let (a, b) = (try Variable(Tensor(scalar: Float(1))), try Variable(Tensor(scalar: Float(2))))
        let trace = Trace()
        let graph = try trace.run {
            let results = try ops.cond(trace.input(TensorType(.bool, []))) {
                try a.assign(b.value + 10)
                return [a.value]
            } else: {
                try b.assign(a.value + 100)
                return [b.value]
            }
            return try trace.finish(results)
        }
        try graph.verify("tracing")
        let result = try GraphRunner.run(graph, [Tensor(scalar: flag)])[0].item()
        #expect(result == (flag ? 12 : 101))
        #expect(try a.value.item() == (flag ? 12 : 1))
        #expect(try b.value.item() == (flag ? 2 : 101))
    }

    @Test func `branches of different types are an error`() throws {
        let trace = Trace()
        try trace.run {
            let flag = try trace.input(TensorType(.bool, []))
            let error = #expect(throws: HornbillError.self) {
                _ = try ops.cond(flag, then: { [Tensor.ones([2])] }, else: { [Tensor.ones([3])] })
            }
            #expect(error?.message.contains("float32(2,)") == true)
        }
    }

    private struct Doubling: CustomOperation {
        let name = "doubling"
        func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] {
            guard inputs[0].dtype == .float32 else { throw HornbillError(.dtype, "doubling needs float32") }
            return inputs
        }
        func execute(_ inputs: [Tensor]) throws -> [Tensor] { [inputs[0] * 2] }
    }

    @Test func `a custom operation runs on values and in a trace`() throws {
        let results = try both({ [Tensor.custom(Doubling(), [$0[0]])[0]] }, [steps])
        #expect(results == [[2, 4, 6, 8]])
        #expect(Tensor.custom(Doubling(), [Tensor([1])])[0].error?.message == "doubling needs float32")
    }
}
