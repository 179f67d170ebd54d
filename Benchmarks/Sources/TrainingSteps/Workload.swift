import Hornbill

/// A compiled model with data for it, the same as in `Peers/`.
struct Workload: Sendable {
    let name: String
    let batchSize: Int
    let model: @Sendable () throws -> Model
    let data: @Sendable () throws -> (x: [Tensor], y: [Tensor])
    /// What its files are called: a workload in another precision shares data and initial weights.
    var files: String

    init(
        _ name: String, batchSize: Int, files: String? = nil, model: @escaping @Sendable () throws -> Model,
        data: @escaping @Sendable () throws -> (x: [Tensor], y: [Tensor])
    ) {
        self.name = name
        self.batchSize = batchSize
        self.files = files ?? name
        self.model = model
        self.data = data
    }
}

extension Workload {
    /// Writes the data (`x0`, `x1`, …, `y0`, … in an .npz file) and initial weights, for the peers and for ``read(from:)``.
    func export(to folder: String) throws {
        let (x, y) = try data()
        var arrays: [(name: String, tensor: Tensor)] = []
        for (index, tensor) in x.enumerated() { arrays.append(("x\(index)", tensor)) }
        for (index, tensor) in y.enumerated() { arrays.append(("y\(index)", tensor)) }
        try saveNpz("\(folder)/\(files).npz", arrays)
        try model().saveWeights(weights(in: folder))
    }

    /// The data that ``export(to:)`` wrote.
    func read(from folder: String) throws -> (x: [Tensor], y: [Tensor]) {
        let archive = try NpzArchive(path: "\(folder)/\(files).npz")
        func arrays(_ letter: String) -> [Tensor] {
            archive.names.filter { $0.hasPrefix(letter) }.sorted().compactMap { archive[$0] }
        }
        return (arrays("x"), arrays("y"))
    }

    func weights(in folder: String) -> String { "\(folder)/\(files).weights.h5" }
}
