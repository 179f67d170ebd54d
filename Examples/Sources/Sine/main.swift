// A network learns the sine: the sequential model of the functional-API tutorial's introduction.
import Hornbill
import Support

setRandomSeed(7)

// Training and validation data: rank-1 arrays for an input and an output of one number.
let xTrain = Tensor.linspace(0, 1, count: 1000)
let yTrain = ops.sin(xTrain * 2 * Double.pi)
let xVal = ops.sort(random.uniform([100]))
let yVal = ops.sin(xVal * 2 * Double.pi)

let model = Sequential()
model.add(Dense(32, activation: "sigmoid", kernelInitializer: "uniform", inputDim: 1))
model.add(Dense(32, activation: "sigmoid", kernelInitializer: "uniform"))
model.add(Dense(1, kernelInitializer: "uniform"))
try model.summary()

try model.compile(optimizer: "rmsprop", loss: "mse", metrics: ["mse"])
let history = try model.fit(
    xTrain, yTrain, epochs: epochs(400, short: 60), batchSize: 32, verbose: 2, validationData: (xVal, yVal))

let losses = history["val_mse"]
print("validation error: first \(losses[0]), last \(losses[losses.count - 1])")
check(losses[losses.count - 1] < losses[0] / 2, "the error falls to less than half")
