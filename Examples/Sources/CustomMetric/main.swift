// Handwritten digits with integer labels, and a metric of one's own beside accuracy.
import Hornbill
import Support

setRandomSeed(1)

/// The root of the mean squared distance between the one-hot label and the probabilities.
final class RootMeanSquaredError: Metric {
    private lazy var mseSum = addWeight(name: "mse_sum", initializer: "zeros")
    private lazy var totalSamples = addWeight(name: "total_samples", initializer: "zeros", dtype: .int32)

    init(name: String = "rmse") { super.init(name: name) }

    override func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) throws {
        let truth = ops.oneHot(yTrue, yPred.shape[1])
        let mse = ops.sum(ops.square(truth - yPred))
        try mseSum.assignAdd(mse)
        try totalSamples.assignAdd(Tensor(scalar: Int32(yPred.shape[0])))
    }

    override func result() throws -> Tensor { ops.sqrt(mseSum.value / totalSamples.value.cast(to: .float32)) }

    override func resetState() throws {
        try mseSum.assign(Tensor(scalar: Float(0)))
        try totalSamples.assign(Tensor(scalar: Int32(0)))
    }
}

let (images, labels) = try readDigits()
let held = labels.count / 5

let model = Sequential {
    Flatten()
    Dense(512, activation: "relu")
    Dense(10, activation: "softmax")
}
try model.compile(
    optimizer: "rmsprop", loss: "sparse_categorical_crossentropy", metrics: ["accuracy", RootMeanSquaredError()])
try model.fit(
    images[held...], Array(labels[held...]), epochs: epochs(10, short: 5), batchSize: 32, verbose: 2,
    validationData: (images[..<held], Array(labels[..<held])))
let testMetrics = try model.evaluate(images[..<held], Array(labels[..<held]))
print(testMetrics)
check(testMetrics["accuracy"] ?? 0 > 0.9, "nine of ten unseen digits are read")
check(testMetrics["rmse"] ?? 1 < 0.5, "the probabilities are near the labels")
