import Testing

import Hornbill

@Suite struct ActivationGoldenTests {
    static let cases = Golden.cases("activations")

    @Test(arguments: cases)
    func `gives Keras's values and gradients`(_ golden: GoldenCase) throws {
        let activation = try activation(golden)
        let x = try golden.require("input_0")
        let cotangent = try golden.require("cotangent_0")
        try expectClose(activation(x), golden.require("output_0"), "output")
        let slope = try gradient(at: x) { try ops.sum(activation($0) * cotangent) }
        try expectClose(slope, golden.require("grad_input_0"), "gradient")
        if let kinks = golden.array("kink_input_0") {
            try expectClose(activation(kinks), golden.require("kink_output_0"), "output at kinks")
        }
    }

    @Test func `every activation has golden data`() {
        let covered = Set(Self.cases.map { $0.className.asActivation().name })
        #expect(Activations.known.values.map(\.name).filter { !covered.contains($0) }.sorted() == [])
        #expect(Self.cases.count >= 55)
    }

    @Test func `a name is canonical, and arguments of one's own are part of it`() {
        #expect("swish".asActivation().name == "silu")
        #expect("hard_swish".asActivation().name == "hard_silu")
        #expect(ActivationFunction.leakyRelu.name == "leaky_relu")
        #expect(ActivationFunction.leakyRelu(negativeSlope: 0.1).name == "leaky_relu(negative_slope=0.1)")
    }

    @Test func `an unknown name lists the known ones`() {
        let error = #expect(throws: HornbillError.self) { try "sofmax".asActivation()(Tensor([1.0])) }
        #expect(error?.kind == .unknownName)
        #expect(error?.message.contains("Did you mean 'softmax'?") == true)
        #expect(error?.message.contains("relu6") == true)
    }

    private func activation(_ golden: GoldenCase) throws -> ActivationFunction {
        let config = golden.config
        func number(_ key: String) -> Double? { config[key]?.double }
        if config == .object([:]) { return golden.className.asActivation() }
        switch golden.className {
        case "celu": return .celu(alpha: number("alpha") ?? 1)
        case "elu": return .elu(alpha: number("alpha") ?? 1)
        case "gelu": return .gelu(approximate: config["approximate"]?.bool ?? false)
        case "glu": return .glu(axis: config["axis"]?.int ?? -1)
        case "hard_shrink": return .hardShrink(threshold: number("threshold") ?? 0.5)
        case "leaky_relu": return .leakyRelu(negativeSlope: number("negative_slope") ?? 0.2)
        case "log_softmax": return .logSoftmax(axis: config["axis"]?.int ?? -1)
        case "relu":
            return .relu(
                negativeSlope: number("negative_slope") ?? 0, maxValue: number("max_value"),
                threshold: number("threshold") ?? 0)
        case "soft_shrink": return .softShrink(threshold: number("threshold") ?? 0.5)
        case "softmax":
            guard let axes = config["axis"]?.list else { return .softmax(axis: config["axis"]?.int ?? -1) }
            return ActivationFunction("softmax") { ops.softmax($0, axis: Axes(axes.compactMap(\.int))) }
        case "sparsemax": return .sparsemax(axis: config["axis"]?.int ?? -1)
        case "squareplus": return .squareplus(b: number("b") ?? 4)
        case "threshold":
            return .threshold(number("threshold") ?? 0, defaultValue: number("default_value") ?? 0)
        default: throw GoldenError("no Swift form of \(golden.className)(\(config))")
        }
    }
}
