// How the cost of a training step grows with batch, width, depth and vocabulary, with the law that it follows, and what
// single predictions cost. Prints tables in Markdown.
//
// usage: Scaling [batch] [width] [depth] [vocabulary] [predict]
import Foundation
import Hornbill
import Timing

let chosen = Set(CommandLine.arguments.dropFirst())
setRandomSeed(0)

func run(_ name: String, _ body: () throws -> [String]) rethrows {
    guard chosen.isEmpty || chosen.contains(name) else { return }
    for table in try body() { print(table) }
}

func labels(_ count: Int) -> Tensor { random.randint([count], minval: 0, maxval: 10) }

/// Dense layers of one width and ten classes at the end.
func dense(width: Int, depth: Int) throws -> Model {
    let input = Input(shape: [width])
    var x = input
    for _ in 0..<depth { x = Dense(width, activation: .relu)(x) }
    let model = try Model(inputs: input, outputs: Dense(10, activation: .softmax)(x))
    try model.compile(optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
    return model
}

try run("batch") {
    var series = Series("Batch: an MLP 784-512-10, RMSprop")
    for batch in [1, 4, 16, 64, 256, 1024] {
        let model = SinglePredictions.mlp()
        try model.compile(optimizer: "rmsprop", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
        let rows = max(4 * batch, 256)
        try series.measure(batch, model, random.uniform([rows, 784]), labels(rows), batchSize: batch)
    }
    return [series.table]
}

try run("width") {
    var series = Series("Width: three dense layers of it, batches of 64, Adam")
    for width in [16, 64, 256, 1024, 4096] {
        let x = random.uniform([512, width])
        try series.measure(width, dense(width: width, depth: 3), x, labels(512), batchSize: 64)
    }
    return [series.table]
}

try run("depth") {
    var series = Series("Depth: dense layers of 64 units, batches of 32, Adam")
    for depth in [1, 5, 20, 50, 100, 200] {
        let x = random.uniform([512, 64])
        try series.measure(depth, dense(width: 64, depth: depth), x, labels(512), batchSize: 32)
    }
    return [series.table]
}

try run("vocabulary") {
    try ["adam", "sgd"].map { optimizer in
        var series = Series("Vocabulary: rows of an embedding of 32 numbers, batches of 32 × 64 ids, \(optimizer)")
        for rows in [1000, 10_000, 100_000, 1_000_000] {
            let model = Sequential {
                Input(shape: [64], dtype: .int32)
                Embedding(rows, 32)
                GlobalAveragePooling1D()
                Dense(1, activation: .sigmoid)
            }
            try model.compile(optimizer: optimizer, loss: "binary_crossentropy")
            let ids = random.randint([512, 64], minval: 0, maxval: rows)
            let answers = random.randint([512, 1], minval: 0, maxval: 2).cast(to: .float32)
            try series.measure(rows, model, ids, answers, batchSize: 32)
        }
        return series.table
    }
}

try run("predict") { [try SinglePredictions.table()] }
