import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// Keras reads what Hornbill saved: it predicts the same, and goes on training from there. The Python that has Keras is
/// named by `HORNBILL_PYTHON`, which `make test` sets.
@Suite(.enabled(if: Python.path != nil, "HORNBILL_PYTHON names no Python with Keras: make test sets it"))
struct PythonReadsTests {
    @Test func `Keras predicts and trains on with the models that Hornbill saved`() throws {
        try withTemporaryFolder { folder in
            var count = 0
            // Models made here, and trained here.
            for golden in ModelGoldenTests.cases {
                try Session.withNew(seed: 1) {
                    let training = GoldenTraining(golden)
                    let model = try training.model()
                    guard model.network != nil, golden.fields["fit"]?["sample_weight"] == nil, count < 30 else {
                        return
                    }
                    try training.compile(model)
                    _ = try training.fit(model)
                    try record(model, golden.name, folder, x: training.x())
                    count += 1
                }
            }
            // Models of Keras's, trained on here, with the optimizers' state.
            for golden in SavedModelTests.cases where golden.fields["trained"]?.bool == true {
                try Session.withNew(seed: 1) {
                    let model = try loadModel(golden.trainedFile)
                    _ = try model.fit(
                        golden.x(), golden.y(), epochs: 1, batchSize: 8, verbose: .silent, shuffle: false)
                    try record(model, golden.name, folder, x: golden.x(), y: golden.y())
                    count += 1
                }
            }
            #expect(count >= 25)
            let output = try Python.run(["check_saved.py", folder], withErrors: true)
            let lines = output.split(separator: "\n").filter { $0.hasPrefix("ok ") || $0.hasPrefix("bad ") }
            for line in lines where line.hasPrefix("bad ") { Issue.record("\(line)") }
            #expect(lines.count == count, "\(output.suffix(2000))")
        }
    }

    /// Saves the model, and beside it what it must give; with targets also what one more epoch makes of it.
    private func record(
        _ model: Model, _ name: String, _ folder: String, x: TensorStructure, y: TensorStructure? = nil
    ) throws {
        try model.save("\(folder)/\(name).keras")
        let predictions: TensorStructure = try model.predict(x, batchSize: 8)
        var arrays = x.named("x") + predictions.named("prediction")
        if let y {
            let history = try model.fit(x, y, epochs: 1, batchSize: 8, verbose: .silent, shuffle: false)
            arrays += y.named("y") + [("next/loss", Tensor(history["loss"]))]
            arrays += model.getWeights().enumerated().map { ("next/weight/\($0)", $1) }
        }
        try saveNpz("\(folder)/\(name).npz", arrays.map { (name: $0.0, tensor: $0.1) })
    }
}

extension Structure where Leaf == Tensor {
    /// The tensors with names: `prefix/` for the only one, `prefix/0`, or `prefix/key`.
    fileprivate func named(_ prefix: String) -> [(String, Tensor)] {
        switch self {
        case .tensor(let tensor): [(prefix + "/", tensor)]
        case .list(let elements):
            elements.enumerated().flatMap { index, element in
                element.leaves.map { ("\(prefix)/\(index)", $0) }
            }
        case .dictionary(let entries):
            entries.keys.sorted().flatMap { key in (entries[key]?.leaves ?? []).map { ("\(prefix)/\(key)", $0) } }
        }
    }
}
