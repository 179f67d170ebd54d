// Model and compilation in two functions, for a host that knows the shapes of the inputs and the kind of prediction.
import Hornbill
import Support

setRandomSeed(1)

/// The kinds of prediction, with the head and the loss that each wants.
enum Prediction: CaseIterable {
    case regression, binary, binaryOfTwo, multiclass
}

func buildModel(inputShapes: [String: Shape], nClasses: Int?, _ kind: Prediction) throws -> Model {
    let inputMain = Input(shape: inputShapes["main"] ?? [], name: "main")
    let x = Dense(64, activation: "relu")(inputMain)
    let output =
        switch kind {
        case .regression: Dense(1)(x)
        case .binary: Dense(1, activation: "sigmoid")(x)
        case .binaryOfTwo: Dense(2, activation: "softmax")(x)
        case .multiclass: Dense(nClasses ?? 1, activation: "softmax")(x)
        }
    return try Model(inputs: inputMain, outputs: output)
}

func compileModel(_ model: Model, _ kind: Prediction) throws {
    let loss =
        switch kind {
        case .regression: "mse"
        case .binary: "binary_crossentropy"
        case .binaryOfTwo, .multiclass: "sparse_categorical_crossentropy"
        }
    try model.compile(optimizer: "adam", loss: loss, metrics: kind == .regression ? ["mae"] : ["accuracy"])
}

let x = random.normal([600, 6])
let score = ops.sum(x, axis: 1)
for kind in Prediction.allCases {
    // The shapes are known only after preprocessing.
    let model = try buildModel(inputShapes: ["main": Shape(Array(x.shape.dropFirst()))], nClasses: 3, kind)
    try compileModel(model, kind)
    let target =
        switch kind {
        case .regression: score
        case .binary, .binaryOfTwo: (score > 0).cast(to: .int32)
        case .multiclass: (score > -1).cast(to: .int32) + (score > 1).cast(to: .int32)
        }
    let history = try model.fit(["main": x], target, epochs: 10, verbose: 0)
    print("\(kind): \(history.keys.map { "\($0) \(history[$0].last ?? .nan)" }.joined(separator: ", "))")
    check((history["loss"].last ?? 1) < history["loss"][0] * 0.9, "\(kind) learns")
}
