import HornbillEngine

/// The `.h5` files of Keras 2, which Keras 3 can still write: architecture and compile state as JSON in attributes, weights
/// under the layers' names. They are read by the same registry as `.keras` files, with the same refusals.
enum LegacyModel {
    static func read(
        _ root: HDF5Group, file: String, _ context: LoadingContext, compile: Bool
    ) throws -> Model {
        guard let text = try root.attributes["model_config"]?.string else {
            throw HornbillError(
                .file,
                "'\(file)' holds no architecture: files of weights are read by loadWeights, into a model that is there")
        }
        do {
            let model = try ModelReader(context).model(JSON.parse(Array(text.utf8)), compile: false)
            guard let weights = try LegacyWeights(root, file: file) else {
                throw HornbillError(.file, "the file has no weights")
            }
            try weights.load(into: model, skipMismatch: false, byName: false)
            if compile, let training = try root.attributes["training_config"]?.string {
                try CompileConfig.apply(compileConfig(JSON.parse(Array(training.utf8))), to: model, context)
                try weights.loadOptimizer(of: model)
            }
            return model
        } catch {
            var error = HornbillError.wrap(error)
            if !error.message.contains(file) { error.message = "'\(file)': \(error.message)" }
            throw error
        }
    }

    /// `training_config` in the form of `compile_config`.
    private static func compileConfig(_ value: ConfigValue) throws -> Config {
        guard var config = value.objectValue else {
            throw HornbillError(.file, "training_config must be an object, not \(value.summary)")
        }
        config["optimizer"] = config["optimizer_config"]
        config["optimizer_config"] = nil
        return config
    }
}

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
        if let group = try weights.group("top_level_model_weights") {
            let own = model.ownVariables
            let datasets = try Self.datasets(of: group)
            if !own.isEmpty || !datasets.isEmpty { try Self.check(own, datasets, file, skipMismatch) }
            try assign(own, datasets)
        }
        let assignments = pairs.map { layer, datasets in
            (layer.trainableWeights + layer.nonTrainableWeights, datasets)
        }
        var problems: [WeightMismatch] = []
        for (variables, datasets) in assignments { problems += Self.mismatches(variables, datasets) }
        try WeightMismatch.report(problems, file: file, skip: skipMismatch)
        for (variables, datasets) in assignments { try assign(variables, datasets) }
    }

    private static func check(
        _ variables: [Variable], _ datasets: [HDF5Dataset], _ file: String, _ skip: Bool
    ) throws {
        try WeightMismatch.report(mismatches(variables, datasets), file: file, skip: skip)
    }

    private static func mismatches(_ variables: [Variable], _ datasets: [HDF5Dataset]) -> [WeightMismatch] {
        (0..<max(variables.count, datasets.count)).compactMap { index in
            let variable = variables.indices.contains(index) ? variables[index] : nil
            let dataset = datasets.indices.contains(index) ? datasets[index] : nil
            if let variable, let dataset, variable.shape.dimensions == dataset.shape { return nil }
            return WeightMismatch(
                path: dataset?.path ?? "?", variable: variable?.path, expected: variable?.shape.dimensions,
                found: dataset?.shape)
        }
    }

    private func assign(_ variables: [Variable], _ datasets: [HDF5Dataset]) throws {
        for (variable, dataset) in zip(variables, datasets) where variable.shape.dimensions == dataset.shape {
            try variable.read(dataset)
        }
    }

    /// The optimizer's state, where the file has one that fits.
    func loadOptimizer(of model: Model) throws {
        guard let optimizer = model.optimizer, let group = try root.group("optimizer_weights") else { return }
        let datasets = try Self.datasets(of: group)
        let variables = optimizer.variables
        if Self.mismatches(variables, datasets).isEmpty { try assign(variables, datasets) }
    }
}
