import Hornbill
import Testing

@Suite struct TextVectorizationTests {
    @Test func `functions of one's own standardize and split`() throws {
        let layer = TextVectorization(
            standardize: .custom { $0.uppercased() }, split: .custom { $0.split(separator: ",").map(String.init) },
            vocabulary: ["A", "É B"])
        #expect(try layer(Tensor(["é b,a,c"])).scalars(Int.self) == [3, 2, 1])
        let standardized = TextVectorization(
            split: .custom { $0.split(separator: "x").map(String.init) }, vocabulary: ["a"])
        #expect(try standardized(Tensor(["!Axb."])).scalars(Int.self) == [2, 1])
    }

    @Test func `only ASCII letters are lowered, and only ASCII punctuation is stripped`() throws {
        let layer = TextVectorization()
        try layer.adapt(["É Ab-c «d»!"])
        #expect(try layer.getVocabulary() == ["", "[UNK]", "É", "«d»", "abc"])
    }

    @Test func `any ASCII whitespace splits, however much of it`() throws {
        let layer = TextVectorization(vocabulary: ["a", "b"])
        #expect(try layer(Tensor([" a\t\n b\u{B}\u{C}\r a  "])).scalars(Int.self) == [2, 3, 2])
        #expect(layer(Tensor(["", "  "])).shape == [2, 0])
    }

    @Test func `characters are Unicode scalars`() throws {
        let layer = TextVectorization(split: .character, vocabulary: ["🙂", "e", "\u{301}", " "])
        #expect(try layer(Tensor(["🙂 e\u{301}!"])).scalars(Int.self) == [2, 5, 3, 4])
    }

    @Test func `bad arguments are named`() throws {
        func check(_ layer: TextVectorization) throws { try layer(Tensor(["a"])).validated() }
        expectError(.argument, "standardize must be one of", "not 'upper'") {
            try check(TextVectorization(standardize: "upper"))
        }
        expectError(.argument, "split must be one of whitespace, character", "not 'words'") {
            try check(TextVectorization(split: "words"))
        }
        expectError(.argument, "ngrams must be within 1") { try check(TextVectorization(ngrams: 0)) }
        expectError(.argument, "ngrams must be within 1") { try check(TextVectorization(ngrams: [2, -1])) }
        expectError(.argument, "outputSequenceLength is for the output mode int, not for count") {
            try check(TextVectorization(outputMode: .count, outputSequenceLength: 3))
        }
        expectError(.argument, "outputSequenceLength must be within 1", "not 0") {
            try check(TextVectorization(outputSequenceLength: 0))
        }
        expectError(.state, "text_vectorization", "call adapt") {
            try Session.withNew { try check(TextVectorization()) }
        }
        expectError(.shape, "(batch,) or (batch, 1), not (1, 2)") {
            try TextVectorization(vocabulary: ["a"])(Tensor(rows: [["a", "b"]])).validated()
        }
        expectError(.dtype, "strings are needed") { try TextVectorization(vocabulary: ["a"])(Tensor([1])).validated() }
        expectError(.dtype, "TextVectorization takes one tensor of strings") {
            _ = try Model.of(TextVectorization(vocabulary: ["a"]), shape: [1])
        }
    }

    @Test func `samples may come in batches of a data set`() throws {
        let texts = ["a b", "b c", "b"]
        let layers = [TextVectorization(outputMode: .tfIdf), TextVectorization(outputMode: .tfIdf)]
        try layers[0].adapt(texts)
        try layers[1].adapt(Dataset(texts).batch(2))
        #expect(try layers[0].getVocabulary() == layers[1].getVocabulary())
        #expect(try layers[0](Tensor(texts)).floats() == layers[1](Tensor(texts)).floats())
    }

    @Test func `it is one layer, without weights and without children`() throws {
        let layer = TextVectorization(vocabulary: ["a"])
        _ = layer(Tensor(["a"]))
        #expect(try layer.countParams() == 0)
        #expect(layer.children.isEmpty)
        #expect(try layer.computeOutputShape([nil, 1]).dimensions == [nil, nil])
    }
}
