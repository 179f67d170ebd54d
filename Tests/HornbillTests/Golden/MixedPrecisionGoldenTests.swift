import Hornbill
import Testing

/// Layers under `mixed_bfloat16` beside Keras.
///
/// A bfloat16 has 8 significant bits, so that each rounding moves a number by up to 2⁻⁹ of itself. Keras on XLA and
/// Hornbill round at different places (both leave out some that the program names), and a layer has a handful of them on
/// the way to a result: 2⁻⁶ of a number, and 2⁻⁷ of the largest for sums that cancel, is what they may differ by. The way to
/// a gradient is twice as long, and it may cancel against those of other weights (a key's bias moves no softmax): 2⁻⁶ of
/// the largest gradient of the layer. A wrong formula is further off.
@Suite struct MixedPrecisionGoldenTests {
    static let cases = Golden.cases("mixed_bfloat16")

    private func expectNear(
        _ actual: Tensor, _ expected: Tensor, _ what: String, slack: Double? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try actual.validated()
        #expect(actual.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
        let (values, wanted) = (try actual.doubles(), try expected.doubles())
        let largest = wanted.filter(\.isFinite).map(abs).max() ?? 0
        for (index, (value, want)) in zip(values, wanted).enumerated() {
            if value == want || (value.isNaN && want.isNaN) { continue }
            guard abs(value - want) <= 0x1p-6 * abs(want) + (slack ?? 0x1p-7 * largest) else {
                Issue.record(
                    "\(what), element \(index): \(value), Keras has \(want) (the largest is \(largest))",
                    sourceLocation: sourceLocation)
                return
            }
        }
    }

    @Test(arguments: cases)
    func `layers compute in bfloat16 on weights of float32`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            Session.current.dtypePolicy = .mixedBfloat16
            let layer = try golden.makeLayer()
            #expect(layer.computeDtype == .bfloat16 && layer.variableDtype == .float32)
            let values = golden.arrays("input_")
            let isList = golden.fields["input_structure"]?.string == "list"
            func outputs(_ tensors: [Tensor]) throws -> [Tensor] {
                let inputs: TensorStructure = isList ? .list(tensors.map(Structure.tensor)) : .tensor(tensors[0])
                let context = golden.callContext
                let arguments = CallArguments<Tensor>(
                    training: context.training, masks: context.masks, tensors: context.tensors, flags: context.flags)
                return try layer.invoke(inputs, arguments).leaves
            }
            _ = try outputs(values)
            #expect(layer.weights.allSatisfy { !$0.dtype.isFloatingPoint || $0.dtype == .float32 })
            let initial = golden.arrays("weight_")
            try layer.setWeights(initial)
            for (index, output) in try outputs(values).enumerated() {
                // What the arrays hold of a result in bfloat16 is its float32.
                #expect(!output.dtype.isFloatingPoint || output.dtype == .bfloat16, "output \(index)")
                try expectNear(output, golden.require("output_\(index)"), "output \(index)")
            }
            for (index, weight) in layer.weights.enumerated() {
                guard let want = golden.array("weight_after_\(index)") else { continue }
                try expectNear(weight.value, want, "\(weight.path) after the call")
            }
            try layer.setWeights(initial)
            guard !golden.arrays("cotangent_").isEmpty else { return }
            func inner(_ tensors: [Tensor]) throws -> Tensor {
                try outputs(tensors).enumerated().reduce(Tensor(scalar: Float(0))) { sum, output in
                    golden.array("cotangent_\(output.offset)").map { sum + ops.sum(output.element * $0) } ?? sum
                }
            }
            let slack = 0x1p-6 * (try golden.largestGradient ?? 0)
            let floating = values.indices.filter { values[$0].dtype.isFloatingPoint }
            if !floating.isEmpty {
                let slopes = try gradients(at: floating.map { values[$0] }) { chosen in
                    var all = values
                    for (place, value) in zip(floating, chosen) { all[place] = value }
                    return try inner(all)
                }
                for (place, slope) in zip(floating, slopes) {
                    #expect(slope.dtype == .float32)
                    try expectNear(
                        slope, golden.require("grad_input_\(place)"), "gradient of input \(place)", slack: slack)
                }
            }
            let variables = layer.trainableVariables
            let (_, slopes) = try valueAndGradients(of: variables) { try inner(values) }
            for (variable, slope) in zip(variables, slopes) {
                #expect(slope.dtype == .float32, "gradients arrive as float32")
                let place = try #require(layer.weights.firstIndex { $0 === variable })
                try expectNear(
                    slope, golden.require("grad_weight_\(place)"), "gradient of \(variable.path)", slack: slack)
            }
        }
    }

    @Test func `every layer is computed in mixed precision`() {
        let covered = Set(Self.cases.map(\.className))
        // Preprocessing has no policy, and a spectral normalization that of the layer within.
        let preprocessing = Golden.cases("layers_preprocessing").map(\.className)
        let missing = Set(LayerGoldenTests.cases.map(\.className)).subtracting(preprocessing).subtracting(covered)
            .subtracting(["SpectralNormalization"])
        #expect(missing.sorted() == [])
    }
}

extension GoldenCase {
    /// The largest element of all gradients of the case.
    fileprivate var largestGradient: Double? {
        get throws {
            guard case .object(let arrays) = fields["arrays"] ?? .null else { return nil }
            return try arrays.keys.filter { $0.hasPrefix("grad_") }.flatMap { try require($0).doubles().map(abs) }.max()
        }
    }
}
