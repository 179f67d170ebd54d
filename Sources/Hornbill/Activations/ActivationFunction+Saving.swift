import HornbillEngine

// How files hold activations: Keras's by name, a user's as a function by name, and those with arguments, which Keras has
// no functions for, as the layers that compute the same.
extension ActivationFunction {
    /// The layers that may stand for an activation: those without weights.
    static let layerClasses: Set<String> = ["ReLU", "LeakyReLU", "ELU", "Softmax"]

    /// What Keras writes for it.
    public var serialized: ConfigValue {
        if let form { return form }
        if Activations.known[name] != nil { return .string(name) }
        if let call = ActivationCall(name) { return call.layerForm ?? .string(name) }
        return .object([
            "module": "builtins", "class_name": "function", "config": .string(name), "registered_name": "function",
        ])
    }

    /// A layer without weights as an activation.
    init(_ layer: Layer) {
        self.init(layer.name) { x in
            guard let y = try layer.invoke(.tensor(x)).single else {
                throw HornbillError(.internal, "an activation gives one tensor", layer: layer.label)
            }
            return y
        }
        form = layer.serialized
    }

    /// By the name that a file holds.
    /// - Throws: kind `unknownName` for one that is not known.
    init(saved name: String) throws {
        if let function = ActivationCall(name)?.function {
            self = function
        } else {
            self = try Lookup.find(name, in: Activations.known, "activation")
        }
    }

    /// The same function under a registered name.
    func registered(as name: String) -> ActivationFunction { ActivationFunction(name) { try self($0) } }
}

/// A name with arguments, `leaky_relu(negative_slope=0.1)`: how activations with other arguments than Keras's are named.
struct ActivationCall {
    let name: String
    let arguments: [String: Double?]

    init?(_ text: String) {
        guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return nil }
        var arguments: [String: Double?] = [:]
        for part in text[text.index(after: open)...].dropLast().split(separator: ",") {
            let sides = part.split(separator: "=").map { $0.filter { $0 != " " } }
            guard sides.count == 2, sides[1] == "None" || Double(sides[1]) != nil else { return nil }
            arguments[sides[0]] = Double(sides[1])
        }
        name = String(text[..<open])
        self.arguments = arguments
    }

    private func number(_ name: String, _ standard: Double) -> Double { (arguments[name] ?? standard) ?? standard }
    private var axis: Int? { Int(exactly: number("axis", -1)) }

    /// The function of these arguments; nil for one that is not known.
    var function: ActivationFunction? {
        switch name {
        case "relu":
            .relu(
                negativeSlope: number("negative_slope", 0), maxValue: arguments["max_value"] ?? nil,
                threshold: number("threshold", 0))
        case "leaky_relu": .leakyRelu(negativeSlope: number("negative_slope", 0.2))
        case "elu": .elu(alpha: number("alpha", 1))
        case "celu": .celu(alpha: number("alpha", 1))
        case "gelu": .gelu(approximate: number("approximate", 0) != 0)
        case "squareplus": .squareplus(b: number("b", 4))
        case "threshold": .threshold(number("threshold", 0), defaultValue: number("default_value", 0))
        case "hard_shrink": .hardShrink(threshold: number("threshold", 0.5))
        case "soft_shrink": .softShrink(threshold: number("threshold", 0.5))
        case "softmax": axis.map { .softmax(axis: $0) }
        case "log_softmax": axis.map { .logSoftmax(axis: $0) }
        case "sparsemax": axis.map { .sparsemax(axis: $0) }
        case "glu": axis.map { .glu(axis: $0) }
        default: nil
        }
    }

    /// The layer that computes the same; nil where Keras has none.
    var layerForm: ConfigValue? {
        func layer(_ className: String, _ config: Config) -> ConfigValue {
            .object([
                "module": "keras.layers", "class_name": .string(className), "config": .object(config),
                "registered_name": .null,
            ])
        }
        switch name {
        case "relu":
            return layer(
                "ReLU",
                [
                    "max_value": ConfigValue(arguments["max_value"] ?? nil),
                    "negative_slope": .double(number("negative_slope", 0)),
                    "threshold": .double(number("threshold", 0)),
                ])
        case "leaky_relu": return layer("LeakyReLU", ["negative_slope": .double(number("negative_slope", 0.2))])
        case "elu": return layer("ELU", ["alpha": .double(number("alpha", 1))])
        case "softmax": return axis.map { layer("Softmax", ["axis": .int($0)]) }
        default: return nil
        }
    }
}
