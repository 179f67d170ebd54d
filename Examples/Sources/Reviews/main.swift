// Is a sentence about a film favourable? Two networks that read it word by word: one with a memory, one with attention.
//
// Peers/reviews.py trains the same two in Python Keras.
import Hornbill
import Support

// MARK: Data

var texts: [String] = []
var labels: [Float] = []
let reader = try CSVReader(path: dataFile("reviews.csv.gz"))
while let row = try reader.next() {
    texts.append(try row.text("text"))
    labels.append(try row.number("sentiment") ?? 0 > 0 ? 1 : 0)
}
func rows<Item>(of items: [Item], heldOut: Bool) -> [Item] {
    items.indices.filter { ($0 % 5 == 0) == heldOut }.map { items[$0] }
}

let wordCount = 5000
let length = 40
let width = 32
let vectorize = TextVectorization(maxTokens: wordCount, outputSequenceLength: length)
try vectorize.adapt(Tensor(rows(of: texts, heldOut: false)))
let training = (vectorize(Tensor(rows(of: texts, heldOut: false))), Tensor(rows(of: labels, heldOut: false)))
let validation = (vectorize(Tensor(rows(of: texts, heldOut: true))), Tensor(rows(of: labels, heldOut: true)))

// MARK: Models

func lstm(_ words: SymbolicTensor) -> SymbolicTensor {
    let vectors = Embedding(wordCount, width, maskZero: true)(words)
    return Bidirectional(LSTM(width))(vectors)
}

func transformer(_ words: SymbolicTensor) -> SymbolicTensor {
    let places = ops.cumsum(ops.onesLike(words), axis: 1) - 1
    let vectors = Embedding(wordCount, width)(words) + Embedding(length, width)(places)
    let attended = MultiHeadAttention(2, keyDim: width)(vectors, vectors)
    let related = LayerNormalization(epsilon: 1e-6)(vectors + attended)
    let wide = Dense(width)(Dense(64, activation: .relu)(related))
    return GlobalAveragePooling1D()(LayerNormalization(epsilon: 1e-6)(related + wide))
}

for (name, block) in [("lstm", lstm), ("transformer", transformer)] {
    setRandomSeed(1)
    let words = Input(shape: [length], dtype: .int32)
    let opinion = Dense(1, activation: .sigmoid)(Dropout(0.5)(block(words)))
    let model = try Model(inputs: words, outputs: opinion, name: name)
    try model.compile(optimizer: "adam", loss: "binary_crossentropy", metrics: ["accuracy"])
    try model.fit(
        training.0, training.1, epochs: epochs(3, short: 1), batchSize: 32, verbose: 2, validationData: validation)
    let accuracy = try model.evaluate(validation.0, validation.1, verbose: 0)["accuracy"] ?? 0
    print("\(name): held-out accuracy \(accuracy)")
    check(accuracy > (epochs(1, short: 0) == 1 ? 0.74 : 0.6), "\(name) understands three of four sentences")

    let sentences = ["A moving, beautifully acted film.", "Dull, and far too long."]
    let opinions: Tensor = try model.predict(vectorize(Tensor(sentences)))
    for (sentence, opinion) in zip(sentences, try opinions.floats()) { print("\(opinion)  \(sentence)") }
}
