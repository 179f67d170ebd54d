import Hornbill
import HornbillTestSupport
import Testing

@Suite struct FeatureSpaceTests {
    @Test(arguments: Golden.cases("feature_spaces"))
    func `encodes a table as Keras does`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let space = try space(golden.config)
            var columns: [String: any TrainingData] = [:]
            var rows: [String: any TrainingData] = [:]
            for name in golden.fields["input_names"]?.list?.compactMap(\.string) ?? [] {
                let column = try #require(golden.value("column_\(name)"))
                columns[name] = column
                rows[name] = column[0..<8]
            }
            try space.adapt(columns)
            let result: TensorStructure = space(rows)
            let names = golden.fields["outputs"]?.list?.compactMap(\.string) ?? []
            if case .dictionary(let entries) = result { #expect(entries.keys.sorted() == names) }
            for name in names {
                let output = names == ["all"] ? result.tensor : result[name]
                try expectClose(output, golden.require("output_\(name)"), name)
            }
            #expect(try space.getInputs().keys.sorted() == rows.keys.sorted())
            // As a model, compiled.
            let model = try Model(inputs: space.getInputs(), outputs: space.getEncodedFeatures())
            let data = TensorStructure.dictionary(rows.mapValues(\.data))
            let predicted: TensorStructure = try model.predict(data, batchSize: 3)
            for (a, b) in zip(predicted.leaves, result.leaves) { try expectClose(a, b, "predicted") }
        }
    }

    @Test func `a model is trained on the columns of a table`() throws {
        try Session.withNew(seed: 1) {
            let ages: [Float] = [10, 20, 30, 40, 50, 60]
            let cities = ["a", "b", "a", "b", "a", "b"]
            let space = FeatureSpace(
                features: ["age": .floatNormalized(), "city": "string_categorical"], crosses: [["age_range", "city"]])
            #expect(throws: HornbillError.self) { try space.getInputs() }
            let table: [String: any TrainingData] = ["age": ages, "city": cities]
            let good = FeatureSpace(features: ["age": .floatNormalized(), "city": "string_categorical"])
            try good.adapt(table)
            let output = Dense(1)(try good.getEncodedFeatures())
            let model = try Model(inputs: good.getInputs(), outputs: output)
            try model.compile(optimizer: .adam(learningRate: 0.1), loss: "mse")
            let data = TensorStructure.dictionary(table.mapValues(\.data))
            let history = try model.fit(data, [Float(1), 2, 1, 2, 1, 2], epochs: 60, verbose: 0)
            #expect(try #require(history["loss"].last) < 0.05)
            // One sample of scalars.
            let one: Tensor = good(["age": Float(10), "city": "a"])
            #expect(one.shape == [4])
        }
    }

    @Test func `a layer of one's own preprocesses a feature`() throws {
        let space = FeatureSpace(features: [
            "text": .feature(dtype: .string, preprocessor: TextVectorization(outputMode: .tfIdf), outputMode: .float),
            "n": .floatRescaled(scale: 2, offset: 1),
        ])
        try space.adapt(["text": ["a b", "b", "c"], "n": [Float(1), 2, 3]])
        let encoded: Tensor = space(["text": ["b c"], "n": [Float(4)]])
        #expect(encoded.shape == [1, 5])
        #expect(try encoded[0, 0].item() == 9)
    }

    @Test func `a space that Keras saved is read with what it has learnt, and saved again`() throws {
        let golden = try FormatGolden.json("feature_space.json")
        let columns = ConfigReader(try #require(golden["table"]?.object), className: "table")
        var table: [String: any TrainingData] = ["rooms": try columns.ints("rooms")]
        for name in ["size", "age"] { table[name] = try columns.doubles(name).map { Float($0) } }
        for name in ["city", "land", "street"] { table[name] = try columns.strings(name) }
        let rows = try #require(golden["encoded"]?.list)
        let expected = try rows.flatMap { try ConfigReader(["row": $0], className: "table").doubles("row") }
        func check(_ model: Model) throws {
            let space = try #require(model as? FeatureSpace)
            let encoded: Tensor = space(table)
            #expect(encoded.shape[0] == 4)
            #expect(zip(try encoded.doubles(), expected).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        let space = try loadModel(FormatGolden.path("feature_space.keras"))
        try check(space)
        try withTemporaryFolder { folder in
            try space.save(folder + "/again.keras")
            try check(loadModel(folder + "/again.keras"))
        }
    }

    @Test func `what cannot be encoded is named`() throws {
        expectError(.argument, "at least one feature") { _ = try FeatureSpace(features: [:]).getInputs() }
        expectError(.unknownName, "kind of feature 'floatt'", "Did you mean 'float'") {
            _ = try FeatureSpace(features: ["a": "floatt"]).getInputs()
        }
        expectError(.unknownName, "no feature 'b'", "a") {
            _ = try FeatureSpace(features: ["a": "float"], crosses: [["a", "b"]]).getInputs()
        }
        expectError(.state, "not adapted yet", "a") {
            _ = try FeatureSpace(features: ["a": "float_normalized"]).getInputs()
        }
        expectError(.unknownName, "no column 'a'") {
            try FeatureSpace(features: ["a": "float_normalized"]).adapt(["b": [Float(1)]])
        }
        expectError(.dtype, "'a' is not encoded", "output mode dict") {
            _ = try FeatureSpace(features: ["a": .stringHashed(numBins: 3, outputMode: .int)]).getInputs()
        }
        expectError(.unknownName, "the input 'b' is missing") {
            let space = FeatureSpace(features: ["a": "float", "b": "float"])
            let _: Tensor = try {
                let x: Tensor = space(["a": [Float(1)]]); return try x.validated()
            }()
        }
    }

    private func space(_ config: GoldenValue) throws -> FeatureSpace {
        guard case .object(let features) = config["features"] ?? .null else { throw GoldenError("no features") }
        let crosses = config["crosses"]?.list?.map { FeatureSpace.Cross($0.list?.compactMap(\.string) ?? []) } ?? []
        return FeatureSpace(
            features: features.mapValues { FeatureSpace.Feature(named: $0.string ?? "") },
            outputMode: config["output_mode"]?.string == "dict" ? .dict : .concat, crosses: crosses,
            crossingDim: config["crossing_dim"]?.int ?? 32, hashingDim: config["hashing_dim"]?.int ?? 32,
            numDiscretizationBins: config["num_discretization_bins"]?.int ?? 32)
    }
}
