import Foundation
import HornbillEngine

/// An end of a sequence.
public enum SequenceEnd: String, Sendable, Hashable, CaseIterable {
    /// The beginning.
    case pre
    /// The end.
    case post
}

/// Sequences of numbers made equally long (Keras's `utils.pad_sequences`): shape `(sequences, maxlen)`.
///
/// - Parameters:
///   - maxlen: the length of all; that of the longest if nil.
///   - padding: where short ones are filled with `value`.
///   - truncating: where long ones lose elements.
/// - Returns: carries an error of kind `argument` for a negative length.
public func padSequences<Scalar: NumericTrainingData>(
    _ sequences: [[Scalar]], maxlen: Int? = nil, dtype: DType = .int32, padding: SequenceEnd = .pre,
    truncating: SequenceEnd = .pre, value: Double = 0, file: String = #fileID, line: Int = #line
) -> Tensor {
    Tensor.deferring(CallSite(file, line)) {
        let all = try Tensor(Array(sequences.joined())).cast(to: dtype).validated()
        return try padded(all, lengths: sequences.map(\.count), maxlen, padding, truncating, value)
    }
}

/// Sequences of vectors (or of anything of one shape) made equally long: shape `(sequences, maxlen, …)`.
/// - Returns: carries an error of kind `data` if the elements' shapes differ.
public func padSequences(
    _ sequences: [Tensor], maxlen: Int? = nil, dtype: DType = .int32, padding: SequenceEnd = .pre,
    truncating: SequenceEnd = .pre, value: Double = 0, file: String = #fileID, line: Int = #line
) -> Tensor {
    Tensor.deferring(CallSite(file, line)) {
        for (index, sequence) in sequences.enumerated() where try sequence.validated().rank == 0 {
            throw HornbillError(.data, "sequence \(index) is a single number")
        }
        let filled = sequences.filter { $0.shape[0] > 0 }
        let inner = filled.first.map { Array($0.shape.dimensions.dropFirst()) } ?? []
        for (index, sequence) in sequences.enumerated()
        where sequence.shape[0] > 0 && Array(sequence.shape.dimensions.dropFirst()) != inner {
            throw HornbillError(
                .data,
                "sequence \(index) has the shape \(sequence.shape), others have elements of shape \(Shape(inner))")
        }
        let casts = try filled.map { try $0.cast(to: dtype).validated() }
        let all = casts.isEmpty ? Tensor.zeros(Shape([0] + inner), dtype: dtype) : ops.concatenate(casts, axis: 0)
        return try padded(all.validated(), lengths: sequences.map { $0.shape[0] }, maxlen, padding, truncating, value)
    }
}

/// - Parameter all: the elements of all sequences, one after the other.
private func padded(
    _ all: Tensor, lengths: [Int], _ maxlen: Int?, _ padding: SequenceEnd, _ truncating: SequenceEnd, _ value: Double
) throws -> Tensor {
    let width = maxlen ?? lengths.max() ?? 0
    guard width >= 0 else { throw HornbillError(.argument, "sequences cannot have the length \(width)") }
    let inner = Array(all.shape.dimensions.dropFirst())
    let result = try Tensor.filled(value, TensorType(all.dtype, Shape([lengths.count, width] + inner).validated()))
    let (source, target) = (try all.requirePointer(), try result.requirePointer())
    let elementBytes = inner.reduce(1, *) * all.dtype.byteCount
    var start = 0
    for (row, length) in lengths.enumerated() {
        let kept = min(length, width)
        let from = start + (truncating == .pre ? length - kept : 0)
        let to = row * width + (padding == .pre ? width - kept : 0)
        memcpy(target + to * elementBytes, source + from * elementBytes, kept * elementBytes)
        start += length
    }
    return withExtendedLifetime(all) { result }
}
