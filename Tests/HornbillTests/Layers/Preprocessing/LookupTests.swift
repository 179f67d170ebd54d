import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct LookupTests {
    @Test func `a lookup before adapt says what to do`() throws {
        expectError(.state, "string_lookup", "has no vocabulary", "call adapt") {
            try Session.withNew { _ = try StringLookup()(Tensor(["a"])).validated() }
        }
        expectError(.state, "call adapt") { try IntegerLookup(outputMode: .multiHot)(Tensor([1])).validated() }
        expectError(.state, "call adapt") { _ = try StringLookup().getVocabulary() }
        // In a model the size of a vector must be known when the model is made.
        expectError(.state, "call adapt") {
            _ = try Model.of(StringLookup(outputMode: .multiHot), shape: [2], .string)
        }
        let padded = StringLookup(maxTokens: 5, outputMode: .multiHot, padToMaxTokens: true)
        #expect(try Model.of(padded, shape: [2], .string).output.shape.dimensions == [nil, 5])
    }

    @Test func `bad vocabularies are named`() throws {
        expectError(.argument, "the vocabulary is empty") { try lookup([]) }
        expectError(.argument, "tokens are in the vocabulary twice: 'b', 'c'") {
            try lookup(["a", "b", "c", "b", "c"])
        }
        expectError(.argument, "the mask token 'm'", "in the midst") { try lookup(["a", "m"], mask: "m") }
        expectError(.argument, "4 tokens", "maxTokens is 3") { try lookup(["a", "b", "c"], maxTokens: 3) }
        expectError(.argument, "maxTokens must be greater than 1, not 1") { try lookup(["a"], maxTokens: 1) }
        expectError(.argument, "not -1") { try built(StringLookup(numOovIndices: -1)) }
        expectError(.argument, "padToMaxTokens needs maxTokens") { try built(StringLookup(padToMaxTokens: true)) }
        expectError(.argument, "must be int, not one_hot") {
            try built(StringLookup(vocabulary: ["a"], invert: true, outputMode: .oneHot))
        }
        expectError(.argument, "one of int, one_hot, multi_hot, count, tf_idf, not 'dense'") {
            try built(StringLookup(outputMode: "dense"))
        }
        expectError(.argument, "tf_idf needs idfWeights") {
            try built(StringLookup(vocabulary: ["a"], outputMode: .tfIdf))
        }
        expectError(.argument, "1 idfWeights", "vocabulary of 2") {
            try built(StringLookup(vocabulary: ["a", "b"], idfWeights: [1], outputMode: .tfIdf))
        }
        expectError(.argument, "a salt is one integer or two") { try built(StringLookup(vocabulary: ["a"], salt: [])) }
        expectError(.argument, "a salt is for the oovMethod farmhash") {
            try built(IntegerLookup(vocabulary: [1], salt: 3))
        }
        expectError(.argument, "floormod, farmhash, not 'sum'") { try built(IntegerLookup(oovMethod: "sum")) }
    }

    @Test func `an unknown token without a number is an error that names it`() throws {
        expectError(.data, "'emu' is not in the vocabulary", "numOovIndices is 0") {
            try StringLookup(numOovIndices: 0, vocabulary: ["cat"])(Tensor(["cat", "emu"])).validated()
        }
        expectError(.data, "7 is not in the vocabulary") {
            try IntegerLookup(numOovIndices: 0, vocabulary: [3])(Tensor([3, 7])).validated()
        }
    }

    @Test func `strings and numbers are not mistaken for each other`() throws {
        expectError(.dtype, "strings are needed", "int64(1,)") {
            try StringLookup(vocabulary: ["a"])(Tensor([1])).validated()
        }
        expectError(.dtype, "integers are needed", "string(1,)") {
            try IntegerLookup(vocabulary: [1])(Tensor(["a"])).validated()
        }
        expectError(.dtype) { try StringLookup().adapt([1, 2]) }
    }

    @Test func `adapting again forgets what was learnt`() throws {
        let lookup = StringLookup()
        try lookup.adapt(["a", "b", "a"])
        #expect(try lookup.getVocabulary() == ["[UNK]", "a", "b"])
        try lookup.adapt(["c"])
        #expect(try lookup.getVocabulary() == ["[UNK]", "c"])
        #expect(lookup.vocabularySize == 2)
        try lookup.setVocabulary(["x", "y"])
        #expect(try lookup(Tensor(["y", "c"])).scalars(Int.self) == [2, 0])
    }

    @Test func `a vocabulary whose size is part of a model keeps its size`() throws {
        let lookup = StringLookup(outputMode: .multiHot)
        try lookup.adapt(["a", "b"])
        let model = try Model.of(lookup, shape: [2], .string)
        try lookup.adapt(["b", "c"])
        expectError(.state, "cannot change from 3 to 4") { try lookup.adapt(["a", "b", "c"]) }
        #expect(try lookup.getVocabulary() == ["[UNK]", "c", "b"])
        #expect(model.output.shape.dimensions == [nil, 3])
    }

    @Test func `a given vocabulary cannot be adapted, and data must hold tokens`() throws {
        expectError(.state, "the vocabulary was given") { try StringLookup(vocabulary: ["a"]).adapt(["b"]) }
        expectError(.data, "the data is empty") { try StringLookup().adapt([String]()) }
        expectError(.data, "no token") { try TextVectorization().adapt(["", " . "]) }
        expectError(.argument, "without end") { try StringLookup().adapt(Dataset(["a"]).repeat()) }
        let endless = StringLookup()
        try endless.adapt(Dataset(["a", "b"]).batch(1).repeat(), steps: 3)
        #expect(try endless.getVocabulary() == ["[UNK]", "a", "b"])
        expectError(.data, "one tensor") { try StringLookup().adapt([Tensor(["a"]), Tensor(["b"])]) }
    }

    @Test func `only special tokens in the data leave an empty vocabulary`() throws {
        let lookup = StringLookup(maskToken: "")
        try lookup.adapt(["", "[UNK]"])
        #expect(try lookup.getVocabulary() == ["", "[UNK]"])
        #expect(try lookup(Tensor(["a", ""])).scalars(Int.self) == [1, 0])
    }

    @Test func `more tokens than maxTokens are cut, special ones counted`() throws {
        let lookup = StringLookup(maxTokens: 3)
        try lookup.adapt(["a", "b", "b", "c", "c", "c"])
        #expect(try lookup.getVocabulary() == ["[UNK]", "c", "b"])
        let crowded = StringLookup(maxTokens: 2, numOovIndices: 5)
        try crowded.adapt(["a"])
        #expect(try crowded.getVocabulary(includeSpecialTokens: false) == [])
    }

    @Test func `strings that look alike but differ in bytes are different tokens`() throws {
        let lookup = StringLookup(vocabulary: ["é", "e\u{301}", "\u{0}", ""])
        #expect(try lookup(Tensor(["e\u{301}", "é", "", "\u{0}"])).scalars(Int.self) == [2, 1, 4, 3])
    }

    @Test func `many tokens are all found again`() throws {
        let tokens = (0..<5000).map { "token \($0)" }
        let lookup = StringLookup(vocabulary: tokens)
        #expect(try lookup(Tensor(tokens)).scalars(Int.self) == Array(1...5000))
        #expect(
            try StringLookup(vocabulary: tokens, invert: true)(Tensor([1, 5000, 5001])).strings()
                == ["token 0", "token 4999", "[UNK]"])
    }

    @Test func `a vocabulary is read from a file only where that is asked for`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/vocabulary.txt"
            try "cat\ndog\r\n\nemu\n\n".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try StringLookup(vocabularyFile: path).getVocabulary() == ["[UNK]", "cat", "dog", "", "emu"])
            #expect(TextVectorization(vocabularyFile: path).isGiven)
            // As a list it is a list of one token, and no file is opened.
            #expect(try StringLookup(vocabulary: [path]).getVocabulary() == ["[UNK]", path])
            expectError(.file, "no integer: 'cat'") { try built(IntegerLookup(vocabularyFile: path)) }
            expectError(.file, "/nowhere.txt", "cannot be read") {
                try built(StringLookup(vocabularyFile: "/nowhere.txt"))
            }
            expectError(.argument, "cannot both be given") {
                try built(StringLookup(vocabulary: ["a"], vocabularyFile: path))
            }
        }
    }

    private func lookup(_ vocabulary: [String], mask: String? = nil, maxTokens: Int? = nil) throws {
        try built(StringLookup(maxTokens: maxTokens, maskToken: mask, vocabulary: vocabulary))
    }

    private func built(_ layer: HostLayer) throws { try layer(Tensor(["a"])).validated() }
}

extension Model {
    /// A model of one layer.
    static func of(_ layer: Layer, shape: PartialShape, _ dtype: DType = .float32) throws -> Model {
        let input = Input(shape: shape, dtype: dtype)
        return try Model(inputs: input, outputs: layer(input))
    }
}
