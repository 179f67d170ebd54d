// Reads lines of handwritten digits from left to right, without being told where each stands: CTC (Graves et al., 2006).
import Hornbill
import Support

setRandomSeed(1)

// MARK: Data

let (images, digits) = try readDigits()
let pixels = try images.floats()
let held = digits.count / 5
let isWhole = epochs(1, short: 0) == 1
let (height, width, longest) = (8, 48, 5)

/// Lines of three to five digits with gaps between them, column by column, and what they say: 1 for a zero, 2 for a one,
/// …; 0 fills up.
func lines(_ count: Int, of range: Range<Int>, seed: Int) throws -> (columns: Tensor, numbers: Tensor) {
    let draws = try random.randint([count, 2 * longest + 1], minval: 0, maxval: 1 << 30, seed: seed).scalars(Int32.self)
    var columns = [Float](repeating: 0, count: count * width * height)
    var numbers = [Int32](repeating: 0, count: count * longest)
    for line in 0..<count {
        let draw = draws[(line * (2 * longest + 1))...].map { Int($0) }
        var left = 0
        for place in 0..<(3 + draw[0] % 3) {
            let digit = range.lowerBound + draw[1 + 2 * place] % range.count
            numbers[line * longest + place] = Int32(digits[digit]) + 1
            left += draw[2 + 2 * place] % 2
            for row in 0..<height {
                for column in 0..<8 {
                    columns[(line * width + left + column) * height + row] = pixels[(digit * 8 + row) * 8 + column]
                }
            }
            left += 8
        }
    }
    return (Tensor(columns, shape: [count, width, height]), Tensor(numbers, shape: [count, longest]))
}

let training = try lines(isWhole ? 1500 : 500, of: held..<digits.count, seed: 1)
let validation = try lines(400, of: 0..<held, seed: 2)

// MARK: Model

let model = Sequential([
    Input(shape: [width, height]),
    Conv1D(64, kernelSize: 5, padding: .same, activation: .relu),
    Bidirectional(LSTM(64, returnSequences: true)),
    Dense(11),  // a score for "nothing", and one for each digit
])
try model.compile(optimizer: .adam(learningRate: 5e-3), loss: .ctc)
let history = try model.fit(
    training.columns, training.numbers, epochs: epochs(15, short: 2), batchSize: 32, verbose: 2,
    validationData: validation)

// MARK: Reading

/// The best score of each column; repetitions and "nothing" left out.
func text(_ best: ArraySlice<Int32>) -> String {
    var (text, last) = ("", Int32(0))
    for symbol in best {
        if symbol != last, symbol != 0 { text += "\(symbol - 1)" }
        last = symbol
    }
    return text
}

let scores: Tensor = try model.predict(validation.columns)
let best = try ops.argmax(scores, axis: -1).cast(to: .int32).scalars(Int32.self)
let numbers = try validation.numbers.scalars(Int32.self)
let count = validation.numbers.shape[0]
var right = 0
for line in 0..<count {
    let read = text(best[(line * width)..<(line * width + width)])
    let meant = numbers[(line * longest)..<(line * longest + longest)].filter { $0 > 0 }.map { "\($0 - 1)" }.joined()
    if read == meant { right += 1 }
    if line < 5 { print("\(meant) is read as \(read)") }
}
print("lines read without a fault: \(right) of \(count)")
let losses = history["loss"]
check((losses.last ?? 1) < (losses.first ?? 0), "the loss falls")
check(!isWhole || right > count * 7 / 10, "most lines are read without a fault")
