import HornbillEngine

// Arguments in forms that only a few layers have.
extension ConfigReader {
    /// A number for each axis: one for all, or a list.
    func each(_ key: String, _ standard: [Int], _ count: Int) throws -> [Int] {
        let sizes = try sizes(key, standard)
        if sizes.count == 1 { return Array(repeating: sizes[0], count: count) }
        guard sizes.count == count else { throw mismatch(key, "\(count) integers", .list(sizes.map(ConfigValue.int))) }
        return sizes
    }

    /// An integer, which older files hold in a list.
    func oneInt(_ key: String, _ standard: Int) throws -> Int {
        let values = try intOrInts(key, [standard])
        guard values.count == 1 else { throw mismatch(key, "an integer", .list(values.map(ConfigValue.int))) }
        return values[0]
    }

    func doubleOrDoubles(_ key: String, _ standard: [Double]? = nil) throws -> [Double] {
        try required(key, "a number or a list of numbers", standard) { $0.doubleValue.map { [$0] } ?? $0.doubleList }
    }

    /// How much before and after each axis: one number, one for each axis, or pairs.
    func borders(_ key: String, _ standard: Int, axes: Int) throws -> [(Int, Int)] {
        let expected = axes == 1 ? "an integer or two" : "an integer, \(axes), or \(axes) pairs of them"
        return try required(key, expected, Array(repeating: (standard, standard), count: axes)) { value in
            if let one = value.intValue { return Array(repeating: (one, one), count: axes) }
            guard let elements = value.listValue else { return nil }
            if axes == 1, let pair = value.intList, pair.count == 2 { return [(pair[0], pair[1])] }
            guard elements.count == axes else { return nil }
            let pairs = elements.compactMap { element -> (Int, Int)? in
                if let one = element.intValue { return (one, one) }
                guard let pair = element.intList, pair.count == 2 else { return nil }
                return (pair[0], pair[1])
            }
            return pairs.count == axes ? pairs : nil
        }
    }

    /// The shape of a kernel's output: a number, or sizes of which some may be null.
    func outputShape(_ key: String = "output_shape") throws -> PartialShape {
        try required(key, "an integer or a list of sizes", nil) { value in
            value.intValue.map { PartialShape([$0]) } ?? value.shapeValue
        }
    }

    /// The bounds of a batch renormalization.
    func renormClipping(_ key: String = "renorm_clipping") throws -> [String: Double]? {
        try optional(key, "an object of numbers or null") { value in
            guard let entries = value.objectValue else { return nil }
            let numbers = entries.keys.compactMap { name in entries[name]?.doubleValue.map { (name, $0) } }
            return numbers.count == entries.keys.count ? Dictionary(numbers) { $1 } : nil
        }
    }

    func outputMode(_ standard: String = "int") throws -> OutputMode {
        OutputMode(try string("output_mode", standard))
    }

    func salt(_ key: String = "salt") throws -> Salt? {
        try optional(key, "an integer or two") { value in
            value.intValue.map { Salt($0, $0) } ?? value.intList.map { Salt($0) }
        }
    }

    func maskValue(_ key: String = "mask_value") throws -> Hashing.MaskValue? {
        try optional(key, "a string or an integer") { value in
            value.intValue.map { .int($0) } ?? value.stringValue.map { .string($0) }
        }
    }

    /// What stands for unknown tokens.
    func oovToken(_ key: String = "oov_token") throws -> String? { has(key) ? try optionalString(key) : "[UNK]" }

    /// The tokens themselves: a string here would be the path of a file, which loading never opens.
    func vocabulary<Token>(_ convert: (ConfigValue) -> [Token]?) throws -> [Token]? {
        try optional("vocabulary", "a list of tokens, since a file is not opened for it,", convert)
    }

    /// The name of a way to standardize or split texts; null is none.
    func textForm<Form: ExpressibleByStringLiteral>(_ key: String, _ standard: String) throws -> Form?
    where Form.StringLiteralType == String {
        guard has(key) else { return Form(stringLiteral: standard) }
        return try optional(key, "a name or null: functions of Python cannot be made again") { value in
            value.stringValue.map(Form.init(stringLiteral:))
        }
    }

    func ngrams(_ key: String = "ngrams") throws -> NGrams? {
        try optional(key, "an integer or a list of integers") { value in
            value.intValue.map { NGrams($0) } ?? value.intList.map { NGrams(lengths: $0) }
        }
    }

