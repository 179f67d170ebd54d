import HornbillEngine

/// The `.h5` files of Keras 2, which Keras 3 can still write: architecture and compile state as JSON in attributes, weights
/// under the layers' names. They are read by the same registry as `.keras` files, with the same refusals.
enum LegacyModel {
    static func read(
        _ root: HDF5Group, file: String, byteCount: Int, _ context: LoadingContext, compile: Bool
    ) throws -> Model {
        guard let text = try root.attributes["model_config"]?.string else {
            throw HornbillError(
                .file,
                "'\(file)' holds no architecture: files of weights are read by loadWeights, into a model that is there")
        }
        do {
            let config = try JSON.parse(Array(text.utf8), limit: JSON.mostValuesOfConfig)
            let model = try withWeightBudget(bytes: byteCount) {
                try ModelReader(context).model(config, compile: false)
            }
            guard let weights = try LegacyWeights(root, file: file) else {
                throw HornbillError(.file, "the file has no weights")
            }
            try weights.load(into: model, skipMismatch: false, byName: false)
            if compile, let training = try root.attributes["training_config"]?.string {
                let config = try JSON.parse(Array(training.utf8), limit: JSON.mostValuesOfConfig)
                try CompileConfig.apply(compileConfig(config), to: model, context)
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
