import Hornbill

/// A model with its data, the same as in `Peers/`.
struct Workload: Sendable {
    let name: String
    let samples: Int
    let batchSize: Int
    /// Epochs that one timing lasts.
    let epochs: Int
    let make: @Sendable () throws -> (model: Model, x: TensorStructure, y: TensorStructure)

    static let all = [sine, tickets, mlp, lstm, gru, simpleRNN]

    /// An MLP 1-32-32-1 that learns the sine; batches of 32.
    static let sine = Workload(name: "sine", samples: 1000, batchSize: 32, epochs: 50) {
        let model = Sequential {
            Input(shape: [1])
            Dense(32, activation: .sigmoid)
            Dense(32, activation: .sigmoid)
            Dense(1)
        }
        try model.compile(optimizer: "rmsprop", loss: "mse", metrics: ["mse"])
        let x = Tensor.linspace(0, 1, count: 1000)
        return (
            model, .tensor(ops.expandDims(x, axis: 1)), .tensor(ops.expandDims(ops.sin(x * 2 * Double.pi), axis: 1))
        )
    }

    /// Three inputs of 20,100 numbers together, two heads; batches of 32.
    static let tickets = Workload(name: "tickets", samples: 1280, batchSize: 32, epochs: 2) {
        let title = Input(shape: [10_000], name: "title")
        let body = Input(shape: [10_000], name: "text_body")
        let tags = Input(shape: [100], name: "tags")
        let features = Dense(64, activation: .relu)(Concatenate()([title, body, tags]))
        let priority = Dense(1, activation: .sigmoid, name: "priority")(features)
        let department = Dense(4, activation: .softmax, name: "department")(features)
        let model = try Model(inputs: [title, body, tags], outputs: [priority, department])
        try model.compile(
            optimizer: "rmsprop", loss: ["mean_squared_error", "categorical_crossentropy"],
            metrics: [["mean_absolute_error"], ["accuracy"]])
        func bits(_ width: Int) -> Tensor { (random.uniform([1280, width]) > 0.5).cast(to: .float32) }
        let departments = ops.oneHot(random.randint([1280], minval: 0, maxval: 4), 4)
        return (model, [bits(10_000), bits(10_000), bits(100)], [random.uniform([1280, 1]), departments])
    }

    /// 784-512-10 with integer labels; batches of 128.
    static let mlp = Workload(name: "mlp", samples: 12_800, batchSize: 128, epochs: 2) {
        let model = Sequential {
            Input(shape: [784])
            Dense(512, activation: .relu)
            Dense(10, activation: .softmax)
        }
        try model.compile(optimizer: "rmsprop", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
        return (
            model, .tensor(random.uniform([12_800, 784])), .tensor(random.randint([12_800], minval: 0, maxval: 10))
        )
    }

    /// 100 steps of 32 features through 128 units, and a number out; batches of 32.
    static let lstm = recurrent("lstm") { LSTM(128) }
    static let gru = recurrent("gru") { GRU(128) }
    static let simpleRNN = recurrent("simple_rnn") { SimpleRNN(128) }

    private static func recurrent(_ name: String, _ layer: @escaping @Sendable () -> Layer) -> Workload {
        Workload(name: name, samples: 1280, batchSize: 32, epochs: 2) {
            let model = Sequential {
                Input(shape: [100, 32])
                layer()
                Dense(1)
            }
            try model.compile(optimizer: "adam", loss: "mse")
            return (model, .tensor(random.uniform([1280, 100, 32])), .tensor(random.uniform([1280, 1])))
        }
    }
}
