import Hornbill
import Testing

/// Layers that read strings or are adapted to data, beside Keras's numbers.
@Suite struct PreprocessingGoldenTests {
    static let cases = Golden.cases("preprocessing")

    @Test(arguments: cases)
    func `learns and computes as Keras does`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let layer = try golden.makeLayer()
            try adapt(layer, golden)
            for call in 0..<(golden.fields["calls"]?.int ?? 0) {
                let inputs = golden.values("input_\(call)_")
                let structure: TensorStructure =
                    inputs.count == 1 ? .tensor(inputs[0]) : .list(inputs.map(Structure.tensor))
                let output = Tensor.call(layer, structure, CallArguments(), CallSite(#fileID, #line)).tensor
                let want = try #require(golden.value("output_\(call)"))
                if want.dtype == .string {
                    #expect(try output.strings() == want.strings())
                } else {
                    try expectClose(output, want, "call \(call)")
                }
            }
        }
    }

    @Test(arguments: cases)
    func `the vocabulary and the boundaries are Keras's`(_ golden: GoldenCase) throws {
        let layer = try Session.withNew { try golden.makeLayer() }
        try adapt(layer, golden)
        if let want = golden.value("vocabulary") {
            switch layer {
            case let lookup as StringLookup: #expect(try lookup.getVocabulary() == want.strings())
            case let lookup as IntegerLookup:
                #expect(try lookup.getVocabulary().map(Double.init) == want.doubles())
            case let text as TextVectorization: #expect(try text.getVocabulary() == want.strings())
            default: Issue.record("a vocabulary of \(golden.className)")
            }
        }
        if let want = golden.fields["bin_boundaries"]?.doubles {
            let boundaries = try #require((layer as? Discretization)?.binBoundaries)
            #expect(boundaries.count == want.count)
            for (a, b) in zip(boundaries, want) { #expect(abs(a - b) <= 1e-6 * (1 + abs(b))) }
        }
    }

    @Test(arguments: cases)
    func `symbols have the shapes that tensors have`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let layer = try golden.makeLayer()
            try adapt(layer, golden)
            for call in 0..<(golden.fields["calls"]?.int ?? 0) {
                let inputs = golden.values("input_\(call)_")
                guard inputs.allSatisfy({ $0.rank > 0 }) else { continue }
                let symbols = inputs.map { Input(shape: PartialShape(Array($0.shape.dropFirst())), dtype: $0.dtype) }
                let structure: Structure<SymbolicTensor> =
                    symbols.count == 1 ? .tensor(symbols[0]) : .list(symbols.map(Structure.tensor))
                let output = SymbolicTensor.call(layer, structure, CallArguments(), CallSite(#fileID, #line)).tensor
                try output.validated()
                let values: TensorStructure =
                    inputs.count == 1 ? .tensor(inputs[0]) : .list(inputs.map(Structure.tensor))
                let result = Tensor.call(layer, values, CallArguments(), CallSite(#fileID, #line)).tensor
                #expect(output.shape.accepts(PartialShape(result.shape)), "\(output.shape) and \(result.shape)")
                #expect(output.dtype == result.dtype)
            }
        }
    }

    @Test(arguments: cases)
    func `the configuration has Keras's entries`(_ golden: GoldenCase) throws {
        let layer = try Session.withNew { try golden.makeLayer() }
        try adapt(layer, golden)
        let config = layer.getConfig()
        guard case .object(let wanted) = golden.fields["keras_config"] ?? .null else { throw GoldenError("no config") }
        for (key, value) in wanted where key != "dtype" {
            let mine = try #require(config[key], "the configuration lacks '\(key)'")
            #expect(GoldenValue(mine).isNear(value), "\(key): \(mine), Keras has \(value)")
        }
    }

    private func adapt(_ layer: Layer, _ golden: GoldenCase) throws {
        let batches = golden.values("adapt_")
        if batches.count == 1 {
            try layer.adaptable?.adapt(batches[0])
        } else if batches.count > 1 {
            let data = Dataset(batched: true) {
                var next = 0
                return {
                    defer { next += 1 }
                    return next < batches.count ? Dataset.Element(batches[next]) : nil
                }
            }
            try layer.adaptable?.adapt(data, steps: nil)
        }
    }
}

extension GoldenCase {
    /// An array, or strings of the manifest.
    func value(_ name: String) -> Tensor? {
        guard let entry = fields[name], let strings = entry["strings"]?.list else { return array(name) }
        return Tensor(strings: strings.compactMap(\.string), shape: Shape(entry["shape"]?.ints ?? []))
    }

    /// The values `prefix0`, `prefix1`, … up to the first that is not there.
    func values(_ prefix: String) -> [Tensor] {
        var found: [Tensor] = []
        while let tensor = value("\(prefix)\(found.count)") { found.append(tensor) }
        return found
    }
}

extension Layer {
    fileprivate var adaptable: (any AdaptableLayer)? { self as? any AdaptableLayer }
}
