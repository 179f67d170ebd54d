import HornbillEngine

// What files can name: Keras's classes, by kind. A class of Hornbill's that files hold has its line here.
extension ObjectRegistry {
    static let layers = ObjectKind<Layer>(
        name: "layer", modules: ["layers", "engine", "models", "legacy", "utils"],
        table: coreLayers.merging(imageLayers) { $1 }.merging(sequenceLayers) { $1 }.merging(modelClasses) { $1 },
        named: { name in
            throw HornbillError(.unknownName, "a layer must be an object, not the name '\(name)'")
        })

    /// Models, which are layers too.
    private static let modelClasses: [String: ObjectKind<Layer>.Maker] = [
        "Sequential": { try Sequential(config: $0) }, "Functional": { try Model(functional: $0) },
        "Model": { try Model(functional: $0) }, "FeatureSpace": { try FeatureSpace(config: $0) },
    ]

    private static let coreLayers: [String: ObjectKind<Layer>.Maker] = [
        "InputLayer": { try InputLayer(config: $0) }, "Dense": { try Dense(config: $0) },
        "EinsumDense": { try EinsumDense(config: $0) }, "Embedding": { try Embedding(config: $0) },
        "ReversibleEmbedding": { try ReversibleEmbedding(config: $0) }, "Masking": { try Masking(config: $0) },
        "Identity": { try Identity(config: $0) }, "Activation": { try Activation(config: $0) },
        "ELU": { try ELU(config: $0) }, "LeakyReLU": { try LeakyReLU(config: $0) }, "ReLU": { try ReLU(config: $0) },
        "PReLU": { try PReLU(config: $0) }, "Softmax": { try Softmax(config: $0) },
        "Dropout": { try Dropout(config: $0) }, "AlphaDropout": { try AlphaDropout(config: $0) },
        "GaussianDropout": { try GaussianDropout(config: $0) }, "GaussianNoise": { try GaussianNoise(config: $0) },
        "SpatialDropout1D": { try SpatialDropout1D(config: $0) },
        "SpatialDropout2D": { try SpatialDropout2D(config: $0) },
        "SpatialDropout3D": { try SpatialDropout3D(config: $0) },
        "ActivityRegularization": { try ActivityRegularization(config: $0) },
        "Flatten": { try Flatten(config: $0) }, "Permute": { try Permute(config: $0) },
        "Reshape": { try Reshape(config: $0) }, "RepeatVector": { try RepeatVector(config: $0) },
        "Add": { try Add(config: $0) }, "Average": { try Average(config: $0) },
        "Concatenate": { try Concatenate(config: $0) }, "Dot": { try Dot(config: $0) },
        "Maximum": { try Maximum(config: $0) }, "Minimum": { try Minimum(config: $0) },
        "Multiply": { try Multiply(config: $0) }, "Subtract": { try Subtract(config: $0) },
        "BatchNormalization": { try BatchNormalization(config: $0) },
        "GroupNormalization": { try GroupNormalization(config: $0) },
        "LayerNormalization": { try LayerNormalization(config: $0) },
        "RMSNormalization": { try RMSNormalization(config: $0) },
        "UnitNormalization": { try UnitNormalization(config: $0) },
        "SpectralNormalization": { try SpectralNormalization(config: $0) },
        "CategoryEncoding": { try CategoryEncoding(config: $0) }, "Hashing": { try Hashing(config: $0) },
        "HashedCrossing": { try HashedCrossing(config: $0) }, "Discretization": { try Discretization(config: $0) },
        "Normalization": { try Normalization(config: $0) }, "StringLookup": { try StringLookup(config: $0) },
        "IntegerLookup": { try IntegerLookup(config: $0) },
        "TextVectorization": { try TextVectorization(config: $0) },
    ]

