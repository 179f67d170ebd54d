import Hornbill
import Testing

@Suite struct CTCGoldenTests {
    static let cases = Golden.cases("ctc")

    @Test(arguments: cases.filter { $0.className == "CTCLoss" })
    func `the loss has Keras's values and gradients for every length and blank`(_ golden: GoldenCase) throws {
        let (target, output) = (try golden.require("target"), try golden.require("output"))
        let (labels, steps) = (try golden.require("target_length"), try golden.require("output_length"))
        let blank = golden.config["mask_index"]?.int ?? 0
        let cotangent = try golden.require("cotangent")
        try expectClose(
            ops.ctcLoss(target, output, labels, steps, maskIndex: blank), golden.require("value"), "value")
        let slope = try gradient(at: output) {
            ops.sum(ops.ctcLoss(target, $0, labels, steps, maskIndex: blank) * cotangent)
        }
        guard golden.name == "loss_too_long" else {
            return try expectClose(slope, golden.require("slope"), "gradient")
        }
        // Beside Keras's 10⁵ for the impossible a float32 has two decimals left, and so have both gradients.
        for (mine, wanted) in zip(try slope.doubles(), try golden.require("slope").doubles()) {
            #expect(abs(mine - wanted) <= 0.02)
        }
    }

    @Test(arguments: cases.filter { $0.className == "CTCDecode" })
    func `readings are Keras's`(_ golden: GoldenCase) throws {
        let config = golden.config
        let (labels, scores) = ops.ctcDecode(
            try golden.require("inputs"), try golden.require("lengths"),
            strategy: config["strategy"]?.string == "beam_search" ? .beamSearch : .greedy,
            beamWidth: config["beam_width"]?.int ?? 100, topPaths: config["top_paths"]?.int ?? 1,
            mergeRepeated: config["merge_repeated"]?.bool ?? true,
            maskIndex: golden.name.hasSuffix("last_blank") ? nil : config["mask_index"]?.int ?? 0)
        #expect(labels.dtype == .int32)
        try expectClose(labels, golden.require("labels"), "labels")
        try expectClose(scores, golden.require("scores"), "scores")
    }

    @Test func `a class that the model rules out costs no NaN`() throws {
        let logits = Tensor([0, -Float.infinity, 1, 2, -Float.infinity, 0], shape: [1, 2, 3])
        for target in [[Int32(1), 0], [2, 0]] {
            let labels = Tensor(target, shape: [1, 2])
            #expect(try Losses.ctc(labels, logits).doubles().allSatisfy(\.isFinite))
            let slope = try gradient(at: logits) { ops.sum(Losses.ctc(labels, $0)) }
            #expect(try slope.doubles().allSatisfy(\.isFinite))
        }
    }

    @Test func `wrong labels and shapes are named`() throws {
        let logits = Tensor.zeros([2, 4, 3])
        expectError(.data, "class label", "7") {
            _ = try Losses.ctc(Tensor([Int32(1), 7, 2, 0], shape: [2, 2]), logits).doubles()
        }
        expectError(.shape, "(batch, labels)", "(2,)") {
            _ = try Losses.ctc(Tensor([Int32(1), 2]), logits).doubles()
        }
        expectError(.shape, "(batch, steps, classes)") {
            _ = try Losses.ctc(Tensor([Int32(1), 2], shape: [1, 2]), Tensor.zeros([2, 3])).doubles()
        }
        expectError(.argument, "maskIndex", "3 classes") {
            let lengths = Tensor([Int32(1), 1])
            _ = try ops.ctcLoss(Tensor([Int32(1), 2], shape: [2, 1]), logits, lengths, lengths, maskIndex: 3).doubles()
        }
        expectError(.argument, "width 1", "2 paths") {
            _ = try ops.ctcDecode(
                logits, Tensor([Int32(4), 4]), strategy: .beamSearch, beamWidth: 1, topPaths: 2
            ).labels.doubles()
        }
    }
}
