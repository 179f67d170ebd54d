import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// Files that Keras saved (Tests/Reference/saved_models.py): loaded, they predict what Keras predicts, and train as Keras
/// trains; saved and loaded again, they are the same.
@Suite struct SavedModelTests {
    static let cases = Golden.cases("saved_models")

    @Test func `all of Keras's files are read`() { #expect(Self.cases.count >= 60) }

    @Test func `every optimizer of Keras is in a file that was trained on`() throws {
        let trained = try Self.cases.filter {
            $0.fields["trained"]?.bool == true || $0.fields["compiled"]?.bool == true
        }
        .map { try loadModel($0.file).optimizer?.kerasClassName }
        let missing = try Golden.names("optimizers", "classes").filter { name in
            !trained.contains(name) && name != "Optimizer" && name != "OptimizerMap"
        }
        #expect(missing == [])
    }

    @Test(arguments: cases)
    func `a file of Keras predicts and trains as it does there`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let model = try loadModel(golden.file)
            try golden.expectPredictions(of: model)
            #expect((model.optimizer != nil) == golden.fields["compiled"]?.bool)
            guard model.optimizer != nil else { return }
            let history = try model.fit(
                golden.x(), golden.y(), epochs: 2, batchSize: 8, verbose: .silent, shuffle: false)
            try golden.expectHistory(history, "history")
            for (index, (weight, want)) in zip(model.getWeights(), golden.arrays("weights/")).enumerated() {
                try expectClose(weight.cast(to: .float32), want, "weight \(index) after two epochs", scale: 1)
            }
        }
    }

    @Test(arguments: cases.filter { $0.fields["trained"]?.bool == true })
    func `training goes on where Keras stopped`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let model = try loadModel(golden.trainedFile)
            let history = try model.fit(
                golden.x(), golden.y(), epochs: 1, batchSize: 8, verbose: .silent, shuffle: false)
            try golden.expectHistory(history, "third")
        }
    }

    @Test(arguments: cases)
    func `what is saved is loaded again as it was`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let model = try loadModel(golden.file)
            if model.optimizer != nil {
                _ = try model.fit(golden.x(), golden.y(), epochs: 1, batchSize: 8, verbose: .silent, shuffle: false)
            }
            try withTemporaryFolder { folder in
                let path = folder + "/again.keras"
                try model.save(path)
                let again = try loadModel(path)
                #expect(again.layers.map(\.name) == model.layers.map(\.name))
                #expect(again.archiveConfig() == model.archiveConfig())
                for (a, b) in zip(again.weights, model.weights) {
                    #expect(a.path == b.path)
                    #expect(try a.value.doubles() == b.value.doubles(), "\(a.path)")
                }
                for (a, b) in zip(again.optimizer?.variables ?? [], model.optimizer?.variables ?? []) {
                    #expect(try a.value.doubles() == b.value.doubles(), "\(a.path)")
                }
                #expect(again.optimizer?.variables.count == model.optimizer?.variables.count)
            }
        }
    }

    @Test(arguments: cases)
    func `the groups of its weights file are Keras's`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let model = try loadModel(golden.file)
            try withTemporaryFolder { folder in
                let path = folder + "/again.keras"
                try model.save(path)
                let (ours, theirs) = (try datasets(path), try datasets(golden.file))
                #expect(ours.filter { !$0.hasPrefix("optimizer") } == theirs.filter { !$0.hasPrefix("optimizer") })
            }
        }
    }

    /// The paths of all arrays in a file, with their shapes.
    private func datasets(_ path: String) throws -> [String] {
        let archive = try ZipArchive(path: path)
        let entry = try #require(archive["model.weights.h5"])
        var found: [String] = []
        func visit(_ group: HDF5Group) throws {
            for name in group.names {
                switch try group.child(name) {
                case .group(let inner)?: try visit(inner)
                case .dataset(let dataset)?: found.append("\(dataset.path.dropFirst()) \(dataset.shape)")
                case nil: break
                }
            }
        }
        try visit(HDF5Reader(archive.randomAccess(to: entry), named: path).root)
        return found.sorted()
    }
}

extension GoldenCase {
    private var folder: String { Golden.folder("saved_models") }
    var file: String { "\(folder)/\(name).keras" }
    var trainedFile: String { "\(folder)/\(name).trained.keras" }

    /// The arrays whose names begin with `prefix/`, by the rest of their names; one of an empty name is the only one.
    private func structure(_ prefix: String) -> TensorStructure {
        guard case .object(let arrays)? = fields["arrays"] else { return .list([]) }
        let names = arrays.keys.filter { $0.hasPrefix(prefix + "/") }.map { String($0.dropFirst(prefix.count + 1)) }
            .sorted()
        if names == [""], let tensor = array(prefix + "/") { return .tensor(tensor) }
        if names.allSatisfy({ Int($0) != nil }) { return .list(self.arrays(prefix + "/").map(Structure.tensor)) }
        return .dictionary(
            Dictionary(
                uniqueKeysWithValues: names.compactMap { name in array("\(prefix)/\(name)").map { (name, .tensor($0)) }
                }))
    }

    func x() -> TensorStructure { structure("x") }
    func y() -> TensorStructure { structure("y") }

    fileprivate func expectPredictions(of model: Model) throws {
        let predictions: TensorStructure = try model.predict(x(), batchSize: 8)
        let expected = structure("prediction")
        #expect(predictions.outline == expected.outline)
        for (index, (prediction, want)) in zip(predictions.leaves, expected.leaves).enumerated() {
            try expectClose(prediction.cast(to: .float32), want, "prediction \(index)")
        }
    }

    fileprivate func expectHistory(_ history: History, _ field: String) throws {
        guard case .object(let expected)? = fields[field] else { throw GoldenError("no \(field)") }
        #expect(history.keys.sorted() == expected.keys.sorted())
        for key in expected.keys.sorted() {
            try expectClose(Tensor(history[key]), Tensor(expected[key]?.doubles ?? []), "\(field) of \(key)")
        }
    }
}
