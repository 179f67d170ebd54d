import Testing

import Hornbill

/// Regularizers, constraints and schedules.
@Suite struct SmallFamiliesGoldenTests {
    @Test(arguments: Golden.cases("regularizers"))
    func `a regularizer gives Keras's penalty and gradient`(_ golden: GoldenCase) throws {
        let config = golden.config
        let regularizer: Regularizer
        switch golden.className {
        case "L1": regularizer = Regularizers.L1(config["l1"]?.double ?? 0.01)
        case "L2": regularizer = Regularizers.L2(config["l2"]?.double ?? 0.01)
        case "L1L2": regularizer = Regularizers.L1L2(l1: config["l1"]?.double ?? 0, l2: config["l2"]?.double ?? 0)
        case "OrthogonalRegularizer":
            regularizer = Regularizers.OrthogonalRegularizer(
                factor: config["factor"]?.double ?? 0.01, mode: config["mode"]?.string == "columns" ? .columns : .rows)
        default: throw GoldenError("no Swift form of \(golden.className)")
        }
        let x = try golden.require("input_0")
        try expectClose(regularizer(x), golden.require("output_0"), "penalty")
        try expectClose(gradient(at: x) { try regularizer($0) }, golden.require("grad_input_0"), "gradient")
    }

    @Test(arguments: Golden.cases("constraints"))
    func `a constraint gives Keras's weights`(_ golden: GoldenCase) throws {
        let config = golden.config
        let axis = Axes(config["axis"]?.ints ?? [0])
        let constraint: Constraint
        switch golden.className {
        case "MaxNorm": constraint = Constraints.MaxNorm(config["max_value"]?.double ?? 2, axis: axis)
        case "UnitNorm": constraint = Constraints.UnitNorm(axis: axis)
        case "NonNeg": constraint = Constraints.NonNeg()
        case "MinMaxNorm":
            constraint = Constraints.MinMaxNorm(
                minValue: config["min_value"]?.double ?? 0, maxValue: config["max_value"]?.double ?? 1,
                rate: config["rate"]?.double ?? 1, axis: axis)
        default: throw GoldenError("no Swift form of \(golden.className)")
        }
        try expectClose(constraint(golden.require("input_0")), golden.require("output_0"), "weights")
    }

    @Test(arguments: Golden.cases("schedules"))
    func `a schedule gives Keras's rates`(_ golden: GoldenCase) throws {
        let schedule = try schedule(golden.className, golden.config)
        let (steps, values) = (try golden.require("steps").doubles(), try golden.require("values"))
        let rates = try steps.map { try schedule(Tensor(scalar: Int64($0))).item() }
        try expectClose(Tensor(rates), values, "rates at \(steps)")
    }

    @Test func `no regularizer, constraint or schedule is without golden data`() throws {
        func classes(_ family: String) -> Set<String> { Set(Golden.cases(family).map(\.className)) }
        #expect(Set(Regularizers.known.values.map { $0().kerasClassName }) == classes("regularizers"))
        #expect(Set(Constraints.known.values.map { $0().kerasClassName }) == classes("constraints"))
        #expect(classes("schedules").count == 6)
        #expect(["regularizers", "constraints", "schedules"].map { Golden.cases($0).count }.reduce(0, +) >= 42)
    }
}

/// The schedule of this name and configuration.
func schedule(_ className: String, _ config: GoldenValue) throws -> any LearningRateSchedule {
    func number(_ key: String) -> Double? { config[key]?.double }
    let initial = number("initial_learning_rate") ?? 0
    let steps = config["decay_steps"]?.int ?? 0
    switch className {
    case "ExponentialDecay":
        return Schedules.ExponentialDecay(
            initial, decaySteps: steps, decayRate: number("decay_rate") ?? 0,
            staircase: config["staircase"]?.bool ?? false)
    case "InverseTimeDecay":
        return Schedules.InverseTimeDecay(
            initial, decaySteps: steps, decayRate: number("decay_rate") ?? 0,
            staircase: config["staircase"]?.bool ?? false)
    case "PolynomialDecay":
        return Schedules.PolynomialDecay(
            initial, decaySteps: steps, endLearningRate: number("end_learning_rate") ?? 0.0001,
            power: number("power") ?? 1, cycle: config["cycle"]?.bool ?? false)
    case "PiecewiseConstantDecay":
        return Schedules.PiecewiseConstantDecay(
            boundaries: config["boundaries"]?.ints ?? [], values: config["values"]?.doubles ?? [])
    case "CosineDecay":
        return Schedules.CosineDecay(
            initial, decaySteps: steps, alpha: number("alpha") ?? 0, warmupTarget: number("warmup_target"),
            warmupSteps: config["warmup_steps"]?.int ?? 0)
    case "CosineDecayRestarts":
        return Schedules.CosineDecayRestarts(
            initial, firstDecaySteps: config["first_decay_steps"]?.int ?? 0, tMul: number("t_mul") ?? 2,
            mMul: number("m_mul") ?? 1, alpha: number("alpha") ?? 0)
    default: throw GoldenError("no Swift form of \(className)")
    }
}
