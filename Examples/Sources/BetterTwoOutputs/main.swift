// The tutorial's second exercise: a better network of one input and two outputs. Sharing fewer layers and a better
// start of the weights (Glorot's, Keras's default) is all it takes.
import Hornbill
import Support

setRandomSeed(7)

let xTrain = Tensor.linspace(0, 1, count: 1000)
let xVal = ops.sort(random.uniform([100]))
func targets(_ x: Tensor) -> [Tensor] { [ops.sin(x * 2 * Double.pi), ops.exp(x)] }

let x = Input(shape: [1], name: "x")
let sineHidden = Dense(32, activation: .tanh)(Dense(32, activation: .tanh)(x))
let sine = Dense(1, name: "sine")(sineHidden)
let exponential = Dense(1, name: "exponential")(Dense(16, activation: .tanh)(x))
let model = try Model(inputs: x, outputs: [sine, exponential])

try model.compile(optimizer: .adam(learningRate: 0.01), loss: ["sine": "mse", "exponential": "mse"])
let history = try model.fit(
    ["x": xTrain], targets(xTrain), epochs: epochs(60, short: 30), batchSize: 32, verbose: 0,
    validationData: (["x": xVal], targets(xVal)))
let losses = ["val_sine_loss", "val_exponential_loss"].map { history[$0].min() ?? .nan }
print("best validation losses: sine \(losses[0]), exponential \(losses[1])")
check(losses[0] < 0.05 && losses[1] < 0.01, "both functions are learnt, which the tutorial's network does not do")
