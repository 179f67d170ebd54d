import Hornbill
import Testing

@Suite struct HashingTests {
    @Test func `every length of a text has TensorFlow's bin`() throws {
        // Made by tf.strings.to_hash_bucket_fast and to_hash_bucket_strong, with the key (5, 7), into 1,000,003 bins.
        for (length, fast, strong) in Self.bins {
            let text = Tensor([String(repeating: "ab", count: length).prefix(length)].map(String.init))
            #expect(try Hashing(numBins: 1_000_003)(text).item() == Double(fast), "FarmHash of \(length) bytes")
            #expect(
                try Hashing(numBins: 1_000_003, salt: [5, 7])(text).item() == Double(strong),
                "SipHash of \(length) bytes")
        }
    }

    private static let bins: [(Int, Int, Int)] = [
        (0, 377723, 261480), (1, 291400, 99097), (2, 834328, 413954), (3, 989357, 244402),
        (4, 759653, 252853), (5, 198520, 690075), (7, 982614, 769588), (8, 823103, 970196),
        (9, 546616, 577373), (15, 596832, 427461), (16, 427381, 672927), (17, 327542, 739748),
        (24, 511554, 373795), (31, 883293, 294922), (32, 611497, 333060), (33, 130775, 81187),
        (48, 977213, 512912), (63, 66725, 691474), (64, 19970, 514189), (65, 505058, 551492),
        (100, 727297, 959511), (127, 220543, 584911), (128, 211282, 638025), (129, 606531, 457158),
        (191, 699781, 522267), (192, 777992, 355563), (193, 919030, 519083), (300, 922641, 552610),
    ]

    @Test func `bad arguments are named`() throws {
        expectError(.argument, "numBins must be at least 1, not 0") {
            try Hashing(numBins: 0)(Tensor(["a"])).validated()
        }
        expectError(.argument, "one of int, one_hot, multi_hot, count, not 'tf_idf'") {
            try Hashing(numBins: 3, outputMode: .tfIdf)(Tensor(["a"])).validated()
        }
        expectError(.dtype, "int32 or int64, not float32") {
            try Hashing(numBins: 3, dtype: .float32)(Tensor(["a"])).validated()
        }
        expectError(.argument, "a salt is one integer or two") {
            try Hashing(numBins: 3, salt: [1, 2, 3])(Tensor(["a"])).validated()
        }
        let cross = HashedCrossing(numBins: 4)
        expectError(.argument, "a list of at least two") { try cross([Tensor(["a"])]).validated() }
        expectError(.shape, "one shape, not (2,) and (1,)") {
            try cross([Tensor(["a", "b"]), Tensor([1])]).validated()
        }
        expectError(.shape, "not (1, 2)") {
            try cross([Tensor(rows: [["a", "b"]]), Tensor(rows: [[1, 2]])]).validated()
        }
        expectError(.dtype, "strings and integers, not float32") {
            try cross([Tensor(["a"]), Tensor([Float(1)])]).validated()
        }
        expectError(.argument, "one of int, one_hot, not 'count'") {
            try HashedCrossing(numBins: 4, outputMode: .count)([Tensor(["a"]), Tensor([1])]).validated()
        }
    }

    @Test func `the dtype may be int32`() {
        #expect(Hashing(numBins: 3, dtype: "int32")(Tensor(["a"])).dtype == .int32)
        #expect(Hashing(numBins: 3)(Tensor(["a"])).dtype == .int64)
    }
}
