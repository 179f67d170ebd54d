import HornbillEngine
import Synchronization

/// How much memory weights may take while a model is made of a file: no more than the file has bytes for them. A
/// configuration can ask for any size, so what it asks for is held against what the file holds before memory is taken.
final class WeightBudget: Sendable {
    @TaskLocal static var current: WeightBudget?

    private let bytes: Int
    private let left: Mutex<Int>

    init(bytes: Int) {
        self.bytes = bytes
        left = Mutex(bytes)
    }

    /// Takes the memory of a weight from the budget.
    /// - Throws: kind `file` if more is asked for than the file holds.
    func charge(_ shape: Shape, _ dtype: DType, _ name: String) throws {
        let (size, overflow) = try shape.validated().count.multipliedReportingOverflow(by: max(dtype.byteCount, 1))
        let fits = left.withLock { left in
            guard !overflow, size <= left else { return false }
            left -= size
            return true
        }
        guard fits else {
            throw HornbillError(
                .file,
                "the weight '\(name)' of shape \(shape) needs more than the \(bytes) bytes of weights in the file")
        }
    }
}

/// Runs `body`, which makes layers of a file, and lets it make weights of at most so many bytes.
/// - Throws: kind `file` from the weight that needs more.
package func withWeightBudget<Result>(bytes: Int, _ body: () throws -> Result) rethrows -> Result {
    try WeightBudget.$current.withValue(WeightBudget(bytes: bytes), operation: body)
}
