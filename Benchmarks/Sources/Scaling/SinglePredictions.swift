import Foundation
import Hornbill
import Synchronization
import Timing

/// One row through the MLP 784-512-10, as a service predicts.
enum SinglePredictions {
    static func table() throws -> String {
        let model = mlp()
        let row = random.uniform([1, 784])
        var lines = ["### One row through an MLP 784-512-10", "", "| | µs |", "|---|---:|"]
        func add(_ name: String, _ seconds: Double) {
            lines.append(String(format: "| %@ | %.1f |", name, seconds * 1e6))
        }
        for threads in [1, 2] {
            let plan = try predictor(model, threads: threads)
            let seconds = try Timing.median(duration: 0.5) { for _ in 0..<1000 { _ = try plan.run([row]) } } / 1000
            add("a compiled plan, \(threads) thread\(threads == 1 ? "" : "s")", seconds)
        }
        let whole = try Timing.median(duration: 0.5) {
            for _ in 0..<100 { _ = try model.predictOnBatch(row) as Tensor }
        }
        add("predictOnBatch", whole / 100)
        let (seconds, same) = try together(model, 16)
        add("16 threads on one plan, the machine's time a row", seconds)
        lines += ["", same ? "All 16 threads got the same bits." : "The 16 threads got DIFFERENT bits."]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The MLP of the workload, trained on nothing.
    static func mlp() -> Sequential {
        Sequential {
            Input(shape: [784])
            Dense(512, activation: .relu)
            Dense(10, activation: .softmax)
        }
    }

    private static func predictor(_ model: Model, threads: Int) throws -> Plan {
        let types = [TensorType(.float32, [1, 784])]
        return try compiled(name: "predictor", threads: threads) { (x: Tensor) in model(x) }.plan(for: types)
    }

    /// Many threads on one plan of one thread: seconds a row, and whether all got what one thread gets alone.
    private static func together(_ model: Model, _ threads: Int) throws -> (seconds: Double, same: Bool) {
        let plan = try predictor(model, threads: 1)
        let rows = (0..<threads).map { _ in random.uniform([1, 784]) }
        let expected = try rows.map { try plan.run([$0])[0].scalars(Float.self) }
        let count = 20_000
        let wrong = Counter()
        let group = DispatchGroup()
        let start = Timing.now
        for (row, expected) in zip(rows, expected) {
            group.enter()
            Thread {
                for _ in 0..<count where (try? plan.run([row])[0].scalars(Float.self)) != expected { wrong.add() }
                group.leave()
            }.start()
        }
        group.wait()
        return ((Timing.now - start) / Double(threads * count), wrong.value == 0)
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }
}
