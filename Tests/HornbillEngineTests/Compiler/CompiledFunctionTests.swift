import HornbillEngine
import Testing

@Suite struct CompiledFunctionTests {
    @Test func `a function is traced once a signature and assigns variables each time`() throws {
        let counter = try Variable(Tensor(scalar: Float(0)), name: "counter")
        var traced = 0
        let step = compiled { (x: Tensor, y: Tensor) in
            traced += 1
            try counter.assign(counter.value + 1)
            return x * y + counter.value
        }
        #expect(try step(Tensor([Float(1), 2]), Tensor([Float(3), 4])).scalars(Float.self) == [4, 9])
        #expect(try step(Tensor([Float(1), 2]), Tensor([Float(3), 4])).scalars(Float.self) == [5, 10])
        #expect(traced == 1 && step.compilations == 1)
        #expect(try step(Tensor([Float(1)]), Tensor([Float(3)])).scalars(Float.self) == [6])
        #expect(traced == 2 && step.compilations == 2)
        #expect(try counter.value.item() == 3)
    }

    @Test func `captured Swift values are constants`() throws {
        var scale: Float = 2
        let f = compiled { (x: Tensor) in x * Double(scale) }
        #expect(try f(Tensor([Float(3)])).item() == 6)
        scale = 5
        #expect(try f(Tensor([Float(3)])).item() == 6)
        #expect(try f(Tensor([Float(3), 3])).floats() == [15, 15])
    }

    @Test func `several results, and a compiled function within another`() throws {
        let inner = compiled { (x: Tensor) in ops.square(x) }
        let outer = compiled { (inputs: [Tensor]) in [try inner(inputs[0]) + inputs[1], inputs[1]] }
        let results = try outer([Tensor([Float(3)]), Tensor([Float(1)])])
        #expect(try results.map { try $0.item() } == [10, 1])
        #expect(inner.compilations == 0)
    }

    @Test func `errors come out where the function is called`() throws {
        let f = compiled { (x: Tensor, y: Tensor) in x + y }
        let error = #expect(throws: HornbillError.self) { try f(Tensor.zeros([2]), Tensor.zeros([3])) }
        #expect(error?.kind == .shape)
        let bad = Tensor(error: HornbillError(.data, "spoilt"))
        #expect(throws: HornbillError.self) { try f(bad, Tensor.zeros([3])) }
        #expect(throws: HornbillError.self) { try f([Tensor.zeros([3])]) }
    }

    @Test func `plans are kept for many signatures, but not for all`() throws {
        let f = compiled { (x: Tensor) in x + 1 }
        for size in 1...100 { _ = try f(Tensor.zeros([size])) }
        #expect(f.compilations == 100)
        _ = try f(Tensor.zeros([100]))
        #expect(f.compilations == 100)
        _ = try f(Tensor.zeros([1]))
        #expect(f.compilations == 101)
    }
}
