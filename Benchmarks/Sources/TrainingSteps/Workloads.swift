import Hornbill

// The models, data and batch sizes of the comparison, and some more of Hornbill's own.

extension Workload {
    static let all = [
        sine, tickets, mlp, cnn, resnet(.float32), transformer(.float32), lstm, resnet(.mixedBfloat16),
        transformer(.mixedBfloat16), gru, simpleRNN, wide(.float32), wide(.mixedBfloat16), wide(.bfloat16),
    ]

    /// An MLP 1-32-32-1 that learns the sine.
    static let sine = Workload("sine", batchSize: 32) {
        let model = Sequential {
            Input(shape: [1])
            Dense(32, activation: .sigmoid)
            Dense(32, activation: .sigmoid)
            Dense(1)
        }
        try model.compile(optimizer: "rmsprop", loss: "mse", metrics: ["mse"])
        return model
    } data: {
        let x = Tensor.linspace(0, 1, count: 1000)
        return ([ops.expandDims(x, axis: 1)], [ops.expandDims(ops.sin(x * 2 * Double.pi), axis: 1)])
    }

    /// Three inputs of 20,100 numbers together, two heads.
    static let tickets = Workload("tickets", batchSize: 32) {
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
        return model
    } data: {
        func bits(_ width: Int) -> Tensor { (random.uniform([1280, width]) > 0.5).cast(to: .float32) }
        let departments = ops.oneHot(random.randint([1280], minval: 0, maxval: 4), 4)
        return ([bits(10_000), bits(10_000), bits(100)], [random.uniform([1280, 1]), departments])
    }

    /// 784-512-10 with integer labels.
    static let mlp = Workload("mlp", batchSize: 128) {
        let model = Sequential {
            Input(shape: [784])
            Dense(512, activation: .relu)
            Dense(10, activation: .softmax)
        }
        try model.compile(optimizer: "rmsprop", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
        return model
    } data: {
        ([random.uniform([12_800, 784])], [labels(12_800)])
    }

    /// Three convolutions on images of 28×28.
    static let cnn = Workload("cnn", batchSize: 64) {
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
        return model
    } data: {
        ([random.uniform([6400, 28, 28, 1])], [labels(6400)])
    }

    /// ResNet-20 on images of 32×32×3 under a policy.
    static func resnet(_ policy: DTypePolicy) -> Workload {
        Workload(named("resnet", policy), batchSize: 128, files: "resnet") {
            func convolution(_ x: SymbolicTensor, _ filters: Int, _ size: Int, _ stride: Int) -> SymbolicTensor {
                let y = Conv2D(
                    filters, kernelSize: size, strides: stride, padding: .same, useBias: false,
                    dtype: policy)(x)
                return BatchNormalization(dtype: policy)(y)
            }
            func block(_ x: SymbolicTensor, _ filters: Int, _ stride: Int) -> SymbolicTensor {
                var y = Activation(.relu, dtype: policy)(convolution(x, filters, 3, stride))
                y = convolution(y, filters, 3, 1)
                let short = stride == 1 && x.shape.last == filters ? x : convolution(x, filters, 1, stride)
                return Activation(.relu, dtype: policy)(Add(dtype: policy)([short, y]))
            }
            let input = Input(shape: [32, 32, 3])
            var x = Activation(.relu, dtype: policy)(convolution(input, 16, 3, 1))
            for filters in [16, 32, 64] {
                for number in 0..<3 { x = block(x, filters, number == 0 && filters > 16 ? 2 : 1) }
            }
            x = GlobalAveragePooling2D(dtype: policy)(x)
            let model = try Model(inputs: input, outputs: Dense(10, activation: .softmax, dtype: .float32)(x))
            try model.compile(
                optimizer: Optimizers.SGD(learningRate: 0.1, momentum: 0.9), loss: "sparse_categorical_crossentropy",
                metrics: ["accuracy"])
            return model
        } data: {
            ([random.uniform([1280, 32, 32, 3])], [labels(1280)])
        }
    }

    /// One block over 200 tokens of 64 numbers under a policy.
    static func transformer(_ policy: DTypePolicy) -> Workload {
        Workload(named("transformer", policy), batchSize: 32, files: "transformer") {
            let input = Input(shape: [200], dtype: .int32)
            var x = Embedding(20_000, 64, dtype: policy)(input)
            let attention = MultiHeadAttention(4, keyDim: 16, dtype: policy)(x, x)
            x = LayerNormalization(dtype: policy)(x + attention)
            let inner = Dense(64, dtype: policy)(Dense(128, activation: .relu, dtype: policy)(x))
            x = GlobalAveragePooling1D(dtype: policy)(LayerNormalization(dtype: policy)(x + inner))
            let model = try Model(inputs: input, outputs: Dense(1, activation: .sigmoid, dtype: .float32)(x))
            try model.compile(optimizer: "adam", loss: "binary_crossentropy", metrics: ["accuracy"])
            return model
        } data: {
            let answers = random.randint([1280, 1], minval: 0, maxval: 2).cast(to: .float32)
            return ([random.randint([1280, 200], minval: 0, maxval: 20_000)], [answers])
        }
    }

    /// 100 steps of 32 features through 128 units, and a number out.
    static let lstm = recurrent("lstm") { LSTM(128) }
    static let gru = recurrent("gru") { GRU(128) }
    static let simpleRNN = recurrent("simple_rnn") { SimpleRNN(128) }

    private static func recurrent(_ name: String, _ layer: @escaping @Sendable () -> Layer) -> Workload {
        Workload(name, batchSize: 32) {
            let model = Sequential {
                Input(shape: [100, 32])
                layer()
                Dense(1)
            }
            try model.compile(optimizer: "adam", loss: "mse")
            return model
        } data: {
            ([random.uniform([1280, 100, 32])], [random.uniform([1280, 1])])
        }
    }

    /// An MLP of three layers of 1024 under a policy.
    static func wide(_ policy: DTypePolicy) -> Workload {
        Workload("wide_\(policy)", batchSize: 256, files: "wide") {
            let model = Sequential {
                Input(shape: [1024])
                Dense(1024, activation: .relu, dtype: policy)
                Dense(1024, activation: .relu, dtype: policy)
                Dense(1024, activation: .relu, dtype: policy)
                Dense(10, dtype: policy)
            }
            try model.compile(
                optimizer: "sgd", loss: Losses.SparseCategoricalCrossentropy(fromLogits: true), metrics: ["accuracy"])
            return model
        } data: {
            ([random.uniform([2560, 1024])], [labels(2560)])
        }
    }

    private static func labels(_ count: Int) -> Tensor { random.randint([count], minval: 0, maxval: 10) }

    private static func named(_ name: String, _ policy: DTypePolicy) -> String {
        policy == .float32 ? name : "\(name)_\(policy)"
    }
}
