import Hornbill

/// The models of Tests/Reference/architectures.py, by its names for them.
enum Architectures {
    static let all: [String: @Sendable () throws -> Model] = [
        "sine": { mlp(1, [8, 8, 1]) },
        "linear": { mlp(3, [1]) },
        "deep_tanh": { mlp(4, [7, 5, 3, 2], hidden: .tanh) },
        "binary": { mlp(5, [6, 1], last: .sigmoid) },
        "digits": { mlp(6, [8, 3], last: .softmax, name: "digits") },
        "logits": { mlp(6, [8, 3]) },
        "multi_label": { mlp(5, [6, 3], hidden: "swish", last: .sigmoid) },
        "flatten_reshape": {
            Sequential {
                Input(shape: [2, 3])
                Flatten()
                Dense(8)
                Activation("elu")
                Reshape([4, 2])
                Dense(3)
                Flatten()
                Dense(2)
            }
        },
        "tokens": {
            Sequential {
                Input(shape: [4, 3])
                Dense(5, activation: .relu)
                Dense(3, activation: .softmax)
            }
        },
        "tickets": tickets,
        "two_heads": {
            let x = Input(shape: [4])
            let y = Dense(6, activation: .relu)(x)
            return try Model(inputs: x, outputs: [Dense(1)(y), Dense(2)(y)])
        },
        "classifier_and_regression": {
            let x = Input(shape: [4], name: "x")
            let y = Dense(6, activation: .tanh)(x)
            return try Model(
                inputs: x,
                outputs: [
                    "kind": Dense(3, activation: .softmax, name: "kind")(y), "size": Dense(1, name: "size")(y),
                ])
        },
        "inception": {
            let x = Input(shape: [6])
            let branches = [
                Dense(3, activation: .relu)(x), Dense(2, activation: .tanh)(Dense(4, activation: .relu)(x)), x,
            ]
            return try Model(inputs: x, outputs: Dense(1)(concatenate(branches)))
        },
        "merges": merges,
        "residual": {
            let x = Input(shape: [4], name: "x")
            let y = add([x, Dense(4, activation: .relu)(x)])
            return try Model(inputs: x, outputs: Dense(1)(y), name: "residual")
        },
        "siamese": {
            let (left, right) = (Input(shape: [5], name: "left"), Input(shape: [5], name: "right"))
            let shared = Dense(3, activation: .tanh, name: "shared")
            let distance = Subtract()([shared(left), shared(right)])
            return try Model(inputs: [left, right], outputs: Dense(1, activation: .sigmoid)(distance))
        },
        "nested": {
            let encoder = Sequential(name: "encoder") {
                Input(shape: [4])
                Dense(5, activation: .relu)
                Dense(3)
            }
            let x = Input(shape: [4])
            let inner = Input(shape: [3])
            let decoded = Dense(2)(Dense(4, activation: .relu)(inner))
            let decoder = try Model(inputs: inner, outputs: decoded, name: "decoder")
            return try Model(inputs: x, outputs: decoder(encoder(x)), name: "outer")
        },
        "frozen": {
            let model = mlp(3, [4, 1])
            model.layers[0].trainable = false
            return model
        },
        "dropout": {
            Sequential {
                Input(shape: [4])
                Dense(3, activation: .relu)
                Dropout(0.5)
                Dense(1)
            }
        },
        "unbuilt": {
            Sequential {
                Dense(4, activation: .relu)
                Dropout(0.1)
                Dense(2)
            }
        },
        "build_later": {
            let model = Sequential {
                Dense(4, activation: .relu)
                Dense(2)
            }
            try model.build([nil, 3])
            return model
        },
        "long_names": {
            Sequential(name: "a_model_with_a_rather_long_name") {
                Input(shape: [3])
                Dense(1200, name: "a_layer_with_quite_a_long_name_indeed_so_long")
                Dense(1000, activation: .softmax, name: "predictions")
            }
        },
        "rank_4": {
            let x = Input(shape: [8, nil, 3], name: "image")
            return try Model(inputs: x, outputs: [Dense(2)(x), Activation(.relu, name: "r")(x)])
        },
        "middle_layer": {
            let model = mlp(3, [4, 2])
            return try Model(inputs: model.inputs, outputs: model.layers[0].output)
        },
        "subclassed": { CustomerTicketModel(departments: 4) },
        "subclassed_classifier": { TwoLayers() },
        "regularized": {
            Sequential {
                Input(shape: [4])
                Dense(5, activation: .relu, kernelRegularizer: "l2", activityRegularizer: Regularizers.L1(0.01))
                Dense(1, biasRegularizer: "l1", kernelConstraint: "max_norm")
            }
        },
    ]

    /// An input of `inputs` numbers, then dense layers.
    static func mlp(
        _ inputs: Int, _ units: [Int], hidden: any ActivationConvertible = "relu",
        last: (any ActivationConvertible)? = nil, name: String? = nil
    ) -> Sequential {
        let stack = units.enumerated().map { index, size in
            Dense(size, activation: index == units.count - 1 ? last : hidden)
        }
        return Sequential([Input(shape: [inputs])] + stack, name: name)
    }

    @Sendable static func tickets() throws -> Model {
        let title = Input(shape: [12], name: "title")
        let textBody = Input(shape: [10], name: "text_body")
        let tags = Input(shape: [4], name: "tags")
        let features = Dense(8, activation: .relu)(Concatenate()([title, textBody, tags]))
        let priority = Dense(1, activation: .sigmoid, name: "priority")(features)
        let department = Dense(4, activation: .softmax, name: "department")(features)
        return try Model(inputs: [title, textBody, tags], outputs: [priority, department])
    }

    @Sendable private static func merges() throws -> Model {
        let x = Input(shape: [5])
        let (a, b) = (Dense(4)(x), Dense(4, activation: .sigmoid)(x))
        let c = Dense(4, activation: .tanh)(x)
        let joined = Concatenate()([
            Add()([a, b]), Subtract()([a, c]), Multiply()([b, c]), Average()([a, b, c]), Maximum()([a, b]),
            Minimum()([a, c]), Dot(axes: 1, normalize: true)([a, b]),
        ])
        return try Model(inputs: x, outputs: Dense(2)(joined))
    }
}

final class CustomerTicketModel: Model {
    let concatenate = Concatenate()
    let mixing = Dense(8, activation: .relu)
    let priorityScorer = Dense(1, activation: .sigmoid)
    let departmentClassifier: Dense

    init(departments: Int) {
        departmentClassifier = Dense(departments, activation: .softmax)
        super.init()
    }

    override func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let features = mixing(concatenate([inputs["title"], inputs["text_body"], inputs["tags"]]))
        return [priorityScorer(features), departmentClassifier(features)]
    }
}

final class TwoLayers: Model {
    let hidden = Dense(6, activation: .relu)
    let head = Dense(3, activation: .softmax)

    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { head(hidden(x)) }
}