    /// A range of numbers: one number, or two.
    func factor(_ key: String) throws -> FactorRange {
        try required(key, "a number or two", nil, Self.factor)
    }
    func optionalFactor(_ key: String) throws -> FactorRange? { try optional(key, "a number or two", Self.factor) }

    private static func factor(_ value: ConfigValue) -> FactorRange? {
        if let one = value.doubleValue { return FactorRange(one) }
        guard let pair = value.doubleList, pair.count == 2 else { return nil }
        return FactorRange(pair[0], pair[1])
    }

    /// The least and the largest value of a pixel.
    func valueRange(_ key: String = "value_range") throws -> (Double, Double) {
        try required(key, "two numbers", (0, 255)) { value in
            value.doubleList.flatMap { $0.count == 2 ? ($0[0], $0[1]) : nil }
        }
    }

    /// Numbers in lists of lists, as a tensor.
    func numbers(_ key: String) throws -> Tensor? {
        try optional(key, "a number, or lists of numbers of equal lengths") { value in
            var numbers: [Double] = []
            let isTensor = ["__tensor__", "__numpy__"].contains(value.objectValue?["class_name"]?.stringValue)
            let elements = isTensor ? value.objectValue?["config"]?.objectValue?["value"] ?? .null : value
            guard let shape = Self.flatten(elements, into: &numbers, depth: 0) else { return nil }
            return Tensor(numbers, shape: Shape(shape)).cast(to: .float32)
        }
    }

    /// The shape of nested lists, whose numbers are appended; nil if they are ragged.
    private static func flatten(_ value: ConfigValue, into numbers: inout [Double], depth: Int) -> [Int]? {
        if let number = value.doubleValue {
            numbers.append(number)
            return []
        }
        guard depth < 16, let elements = value.listValue else { return nil }
        var inner: [Int]?
        for element in elements {
            guard let shape = flatten(element, into: &numbers, depth: depth + 1), inner ?? shape == shape else {
                return nil
            }
            inner = shape
        }
        return [elements.count] + (inner ?? [])
    }

    /// The cell of a recurrent layer, or several as one.
    func cell(_ key: String = "cell") throws -> RecurrentCell {
        if case .list? = config[key] { return StackedRNNCells(try cells(key)) }
        return try layer(key, as: RecurrentCell.self, "a recurrent cell")
    }

    func cells(_ key: String) throws -> [RecurrentCell] {
        try layers(key).map { layer in
            guard let cell = layer as? RecurrentCell else {
                throw HornbillError(
                    .argument, "\(label): \(key) must be recurrent cells, not a \(layer.kerasClassName)")
            }
            return cell
        }
    }

    func optionalLayer<Kind: Layer>(_ key: String, as kind: Kind.Type, _ expected: String) throws -> Kind? {
        value(key) == nil ? nil : try layer(key, as: kind, expected)
    }
}

// Arguments of losses, metrics, optimizers and initializers.
extension ConfigReader {
    /// How a loss becomes one number; null is "not at all".
    var reduction: Loss.Reduction {
        get throws {
            guard has("reduction") else { return .sumOverBatchSize }
            // What Keras 2 called the default.
            if config["reduction"] == "auto" {
                return try optional("reduction", "") { _ in .sumOverBatchSize } ?? .none
            }
            return try optionalChoice("reduction") ?? .none
        }
    }

    /// The seed of an initializer; older files say with it in which type numbers are drawn.
    var seed: Int? {
        get throws {
            ignore("dtype")
            return try optionalInt("seed")
        }
    }

    /// One threshold, or several.
    func thresholds(_ key: String = "thresholds") throws -> [Double]? {
        try optional(key, "a number or a list of numbers") { $0.doubleValue.map { [$0] } ?? $0.doubleList }
    }

    /// Optimizers by the names of the variables that they update.
    func optimizers(_ key: String) throws -> [(key: String, optimizer: Optimizer)] {
        let entries = try required(key, "an object of optimizers", nil, \.objectValue)
        return try entries.keys.map { ($0, try ObjectRegistry.optimizer(entries[$0] ?? .null, context)) }
    }

    func optimizerMap(_ key: String = "optimizer_map") throws -> Optimizers.OptimizerMap {
        let value = try required(key, "a map of optimizers", nil) { $0 }
        return try ObjectRegistry.optimizerMaps.make(value, context)
    }
}
