import Foundation
import HornbillEngine

/// Windows that slide over a series, with a target for each (Keras's `utils.timeseries_dataset_from_array`).
///
/// ```swift
/// // Days 0 … 9 to guess day 10, then 1 … 10 for day 11, …
/// let data = try timeseriesDataset(series[0..<90], targets: series[10..<100], sequenceLength: 10)
/// ```
/// The windows are copied as they are read; memory holds the series, not its windows.
/// - Parameters:
///   - data: the series, its time steps along the first axis.
///   - targets: target i belongs to the window that starts at step i.
///   - sequenceLength: the steps of a window.
///   - sequenceStride: the steps between the starts of neighbouring windows.
///   - samplingRate: the steps between neighbouring elements of a window.
///   - batchSize: nil gives single windows.
///   - shuffle: whether windows come in random order, a new one each pass.
///   - startIndex: the first step that is used.
///   - endIndex: the step before which the last window ends.
/// - Throws: kind `argument` for numbers that do not fit the series.
public func timeseriesDataset(
    _ data: any TrainingData, targets: (any TrainingData)? = nil, sequenceLength: Int, sequenceStride: Int = 1,
    samplingRate: Int = 1, batchSize: Int? = 128, shuffle: Bool = false, seed: Int? = nil, startIndex: Int? = nil,
    endIndex: Int? = nil
) throws -> Dataset {
    let series = try data.data.tensor.validated()
    let targets = try targets?.data.tensor.validated()
    guard series.rank > 0, targets?.rank != 0 else {
        throw HornbillError(.shape, "a series and its targets need an axis of time steps first")
    }
    let length = series.shape[0]
    let (start, end) = (startIndex ?? 0, endIndex ?? length)
    func check(_ condition: Bool, _ name: String, _ value: Int, _ expected: String) throws {
        if !condition { throw HornbillError(.argument, "\(name) must be \(expected), not \(value)") }
    }
    try check(start >= 0 && start < max(length, 1), "startIndex", start, "from 0 to below the series' length \(length)")
    try check(end > start && end <= length || length == 0, "endIndex", end, "above \(start) and at most \(length)")
    try check(sequenceLength > 0, "sequenceLength", sequenceLength, "at least 1")
    for (name, value) in [("samplingRate", samplingRate), ("sequenceStride", sequenceStride)] {
        try check(value > 0 && value < max(length, 2), name, value, "from 1 to below the series' length \(length)")
    }
    let (reach, overflow) = (sequenceLength - 1).multipliedReportingOverflow(by: samplingRate)
    var windows = overflow ? 0 : max(end - start - min(reach, length), 0)
    if let targets { windows = min(windows, targets.shape[0]) }
    var positions = Array(stride(from: 0, to: windows, by: sequenceStride))
    if let targets, let last = positions.last, start + last >= targets.shape[0] {
        throw HornbillError(
            .data, "the window that starts at step \(start + last) has no target: there are \(targets.shape[0])")
    }
    if shuffle {
        let seed = seed ?? Session.current.nextSeed()
        var generator = try MersenneTwister(numPySeed: seed)
        generator.numPyShuffle(&positions)
    }
    var order = Dataset(Tensor(positions))
    if shuffle { order = order.shuffle(bufferSize: max(positions.count, 1), seed: seed) }
    if let batchSize { order = order.batch(batchSize) }
    let isBatched = batchSize != nil
    return order.map { element in
        let starts = try element.x.tensor.scalars(Int64.self).map { start + Int($0) }
        let x = try series.windows(starts, length: sequenceLength, stride: samplingRate)
        let y = try targets?.windows(starts, length: 1, stride: 1)
        func shaped(_ tensor: Tensor, dropping axes: Int) -> TensorStructure {
            // A window is (length, …) and a target (…), each with an axis of the batch if there is one.
            let batch = isBatched ? [starts.count] : []
            return .tensor(tensor.hostReshaped(Shape(batch + tensor.shape.dimensions.dropFirst(axes))))
        }
        return Dataset.Element(shaped(x, dropping: 1), y.map { shaped($0, dropping: 2) })
    }
}

extension Tensor {
    /// Rows start, start + stride, … of each start: shape (starts, length, …).
    fileprivate func windows(_ starts: [Int], length: Int, stride: Int) throws -> Tensor {
        let inner = Array(shape.dimensions.dropFirst())
        let type = TensorType(dtype, try Shape([starts.count, length] + inner).validated())
        let result = try HostBuffer(byteCount: type.byteCount)
        let source = try requirePointer()
        let rowBytes = inner.reduce(1, *) * dtype.byteCount
        var target = result.pointer
        for start in starts {
            if stride == 1 {
                memcpy(target, source + start * rowBytes, length * rowBytes)
                target += length * rowBytes
                continue
            }
            for step in 0..<length {
                memcpy(target, source + (start + step * stride) * rowBytes, rowBytes)
                target += rowBytes
            }
        }
        return withExtendedLifetime(self) { Tensor(buffer: result, type) }
    }
}
