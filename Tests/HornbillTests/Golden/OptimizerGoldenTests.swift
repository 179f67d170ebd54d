import Hornbill
import Testing

@Suite struct OptimizerGoldenTests {
    static let cases = ["optimizers", "optimizer_options", "optimizer_rules"].flatMap(Golden.cases)

    @Test(arguments: cases)
    func `makes Keras's steps and state`(_ golden: GoldenCase) throws {
        let optimizer = try GoldenOptimizer.make(golden)
        let described = golden.fields["parameters"]?.list ?? []
        let parameters = try described.enumerated().map { index, field in
            try Variable(golden.require("parameter_\(index)")[0], name: field["name"]?.string ?? "?")
        }
        GoldenOptimizer.exclude(parameters, from: optimizer, golden)
        try optimizer.ensureBuilt(parameters)
        let steps = try #require(golden.fields["steps"]?.int)
        try golden.check(optimizer, parameters, step: 0)
        for step in 0..<steps {
            let rate = try #require(golden.fields["learning_rates"]?.doubles?[step])
            #expect(abs(optimizer.learningRate - rate) <= 1e-6 * abs(rate))
            let gradients = try parameters.indices.map { try golden.require("gradient_\($0)")[step] }
            try optimizer.apply(gradients, to: parameters)
            try golden.check(optimizer, parameters, step: step + 1)
        }
        let finalized = golden.arrays("finalized_")
        if !finalized.isEmpty {
            try optimizer.finalizeVariableValues(parameters)
            for (parameter, want) in zip(parameters, finalized) { try expectClose(parameter.value, want, "average") }
        }
        let wanted = golden.fields["variables"]?.list ?? []
        #expect(optimizer.variables.count == wanted.count)
        // Nadam's scalar and Adafactor's means have no names of their own in Keras.
        let unnamed = ["Nadam": ["variable"], "Adafactor": ["kernel", "bias", "scale", "filters"]][golden.className]
        for (variable, want) in zip(optimizer.variables, wanted) {
            if let name = want["name"]?.string, unnamed?.contains(name) == true { continue }
            #expect(variable.name == want["name"]?.string)
            #expect(variable.path == want["path"]?.string)
        }
    }

    @Test(arguments: cases)
    func `a compiled step is the same`(_ golden: GoldenCase) throws {
        let optimizer = try GoldenOptimizer.make(golden)
        let steps = try #require(golden.fields["steps"]?.int)
        let count = golden.fields["parameters"]?.list?.count ?? 0
        let parameters = try (0..<count).map { index in
            let name = golden.fields["parameters"]?.list?[index]["name"]?.string ?? "?"
            return try Variable(golden.require("parameter_\(index)")[0], name: name)
        }
        GoldenOptimizer.exclude(parameters, from: optimizer, golden)
        try optimizer.ensureBuilt(parameters)
        let trace = Trace()
        let graph = try trace.run {
            try optimizer.apply(try parameters.map { try trace.input($0.type) }, to: parameters)
            return try trace.finish([])
        }
        for step in 0..<steps {
            _ = try GraphRunner.run(graph, (0..<count).map { try golden.require("gradient_\($0)")[step] })
            try golden.check(optimizer, parameters, step: step + 1)
        }
    }

    @Test(arguments: cases)
    func `the configuration is Keras's`(_ golden: GoldenCase) throws {
        let config = try GoldenOptimizer.make(golden).getConfig()
        guard case .object(let wanted) = golden.fields["keras_config"] ?? .null else { throw GoldenError("no config") }
        for (key, value) in wanted {
            let mine = try #require(config[key], "the configuration lacks '\(key)'")
            #expect(GoldenValue(mine).isNear(value), "\(key)")
        }
        #expect(config.keys.count == wanted.count)
    }

    @Test func `every optimizer has golden data`() throws {
        let covered = Set(Self.cases.map(\.className))
        #expect(Set(Optimizers.known.values.map { $0().kerasClassName }).subtracting(covered).sorted() == [])
        #expect(Self.cases.count >= 148)
    }
}
