import Foundation
import Hornbill

/// The end of a model for one target, as far as it can be told from outside.
package struct Head: Sendable, Equatable {
    /// The number of units.
    package let width: Int
    /// The activation's name in Keras; nil where it cannot be told: a subclass, an operation.
    package let activation: String?

    package init(width: Int, activation: String?) {
        self.width = width
        self.activation = activation
    }

    /// The head that an output symbol ends with.
    /// - Throws: kind `shape` for an output that is no row of numbers.
    package init(_ output: SymbolicTensor, target: Target) throws {
        guard output.rank == 2, let width = output.shape.last else {
            throw HornbillError(
                .shape,
                "target '\(target.name)': the model's output has the shape \(output.shape), expected (None, units)")
        }
        self.init(width: width, activation: Self.activation(output.layer))
    }

    /// The name of the activation that a layer ends with; nil where it cannot be told.
    static func activation(_ layer: Layer?) -> String? {
        switch layer {
        case let identity as Activation where identity.activation.name == "linear":
            // It passes on what is before it, such as the model that is trained what the user's gives.
            self.activation(identity.input.layer) ?? "linear"
        case let dense as Dense: dense.activation.name
        case let activation as Activation: activation.activation.name
        case is Softmax: "softmax"
        case is ReLU: "relu"
        case let model as Model: model.outputs.count == 1 ? self.activation(model.outputs[0].layer) : nil
        case let merge where merge is Add || merge is Average || merge is Subtract: "linear"
        default: nil
        }
    }

    /// Checks the number of units and the activation against the target's type.
    /// - Throws: kind `argument` that says which rule is broken, and the layer that would keep it.
    package func check(_ target: Target) throws {
        let known = activation ?? "unknown"
        switch target.type {
        case .regression:
            guard width == 1 else {
                throw broken(
                    target, "a regression's last layer has 1 unit, not \(width)", mend: "Dense(1)")
            }
            guard activation == nil || activation == "linear" else {
                throw broken(
                    target,
                    "a regression's last layer has no activation, but this one has '\(known)', which keeps it from giving every number",
                    mend: "Dense(1)")
            }
        case .binary:
            guard width == 1 || width == 2 else {
                throw broken(
                    target,
                    "for two classes the last layer has 1 unit with sigmoid or 2 with softmax, not \(width) units",
                    mend: "Dense(1, activation: .sigmoid)")
            }
            let wanted = width == 1 ? "sigmoid" : "softmax"
            guard activation == nil || activation == wanted else {
                throw broken(
                    target,
                    "for two classes a last layer of \(width) unit\(width == 1 ? "" : "s") has the activation '\(wanted)', not '\(known)', whose outputs are no probabilities",
                    mend: "Dense(\(width), activation: .\(wanted))")
            }
        case .multiclass:
            let classes = target.classes.count
            guard width == classes else {
                throw broken(
                    target, "for \(classes) classes the last layer has \(classes) units, not \(width)",
                    mend: "Dense(nClasses, activation: .softmax)")
            }
            guard activation == nil || activation == "softmax" else {
                throw broken(
                    target,
                    "for \(classes) classes the last layer has the activation 'softmax', not '\(known)', whose outputs are no distribution",
                    mend: "Dense(nClasses, activation: .softmax)")
            }
        }
    }

    /// Checks the loss of the output against head and type, and says how targets are given to it.
    /// - Parameter loss: its name in snake case; nil for one of the user's own.
    /// - Throws: kind `argument` that says which rule is broken, and which loss would keep it.
    package func layout(_ target: Target, loss: LossForm) throws -> TargetLayout {
        let name = loss.name ?? ""
        let isCrossentropy = name.contains("crossentropy") || name.contains("cross_entropy")
        func wrong(_ why: String, _ mend: String) -> HornbillError {
            broken(target, "the loss '\(name)' \(why)", mend: "loss: \"\(mend)\"")
        }
        if isCrossentropy, loss.fromLogits {
            throw broken(
                target,
                "the loss '\(name)' has fromLogits: true, but the head's activation makes probabilities of logits already",
                mend: "fromLogits: false")
        }
        switch target.type {
        case .regression:
            guard !isCrossentropy, !name.contains("hinge"), !name.contains("focal") else {
                throw wrong("is for classes, but the target's type is regression", "mse")
            }
            return .number
        case .binary where width == 1:
            guard !name.contains("categorical") else {
                throw wrong("is for an output for each class, but this head has one for both", "binary_crossentropy")
            }
            return .number
        case .binary, .multiclass:
            guard !name.hasPrefix("binary") else {
                throw wrong(
                    "is for one output, but this head is a distribution over \(width) classes",
                    "sparse_categorical_crossentropy")
            }
            guard target.type == .binary || !Self.regressionLosses.contains(name) else {
                throw wrong("is for numbers, but the target has classes", "sparse_categorical_crossentropy")
            }
            return name.hasPrefix("sparse") ? .index : .oneHot(width)
        }
    }

    /// Losses that make no sense of a distribution over classes.
    private static let regressionLosses: Set<String> = [
        "mean_absolute_percentage_error", "mape", "mean_squared_logarithmic_error", "msle", "poisson", "log_cosh",
        "huber",
    ]

    private func broken(_ target: Target, _ rule: String, mend: String) -> HornbillError {
        HornbillError(.argument, "target '\(target.name)' (\(target.type.rawValue)): \(rule). Write \(mend)")
    }
}

