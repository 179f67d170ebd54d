// The tutorial's first exercise: the network of two branches with three inputs instead.
import Hornbill
import Support

setRandomSeed(7)

let xTrain = Tensor.linspace(0, 1, count: 1000)
let yTrain = ops.sin(xTrain * 2 * Double.pi)
let xVal = ops.sort(random.uniform([100]))
let yVal = ops.sin(xVal * 2 * Double.pi)

let inputs = (0..<3).map { _ in Input(shape: [1]) }
let branches = zip(inputs, [32, 20, 16]).map { input, units in
    Dense(units, activation: .sigmoid, kernelInitializer: "uniform")(input)
}
let hidden = Dense(32, activation: .sigmoid, kernelInitializer: "uniform")(Concatenate()(branches))
let model = try Model(inputs: inputs, outputs: Dense(1, kernelInitializer: "uniform")(hidden))
try model.summary()

try model.compile(optimizer: .rmsprop(), loss: .mse, metrics: [.mse])
let history = try model.fit(
    [xTrain, xTrain, xTrain], yTrain, epochs: epochs(400, short: 60), batchSize: 32, verbose: 0,
    validationData: ([xVal, xVal, xVal], yVal))
let losses = history["val_mse"]
print("validation error: first \(losses[0]), last \(losses[losses.count - 1])")
check(losses[losses.count - 1] < losses[0] / 2, "the error falls to less than half")
