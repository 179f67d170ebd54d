// The sine once more, with the functional API: a layer is a function of a symbol, in one line or in two.
import Hornbill
import Support

setRandomSeed(7)

let xTrain = Tensor.linspace(0, 1, count: 1000)
let yTrain = ops.sin(xTrain * 2 * Double.pi)
let xVal = ops.sort(random.uniform([100]))
let yVal = ops.sin(xVal * 2 * Double.pi)

// Layers first, then their application …
let function1 = Dense(32, activation: "sigmoid", kernelInitializer: "uniform", inputDim: 1)
let function2 = Dense(32, activation: "sigmoid", kernelInitializer: "uniform")
let function3 = Dense(1, kernelInitializer: "uniform")
let x0 = Input(shape: [1])
let x1 = function1(x0)
let x2 = function2(x1)
let x3 = function3(x2)
let twoLines = try Model(inputs: x0, outputs: x3)
try twoLines.summary()

// … or both at once.
let y0 = Input(shape: 1)
let y1 = Dense(32, activation: .sigmoid, kernelInitializer: "uniform")(y0)
let y2 = Dense(32, activation: .sigmoid, kernelInitializer: "uniform")(y1)
let model = try Model(inputs: y0, outputs: Dense(1, kernelInitializer: "uniform")(y2))

try model.compile(optimizer: "rmsprop", loss: "mse", metrics: ["mse"])
let history = try model.fit(
    xTrain, yTrain, epochs: epochs(400, short: 60), batchSize: 32, verbose: 0, validationData: (xVal, yVal))
let losses = history["val_loss"]
print("validation loss: first \(losses[0]), last \(losses[losses.count - 1])")
check(losses[losses.count - 1] < losses[0] / 2, "the loss falls to less than half")
