// A shuffled 30 % held out for validation; loss and metric as objects.
import Hornbill
import Support

setRandomSeed(1)
let inputs = random.normal([1000, 8])
let targets = (ops.sum(inputs, axis: 1) > 0).cast(to: .float32)

let model = Sequential([Dense(1)])
try model.compile(
    optimizer: Optimizers.RMSprop(learningRate: 0.1), loss: Losses.MeanSquaredError(),
    metrics: [Metrics.BinaryAccuracy()])

let order = random.permutation(1000)
let shuffledInputs = ops.take(inputs, order, axis: 0)
let shuffledTargets = ops.take(targets, order, axis: 0)
let held = Int(0.3 * 1000)
let valInputs = shuffledInputs[0..<held]
let valTargets = shuffledTargets[0..<held]

let history = try model.fit(
    shuffledInputs[held...], shuffledTargets[held...], epochs: 5, batchSize: 16, verbose: 2,
    validationData: (valInputs, valTargets))
print(history.keys.joined(separator: ", "))

// With metrics, the loss first; without, the loss is all there is.
let lossAndMetrics = try model.evaluate(valInputs, valTargets, batchSize: 128)
print(lossAndMetrics)
let predictions: Tensor = try model.predict(valInputs, batchSize: 128)
check(predictions.shape == [held, 1], "a prediction for each sample")
// The book's learning rate of 0.1 makes the accuracy jump about 0.8 from epoch to epoch.
check(lossAndMetrics["binary_accuracy"] ?? 0 > 0.7, "the sign of a sum is learnt")
