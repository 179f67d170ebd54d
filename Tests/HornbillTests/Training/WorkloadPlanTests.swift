import Hornbill
import HornbillEngine
import Testing

/// What makes the benchmark's workloads fast, counted: the steps of their plans, what is laid out anew, what is allocated.
@Suite struct WorkloadPlanTests {
    struct Workload: Sendable, CustomTestStringConvertible {
        let name: String
        /// Samples of a step.
        let batch: Int
        /// Kernel calls of a training step and of a prediction.
        let train: Int
        let predict: Int
        /// Convolution kernels that the library wants in a layout of its own.
        var reordered = 0
        let make: @Sendable (_ rows: Int) throws -> (model: Model, x: TensorStructure, y: TensorStructure)

        var testDescription: String { name }
    }

    static let all = [
        Workload(name: "sine", batch: 32, train: 22, predict: 3) { rows in
            let model = Sequential {
                Input(shape: [1])
                Dense(32, activation: .sigmoid)
                Dense(32, activation: .sigmoid)
                Dense(1)
            }
            try model.compile(optimizer: "rmsprop", loss: "mse", metrics: ["mse"])
            return (model, .tensor(random.uniform([rows, 1])), .tensor(random.uniform([rows, 1])))
        },
        Workload(name: "tickets", batch: 32, train: 39, predict: 5) { rows in
            let title = Input(shape: [1000], name: "title")
            let body = Input(shape: [1000], name: "text_body")
            let tags = Input(shape: [100], name: "tags")
            let features = Dense(64, activation: .relu)(Concatenate()([title, body, tags]))
            let priority = Dense(1, activation: .sigmoid, name: "priority")(features)
            let department = Dense(4, activation: .softmax, name: "department")(features)
            let model = try Model(inputs: [title, body, tags], outputs: [priority, department])
            try model.compile(
                optimizer: "rmsprop", loss: ["mean_squared_error", "categorical_crossentropy"],
                metrics: [["mean_absolute_error"], ["accuracy"]])
            return (
                model, [1000, 1000, 100].map { random.uniform([rows, $0]) }.data,
                [random.uniform([rows, 1]), ops.oneHot(random.randint([rows], minval: 0, maxval: 4), 4)].data
            )
        },
        Workload(name: "mlp", batch: 128, train: 29, predict: 3) { rows in
            let model = Sequential {
                Input(shape: [784])
                Dense(512, activation: .relu)
                Dense(10, activation: .softmax)
            }
            try model.compile(optimizer: "rmsprop", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
            return (
                model, .tensor(random.uniform([rows, 784])), .tensor(random.randint([rows], minval: 0, maxval: 10))
            )
        },
        Workload(name: "cnn", batch: 64, train: 49, predict: 10) { rows in
            let model = Sequential {
                Input(shape: [28, 28, 1])
                Conv2D(32, kernelSize: 3, activation: .relu)
                MaxPooling2D()
                Conv2D(64, kernelSize: 3, activation: .relu)
                MaxPooling2D()
                Conv2D(128, kernelSize: 3, activation: .relu)
                Flatten()
                Dense(10, activation: .softmax)
            }
            try model.compile(optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
            return (
                model, .tensor(random.uniform([rows, 28, 28, 1])),
                .tensor(random.randint([rows], minval: 0, maxval: 10))
            )
        },
        Workload(name: "resnet", batch: 8, train: 200, predict: 66, reordered: 56) { rows in
            func convolution(_ x: SymbolicTensor, _ filters: Int, _ size: Int, _ stride: Int) -> SymbolicTensor {
                BatchNormalization()(
                    Conv2D(filters, kernelSize: size, strides: stride, padding: .same, useBias: false)(x))
            }
            let input = Input(shape: [32, 32, 3])
            var x = Activation(.relu)(convolution(input, 16, 3, 1))
            for (filters, stride) in [
                (16, 1), (16, 1), (16, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1),
            ] {
                let y = convolution(Activation(.relu)(convolution(x, filters, 3, stride)), filters, 3, 1)
                let short = stride == 1 && x.shape.last == filters ? x : convolution(x, filters, 1, stride)
                x = Activation(.relu)(Add()([short, y]))
            }
            let model = try Model(
                inputs: input, outputs: Dense(10, activation: .softmax)(GlobalAveragePooling2D()(x)))
            try model.compile(
                optimizer: Optimizers.SGD(learningRate: 0.1, momentum: 0.9), loss: "sparse_categorical_crossentropy",
                metrics: ["accuracy"])
            return (
                model, .tensor(random.uniform([rows, 32, 32, 3])),
                .tensor(random.randint([rows], minval: 0, maxval: 10))
            )
        },
        Workload(name: "transformer", batch: 32, train: 67, predict: 18) { rows in
            let input = Input(shape: [200], dtype: .int32)
            var x = Embedding(20_000, 64)(input)
            x = LayerNormalization()(x + MultiHeadAttention(4, keyDim: 16)(x, x))
            x = LayerNormalization()(x + Dense(64)(Dense(128, activation: .relu)(x)))
            let model = try Model(
                inputs: input, outputs: Dense(1, activation: .sigmoid)(GlobalAveragePooling1D()(x)))
            try model.compile(optimizer: "adam", loss: "binary_crossentropy", metrics: ["accuracy"])
            return (
                model, .tensor(random.randint([rows, 200], minval: 0, maxval: 20_000)),
                .tensor(random.randint([rows, 1], minval: 0, maxval: 2).cast(to: .float32))
            )
        },
        Workload(name: "lstm", batch: 32, train: 25, predict: 4) { rows in
            let model = Sequential {
                Input(shape: [100, 32])
                LSTM(128)
                Dense(1)
            }
            try model.compile(optimizer: "adam", loss: "mse")
            return (model, .tensor(random.uniform([rows, 100, 32])), .tensor(random.uniform([rows, 1])))
        },
    ]

    @Test(arguments: all)
    func `a step makes no more kernel calls than it needs, and lays out no activation anew`(_ work: Workload) throws {
        try Session.withNew(seed: 1) {
            let (model, x, y) = try work.make(work.batch)
            let train = try model.measureStep(.train, x, y, batchSize: work.batch, runs: 1)
            let predict = try model.measureStep(.predict, x, batchSize: work.batch, runs: 1)
            #expect(train.steps.count <= work.train, "\(train.plan)")
            #expect(predict.steps.count <= work.predict, "\(predict.plan)")
            // Only a convolution's kernel is ever laid out anew, within its own step.
            #expect(train.steps.count { $0.name.contains("kernel reordered") } <= work.reordered, "\(train.plan)")
            #expect(
                !train.steps.contains { $0.name.contains("reference") || $0.name.contains(": ref") }, "\(train.plan)")
        }
    }

    @Test(arguments: all)
    func `what an epoch allocates does not depend on its steps`(_ work: Workload) throws {
        try Session.withNew(seed: 1) {
            let batch = min(work.batch, 8)
            let (model, x, y) = try work.make(4 * batch)
            try model.fit(x, y, batchSize: batch, verbose: 0)
            func allocations(_ steps: Int) throws -> Int {
                try Statistics.$counter.withValue(Statistics.Counter()) {
                    try model.fit(x, y, batchSize: batch, verbose: 0, stepsPerEpoch: steps)
                    return Statistics.allocations
                }
            }
            let one = try allocations(1)
            #expect(one > 0, "the counter counts")
            #expect(try allocations(4) == one)
        }
    }
}
