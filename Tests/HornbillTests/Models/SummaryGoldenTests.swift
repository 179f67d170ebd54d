import Hornbill
import Testing

/// Tables of models, letter for letter as Keras prints them.
@Suite struct SummaryGoldenTests {
    /// Hornbill throws where a model is not built (issue: calling `summary` before build is an error), where Keras
    /// prints a table of question marks.
    static let cases = Golden.cases("summaries").filter { !["unbuilt", "subclassed_classifier"].contains($0.name) }

    @Test(arguments: cases)
    func `the text is Keras's`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let model = try model(golden)
            let arguments = golden.fields["arguments"]
            let range = arguments?["layer_range"]?.list?.compactMap(\.string)
            let text = try model.summaryText(
                lineLength: arguments?["line_length"]?.int, positions: arguments?["positions"]?.doubles,
                expandNested: arguments?["expand_nested"]?.bool ?? false,
                showTrainable: arguments?["show_trainable"]?.bool ?? false, layerRange: range.map { ($0[0], $0[1]) },
                terminalWidth: golden.fields["columns"]?.int)
            var expected = golden.fields["text"]?.string ?? ""
            if golden.name == "sine_trained" {
                // The count of steps has 64 bits, as Keras's on TensorFlow; on JAX it has 32.
                expected = expected.replacing("784.00 B", with: "788.00 B").replacing("1.14 KB", with: "1.15 KB")
            }
            #expect(text + "\n" == expected)
            #expect(model.name == golden.fields["model_name"]?.string)
            #expect(model.layers.map(\.name) == golden.strings("layer_names"))
        }
    }

    private func model(_ golden: GoldenCase) throws -> Model {
        let make = try #require(Architectures.all[golden.fields["architecture"]?.string ?? ""])
        var model = try make()
        switch golden.name {
        case "sine_twice": model = try make()
        case "sine_compiled": try model.compile(optimizer: "adam", loss: "mse")
        case "sine_trained":
            try model.compile(optimizer: "adam", loss: "mse")
            try model.fit(Tensor.zeros([4, 1]), Tensor.zeros([4, 1]), verbose: 0)
        case "subclassed_called": try (model(Tensor.zeros([2, 6])) as Tensor).validated()
        default: break
        }
        return model
    }

    @Test(arguments: ["unbuilt", "subclassed_classifier"])
    func `a model that is not built has no summary, and says how to build it`(_ name: String) throws {
        try Session.withNew(seed: 1) {
            let make = try #require(Architectures.all[name])
            let model = try make()
            expectError(.state, "put an Input first, call build([nil, …]), or fit it on data") {
                _ = try model.summaryText()
            }
        }
    }

    @Test func `a range of layers that is not there, and columns too narrow, are errors`() {
        Session.withNew(seed: 1) {
            let model = Architectures.mlp(2, [3, 1])
            expectError(.unknownName, "no layer 'nothing'", "dense, dense_1") {
                _ = try model.summaryText(layerRange: ("dense", "nothing"))
            }
            expectError(.argument, "regular expression") { _ = try model.summaryText(layerRange: ("(", "dense")) }
            for length in [10, 0, -5] {
                expectError(.argument, "too few") { _ = try model.summaryText(lineLength: length) }
            }
            for positions in [[.nan, 0.5, 1], [0.5, 1], [0.1, 7, 1]] {
                expectError(.argument, "positions must be 3 shares") { _ = try model.summaryText(positions: positions) }
            }
        }
    }
}
