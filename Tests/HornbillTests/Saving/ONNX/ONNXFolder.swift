import Foundation
import Hornbill
import Testing

/// A folder of exported models, each beside what it must give on batches of several sizes.
struct ONNXFolder {
    let path: String
    private(set) var count = 0

    init(_ path: String) { self.path = path }

    /// Exports a model and writes what it predicts for each of these batches.
    mutating func add(
        _ name: String, _ model: Model, _ batches: [TensorStructure], opsetVersion: Int? = nil
    ) throws {
        var arrays: [(name: String, tensor: Tensor)] = []
        for (run, x) in batches.enumerated() {
            let count = x.leaves.first?.shape.first ?? 1
            let y: TensorStructure = try model.predict(x, batchSize: max(count, 1))
            for (index, leaf) in x.leaves.enumerated() { arrays.append(("\(run)/x/\(index)", leaf)) }
            for (index, leaf) in y.leaves.enumerated() { arrays.append(("\(run)/y/\(index)", leaf)) }
        }
        try model.exportONNX(to: "\(path)/\(name).onnx", opsetVersion: opsetVersion)
        try saveNpz("\(path)/\(name).npz", arrays)
        count += 1
    }

    /// Runs all of them in ONNX Runtime and expects the same numbers.
    /// - Returns: the largest difference.
    @discardableResult
    func check() throws -> Double {
        let output = try Python.run(["check_onnx.py", path], withErrors: true)
        let lines = output.split(separator: "\n").filter { $0.hasPrefix("ok ") || $0.hasPrefix("bad ") }
        for line in lines where line.hasPrefix("bad ") { Issue.record("\(line)") }
        #expect(lines.count == count, "\(output.suffix(2000))")
        return lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.max() ?? 0
    }
}

extension Model {
    /// Gives all weights numbers that say something: not the zeros and ones that most of them begin with.
    func scramble() throws {
        var state: UInt64 = 7
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        for weight in weights where weight.dtype.isFloatingPoint {
            // Variances are not negative.
            let low = weight.name.contains("variance") ? 0.5 : -0.5
            let values = (0..<weight.count).map { _ in low + next() }
            try weight.assign(Tensor(values, shape: weight.shape))
        }
    }
}