    private static let imageLayers: [String: ObjectKind<Layer>.Maker] = [
        "Conv1D": { try Conv1D(config: $0) }, "Conv2D": { try Conv2D(config: $0) },
        "Conv3D": { try Conv3D(config: $0) },
        "Conv1DTranspose": { try Conv1DTranspose(config: $0) }, "Conv2DTranspose": { try Conv2DTranspose(config: $0) },
        "Conv3DTranspose": { try Conv3DTranspose(config: $0) }, "DepthwiseConv1D": { try DepthwiseConv1D(config: $0) },
        "DepthwiseConv2D": { try DepthwiseConv2D(config: $0) }, "SeparableConv1D": { try SeparableConv1D(config: $0) },
        "SeparableConv2D": { try SeparableConv2D(config: $0) },
        "MaxPooling1D": { try MaxPooling1D(config: $0) }, "MaxPooling2D": { try MaxPooling2D(config: $0) },
        "MaxPooling3D": { try MaxPooling3D(config: $0) }, "AveragePooling1D": { try AveragePooling1D(config: $0) },
        "AveragePooling2D": { try AveragePooling2D(config: $0) },
        "AveragePooling3D": { try AveragePooling3D(config: $0) },
        "GlobalMaxPooling1D": { try GlobalMaxPooling1D(config: $0) },
        "GlobalMaxPooling2D": { try GlobalMaxPooling2D(config: $0) },
        "GlobalMaxPooling3D": { try GlobalMaxPooling3D(config: $0) },
        "GlobalAveragePooling1D": { try GlobalAveragePooling1D(config: $0) },
        "GlobalAveragePooling2D": { try GlobalAveragePooling2D(config: $0) },
        "GlobalAveragePooling3D": { try GlobalAveragePooling3D(config: $0) },
        "UpSampling1D": { try UpSampling1D(config: $0) }, "UpSampling2D": { try UpSampling2D(config: $0) },
        "UpSampling3D": { try UpSampling3D(config: $0) }, "ZeroPadding1D": { try ZeroPadding1D(config: $0) },
        "ZeroPadding2D": { try ZeroPadding2D(config: $0) }, "ZeroPadding3D": { try ZeroPadding3D(config: $0) },
        "Cropping1D": { try Cropping1D(config: $0) }, "Cropping2D": { try Cropping2D(config: $0) },
        "Cropping3D": { try Cropping3D(config: $0) },
        "CenterCrop": { try CenterCrop(config: $0) }, "Rescaling": { try Rescaling(config: $0) },
        "Resizing": { try Resizing(config: $0) }, "RandomBrightness": { try RandomBrightness(config: $0) },
        "RandomContrast": { try RandomContrast(config: $0) }, "RandomCrop": { try RandomCrop(config: $0) },
        "RandomFlip": { try RandomFlip(config: $0) }, "RandomRotation": { try RandomRotation(config: $0) },
        "RandomTranslation": { try RandomTranslation(config: $0) }, "RandomZoom": { try RandomZoom(config: $0) },
    ]

    private static let sequenceLayers: [String: ObjectKind<Layer>.Maker] = [
        "RNN": { try RNN(config: $0) }, "SimpleRNN": { try SimpleRNN(config: $0) }, "LSTM": { try LSTM(config: $0) },
        "GRU": { try GRU(config: $0) }, "SimpleRNNCell": { try SimpleRNNCell(config: $0) },
        "LSTMCell": { try LSTMCell(config: $0) }, "GRUCell": { try GRUCell(config: $0) },
        "StackedRNNCells": { try StackedRNNCells(config: $0) }, "ConvLSTM1D": { try ConvLSTM1D(config: $0) },
        "ConvLSTM2D": { try ConvLSTM2D(config: $0) }, "ConvLSTM3D": { try ConvLSTM3D(config: $0) },
        "Bidirectional": { try Bidirectional(config: $0) }, "TimeDistributed": { try TimeDistributed(config: $0) },
        "Attention": { try Attention(config: $0) }, "AdditiveAttention": { try AdditiveAttention(config: $0) },
        "MultiHeadAttention": { try MultiHeadAttention(config: $0) },
        "GroupQueryAttention": { try GroupedQueryAttention(config: $0) },
        "GroupedQueryAttention": { try GroupedQueryAttention(config: $0) },
    ]

    static let initializers = ObjectKind<Initializer>(
        name: "initializer", modules: ["initializers", "init_ops", "ops"],
        table: [
            "Zeros": { try Initializers.Zeros(config: $0) }, "Ones": { try Initializers.Ones(config: $0) },
            "Constant": { try Initializers.Constant(config: $0) },
            "Identity": { try Initializers.Identity(config: $0) },
            "IdentityInitializer": { try Initializers.Identity(config: $0) },
            "RandomNormal": { try Initializers.RandomNormal(config: $0) },
            "RandomUniform": { try Initializers.RandomUniform(config: $0) },
            "TruncatedNormal": { try Initializers.TruncatedNormal(config: $0) },
            "VarianceScaling": { try Initializers.VarianceScaling(config: $0) },
            "GlorotUniform": { try Initializers.GlorotUniform(config: $0) },
            "GlorotNormal": { try Initializers.GlorotNormal(config: $0) },
            "HeUniform": { try Initializers.HeUniform(config: $0) },
            "HeNormal": { try Initializers.HeNormal(config: $0) },
            "LecunUniform": { try Initializers.LecunUniform(config: $0) },
            "LecunNormal": { try Initializers.LecunNormal(config: $0) },
            "Orthogonal": { try Initializers.Orthogonal(config: $0) },
            "OrthogonalInitializer": { try Initializers.Orthogonal(config: $0) },
        ], named: { try $0.asInitializer() })

