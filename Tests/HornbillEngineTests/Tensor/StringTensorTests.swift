import HornbillEngine
import Testing

@Suite struct StringTensorTests {
    private let words = Tensor(strings: ["a", "b", "c", "d", "é", ""], shape: [3, 2])

    @Test func `strings are given back as they came`() throws {
        #expect(try words.strings() == ["a", "b", "c", "d", "é", ""])
        #expect(words.dtype == .string)
        #expect(words.shape == [3, 2])
        #expect(try Tensor(["x"]).strings() == ["x"])
        #expect(Tensor([String]()).shape == [0])
        #expect(Tensor(scalar: "x").shape == [])
        #expect(try Tensor(rows: [["a", "b"], ["c", "d"]]).strings() == ["a", "b", "c", "d"])
        #expect("\(Tensor(["a", "b"]))" == "Tensor([\"a\", \"b\"], shape: (2,), dtype: string)")
    }

    @Test func `strings are moved like any other elements`() throws {
        #expect(try words.hostRows(1..<3).strings() == ["c", "d", "é", ""])
        #expect(try words.hostRows(1..<3).hostRows(1..<2).strings() == ["é", ""])
        #expect(try words[1].strings() == ["c", "d"])
        #expect(try words[.all, 1].strings() == ["b", "d", ""])
        #expect(try ops.transpose(words).strings() == ["a", "c", "é", "b", "d", ""])
        #expect(ops.reshape(words, [-1]).shape == [6])
        #expect(try ops.concatenate([words, words], axis: 1).strings().prefix(4) == ["a", "b", "a", "b"])
        #expect(try ops.concatenate([words, words[0..<1]], axis: 0).strings().suffix(2) == ["a", "b"])
        #expect(try ops.stack([words[0], words[2]]).strings() == ["a", "b", "é", ""])
        #expect(try ops.take(words, [2, 0], axis: 0).strings() == ["é", "", "a", "b"])
        #expect(try ops.broadcastTo(Tensor(["x"]), [2, 2]).strings() == ["x", "x", "x", "x"])
        #expect(try words.cast(to: .string).strings().count == 6)
    }

    @Test func `computing with strings is an error and no trap`() throws {
        func expectDType(_ tensor: Tensor, sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(tensor.error?.kind == .dtype, "\(tensor)", sourceLocation: sourceLocation)
        }
        expectDType(words + 1)
        expectDType(words + words)
        expectDType(ops.exp(words))
        expectDType(ops.sum(words))
        expectDType(ops.mean(words))
        expectDType(ops.matmul(words, ops.transpose(words)))
        expectDType(ops.concatenate([words, Tensor.ones([3, 2])], axis: 0))
        expectDType(words.cast(to: .float32))
        expectDType(Tensor.ones([2]).cast(to: .string))
        expectDType(Tensor.zeros([2], dtype: .string))
        expectDType(ops.take(Tensor.ones([3]), words))
        expectDType(ops.softmax(words))
        expectDType(ops.sort(words))
        expectDType(ops.oneHot(words, 3))
        expectDType(ops.where(words, 1, 0))
        for read in [{ _ = try words.floats() }, { _ = try words.doubles() }, { _ = try Tensor([1]).strings() }] {
            #expect(throws: HornbillError.self) { try read() }
        }
        #expect(throws: HornbillError.self) { try words.npyData() }
        #expect(throws: HornbillError.self) { try Variable(words) }
        #expect(Tensor(strings: ["a"], shape: [2]).error?.kind == .shape)
        #expect(Tensor(rows: [["a"], []]).error?.kind == .shape)
    }

    @Test func `strings cannot go into a compiled computation`() throws {
        let function = compiled { (x: Tensor) in ops.concatenate([x, x], axis: 0) }
        #expect(throws: HornbillError.self) { try function(words) }
        let captured = words
        let capturing = compiled { (x: Tensor) in ops.take(captured, x, axis: 0) }
        #expect(throws: HornbillError.self) { try capturing(Tensor([0])) }
    }

    @Test func `equal strings make equal constants`() {
        #expect(ConstantTensor(Tensor(["a"])) == ConstantTensor(Tensor(["a"])))
        #expect(ConstantTensor(Tensor(["a"])) != ConstantTensor(Tensor(["b"])))
    }
}
