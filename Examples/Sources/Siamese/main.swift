// A siamese network: one encoder, called twice, learns when two images show the same digit.
import Hornbill
import Support

setRandomSeed(17)

let (images, labels) = try readDigits()

/// Pairs of images between two rows of the table, and whether they show the same digit: half of them do.
func pairs(_ count: Int, _ range: Range<Int>) throws -> (left: Tensor, right: Tensor, same: Tensor) {
    let byDigit = Dictionary(grouping: range, by: { labels[$0] })
    let draws = try random.uniform([count, 3]).scalars(Float.self)
    var (left, right, same): ([Int], [Int], [Float]) = ([], [], [])
    for pair in 0..<count {
        let first = range.lowerBound + Int(draws[3 * pair] * Float(range.count - 1))
        let wantsSame = pair % 2 == 0
        let digit = wantsSame ? labels[first] : (labels[first] + 1 + Int(draws[3 * pair + 1] * 8.99)) % 10
        let others = byDigit[digit] ?? [first]
        left.append(first)
        right.append(others[Int(draws[3 * pair + 2] * Float(others.count - 1))])
        same.append(digit == labels[first] ? 1 : 0)
    }
    return (
        ops.take(images, Tensor(left), axis: 0), ops.take(images, Tensor(right), axis: 0),
        Tensor(same, shape: [count, 1])
    )
}

// MARK: One encoder for both

let encoder = Sequential(name: "encoder") {
    Input(shape: [8, 8, 1])
    Conv2D(16, kernelSize: 3, activation: .relu)
    Conv2D(32, kernelSize: 3, activation: .relu)
    Flatten()
    Dense(32)
}
let left = Input(shape: [8, 8, 1], name: "left")
let right = Input(shape: [8, 8, 1], name: "right")
let difference = ops.abs(encoder(left) - encoder(right))
let same = Dense(1, activation: .sigmoid, name: "same")(difference)
let model = try Model(inputs: [left, right], outputs: same, name: "siamese")
try model.summary()
check(model.layers.filter { $0 === encoder }.count == 1, "the encoder is one layer, called twice")

let training = try pairs(epochs(8000, short: 1500), 0..<1400)
let test = try pairs(1000, 1400..<labels.count)
try model.compile(optimizer: .adam(learningRate: 0.002), loss: "binary_crossentropy", metrics: ["accuracy"])
try model.fit(
    ["left": training.left, "right": training.right], training.same, epochs: epochs(25, short: 4), batchSize: 32,
    verbose: 2)
let accuracy = try model.evaluate(["left": test.left, "right": test.right], test.same, verbose: 0)["accuracy"] ?? 0
print("accuracy on pairs of images it never saw: \(accuracy)")
check(accuracy > (epochs(1, short: 0) == 1 ? 0.9 : 0.6), "it knows when two digits are the same")