    static let regularizers = ObjectKind<Regularizer>(
        name: "regularizer", modules: ["regularizers"],
        table: [
            "L1": { try Regularizers.L1(config: $0) }, "L2": { try Regularizers.L2(config: $0) },
            "L1L2": { try Regularizers.L1L2(config: $0) },
            "OrthogonalRegularizer": { try Regularizers.OrthogonalRegularizer(config: $0) },
        ], named: { try $0.asRegularizer() })

    static let constraints = ObjectKind<Constraint>(
        name: "constraint", modules: ["constraints"],
        table: [
            "MaxNorm": { try Constraints.MaxNorm(config: $0) }, "UnitNorm": { try Constraints.UnitNorm(config: $0) },
            "MinMaxNorm": { try Constraints.MinMaxNorm(config: $0) }, "NonNeg": { try Constraints.NonNeg(config: $0) },
        ], named: { try $0.asConstraint() })

    static let schedules = ObjectKind<any LearningRateSchedule>(
        name: "learning-rate schedule", modules: ["optimizers"],
        table: [
            "CosineDecay": { try Schedules.CosineDecay(config: $0) },
            "CosineDecayRestarts": { try Schedules.CosineDecayRestarts(config: $0) },
            "ExponentialDecay": { try Schedules.ExponentialDecay(config: $0) },
            "InverseTimeDecay": { try Schedules.InverseTimeDecay(config: $0) },
            "PolynomialDecay": { try Schedules.PolynomialDecay(config: $0) },
            "PiecewiseConstantDecay": { try Schedules.PiecewiseConstantDecay(config: $0) },
        ], named: { throw HornbillError(.unknownName, "a learning-rate schedule must be an object, not '\($0)'") })

    static let optimizers = ObjectKind<Optimizer>(
        name: "optimizer", modules: ["optimizers"],
        table: [
            "SGD": { try Optimizers.SGD(config: $0) }, "RMSprop": { try Optimizers.RMSprop(config: $0) },
            "Adam": { try Optimizers.Adam(config: $0) }, "AdamW": { try Optimizers.AdamW(config: $0) },
            "Adagrad": { try Optimizers.Adagrad(config: $0) }, "Adadelta": { try Optimizers.Adadelta(config: $0) },
            "Adamax": { try Optimizers.Adamax(config: $0) }, "Nadam": { try Optimizers.Nadam(config: $0) },
            "Ftrl": { try Optimizers.Ftrl(config: $0) }, "Lion": { try Optimizers.Lion(config: $0) },
            "Lamb": { try Optimizers.Lamb(config: $0) }, "Adafactor": { try Optimizers.Adafactor(config: $0) },
            "Muon": { try Optimizers.Muon(config: $0) },
            "ScheduleFreeAdamW": { try Optimizers.ScheduleFreeAdamW(config: $0) },
            "LossScaleOptimizer": { try Optimizers.LossScaleOptimizer(config: $0) },
            "MultiOptimizer": { try Optimizers.MultiOptimizer(config: $0) },
        ], named: { try $0.asOptimizer() })

    static let optimizerMaps = ObjectKind<Optimizers.OptimizerMap>(
        name: "map of optimizers", modules: ["optimizers"],
        table: ["OptimizerMap": { try Optimizers.OptimizerMap(config: $0) }],
        named: { throw HornbillError(.unknownName, "a map of optimizers must be an object, not '\($0)'") })

    static let dtypePolicies = ObjectKind<DTypePolicy>(
        name: "dtype policy", modules: ["dtype_policies", "mixed_precision"],
        table: [
            "DTypePolicy": { try DTypePolicy(name: $0.string("name")).validated() },
            "FloatDTypePolicy": { try DTypePolicy(name: $0.string("name")).validated() },
            "Policy": { try DTypePolicy(name: $0.string("name")).validated() },
        ], named: { try DTypePolicy(name: $0).validated() })

    static let activations = ObjectKind<ActivationFunction>(
        name: "activation", modules: ["activations"], table: [:], named: { try ActivationFunction(saved: $0) })
}
