import Foundation
import Hornbill

/// What a run that is killed and resumed is tried with.
enum TrainingKind: String {
    /// Arrays, shuffled; dropout and batch normalization; a schedule; early stopping that restores the best weights.
    case arrays
    /// A data set: shuffled, augmented by a random layer in `map`, prefetched; it never ends.
    case stream
    /// The same with an end: each epoch reads it anew.
    case passes
    /// A subclassed model with a step of its own, averages of the weights, and a rate that falls at a plateau.
    case subclass
}

/// A training of a few dozen steps that depends on everything that can be forgotten.
struct Training {
    private let kind: TrainingKind
    private let folder: String
    private let stopper: Stopper

    init(_ kind: TrainingKind, in folder: String, stoppedAt step: Int?, by signal: Int32) {
        self.kind = kind
        self.folder = folder
        stopper = Stopper(step, signal)
    }

    /// Trains, and tells all that came of it to the last bit.
    func run() throws -> String {
        // What came of the seed is in the checkpoint: a run that only began anew would end otherwise.
        let isResumed = FileManager.default.fileExists(atPath: "\(folder)/backup/latest.checkpoint")
        setRandomSeed(isResumed ? 8 : 7)
        let x = random.normal([90, 6], seed: 1)
        let y = ops.sum(x, axis: 1, keepDims: true) + random.normal([90, 1], seed: 2) * 0.1
        let log = CSVLogger("\(folder)/log.csv")
        // In the middle: what comes before it and after it has to be remembered alike.
        var callbacks: [Callback] = [log, BackupAndRestore("\(folder)/backup", saveFreq: kind == .stream ? 7 : .epoch)]
        let model: Model
        let history: History
        switch kind {
        case .arrays:
            model = try Self.network()
            try model.compile(
                optimizer: .adam(learningRate: Schedules.CosineDecay(0.02, decaySteps: 60)), loss: "mse",
                metrics: ["mae"])
            callbacks += [EarlyStopping(patience: 2, restoreBestWeights: true), stopper]
            history = try model.fit(
                x, y, epochs: 8, batchSize: 8, verbose: 0, callbacks: callbacks, validationSplit: 0.2)
        case .stream:
            model = try Self.network()
            try model.compile(optimizer: "rmsprop", loss: "mse", metrics: ["mae"])
            let data = Dataset(x, y).shuffle(bufferSize: 40).batch(8).map(GaussianNoise(0.1)).repeat().prefetch(2)
            history = try model.fit(
                data, epochs: 5, verbose: 0, callbacks: callbacks + [stopper],
                validationData: Dataset(x, y).batch(30), stepsPerEpoch: 9)
        case .passes:
            model = try Self.network()
            try model.compile(optimizer: "rmsprop", loss: "mse", metrics: ["mae"])
            let data = Dataset(x, y).shuffle(bufferSize: 40).batch(8).map(GaussianNoise(0.1)).prefetch(2)
            history = try model.fit(data, epochs: 4, verbose: 0, callbacks: callbacks + [stopper])
        case .subclass:
            model = Residual()
            try model.compile(
                optimizer: Optimizers.SGD(learningRate: 0.01, momentum: 0.9).with { $0.useEMA = true }, loss: "mse")
            callbacks += [
                SwapEMAWeights(swapOnEpoch: true), ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 0),
                stopper,
            ]
            history = try model.fit(x, y, epochs: 5, batchSize: 16, verbose: 0, callbacks: callbacks)
        }
        return try report(model, history)
    }

    private static func network() throws -> Model {
        let input = Input(shape: 6)
        var value = Dense(12, activation: .relu)(input)
        value = BatchNormalization()(value)
        value = Dropout(0.3)(value)
        return try Model(inputs: input, outputs: Dense(1)(value))
    }

    private func report(_ model: Model, _ history: History) throws -> String {
        func bits(_ tensor: Tensor) throws -> String {
            try tensor.cast(to: .float64).scalars(Double.self).map { String($0.bitPattern, radix: 16) }
                .joined(separator: " ")
        }
        var lines = try model.weights.map { "\($0.name): \(try bits($0.value))" }
        lines += try (model.optimizer?.variables ?? []).map { "\($0.name): \(try bits($0.value))" }
        for key in history.keys { lines.append("\(key): \(history[key].map { String($0.bitPattern, radix: 16) })") }
        lines.append("epochs: \(history.epoch)")
        lines.append(try String(contentsOfFile: "\(folder)/log.csv", encoding: .utf8))
        lines.append(FileManager.default.fileExists(atPath: "\(folder)/backup") ? "a checkpoint is left" : "")
        return lines.joined(separator: "\n")
    }
}

/// Ends the process behind a step, counted over the whole run; a run that is resumed counts on from the optimizer's steps.
private final class Stopper: Callback {
    private let step: Int?
    private let signal: Int32

    init(_ step: Int?, _ signal: Int32) {
        self.step = step
        self.signal = signal
    }

    override var needsBatchLogs: Bool { false }

    override func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws {
        guard let step, try Int(model?.optimizer?.iterations.value.item() ?? 0) == step else { return }
        kill(getpid(), signal)
    }
}

/// A model written as a class, with state of its own that no layer holds.
private final class Residual: Model {
    private let first = Dense(6, activation: .tanh)
    private let drop = Dropout(0.2)
    private let last = Dense(1)

    override func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let x = inputs.tensor
        return .tensor(last(drop(x + first(x), training: context.training)))
    }
}
