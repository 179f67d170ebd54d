import Hornbill
import Testing

/// Operations of every family, on tensors and on symbols alike.
/// - Parameters: `x`, `y`: (batch, 4, 3); `matrices`: (batch, 3, 3); `labels`: int32 (batch, 4) below 4.
private func everyFamily<T: TensorLike>(_ x: T, _ y: T, _ matrices: T, _ labels: T) -> [(name: String, results: [T])] {
    var all: [(name: String, results: [T])] = []
    func add(_ name: String, _ results: T...) { all.append((name, results)) }
    add("times a number", x * 2)
    add("a number less it", 1 - x)
    add("quotient", x / (ops.abs(y) + 3))
    add("negative", -x)
    add("comparison", x > y)
    add("logic", (x > 0) .& (y > 0))
    add("square", ops.square(x))
    add("maximum", ops.maximum(x, y))
    add("clip", ops.clip(x, -0.5, 0.5))
    add("exp", ops.exp(x))
    add("cast", x.cast(to: .int32))
    add("ranges", x[0..., 0..<3])
    add("a place", x[0..., 1])
    add("the last", x[.ellipsis, -1])
    add("a new axis", x[.all, .newAxis])
    add("every second", x[.all, .step(by: 2)])
    add("mean", ops.mean(x, axis: 1))
    add("sum", ops.sum(x, axis: [1, 2], keepDims: true))
    add("max", ops.max(x, axis: -1))
    add("logsumexp", ops.logsumexp(x, axis: 2))
    add("argmax", ops.argmax(x, axis: 1))
    add("cumsum", ops.cumsum(x, axis: 1))
    add("sort", ops.sort(x, axis: 1))
    let top = ops.topK(x, k: 2)
    add("topK", top.values, top.indices)
    let parts = ops.split(x, 2, axis: 1)
    add("split", parts[0], parts[1])
    let moments = ops.moments(x, axes: [1, 2])
    add("moments", moments.mean, moments.variance)
    add("concatenate", ops.concatenate([x, y], axis: 1))
    add("stack", ops.stack([x, y], axis: 1))
    add("transpose", ops.transpose(x, axes: [0, 2, 1]))
    add("expandDims", ops.expandDims(x, axis: 2))
    add("squeeze", ops.squeeze(ops.expandDims(x, axis: 2), axis: 2))
    add("repeat", ops.repeat(x, 3, axis: 1))
    add("tile", ops.tile(x, [1, 2, 1]))
    add("pad", ops.pad(x, [(0, 0), (1, 2), (0, 1)]))
    add("take", ops.take(x, [2, 0], axis: 1))
    add("takeAlongAxis", ops.takeAlongAxis(x, ops.argsort(x, axis: 1), axis: 1))
    add("oneHot", ops.oneHot(labels, 4))
    add("where", ops.where(x > 0, x, y))
    add("softmax", ops.softmax(x, axis: 1))
    add("relu", ops.relu(x))
    add("gelu", ops.gelu(x))
    add("einsum", ops.einsum("bij,bkj->bik", x, y))
    add("matmul", ops.matmul(x, matrices))
    add("norm", ops.norm(x, axis: 2))
    add("zerosLike", ops.zerosLike(x))
    add("attention", ops.dotProductAttention(x[.all, .all, .newAxis], y[.all, .all, .newAxis], y[.all, .all, .newAxis]))
    return all
}

@Suite struct SymbolicOperationTests {
    @Test func `operations of every family work on symbols as on tensors`() throws {
        try Session.withNew(seed: 1) {
            let symbols = [Input(shape: [4, 3]), Input(shape: [4, 3]), Input(shape: [3, 3])]
            let labels = Input(shape: [4], dtype: .int32)
            let values = [random.normal([5, 4, 3], seed: 1), random.normal([5, 4, 3], seed: 2)]
            let matrices = random.normal([5, 3, 3], seed: 3)
            let classes = Tensor((0..<20).map { Int32($0 % 4) }, shape: [5, 4])
            let symbolic = everyFamily(symbols[0], symbols[1], symbols[2], labels)
            let direct = everyFamily(values[0], values[1], matrices, classes)
            let model = try Model(inputs: symbols + [labels], outputs: symbolic.flatMap { $0.results })
            let outputs = try model.invoke(.list((values + [matrices, classes]).map(Structure.tensor))).leaves
            var next = 0
            for (made, wanted) in zip(symbolic, direct) {
                #expect(made.results.count == wanted.results.count)
                for (symbol, want) in zip(made.results, wanted.results) {
                    defer { next += 1 }
                    try want.validated()
                    #expect(symbol.dtype == want.dtype, "\(made.name)")
                    #expect(symbol.shape.dimensions == [nil] + want.shape.dropFirst().map { $0 }, "\(made.name)")
                    try expectClose(outputs[next].cast(to: .float32), want.cast(to: .float32), made.name)
                }
            }
        }
    }

