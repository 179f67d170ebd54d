/// A callback made of closures.
///
/// ```swift
/// LambdaCallback(onEpochEnd: { epoch, logs in print(epoch, logs["loss"] ?? .nan) })
/// ```
/// Follows Keras's [LambdaCallback](https://keras.io/api/callbacks/lambda_callback/).
public final class LambdaCallback: Callback {
    /// What is called with the number of an epoch or a batch.
    public typealias Numbered = (_ number: Int, _ logs: Logs) throws -> Void
    /// What is called once a run.
    public typealias Plain = (_ logs: Logs) throws -> Void

    private let epochs: (begin: Numbered?, end: Numbered?)
    private let train: (begin: Plain?, end: Plain?)
    private let trainBatch: (begin: Numbered?, end: Numbered?)
    private let test: (begin: Plain?, end: Plain?)
    private let testBatch: (begin: Numbered?, end: Numbered?)
    private let predict: (begin: Plain?, end: Plain?)
    private let predictBatch: (begin: Numbered?, end: Numbered?)

    public init(
        onEpochBegin: Numbered? = nil, onEpochEnd: Numbered? = nil, onTrainBegin: Plain? = nil,
        onTrainEnd: Plain? = nil, onTrainBatchBegin: Numbered? = nil, onTrainBatchEnd: Numbered? = nil,
        onTestBegin: Plain? = nil, onTestEnd: Plain? = nil, onTestBatchBegin: Numbered? = nil,
        onTestBatchEnd: Numbered? = nil, onPredictBegin: Plain? = nil, onPredictEnd: Plain? = nil,
        onPredictBatchBegin: Numbered? = nil, onPredictBatchEnd: Numbered? = nil
    ) {
        epochs = (onEpochBegin, onEpochEnd)
        train = (onTrainBegin, onTrainEnd)
        trainBatch = (onTrainBatchBegin, onTrainBatchEnd)
        test = (onTestBegin, onTestEnd)
        testBatch = (onTestBatchBegin, onTestBatchEnd)
        predict = (onPredictBegin, onPredictEnd)
        predictBatch = (onPredictBatchBegin, onPredictBatchEnd)
    }

    override public var needsBatchLogs: Bool { trainBatch.end != nil || testBatch.end != nil }

    override public func onEpochBegin(_ epoch: Int, _ logs: Logs) throws { try epochs.begin?(epoch, logs) }
    override public func onEpochEnd(_ epoch: Int, _ logs: Logs) throws { try epochs.end?(epoch, logs) }
    override public func onTrainBegin(_ logs: Logs) throws { try train.begin?(logs) }
    override public func onTrainEnd(_ logs: Logs) throws { try train.end?(logs) }
    override public func onTrainBatchBegin(_ batch: Int, _ logs: Logs) throws { try trainBatch.begin?(batch, logs) }
    override public func onTrainBatchEnd(_ batch: Int, _ logs: Logs) throws { try trainBatch.end?(batch, logs) }
    override public func onTestBegin(_ logs: Logs) throws { try test.begin?(logs) }
    override public func onTestEnd(_ logs: Logs) throws { try test.end?(logs) }
    override public func onTestBatchBegin(_ batch: Int, _ logs: Logs) throws { try testBatch.begin?(batch, logs) }
    override public func onTestBatchEnd(_ batch: Int, _ logs: Logs) throws { try testBatch.end?(batch, logs) }
    override public func onPredictBegin(_ logs: Logs) throws { try predict.begin?(logs) }
    override public func onPredictEnd(_ logs: Logs) throws { try predict.end?(logs) }
    override public func onPredictBatchBegin(_ batch: Int, _ logs: Logs) throws { try predictBatch.begin?(batch, logs) }
    override public func onPredictBatchEnd(_ batch: Int, _ logs: Logs) throws { try predictBatch.end?(batch, logs) }
}
