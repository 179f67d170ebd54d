// A training loop of one's own: gradients of a closure, an optimizer applied by hand, compiled as one step.
import Hornbill
import Support

setRandomSeed(1)
let x = random.normal([512, 4])
let y = ops.sum(x * x, axis: 1, keepDims: true)

let model = Sequential([Input(shape: [4]), Dense(32, activation: .relu), Dense(1)])
let optimizer = Optimizers.Adam(learningRate: 0.01)
let meanSquaredError = Losses.MeanSquaredError()

let step = compiled { (x: Tensor, y: Tensor) throws -> Tensor in
    let variables = model.trainableVariables
    let (loss, gradients) = try valueAndGradients(of: variables) {
        try meanSquaredError(y, model(x, training: true))
    }
    try optimizer.apply(gradients, to: variables)
    return loss
}

var losses: [Double] = []
for epoch in 0..<epochs(50, short: 15) {
    for start in stride(from: 0, to: 512, by: 32) {
        let loss = try step(x[start..<(start + 32)], y[start..<(start + 32)])
        if start == 0 { losses.append(try loss.item()) }
    }
    if epoch % 5 == 0 { print("epoch \(epoch): \(losses[epoch])") }
}
check(losses[losses.count - 1] < losses[0] / 2, "the loss falls to less than half")
