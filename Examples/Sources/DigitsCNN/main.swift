// Handwritten digits read by a small convolutional network: at least 98 of 100 that it never saw.
import Hornbill
import Support

setRandomSeed(3)

// MARK: Data: 8×8 pixels, in a shuffled order; a fifth is held out.

let (all, labels) = try readDigits()
let order = random.permutation(labels.count)
let images = ops.take(all, order, axis: 0)
let digits = ops.take(Tensor(labels), order, axis: 0)
let held = labels.count / 5

// MARK: Model

let model = Sequential {
    Input(shape: [8, 8, 1])
    Conv2D(32, kernelSize: 3, padding: .same, useBias: false)
    BatchNormalization(momentum: 0.9)
    Activation(.relu)
    Conv2D(64, kernelSize: 3, padding: .same, useBias: false)
    BatchNormalization(momentum: 0.9)
    Activation(.relu)
    MaxPooling2D(2)
    Dropout(0.25)
    Conv2D(128, kernelSize: 3, padding: .same, activation: .relu)
    GlobalAveragePooling2D()
    Dropout(0.5)
    Dense(10, activation: .softmax)
}
try model.summary()
try model.compile(optimizer: .adam(learningRate: 0.002), loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
try model.fit(
    images[held...], digits[held...], epochs: epochs(30, short: 4), batchSize: 32, verbose: 2,
    validationData: (images[0..<held], digits[0..<held]))

let results = try model.evaluate(images[0..<held], digits[0..<held], verbose: 0)
let accuracy = results["accuracy"] ?? 0
print("accuracy on digits it never saw: \(accuracy)")
check(accuracy >= (epochs(1, short: 0) == 1 ? 0.98 : 0.8), "it reads digits that it never saw")
