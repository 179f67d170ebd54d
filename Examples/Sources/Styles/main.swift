// Three ways to build a model, and names.
import Hornbill
import Support

setRandomSeed(1)

// A stack, as an array …
let fromArray = Sequential([
    Dense(64, activation: "relu"),
    Dense(10, activation: "softmax"),
])
// … layer by layer …
let stepwise = Sequential(name: "my_example_model")
stepwise.add(Dense(64, activation: "relu", name: "my_first_layer"))
stepwise.add(Dense(10, activation: "softmax", name: "my_last_layer"))
// … or in braces.
let inBraces = Sequential(name: "digits") {
    Dense(64, activation: .relu, name: "my_first_layer")
    Dense(10, activation: .softmax)
}

// There is no summary before the model knows its input's shape.
do { try stepwise.summary() } catch { print("as expected: \(error)") }
try stepwise.build([nil, 3])
try stepwise.summary()
try fromArray.build([nil, 3])

// With an Input first, the model is built on the fly.
let onTheFly = Sequential()
onTheFly.add(Input(shape: [3]))
onTheFly.add(Dense(64, activation: "relu"))
try onTheFly.summary()
onTheFly.add(Dense(10, activation: "softmax"))

// The functional form of the same.
let inputs = Input(shape: [3], name: "my_input")
let features = Dense(64, activation: "relu")(inputs)
let outputs = Dense(10, activation: "softmax")(features)
let functional = try Model(inputs: inputs, outputs: outputs)

// And the subclass.
final class TwoLayers: Model {
    let hidden = Dense(64, activation: .relu)
    let probabilities = Dense(10, activation: .softmax)
    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { probabilities(hidden(x)) }
}
let subclassed = TwoLayers()

// All are used the same way.
let x = random.normal([256, 3])
let y = ops.argmax(ops.concatenate([x, x * 2, x * 3, x[0..., 0..<1]], axis: -1), axis: -1)
for model in [fromArray, stepwise, inBraces, onTheFly, functional, subclassed] {
    try model.compile(optimizer: "rmsprop", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
    let history = try model.fit(x, y, epochs: 3, batchSize: 32, verbose: 0)
    let result = try model.evaluate(x, y, batchSize: 128, verbose: 0)
    let prediction: Tensor = try model.predict(x)
    print("\(model.name): loss \(history["loss"]), evaluated \(result), predicted \(prediction.shape)")
    check(history["loss"][2] < history["loss"][0], "\(model.name) learns")
    check(prediction.shape == [256, 10], "a probability for each class")
}
