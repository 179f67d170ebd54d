import HornbillEngine

extension Activations {
    /// Every name that Keras knows an activation by, and what it stands for.
    package static var known: [String: ActivationFunction] {
        let canonical: [ActivationFunction] = [
            .linear, .relu, .relu6, .leakyRelu, .elu, .selu, .celu, .gelu, .silu, .mish, .glu, .sigmoid, .logSigmoid,
            .hardSigmoid, .hardSilu, .sparseSigmoid, .tanh, .hardTanh, .tanhShrink, .hardShrink, .softShrink,
            .threshold,
            .softplus, .softsign, .squareplus, .sparsePlus, .exponential, .softmax, .logSoftmax, .sparsemax,
        ]
        var table = Dictionary(canonical.map { ($0.name, $0) }) { first, _ in first }
        table["swish"] = .silu
        table["hard_swish"] = .hardSilu
        return table
    }
}

extension ActivationFunction {
    /// A function with arguments of its own. Its name carries them when they are not Keras's defaults, since a name
    /// without them would load as another function.
    init(
        _ name: String, _ arguments: [(name: String, value: Double?, standard: Double?)],
        _ function: @escaping (Tensor) throws -> Tensor
    ) {
        let changed = arguments.filter { $0.value != $0.standard }.map { argument in
            "\(argument.name)=\(argument.value.map { "\($0)" } ?? "None")"
        }
        self.init(changed.isEmpty ? name : "\(name)(\(changed.joined(separator: ", ")))", function)
    }
}

extension ActivationConvertible where Self == ActivationFunction {
    /// x itself.
    public static var linear: ActivationFunction { ActivationFunction("linear") { $0 } }
    /// eˣ.
    public static var exponential: ActivationFunction { ActivationFunction("exponential") { ops.exp($0) } }
}