/// What the configuration of a compiled model says about an output's loss.
package struct LossForm: Equatable {
    /// In snake case; nil for one that is not Keras's.
    package var name: String?
    package var fromLogits: Bool

    package init(name: String?, fromLogits: Bool = false) {
        self.name = name
        self.fromLogits = fromLogits
    }

    /// The losses of a compiled model's outputs.
    /// - Throws: kind `state` for a model without a loss.
    package static func read(_ model: Model, outputs: [String]) throws -> [LossForm] {
        let root = try JSONSerialization.jsonObject(with: Data(try model.toJSON().utf8)) as? [String: Any]
        let loss = (root?["compile_config"] as? [String: Any])?["loss"]
        if let list = loss as? [Any] {
            guard list.count == outputs.count else {
                throw HornbillError(
                    .argument,
                    "compileModel gave \(list.count) losses for the outputs \(outputs.joined(separator: ", "))")
            }
            return list.map(form)
        }
        if let entries = loss as? [String: Any], entries["class_name"] == nil {
            return try outputs.map { name in
                guard let entry = entries[name], !(entry is NSNull) else {
                    throw HornbillError(
                        .state,
                        "compileModel gave no loss for the output '\(name)'; it gave some for: \(entries.keys.sorted().joined(separator: ", "))"
                    )
                }
                return form(entry)
            }
        }
        guard let loss, !(loss is NSNull) else {
            throw HornbillError(.state, "compileModel has to call compile with a loss: model.compile(optimizer:loss:)")
        }
        return outputs.map { _ in form(loss) }
    }

    private static func form(_ value: Any) -> LossForm {
        if let name = value as? String { return LossForm(name: snakeCase(name)) }
        guard let object = value as? [String: Any], let name = object["class_name"] as? String else {
            return LossForm(name: nil)
        }
        let config = object["config"] as? [String: Any]
        guard name != "function" else { return LossForm(name: (object["config"] as? String).map(snakeCase)) }
        let isKeras = (object["module"] as? String)?.hasPrefix("keras") ?? true
        return LossForm(
            name: isKeras ? snakeCase(name) : nil, fromLogits: config?["from_logits"] as? Bool ?? false)
    }

    private static func snakeCase(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase, !result.isEmpty { result += "_" }
            result += character.lowercased()
        }
        return result
    }
}
