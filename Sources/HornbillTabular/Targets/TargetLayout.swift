import Hornbill

/// How a target's values are given to the loss of its output.
package enum TargetLayout: Sendable {
    /// A number: (rows, 1).
    case number
    /// The index of the class: (rows, 1).
    case index
    /// 1 at the class and 0 elsewhere: (rows, classes).
    case oneHot(Int)

    package func tensor(_ values: [Float]) -> Tensor {
        // What is missing has the weight 0, but must be a number.
        let known = values.map { $0.isNaN ? 0 : $0 }
        switch self {
        case .number, .index: return Tensor(known, shape: [known.count, 1])
        case .oneHot(let classes):
            var ones = [Float](repeating: 0, count: known.count * classes)
            for (row, value) in values.enumerated() where !value.isNaN { ones[row * classes + Int(value)] = 1 }
            return Tensor(ones, shape: [known.count, classes])
        }
    }
}
