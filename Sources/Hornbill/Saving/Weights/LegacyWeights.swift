import HornbillEngine

/// The weights of an older `.h5` file: by layers, of each first those that can be trained.
struct LegacyWeights {
    private let root: HDF5Group
    private let weights: HDF5Group
    private let file: String

    /// Nil for a file of another layout.
    init?(_ root: HDF5Group, file: String) throws {
        self.root = root
        self.file = file
        if let group = try root.group("model_weights") {
            weights = group
        } else if try Self.hasNames(root) {
            weights = root
        } else {
            return nil
        }
    }

    private static func hasNames(_ group: HDF5Group) throws -> Bool {
        try group.attributes.names().contains { $0 == "layer_names" || $0 == "layer_names0" }
    }

    /// An attribute that is a list of names; long ones are cut into `name0`, `name1`, ….
    private static func names(_ key: String, of group: HDF5Group) throws -> [String] {
        if let names = try group.attributes[key]?.strings { return names }
        var result: [String] = []
        var part = 0
        while let names = try group.attributes["\(key)\(part)"]?.strings {
            result += names
            part += 1
        }
        return result
    }

    private static func datasets(of group: HDF5Group) throws -> [HDF5Dataset] {
        try names("weight_names", of: group).map { name in
            guard let dataset = try group.dataset(name) else {
                throw HornbillError(.file, "the weight '\(name)' of '\(group.path)' is not in the file")
            }
            return dataset
        }
    }

    func load(into model: Model, skipMismatch: Bool, byName: Bool) throws {
        let saved = try Self.names("layer_names", of: weights).map { name in
            guard let group = try weights.group(name) else {
                throw HornbillError(.file, "the layer '\(name)' is not in the file")
            }
            return (name: name, datasets: try Self.datasets(of: group))
        }
        var pairs: [(Layer, [HDF5Dataset])] = []
        if byName {
            for (name, datasets) in saved {
                pairs += model.layers.filter { $0.name == name && !$0.weights.isEmpty }.map { ($0, datasets) }
            }
        } else {
            let layers = model.layers.filter { !$0.weights.isEmpty }
            let filled = saved.filter { !$0.datasets.isEmpty }
            guard layers.count == filled.count else {
                throw HornbillError(
                    .file,
                    "'\(file)' has \(filled.count) layers with weights (\(filled.map(\.name).joined(separator: ", "))), the model \(layers.count) (\(layers.map(\.name).joined(separator: ", ")))"
                )
            }
            pairs = zip(layers, filled).map { ($0, $1.datasets) }
        }
        var assignments = pairs.map { layer, datasets in
            (variables: layer.trainableWeights + layer.nonTrainableWeights, datasets: datasets)
        }
        if let group = try weights.group("top_level_model_weights") {
            assignments.append((model.ownVariables, try Self.datasets(of: group)))
        }
        // Nothing is changed before everything has been compared.
        var plan: [(variable: Variable, dataset: HDF5Dataset)] = []
        var problems: [WeightMismatch] = []
        for (variables, datasets) in assignments {
            let (fitting, misfits) = WeightMismatch.compare(variables, datasets) { _ in "?" }
            plan += fitting
            problems += misfits
        }
        try WeightMismatch.report(problems, file: file, skip: skipMismatch)
        for (variable, dataset) in plan { try variable.read(dataset) }
    }

    /// The optimizer's state, where the file has one that fits.
    func loadOptimizer(of model: Model) throws {
        guard let optimizer = model.optimizer, let group = try root.group("optimizer_weights") else { return }
        let (fitting, misfits) = WeightMismatch.compare(optimizer.variables, try Self.datasets(of: group)) { _ in "?" }
        if misfits.isEmpty { for (variable, dataset) in fitting { try variable.read(dataset) } }
    }
}
