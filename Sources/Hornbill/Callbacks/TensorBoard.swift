import Foundation
import HornbillEngine

/// Writes what TensorBoard shows: scalars of epochs and batches, histograms and images of weights, the graph of the
/// model, embeddings. Look at it with `tensorboard --logdir logs`.
///
/// Scalars of training, the graph and the weights go to the folder `train`, those of validation to `validation`. Every
/// value is in its file as soon as the hook returns. Follows Keras's
/// [TensorBoard](https://keras.io/api/callbacks/tensorboard/).
public final class TensorBoard: Callback, ResumableCallback {
    public let logDir: String
    public let histogramFreq: Int
    public let writeGraph: Bool
    public let writeImages: Bool
    public let writeStepsPerSecond: Bool
    public let updateFreq: CallbackFrequency
    public let profileBatch: Int
    public let embeddingsFreq: Int
    public let embeddingsMetadata: [String: String]
    private var trainWriter: EventWriter?
    private var validationWriter: EventWriter?
    private var globalTrainBatch = 0
    private var batchStart = ContinuousClock.now
    private var epochStart = ContinuousClock.now
    private var stepsBefore = 0.0

    /// - Parameters:
    ///   - logDir: the folder to write to; made if it is not there.
    ///   - histogramFreq: each so many epochs the weights are written as histograms; 0 is never.
    ///   - writeGraph: whether the graph of the layers is written.
    ///   - writeImages: whether the weights are written as images, too, when histograms are.
    ///   - writeStepsPerSecond: whether the speed is written.
    ///   - updateFreq: `"epoch"`, `"batch"`, or a number of batches after which losses and metrics are written.
    ///   - profileBatch: there is no profile; other values than 0 give a warning.
    ///   - embeddingsFreq: each so many epochs the tables of embeddings are written for TensorBoard's projector.
    ///   - embeddingsMetadata: names of layers, and for each the file with a label a row.
    public init(
        logDir: String = "logs", histogramFreq: Int = 0, writeGraph: Bool = true, writeImages: Bool = false,
        writeStepsPerSecond: Bool = false, updateFreq: CallbackFrequency = .epoch, profileBatch: Int = 0,
        embeddingsFreq: Int = 0, embeddingsMetadata: [String: String] = [:]
    ) {
        self.logDir = logDir
        self.histogramFreq = histogramFreq
        self.writeGraph = writeGraph
        self.writeImages = writeImages
        self.writeStepsPerSecond = writeStepsPerSecond
        self.updateFreq = updateFreq
        self.profileBatch = profileBatch
        self.embeddingsFreq = embeddingsFreq
        self.embeddingsMetadata = embeddingsMetadata
    }

    override public var needsBatchLogs: Bool { updateFreq != .epoch }

    override public func setModel(_ model: Model) throws {
        try super.setModel(model)
        try updateFreq.check("updateFreq", of: self)
        let names = model.layers.filter { $0 is Embedding }.map(\.name)
        if embeddingsFreq > 0 {
            for name in embeddingsMetadata.keys.sorted() where !names.contains(name) {
                throw HornbillError(
                    .unknownName,
                    "TensorBoard was given metadata for '\(name)', which is no embedding layer; there are: \(names.joined(separator: ", "))"
                )
            }
        }
        trainWriter = nil
        validationWriter = nil
    }

    private func train() throws -> EventWriter {
        if let trainWriter { return trainWriter }
        let writer = try EventWriter(folder: "\(logDir)/train")
        trainWriter = writer
        return writer
    }

    private func validation() throws -> EventWriter {
        if let validationWriter { return validationWriter }
        let writer = try EventWriter(folder: "\(logDir)/validation")
        validationWriter = writer
        return writer
    }

    // MARK: Hooks

    override public func onTrainBegin(_ logs: Logs) throws {
        globalTrainBatch = 0
        if profileBatch != 0 { warn("TensorBoard writes no profile: profileBatch has no effect") }
        let writer = try train()
        guard let model else { return }
        if writeGraph { try write(model, to: writer) }
        if embeddingsFreq > 0 { try Projector(logDir, model, embeddingsMetadata).configure() }
    }

    /// The graph of the layers, the configuration of which TensorBoard draws the conceptual graph, and its text.
    private func write(_ model: Model, to writer: EventWriter) throws {
        guard let graph = model.network else { return }
        try writer.add(graph: GraphOutline.nodes(graph))
        do {
            let text = "```json\n\(try model.toJSON(indent: 2))\n```"
            try writer.add([.kerasModel("keras", json: model.toJSON()), .text("model_config", text)], step: 0)
        } catch {
            warn("TensorBoard leaves the model's configuration out, which cannot be written: \(error)")
        }
    }

    override public func onTrainEnd(_ logs: Logs) {
        trainWriter = nil
        validationWriter = nil
    }

    override public func onTestEnd(_ logs: Logs) throws {
        guard let optimizer = model?.optimizer else { return }
        let values = logs.keys.map { EventSummary.scalar("evaluation_\($0)_vs_iterations", logs[$0] ?? .nan) }
        try validation().add(values, step: Int(optimizer.iterations.value.item()))
    }

    override public func onTrainBatchBegin(_ batch: Int, _ logs: Logs) {
        globalTrainBatch += 1
        if writeStepsPerSecond { batchStart = .now }
    }

    override public func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws {
        guard case .batches(let count) = updateFreq, globalTrainBatch % count == 0 else { return }
        var values: [EventSummary] = []
        if writeStepsPerSecond {
            values.append(.scalar("batch_steps_per_second", 1 / max(Self.seconds(since: batchStart), 1e-9)))
        }
        values += logs.keys.map { .scalar("batch_\($0)", logs[$0] ?? .nan) }
        try train().add(values, step: globalTrainBatch)
    }

    override public func onEpochBegin(_ epoch: Int, _ logs: Logs) throws {
        guard writeStepsPerSecond else { return }
        stepsBefore = try model?.optimizer?.iterations.value.item() ?? 0
        epochStart = .now
    }

    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) throws {
        guard let model else { return }
        var ofTraining = Logs()
        var ofValidation = Logs()
        for key in logs.keys {
            if key.hasPrefix("val_") {
                ofValidation[String(key.dropFirst(4))] = logs[key]
            } else {
                ofTraining[key] = logs[key]
            }
        }
        let rates = try model.learningRates()
        for key in rates.keys { ofTraining[key] = rates[key] }
        if writeStepsPerSecond {
            let steps = try model.optimizer?.iterations.value.item() ?? 0
            ofTraining["steps_per_second"] = (steps - stepsBefore) / max(Self.seconds(since: epochStart), 1e-9)
        }
        try train().add(ofTraining.keys.map { .scalar("epoch_\($0)", ofTraining[$0] ?? .nan) }, step: epoch)
        if !ofValidation.keys.isEmpty {
            try validation().add(
                ofValidation.keys.map { .scalar("epoch_\($0)", ofValidation[$0] ?? .nan) }, step: epoch)
        }
        if histogramFreq > 0, epoch % histogramFreq == 0 {
            for layer in model.layers {
                for weight in layer.weights {
                    try train().add(WeightSummaries.of(weight, images: writeImages), step: epoch)
                }
            }
        }
        if embeddingsFreq > 0, epoch % embeddingsFreq == 0 {
            try Projector(logDir, model, embeddingsMetadata).write()
        }
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let passed = start.duration(to: .now).components
        return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
    }

    public var state: CallbackState { CallbackState(self, ["global_train_batch": .int(globalTrainBatch)]) }
    public func restore(_ state: CallbackState) throws { globalTrainBatch = try state.int("global_train_batch") }
}
