import Hornbill
import Testing

@Suite struct MergeErrorTests {
    private func failure(_ layer: Layer, _ shapes: [PartialShape]) -> HornbillError? {
        layer(shapes.map { Input(shape: $0) }).error
    }

    @Test func `shapes that do not fit are both named, with the line`() {
        let error = failure(Add(), [[3], [4]])
        #expect(error?.kind == .shape)
        #expect(error?.message.contains("(None, 3)") == true)
        #expect(error?.message.contains("(None, 4)") == true)
        #expect(error?.layer?.contains("(Add)") == true)
        #expect(error?.site?.file.hasSuffix("MergeErrorTests.swift") == true)
    }

    @Test func `concatenation names the axis and both shapes`() {
        let error = failure(Concatenate(axis: -1), [[2, 3], [4, 3]])
        #expect(error?.kind == .shape)
        #expect(error?.message.contains("(None, 2, 3)") == true && error?.message.contains("(None, 4, 3)") == true)
        #expect(failure(Concatenate(axis: 3), [[2], [2]])?.kind == .argument)
    }

    @Test func `a product names the axes and sizes`() {
        let error = failure(Dot(axes: 1), [[3], [4]])
        #expect(error?.message.contains("3") == true && error?.message.contains("4") == true)
        #expect(failure(Dot(axes: 0), [[3], [3]])?.kind == .argument)
        #expect(failure(Dot(axes: [1, 1, 1]), [[3], [3]])?.kind == .argument)
        #expect(failure(Dot(axes: 1), [[3]])?.kind == .argument)
    }

    @Test func `a difference is one of two`() {
        #expect(failure(Subtract(), [[3], [3], [3]])?.kind == .argument)
    }

    @Test func `batches of different sizes cannot be merged`() {
        let error = Add()([Tensor.ones([2, 3]), Tensor.ones([1, 3])]).error
        #expect(error?.message.contains("2") == true)
        #expect(error?.kind == .shape)
    }

    @Test func `reshaping names both shapes`() {
        let error = Reshape([5, -1])(Input(shape: [2, 6])).error
        #expect(error?.kind == .shape)
        #expect(error?.message.contains("12 elements") == true)
        #expect(Reshape([-1, -1])(Input(shape: [4])).error?.kind == .argument)
        #expect(Permute([1, 3])(Input(shape: [4, 2])).error?.kind == .argument)
        #expect(Permute([2, 1])(Input(shape: [4])).error?.kind == .shape)
        #expect(RepeatVector(0)(Input(shape: [4])).error?.kind == .argument)
        #expect(PReLU(sharedAxes: [3])(Input(shape: [4])).error?.kind == .argument)
        #expect(PReLU()(Input(shape: [nil, 4])).error?.kind == .shape)
        #expect(LeakyReLU(negativeSlope: -1)(Input(shape: [4])).error?.kind == .argument)
    }

    @Test func `function forms are the layers`() throws {
        let (a, b) = (Input(shape: [3]), Input(shape: [3]))
        #expect(add([a, b]).layer is Add)
        #expect(subtract([a, b]).layer is Subtract)
        #expect(multiply([a, b]).layer is Multiply)
        #expect(average([a, b]).layer is Average)
        #expect(maximum([a, b]).layer is Maximum)
        #expect(minimum([a, b]).layer is Minimum)
        #expect(concatenate([a, b]).shape == [nil, 6])
        #expect(dot([a, b], axes: 1).shape == [nil, 1])
        #expect(try add([Tensor([1.0]), Tensor([2.0])]).doubles() == [3])
    }
}
