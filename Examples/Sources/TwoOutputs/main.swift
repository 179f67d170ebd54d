// One input, two outputs: the sine and the exponential from shared layers.
import Foundation
import Hornbill
import Support

setRandomSeed(7)

let xTrain = Tensor.linspace(0, 1, count: 1000)
let ySine = ops.sin(xTrain * 2 * Double.pi)
let yExponential = ops.exp(xTrain)
let xVal = ops.sort(random.uniform([100]))
let valSine = ops.sin(xVal * 2 * Double.pi)
let valExponential = ops.exp(xVal)

func dense(_ units: Int) -> Dense { Dense(units, activation: "sigmoid", kernelInitializer: "uniform") }

let x0 = Input(shape: [1])
let x2 = dense(20)(dense(20)(x0))
let left = dense(20)(dense(20)(x2))
let right = dense(30)(dense(30)(x2))
let outputLeft = Dense(1, kernelInitializer: "uniform")
let outputRight = Dense(1, kernelInitializer: "uniform")
let model = try Model(inputs: x0, outputs: [outputLeft(left), outputRight(right)])
try model.summary()

// One bare metric is for each output.
try model.compile(optimizer: "rmsprop", loss: ["mse", "mse"], lossWeights: [1, 1], metrics: "mse")
let history = try model.fit(
    xTrain, [ySine, yExponential], epochs: epochs(300, short: 30), batchSize: 32, verbose: 2,
    validationData: (xVal, [valSine, valExponential]))

let (name1, name2) = (outputLeft.name, outputRight.name)
let last = history.epoch.count - 1
print("outputs: \(name1), \(name2); keys: \(history.keys.joined(separator: ", "))")
let (total, first, second) = (history["loss"][last], history["\(name1)_loss"][last], history["\(name2)_loss"][last])
check(abs(total - first - second) < 1e-4 * total, "the loss is the sum of the outputs' losses")
check(abs(history["\(name1)_mse"][last] - first) < 1e-4, "the metric of an output is its loss here")

let (sine, exponential) = try model.predict(xVal)
print("x      sine   predicted   exp    predicted")
let table = try [xVal, valSine, sine, valExponential, exponential].map { try $0.floats() }
for row in stride(from: 0, to: 100, by: 20) {
    print(table.map { String(format: "%6.3f", $0[row]) }.joined(separator: "  "))
}
