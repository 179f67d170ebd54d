import Testing

import Hornbill

@Suite struct LossGoldenTests {
    static let cases = Golden.cases("losses")

    @Test(arguments: cases)
    func `gives Keras's values and gradients under every reduction`(_ golden: GoldenCase) throws {
        let (yTrue, yPred) = (try golden.require("y_true"), try golden.require("y_pred"))
        let sampleWeight = try golden.require("sample_weight")
        let (scalars, unreduced) = (try golden.require("values"), golden.array("values_none"))
        let slopes = try golden.require("grads")
        let variants = try #require(golden.fields["variants"]?.list)
        #expect(variants.count == 10)
        for (index, variant) in variants.enumerated() {
            let reduction = try #require(variant["reduction"]?.string.flatMap(Loss.Reduction.init(rawValue:)))
            let loss = try loss(golden, reduction)
            let weights = variant["weighted"]?.bool == true ? sampleWeight : nil
            let what = "\(reduction)\(weights == nil ? "" : ", weighted")"
            let value = try loss(yTrue, yPred, sampleWeight: weights)
            let expected = reduction == .none ? try #require(unreduced)[index - 8] : scalars[index]
            try expectClose(value, expected, "\(what): value")
            let cotangent = reduction == .none ? golden.array("cotangent_none") : nil
            let slope = try gradient(at: yPred) { prediction in
                let value = try loss(yTrue, prediction, sampleWeight: weights)
                return ops.sum(cotangent.map { value * $0 } ?? value)
            }
            try expectClose(slope, slopes[index], "\(what): gradient")
        }
    }

    @Test func `every loss has golden data`() throws {
        let covered = Set(Self.cases.map(\.className))
        let known = Set(Losses.known.values.map { $0().kerasClassName })
        #expect(known.symmetricDifference(covered).sorted() == [])
        #expect(Self.cases.count >= 105)
    }

    @Test(arguments: cases)
    func `the default configuration is Keras's`(_ golden: GoldenCase) throws {
        let config = try loss(golden, .sumOverBatchSize).getConfig()
        guard case .object(let wanted) = golden.fields["keras_config"] ?? .null else { throw GoldenError("no config") }
        for (key, value) in wanted {
            let mine = try #require(config[key], "the configuration lacks '\(key)'")
            #expect(GoldenValue(mine).isNear(value), "\(key)")
        }
        // Keras forgets these two, and makes another loss of the file.
        #expect(Set(config.keys).subtracting(wanted.keys).isSubset(of: ["delta", "axis"]))
    }

    private func loss(_ golden: GoldenCase, _ reduction: Loss.Reduction) throws -> Loss {
        let config = golden.config
        func number(_ key: String, _ standard: Double) -> Double { config[key]?.double ?? standard }
        func flag(_ key: String, _ standard: Bool = false) -> Bool { config[key]?.bool ?? standard }
        let axis = config["axis"]?.int ?? -1
        let (logits, smoothing) = (flag("from_logits"), number("label_smoothing", 0))
        switch golden.className {
        case "MeanSquaredError": return Losses.MeanSquaredError(reduction: reduction)
        case "MeanAbsoluteError": return Losses.MeanAbsoluteError(reduction: reduction)
        case "MeanAbsolutePercentageError": return Losses.MeanAbsolutePercentageError(reduction: reduction)
        case "MeanSquaredLogarithmicError": return Losses.MeanSquaredLogarithmicError(reduction: reduction)
        case "CosineSimilarity": return Losses.CosineSimilarity(axis: axis, reduction: reduction)
        case "Huber": return Losses.Huber(delta: number("delta", 1), reduction: reduction)
        case "LogCosh": return Losses.LogCosh(reduction: reduction)
        case "Hinge": return Losses.Hinge(reduction: reduction)
        case "SquaredHinge": return Losses.SquaredHinge(reduction: reduction)
        case "CategoricalHinge": return Losses.CategoricalHinge(reduction: reduction)
        case "KLDivergence": return Losses.KLDivergence(reduction: reduction)
        case "Poisson": return Losses.Poisson(reduction: reduction)
        case "BinaryCrossentropy":
            return Losses.BinaryCrossentropy(
                fromLogits: logits, labelSmoothing: smoothing, axis: axis, reduction: reduction)
        case "CategoricalCrossentropy":
            return Losses.CategoricalCrossentropy(
                fromLogits: logits, labelSmoothing: smoothing, axis: axis, reduction: reduction)
        case "SparseCategoricalCrossentropy":
            return Losses.SparseCategoricalCrossentropy(
                fromLogits: logits, ignoreClass: config["ignore_class"]?.int, axis: axis, reduction: reduction)
        case "BinaryFocalCrossentropy":
            return Losses.BinaryFocalCrossentropy(
                applyClassBalancing: flag("apply_class_balancing"), alpha: number("alpha", 0.25),
                gamma: number("gamma", 2), fromLogits: logits, labelSmoothing: smoothing, axis: axis,
                reduction: reduction)
        case "CategoricalFocalCrossentropy":
            return Losses.CategoricalFocalCrossentropy(
                alpha: number("alpha", 0.25), gamma: number("gamma", 2), fromLogits: logits,
                labelSmoothing: smoothing, axis: axis, reduction: reduction)
        case "CategoricalGeneralizedCrossEntropy":
            return Losses.CategoricalGeneralizedCrossEntropy(q: number("q", 0.5), reduction: reduction)
        case "Dice": return Losses.Dice(axis: config["axis"]?.ints, reduction: reduction)
        case "Tversky":
            return Losses.Tversky(
                alpha: number("alpha", 0.5), beta: number("beta", 0.5), axis: config["axis"]?.ints, reduction: reduction
            )
        case "Circle":
            return Losses.Circle(
                gamma: number("gamma", 80), margin: number("margin", 0.4),
                removeDiagonal: flag("remove_diagonal", true), reduction: reduction)
        case "CTC": return Losses.CTC(reduction: reduction)
        default: throw GoldenError("no Swift form of \(golden.className)")
        }
    }
}

extension GoldenValue {
    /// A configuration's value, to be compared with Keras's.
    init(_ value: ConfigValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .number(Double(value))
        case .double(let value): self = .number(value)
        case .string(let value): self = .string(value)
        case .list(let values): self = .list(values.map(GoldenValue.init))
        case .object(let config):
            self = .object(Dictionary(uniqueKeysWithValues: config.keys.map { ($0, GoldenValue(config[$0] ?? .null)) }))
        }
    }
}
