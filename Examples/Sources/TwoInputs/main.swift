// Two branches that are concatenated: several inputs, one output.
import Hornbill
import Support

setRandomSeed(7)

let xTrain = Tensor.linspace(0, 1, count: 1000)
let yTrain = ops.sin(xTrain * 2 * Double.pi)
let xVal = ops.sort(random.uniform([100]))
let yVal = ops.sin(xVal * 2 * Double.pi)

let left = Input(shape: [1])
let right = Input(shape: [1])
let leftBranch = Dense(32, activation: "sigmoid", kernelInitializer: "uniform")(left)
let rightBranch = Dense(20, activation: "sigmoid", kernelInitializer: "uniform")(right)
let merged = concatenate([leftBranch, rightBranch])
let hidden = Dense(32, activation: "sigmoid", kernelInitializer: "uniform")(merged)
let output = Dense(1, kernelInitializer: "uniform")(hidden)
let model = try Model(inputs: [left, right], outputs: output)
try model.summary()

try model.compile(optimizer: "rmsprop", loss: "mse", metrics: ["mse"])
let history = try model.fit(
    [xTrain, xTrain], yTrain, epochs: epochs(400, short: 60), batchSize: 32, verbose: 0,
    validationData: ([xVal, xVal], yVal))
let losses = history["val_mse"]
print("validation error: first \(losses[0]), last \(losses[losses.count - 1])")
check(losses[losses.count - 1] < losses[0] / 2, "the error falls to less than half")
