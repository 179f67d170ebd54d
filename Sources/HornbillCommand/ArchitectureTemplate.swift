import HornbillTabular

/// The architecture that a new package begins with: two functions, for one target of a type or for several.
enum ArchitectureTemplate {
    case one(PredictionType)
    case several

    /// The source of `Net.swift`.
    var text: String {
        """
        import Hornbill
        import HornbillTabular

        /// The model and how it is trained: change it as you like.
        struct Net: Architecture {
        \(functions)
        }

        """
    }

    private var functions: String {
        switch self {
        case .one(.regression):
            Self.ofOne(head: "Dense(1)(x)", rule: "A regression has one unit without activation.", "mean_squared_error")
        case .one(.binary):
            Self.ofOne(
                head: "Dense(1, activation: .sigmoid)(x)", rule: "Two classes have one unit with a sigmoid.",
                "binary_crossentropy")
        case .one(.multiclass):
            Self.ofOne(
                head: "Dense(nClasses ?? 1, activation: .softmax)(x)",
                rule: "Classes have a unit each, with a softmax over them.", "sparse_categorical_crossentropy")
        case .several: Self.ofSeveral
        }
    }

    private static let hidden = """
                let inputs = inputShapes.keys.sorted().map { Input(shape: inputShapes[$0] ?? [], name: $0) }
                var x = inputs.count == 1 ? inputs[0] : Concatenate()(inputs)
                x = Dense(64, activation: .relu)(x)
                x = Dense(64, activation: .relu)(x)
        """

    private static func ofOne(head: String, rule: String, _ loss: String) -> String {
        """
            /// Makes the model.
            /// - Parameters:
            ///   - inputShapes: by the input's name, the shape of one row's features; `main` has those of all columns that
            ///     were not routed elsewhere.
            ///   - nClasses: how many classes the target has; nil for a regression.
            func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model {
        \(hidden)
                // \(rule)
                return try Model(inputs: inputs, outputs: \(head))
            }

            /// Calls the model's `compile`. A loss that does not fit the target is told before training.
            func compileModel(_ model: Model) throws {
                try model.compile(optimizer: .adam(learningRate: 1e-3), loss: "\(loss)")
            }
        """
    }

    private static let ofSeveral = """
            /// Makes the model.
            /// - Parameters:
            ///   - inputShapes: by the input's name, the shape of one row's features; `main` has those of all columns that
            ///     were not routed elsewhere.
            ///   - targets: what is predicted: each has an output, named `output`.
            func buildModel(inputShapes: [String: Shape], targets: [Target]) throws -> Model {
        \(hidden)
                let outputs = targets.map { target in
                    switch target.type {
                    case .regression: Dense(1, name: target.output)(x)
                    case .binary: Dense(1, activation: .sigmoid, name: target.output)(x)
                    case .multiclass: Dense(target.classes.count, activation: .softmax, name: target.output)(x)
                    }
                }
                return try Model(inputs: inputs, outputs: outputs)
            }

            /// Calls the model's `compile`. A loss that does not fit a target is told before training.
            func compileModel(_ model: Model, targets: [Target]) throws {
                var losses: [String: any LossConvertible] = [:]
                for target in targets { losses[target.output] = target.defaultLoss }
                try model.compile(optimizer: .adam(learningRate: 1e-3), loss: losses)
            }
        """
}