    @Test func `operations are named as Keras names them`() throws {
        try Session.withNew(seed: 1) {
            let x = Input(shape: [4])
            let y = ops.mean(x * 2 + 1, axis: 1)
            let z = (x * x)[0..., 0..<2]
            let model = try Model(inputs: x, outputs: [y, z])
            let names = model.operations.map(\.name).sorted()
            #expect(names == ["add", "get_item", "input_layer", "mean", "multiply", "multiply_1"])
        }
    }

    @Test func `a symbol that failed gives as many failed results as are asked for`() {
        let x = Input(shape: [4])
        let bad = ops.reshape(x, [-1, 7])
        let (mean, variance) = ops.moments(bad, axes: [1])
        #expect(mean.error != nil && variance.error != nil)
        let top = ops.topK(x[0..., 0..<2] * bad, k: 1)
        #expect(top.values.error != nil && top.indices.error != nil)
        #expect(ops.split(bad, 2, axis: 1).allSatisfy { $0.error != nil })
        expectError(.shape, "reshape") { _ = try Model(inputs: x, outputs: [mean, variance]) }
    }

    @Test func `unknown sizes are taken to be those that they must fit`() throws {
        let (steps, ten) = (Input(shape: [nil, 4]), Input(shape: [10, 4]))
        #expect(add([steps, ten]).shape == [nil, nil, 4])
        #expect(multiply([ten, steps]).shape == [nil, nil, 4])
        #expect((steps + ten).shape == [nil, 10, 4])
        #expect(concatenate([steps, ten]).shape == [nil, nil, 8])
        #expect(concatenate([ten, steps]).shape == [nil, 10, 8])
        #expect(concatenate([ten, steps], axis: 1).shape == [nil, nil, 4])
        let (fixed, free) = (Input(shape: [4], batchSize: 32), Input(shape: [4]))
        #expect(add([fixed, free]).shape == [32, 4])
        #expect((fixed - free).shape == [32, 4])
        // Only what must fit is known: the rows of a product may be any.
        let (left, right) = (Input(shape: [nil, nil]), Input(shape: [5, 4]))
        #expect(ops.matmul(left, right).shape == [nil, nil, 4])
        // Halves of an unknown number of steps.
        let halves = ops.split(steps, 2, axis: 1)
        #expect(halves.map(\.shape) == [[nil, nil, 4], [nil, nil, 4]])
        #expect(Reshape([-1, 8])(steps).shape == [nil, nil, 8])
        expectError(.shape, "(None, 10, 4)", "(None, 7, 4)") {
            _ = try add([ten, Input(shape: [7, 4])]).validated()
        }
    }

    @Test func `a model with unknown sizes computes with any that fit`() throws {
        try Session.withNew(seed: 1) {
            let (steps, ten) = (Input(shape: [nil, 4]), Input(shape: [10, 4]))
            let model = try Model(inputs: [steps, ten], outputs: Dense(2)(add([steps, ten])))
            #expect(model.outputs[0].shape == [nil, nil, 2])
            let y: Tensor = model([Tensor.ones([3, 10, 4]), Tensor.ones([3, 10, 4])])
            #expect(y.shape == [3, 10, 2])
            let bad: Tensor = model([Tensor.ones([3, 7, 4]), Tensor.ones([3, 10, 4])])
            expectError(.shape, "(3, 7, 4)") { try bad.validated() }
        }
    }

    @Test func `layers tell the shapes that they would give`() throws {
        #expect(try Dense(3).computeOutputShape([nil, 5]) == [nil, 3])
        #expect(try Flatten().computeOutputShape([2, 3, nil]) == [2, nil])
        #expect(
            try Concatenate(axis: 1).computeOutputShape([[nil, 3, 4], [nil, nil, 4]]).tensorShape == [nil, nil, 4])
        #expect(
            try MultiHeadAttention(2, keyDim: 3).computeOutputShape([[nil, 3, 4], [nil, 5, 4]]).tensorShape
                == [nil, 3, 4])
        expectError(.shape, "at least 2 axes") { _ = try Dense(3).computeOutputShape([nil]) }
    }
}

extension Structure where Leaf == PartialShape {
    fileprivate var tensorShape: PartialShape? { single }
}
