import HornbillEngine
import Testing

@Suite struct SimplifyTests {
    private let matrix = TensorType(.float32, [4, 6])

    /// What remains of a computation beside sources, as operation names.
    private func simplified(_ types: [TensorType], _ body: ([Tensor]) throws -> [Tensor]) throws -> [String] {
        let graph = try Simplify.run(try trace(types, body))
        try graph.verify("simplify")
        return graph.nodes.map { "\($0.operation)" }.filter {
            !$0.hasPrefix("input") && !$0.hasPrefix("constant") && !$0.hasPrefix("variable")
        }
    }

    @Test func `equal nodes become one, and unused ones go`() throws {
        let names = try simplified([matrix]) { a in
            _ = ops.exp(a[0])
            return [ops.tanh(a[0]) + ops.tanh(a[0])]
        }
        #expect(names == ["tanh", "add"])
    }

    @Test func `a sum is found whatever the order of its operands, a difference is not`() throws {
        let sums = try simplified([matrix, matrix]) { [($0[0] + $0[1]) * ($0[1] + $0[0])] }
        #expect(sums == ["add", "multiply"])
        let differences = try simplified([matrix, matrix]) { [($0[0] - $0[1]) * ($0[1] - $0[0])] }
        #expect(differences == ["subtract", "subtract", "multiply"])
    }

    @Test func `multiplying by one, subtracting zero and their kin change nothing and go`() throws {
        #expect(try simplified([matrix]) { [ops.tanh($0[0] * 1 / 1 - 0)] } == ["tanh"])
        #expect(try simplified([matrix]) { [ops.tanh(1 * $0[0])] } == ["tanh"])
        #expect(try simplified([TensorType(.int32, [3])]) { [-($0[0] + 0)] } == ["negate"])
    }

    @Test func `adding zero stays, for it turns -0 into 0`() throws {
        #expect(try simplified([matrix]) { [$0[0] + 0] }.last == "add")
        let graph = try trace([TensorType(.float32, [1])]) { [$0[0] + 0] }
        let zero = try Plan.compile(graph).run([Tensor([Float(-0.0)])])[0].scalars(Float.self)[0]
        #expect(zero.sign == .plus)
    }

    @Test func `squares are found in powers`() throws {
        #expect(try simplified([matrix]) { [$0[0] * 2].map { ops.power($0, 2) } }.last == "square")
    }

    @Test func `reshapes and transpositions in a row become one or none`() throws {
        #expect(try simplified([matrix]) { [ops.tanh(ops.reshape(ops.reshape($0[0], [2, 12]), [4, 6]))] } == ["tanh"])
        #expect(try simplified([matrix]) { [ops.tanh(ops.transpose(ops.transpose($0[0])))] } == ["tanh"])
        let unit = try simplified([TensorType(.float32, [1, 5])]) { [ops.tanh(ops.transpose($0[0]))] }
        #expect(unit == ["reshape[(5, 1)]", "tanh"])
    }

    @Test(arguments: [DType.float32, .bfloat16])
    func `a kernel of one place with strides sees the places that were taken out`(_ dtype: DType) throws {
        // Sizes that the strides divide, and one that they do not.
        let types = [[2, 7, 6, 3], [1, 1, 3, 16]].map { TensorType(dtype, Shape($0)) }
        let graph = try trace(types) { operands in
            let (value, slopes) = try valueAndGradients(at: operands) { x in
                ops.sum(ops.square(ops.conv(x[0], x[1], strides: [2, 3])).cast(to: .float32))
            }
            return [value] + slopes
        }
        let names = try Simplify.run(graph).nodes.map(\.operation.description)
        #expect(names.count { $0.hasPrefix("slice") } == 1, "once for both directions")
        #expect(names.contains { $0.hasPrefix("pad") })
        #expect(names.count { $0.hasPrefix("convolution") } == 3)
        #expect(!names.contains { $0.hasPrefix("convolution") && !$0.contains("strides [1, 1]") })
        var numbers = Numbers(92)
        try checkPlan(
            graph, types.map { numbers.tensor($0.shape, dtype: dtype) }, tolerance: dtype == .float32 ? 1e-5 : 0.02)
    }

    @Test func `rows picked from a table that was cast are cast alone`() throws {
        let types = [TensorType(.float32, [50, 3]), TensorType(.int32, [4])]
        let names = try simplified(types) { [ops.take($0[0].cast(to: .bfloat16), $0[1], axis: 0)] }
        #expect(names == ["gather[0]", "cast[bfloat16]"])
        let graph = try trace(types) { [ops.take($0[0].cast(to: .bfloat16), $0[1], axis: 0)] }
        var numbers = Numbers(9)
        try checkPlan(graph, [numbers.tensor([50, 3]), Tensor([Int32(3), 49, -1, 0])], tolerance: 0)
    }

    @Test func `transpositions move into products`() throws {
        #expect(try simplified([matrix, matrix]) { [ops.matmul(ops.transpose($0[0]), $0[1])] } == ["matmul[Aᵀ]"])
        #expect(try simplified([matrix, matrix]) { [ops.matmul($0[0], ops.transpose($0[1]))] } == ["matmul[Bᵀ]"])
        let batched = TensorType(.float32, [2, 3, 4])
        let names = try simplified([batched, batched]) { [ops.matmul($0[0], ops.transpose($0[1], axes: [0, 2, 1]))] }
        #expect(names == ["matmul[Bᵀ]"])
    }

    @Test func `a cast and one back are none where nothing was lost`() throws {
        let bytes = TensorType(.uint8, [3])
        #expect(try simplified([bytes]) { [$0[0].cast(to: .int32).cast(to: .float32)] } == ["cast[float32]"])
        #expect(
            try simplified([bytes]) { [$0[0].cast(to: .float32).cast(to: .uint8) + 1] } == ["broadcast[(3,)]", "add"])
        let wide = try simplified([matrix]) { [$0[0].cast(to: .int32).cast(to: .float32)] }
        #expect(wide == ["cast[int32]", "cast[float32]"])
    }

    @Test func `what is small is computed small, and broadcast at the end`() throws {
        let names = try simplified([TensorType(.float32, [6]), matrix]) { a in
            let row = try a[0].broadcasted(to: [4, 6])
            return [ops.exp(row * 2) + a[1]]
        }
        #expect(names.filter { $0.hasPrefix("broadcast") }.count == 2)  // of 2 to six elements, and of the row
        let graph = try Simplify.run(
            try trace([TensorType(.float32, [6]), matrix]) { a in
                [ops.exp(try a[0].broadcasted(to: [4, 6]) * 2) + a[1]]
            })
        let exp = try #require(graph.nodes.first { $0.operation == .unary(.exp) })
        #expect(exp.outputs[0].shape == [6])
    }

    @Test func `small constants are folded`() throws {
        let names = try simplified([TensorType(.float32, [])]) { a in
            let half = Tensor(scalar: Float(1)) / 2
            return [a[0] * half + ops.square(half)]
        }
        #expect(names == ["multiply", "add"])
    }

    @Test func `reductions of single elements are reshapes`() throws {
        let names = try simplified([TensorType(.float32, [4, 1, 6])]) { [ops.mean($0[0], axis: 1)] }
        #expect(names == ["reshape[(4, 6)]"])
    }
}
