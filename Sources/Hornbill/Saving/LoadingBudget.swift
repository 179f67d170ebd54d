import Foundation
import HornbillEngine
import Synchronization

/// How much a model may take while it is made of a file: a configuration can ask for any size, and models that call each
/// other twice at every level for any number of calls. So what it asks for is counted before memory and time are taken.
final class LoadingBudget: Sendable {
    @TaskLocal static var current: LoadingBudget?

    /// Far more than layers of layers need: a graph is traced a few times for each model around it.
    private static let mostCalls = 20_000

    private let bytes: Int
    private let source: String
    /// Whether all weights are read after the layers have been made, so that they need no values of their own.
    let weightsFollow: Bool
    private let left: Mutex<(bytes: Int, calls: Int)>

    init(bytes: Int, source: String, weightsFollow: Bool) {
        self.bytes = bytes
        self.weightsFollow = weightsFollow
        self.source = source
        left = Mutex((bytes, Self.mostCalls))
    }

    /// Takes the memory of a weight.
    /// - Throws: kind `file` if more is asked for than there may be.
    func charge(_ shape: Shape, _ dtype: DType, _ name: String) throws {
        let (size, overflow) = try shape.validated().count.multipliedReportingOverflow(by: max(dtype.byteCount, 1))
        let fits = left.withLock { left in
            guard !overflow, size <= left.bytes else { return false }
            left.bytes -= size
            return true
        }
        guard fits else {
            throw HornbillError(
                .file, "the weight '\(name)' of shape \(shape) needs more memory than \(source)")
        }
    }

    /// Takes a layer that is made, or a call of one.
    /// - Throws: kind `file` if there are too many.
    func chargeCall() throws {
        let fits = left.withLock { left in
            left.calls -= 1
            return left.calls >= 0
        }
        guard fits else {
            throw HornbillError(
                .file,
                "the model has more than \(Self.mostCalls) layers and calls of them: models may call each other over and over"
            )
        }
    }
}

/// Runs `body`, which makes layers of a file with so many bytes for their weights; they are zeros, and read afterwards.
///
/// Weights may take twice that: half precision in a file may be single precision in the layer.
/// - Throws: kind `file` from the weight that needs more.
package func withWeightBudget<Result>(bytes: Int, _ body: () throws -> Result) rethrows -> Result {
    let budget = LoadingBudget(
        bytes: min(bytes, Int.max / 2) * 2, source: "the \(bytes) bytes of weights in the file can fill",
        weightsFollow: true)
    return try LoadingBudget.$current.withValue(budget, operation: body)
}

/// Runs `body`, which makes layers of a text: their weights may take a quarter of the machine's memory, since making
/// them and training them takes as much again.
func withMemoryBudget<Result>(_ body: () throws -> Result) rethrows -> Result {
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    let budget = LoadingBudget(
        bytes: memory / 4, source: "a quarter of the machine's \(memory) bytes", weightsFollow: false)
    return try LoadingBudget.$current.withValue(budget, operation: body)
}
