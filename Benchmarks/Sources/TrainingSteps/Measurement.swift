import Hornbill
import Timing

/// The figures of one workload, as `fit` and `predict` run it: shuffled data in memory, metrics, history. The peers are
/// measured in the same way (`Peers/measuring.py`).
struct Measurement {
    /// Medians, in milliseconds a step.
    let train: Double
    let predict: Double
    /// The median for one row through `predictOnBatch`.
    let row: Double?
    /// From the start of the process to the end of the first step, in seconds.
    let firstStep: Double
    /// In bytes.
    let peak: Int
    let data: Int

    /// - Parameter started: when the process was, by the clock of ``Timing``.
    init(_ workload: Workload, _ data: (x: [Tensor], y: [Tensor]), started: Double?) throws {
        let (x, y, batchSize) = (Self.structure(data.x), Self.structure(data.y), workload.batchSize)
        let model = try workload.model()
        try model.fit(
            Self.structure(data.x.map { $0[0..<batchSize] }), Self.structure(data.y.map { $0[0..<batchSize] }),
            batchSize: batchSize, verbose: 0)
        firstStep = started.map { Timing.now - $0 } ?? .nan
        let steps = Double((data.x[0].shape[0] + batchSize - 1) / batchSize)
        train = try Timing.epoch(of: model, x, y, batchSize: batchSize) * 1e3 / steps
        predict =
            try Timing.median { let _: [Tensor] = try model.predict(x, batchSize: batchSize) } * 1e3 / steps
        peak = Timing.peakMemory
        self.data = (data.x + data.y).reduce(0) { $0 + $1.shape.count * $1.dtype.byteCount }
        guard workload.name == "mlp" else {
            row = nil
            return
        }
        let first = data.x[0][0..<1]
        row = try Timing.median { for _ in 0..<100 { _ = try model.predictOnBatch(first) as Tensor } } * 1e3 / 100
    }

    /// One line of JSON.
    func json(_ workload: String) -> String {
        var fields = ["\"peer\": \"hornbill\"", "\"workload\": \"\(workload)\""]
        for (name, value) in [
            ("train_ms", train), ("predict_ms", predict), ("row_ms", row), ("first_step_s", firstStep),
        ] {
            if let value, value.isFinite { fields.append("\"\(name)\": \(value)") }
        }
        return "{" + (fields + ["\"peak_bytes\": \(peak)", "\"data_bytes\": \(data)"]).joined(separator: ", ") + "}"
    }

    /// The loss of each epoch from the initial weights of a file, without shuffling.
    static func losses(
        _ workload: Workload, _ data: (x: [Tensor], y: [Tensor]), weights: String, epochs: Int
    ) throws -> [Double] {
        let model = try workload.model()
        try model.loadWeights(weights)
        return try model.fit(
            structure(data.x), structure(data.y), epochs: epochs, batchSize: workload.batchSize, verbose: 0,
            shuffle: false)["loss"]
    }

    private static func structure(_ tensors: [Tensor]) -> TensorStructure {
        tensors.count == 1 ? .tensor(tensors[0]) : .list(tensors.map { .tensor($0) })
    }
}
