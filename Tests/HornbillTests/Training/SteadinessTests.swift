import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

/// Training for long: nothing is allocated, compiled or kept from step to step. Each test has a process of its own, since
/// what is counted belongs to the process.
@Suite struct SteadinessTests {
    @Test func `after its first step training allocates no tensor and compiles no plan`() async {
        await #expect(processExitsWith: .success) {
            try Session.withNew(seed: 1) {
                let model = try Steady.model()
                let counter = StepCounter()
                let (x, y) = Steady.data(1000)
                // A first epoch compiles the step and the smaller last one.
                try model.fit(x, y, batchSize: 32, verbose: 0)
                try model.fit(x, y, epochs: 3, batchSize: 32, verbose: 0, callbacks: [counter])
                try #require(counter.allocations.count == 96)
                for epoch in 0..<3 {
                    let steps = counter.allocations[(32 * epoch)..<(32 * epoch + 32)]
                    #expect(
                        Set(steps).count == 1, "allocations in epoch \(epoch): \(steps.map { $0 - (steps.first ?? 0) })"
                    )
                }
                #expect(Set(counter.compilations).count == 1)
            }
        }
    }

    @Test func `thousands of steps leave memory flat`() async {
        await #expect(processExitsWith: .success) {
            try Session.withNew(seed: 1) {
                let steps = isThorough ? 10_000 : 2_000
                let model = try Steady.model()
                let (x, y) = Steady.data(320)
                let growth = try Steady.growth(steps: steps / 10) { try model.fit(x, y, batchSize: 32, verbose: 0) }
                // A kilobyte leaked by each step would be two megabytes.
                #expect(growth < 1 << 20, "\(growth) bytes in \(steps) steps")
            }
        }
    }

    @Test func `single batches, predictions, data sets and models that come and go leave memory flat`() async {
        await #expect(processExitsWith: .success) {
            try Session.withNew(seed: 1) {
                let model = try Steady.model()
                let (x, y) = Steady.data(32)
                let single = try Steady.growth(steps: 500) {
                    try model.trainOnBatch(x, y)
                    _ = try model.predict(x) as Tensor
                    _ = model(x)
                }
                #expect(single < 1 << 20, "single batches: \(single) bytes")
                let data = Dataset(x, y).shuffle(bufferSize: 32).batch(8).prefetch(2)
                let streamed = try Steady.growth(steps: 100) { try model.fit(data, verbose: 0) }
                #expect(streamed < 1 << 20, "data sets: \(streamed) bytes")
                let made = try Steady.growth(steps: 60) {
                    let other = try Steady.model()
                    try other.fit(x, y, verbose: 0)
                }
                #expect(made < 3 << 20, "models: \(made) bytes")
                let failing = try Steady.growth(steps: 200) {
                    _ = try? model.fit(x, Tensor.zeros([32, 2, 2]), verbose: 0)
                    _ = try? Model(inputs: Input(shape: [3]), outputs: Dense(-1)(Input(shape: [3])))
                }
                #expect(failing < 1 << 20, "errors: \(failing) bytes")
            }
        }
    }
}

/// A small model and its data.
enum Steady {
    static func model() throws -> Model {
        let model = Sequential {
            Input(shape: [8])
            Dense(16, activation: .relu)
            Dropout(0.2)
            Dense(3, activation: .softmax)
        }
        try model.compile(optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"])
        return model
    }

    static func data(_ count: Int) -> (Tensor, Tensor) {
        (random.normal([count, 8], seed: 2), Tensor((0..<count).map { Int32($0 % 3) }))
    }

    /// By how many bytes the resident memory grows in this many runs of `body`, after as many to settle.
    static func growth(steps: Int, _ body: () throws -> Void) throws -> Int {
        for _ in 0..<steps { try body() }
        let before = try residentBytes()
        for _ in 0..<steps { try body() }
        return try residentBytes() - before
    }

    private static func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { throw GoldenError("no memory statistics") }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// Notes the process's counters after each step.
final class StepCounter: Callback {
    var allocations: [Int] = []
    var compilations: [Int] = []

    override init() {
        super.init()
        allocations.reserveCapacity(1000)
        compilations.reserveCapacity(1000)
    }

    override var needsBatchLogs: Bool { false }
    override func onTrainBatchEnd(_ batch: Int, _ logs: Logs) {
        allocations.append(Statistics.allocations)
        compilations.append(Statistics.compilations)
    }
}
