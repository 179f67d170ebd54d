import Hornbill
import Testing

@Suite struct OptimizerWrapperGoldenTests {
    static let cases = Golden.cases("optimizer_wrappers")

    private func optimizer(_ golden: GoldenCase) throws -> Optimizer {
        func described(_ value: GoldenValue?) throws -> Optimizer {
            try GoldenOptimizer.make(value?["class_name"]?.string ?? "?", value?["config"] ?? .object([:]))
        }
        if golden.className == "LossScaleOptimizer" {
            return Optimizers.LossScaleOptimizer(
                try described(golden.fields["inner"]), initialScale: golden.config["initial_scale"]?.double ?? 32768,
                dynamicGrowthSteps: golden.config["dynamic_growth_steps"]?.int ?? 2000)
        }
        // Keras made the chosen ones first, whose names are therefore the first.
        let chosen = try (golden.fields["chosen"]?.list ?? []).map { ($0["key"]?.string ?? "?", try described($0)) }
        var map = Optimizers.OptimizerMap(defaultOptimizer: try described(golden.fields["default"]))
        for (key, optimizer) in chosen { try map.set(optimizer, for: key) }
        return Optimizers.MultiOptimizer(map, lossScaleFactor: golden.fields["scale"]?.double)
    }

    private func parameters(_ golden: GoldenCase) throws -> [Variable] {
        try (golden.fields["parameters"]?.list ?? []).enumerated().map { index, field in
            try Variable(golden.require("parameter_\(index)")[0], name: field["name"]?.string ?? "?")
        }
    }

    @Test(arguments: cases, [false, true])
    func `makes Keras's steps and state, at once and compiled`(_ golden: GoldenCase, _ compiled: Bool) throws {
        try Session.withNew {
            let (optimizer, parameters) = (try optimizer(golden), try parameters(golden))
            try optimizer.ensureBuilt(parameters)
            let wanted = golden.fields["variables"]?.list ?? []
            #expect(optimizer.variables.map(\.name) == wanted.compactMap { $0["name"]?.string })
            try golden.check(optimizer, parameters, step: 0)
            let trace = Trace()
            let graph = try trace.run {
                try optimizer.apply(try parameters.map { try trace.input($0.type) }, to: parameters)
                return try trace.finish([])
            }
            for step in 0..<(try #require(golden.fields["steps"]?.int)) {
                let scale = golden.fields["scales"]?.doubles?[step]
                #expect(try optimizer.scaleLoss(Tensor(scalar: Float(1))).item() == scale)
                let gradients = try parameters.indices.map { try golden.require("gradient_\($0)")[step] }
                if compiled {
                    _ = try GraphRunner.run(graph, gradients)
                } else {
                    try optimizer.apply(gradients, to: parameters)
                }
                try golden.check(optimizer, parameters, step: step + 1)
            }
        }
    }

    @Test func `what a wrapper cannot do is said`() throws {
        let w = try Variable(Tensor([Float(1)]), name: "w")
        let gradient = Tensor([Float(1)])
        expectError(.argument, "inner optimizer") {
            let scaled = Optimizers.LossScaleOptimizer(Optimizers.SGD()).with { $0.clipNorm = 1 }
            try scaled.apply([gradient], to: [w])
        }
        expectError(.argument, "initialScale", "-1.0") {
            try Optimizers.LossScaleOptimizer(Optimizers.SGD(), initialScale: -1).apply([gradient], to: [w])
        }
        expectError(.argument, "several optimizers", "'w'", "'.'") {
            let map = Optimizers.OptimizerMap(
                defaultOptimizer: Optimizers.SGD(), [".": Optimizers.SGD(), "[w]": Optimizers.Adam()])
            try Optimizers.MultiOptimizer(map).apply([gradient], to: [w])
        }
        expectError(.argument, "LossScaleOptimizer cannot be used inside") {
            let inner = Optimizers.LossScaleOptimizer(Optimizers.SGD())
            try Optimizers.MultiOptimizer { _ in inner }.apply([gradient], to: [w])
        }
    }
}
