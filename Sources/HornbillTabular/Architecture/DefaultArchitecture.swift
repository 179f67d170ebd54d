import Hornbill

/// A wide and a deep path side by side (Cheng et al., 2016), which fits most tables without a line of code.
///
/// The wide path is linear, so that the whole is not worse than a linear model; the deep one has two hidden layers of 64
/// units. Their sum goes through the head's activation. Values far out are drawn in smoothly, so that a single one cannot
/// drown the others. Inputs of other forms than a row of features come into the deep path by what fits them: sequences of
/// words by an embedding and its mean, pictures by two convolutions.
public struct DefaultArchitecture: Architecture {
    /// The units of the hidden layers.
    public var units: [Int]
    /// The share of the hidden units that are dropped in training.
    public var dropout: Double
    public var learningRate: Double
    public var weightDecay: Double
    /// What is added to the root of a gradient's mean square before a step is divided by it. With much of it, a word that
    /// is seen once an epoch moves its weights by as little as its gradient is, and not as far as a feature of all rows.
    public var epsilon = 1e-7
    /// The inputs that are sequences of words, and how many numbers words may have there.
    public var vocabularySizes: [String: Int] = [:]

    public init(units: [Int] = [64, 64], dropout: Double = 0, learningRate: Double = 1e-3, weightDecay: Double = 4e-3) {
        self.units = units
        self.dropout = dropout
        self.learningRate = learningRate
        self.weightDecay = weightDecay
    }

    /// The architecture for so many rows to train on: where they are few, or few for their features, units are dropped.
    public init(rows: Int, features: Int) {
        let isSparse = rows < 10 * features
        self.init(dropout: rows < 10_000 || isSparse ? 0.25 : 0)
        if isSparse { epsilon = 1e-3 }
    }

    public func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model {
        let type: PredictionType =
            switch nClasses {
            case nil: .regression
            case 2: .binary
            default: .multiclass
            }
        let classes = (0..<(nClasses ?? 0)).map(String.init)
        return try buildModel(
            inputShapes: inputShapes, targets: [Target(name: "prediction", type: type, classes: classes)])
    }

    public func buildModel(inputShapes: [String: Shape], targets: [Target]) throws -> Model {
        let names = inputShapes.keys.sorted()
        let inputs = names.map { name in
            Input(
                shape: inputShapes[name] ?? [], dtype: vocabularySizes[name] == nil ? .float32 : .int32, name: name)
        }
        let parts = inputs.map(features)
        let linear = zip(inputs, parts).filter { $0.0.rank == 2 && vocabularySizes[$0.0.name] == nil }.map(\.1)
        let wide = linear.count > 1 ? Concatenate()(linear) : linear.first
        var deep = parts.count == 1 ? parts[0] : Concatenate()(parts)
        for unit in units {
            deep = Dense(unit, activation: .relu, kernelInitializer: "he_normal")(deep)
            if dropout > 0 { deep = Dropout(dropout)(deep) }
        }
        let outputs = targets.map { target -> SymbolicTensor in
            let width = target.type == .multiclass ? target.classes.count : 1
            let names = Self.layerNames(output: target.output)
            let fromDeep = Dense(width, name: names[0])(deep)
            // A linear model begins at 0: a weight that nothing has taught adds no noise.
            let sum =
                wide.map {
                    Dense(width, useBias: false, kernelInitializer: "zeros", name: names[1])($0) + fromDeep
                } ?? fromDeep
            switch target.type {
            case .regression: return Activation("linear", name: target.output)(sum)
            case .binary: return Activation("sigmoid", name: target.output)(sum)
            case .multiclass: return Activation("softmax", name: target.output)(sum)
            }
        }
        return try Model(inputs: inputs, outputs: outputs)
    }

    /// An input's way to a row of numbers.
    private func features(_ input: SymbolicTensor) -> SymbolicTensor {
        if let words = vocabularySizes[input.name] {
            return GlobalAveragePooling1D()(Embedding(words, 32, maskZero: true)(input))
        }
        // Almost the identity up to 1, and never beyond 3 (Holzmüller et al., 2024).
        guard input.rank == 4 else { return input / ops.sqrt(1.0 + ops.square(input / 3.0)) }
        var x = input
        for filters in [16, 32] {
            x = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)(x)
            x = MaxPooling2D(poolSize: 2)(x)
        }
        return GlobalAveragePooling2D()(x)
    }

    /// The names of the layers whose sum an output is made of.
    static func layerNames(output: String) -> [String] { ["\(output)_deep", "\(output)_wide"] }

    /// Compiles a model with the loss that fits the activation that each output ends with.
    public func compileModel(_ model: Model) throws {
        let types = model.outputs.map { output -> PredictionType in
            switch Head.activation(output.layer) {
            case "sigmoid": .binary
            case "softmax": .multiclass
            default: .regression
            }
        }
        try compile(model, targets: zip(model.outputNames, types).map { Target(name: $0, type: $1, output: $0) })
    }

    public func compileModel(_ model: Model, targets: [Target]) throws { try compile(model, targets: targets) }

    private func compile(_ model: Model, targets: [Target]) throws {
        let losses = Dictionary(targets.map { ($0.output, $0.defaultLoss as any LossConvertible) }) { $1 }
        try model.compile(
            optimizer: .adamW(learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon), loss: losses)
    }
}
