import HornbillEngine

/// Class numbers as rows with a one at the class (Keras's `utils.to_categorical`), float32.
///
/// The shape is that of `x`, without a last axis of 1, and the number of classes after it.
/// - Parameters:
///   - x: class numbers from 0 on, of any shape and dtype.
///   - numClasses: how many there are; one more than the largest number if nil.
/// - Returns: carries an error of kind `data` for a number that is no class.
public func toCategorical(
    _ x: any TrainingData, numClasses: Int? = nil, file: String = #fileID, line: Int = #line
) -> Tensor {
    Tensor.deferring(CallSite(file, line)) {
        let x = try x.data.tensor.validated()
        var sizes = x.shape.dimensions
        if sizes.count > 1, sizes.last == 1 { sizes.removeLast() }
        if x.isTraced {
            guard let numClasses else {
                throw HornbillError(.argument, "toCategorical in a compiled function needs numClasses")
            }
            return try ops.oneHot(ops.reshape(x, Shape(sizes)), numClasses).validated()
        }
        let labels = try x.cast(to: .int64).scalars(Int64.self)
        let classes = numClasses ?? labels.max().map { Int($0) &+ 1 } ?? 0
        guard classes > 0 || labels.isEmpty else {
            throw HornbillError(.argument, "toCategorical needs at least one class, not \(classes)")
        }
        let shape = try Shape(sizes + [max(classes, 0)]).validated()
        let result = try Tensor.filled(0, TensorType(.float32, shape))
        let ones = try result.requirePointer().assumingMemoryBound(to: Float.self)
        for (row, label) in labels.enumerated() {
            guard label >= 0, label < classes else {
                throw HornbillError(
                    .data, "element \(row) is \(label), which is none of the classes 0 to \(classes - 1)")
            }
            ones[row * classes + Int(label)] = 1
        }
        return result
    }
}
