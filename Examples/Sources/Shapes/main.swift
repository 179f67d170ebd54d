// Layers take the shape of what comes in; and which loss belongs to which problem.
import Hornbill
import Support

setRandomSeed(1)

// A layer that takes only vectors of 784 numbers, the number of samples left open …
let model = Sequential()
model.add(Dense(32, inputShape: [784]))
// … and one whose input shape is that of the layer before.
model.add(Dense(32))
try model.summary()
check(model.output.shape == [nil, 32], "the shape is inferred")

// What does not fit is told, with both layers and the line.
do {
    let vector = Input(shape: [784])
    let wrong = Dense(32, name: "later")
    _ = wrong(Input(shape: [16]))
    _ = try Model(inputs: vector, outputs: wrong(Dense(8, name: "earlier")(vector)))
} catch {
    print("as expected: \(error)")
}

/// From problem to loss, as the book gives it.
func loss(for problem: String) -> String? {
    switch problem {
    case "two classes": "binary_crossentropy"
    case "many classes": "categorical_crossentropy"
    case "regression": "mean_squared_error"
    default: nil
    }
}
let x = random.normal([200, 784])
for (problem, units, activation) in [
    ("two classes", 1, "sigmoid"), ("many classes", 4, "softmax"), ("regression", 1, "linear"),
] {
    let network = Sequential([Dense(units, activation: activation, inputShape: [784])])
    try network.compile(optimizer: "sgd", loss: loss(for: problem))
    let index = ops.argmax(x[0..., 0..<4], axis: 1)
    let y =
        problem == "many classes"
        ? ops.oneHot(index, 4) : problem == "two classes" ? (x[0..., 0] > 0).cast(to: .float32) : x[0..., 0]
    let history = try network.fit(x, y, epochs: 5, verbose: 0)
    print("\(problem): \(history["loss"])")
    check(history["loss"][4] < history["loss"][0], "\(problem): the loss falls")
}

// A loss of one's own is a function of targets and outputs.
let custom = Sequential([Dense(1, inputShape: [784])])
try custom.compile(
    optimizer: "sgd",
    loss: Losses.Function("quartic") { yTrue, yPred in ops.mean(ops.square(ops.square(yTrue - yPred)), axis: -1) })
print(try custom.fit(x * 0.01, x[0..., 0..<1] * 0.1, epochs: 2, verbose: 0).history)
