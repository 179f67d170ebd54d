import Hornbill
import HornbillEngine
import Testing

@Suite struct RegistryTests {
    private func object(
        _ className: String, _ config: ConfigValue = .object([:]), module: ConfigValue = "keras.layers",
        registered: ConfigValue = .null
    ) -> ConfigValue {
        .object([
            "module": module, "class_name": .string(className), "config": config, "registered_name": registered,
        ])
    }

    // MARK: What is refused

    @Test(arguments: ["Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "TFOpLambda", "__lambda__"])
    func `wrappers of code are refused by name`(_ name: String) {
        expectError(.file, name, "'evil'", "refused") {
            _ = try ObjectRegistry.layer(object(name, .object(["name": "evil", "function": "print"])))
        }
        expectError(.file, name, "refused") {
            _ = try ObjectRegistry.layer(object(name, .object([:]), module: .null))
        }
    }

    @Test func `modules and functions that are no part of models are refused by name`() {
        for (module, name, config) in [
            ("os", "system", ConfigValue.object(["command": "ls"])), ("builtins", "eval", .object([:])),
            ("builtins", "exec", .object([:])), ("subprocess", "Popen", .object([:])),
            ("keras.utils", "function", "get_file"), ("keras.models", "function", "load_model"),
            ("os", "function", "system"),
        ] {
            expectError(.file, module, "refused") {
                _ = try ObjectRegistry.layer(object(name, config, module: .string(module)))
            }
        }
        expectError(.unknownName, "keras.utils.get_file") {
            _ = try ObjectRegistry.layer(object("get_file", .object([:]), module: "keras.utils"))
        }
        expectError(.unknownName, "get_file") { _ = try ObjectRegistry.activation("get_file") }
        expectError(.unknownName, "eval") {
            _ = try ObjectRegistry.activation(object("function", "eval", module: "builtins", registered: "function"))
        }
        // The name of a layer is none in another module of Keras.
        expectError(.unknownName, "keras.losses.Dense") {
            _ = try ObjectRegistry.layer(object("Dense", .object(["units": 1]), module: "keras.losses"))
        }
    }

    @Test func `code in the place of an activation or an initializer is refused too`() {
        let lambda: ConfigValue = .object(["class_name": "__lambda__", "config": .object(["value": "4wEAAA"])])
        for key in ["activation", "kernel_initializer", "kernel_regularizer", "bias_constraint"] {
            expectError(.file, "Dense", key, "__lambda__", "refused") {
                _ = try ObjectRegistry.layer(object("Dense", .object(["units": 1, key: lambda])))
            }
        }
    }

    @Test func `a file's path where a vocabulary belongs is an error, and no file is opened`() {
        for name in ["StringLookup", "IntegerLookup", "TextVectorization"] {
            expectError(.argument, name, "vocabulary", "/etc/passwd") {
                _ = try ObjectRegistry.layer(object(name, .object(["vocabulary": "/etc/passwd"])))
            }
        }
    }

    @Test func `layers in layers without end are an error`() throws {
        var value = object("Dense", .object(["units": 1]))
        for _ in 0..<2000 { value = object("TimeDistributed", .object(["layer": value])) }
        expectError(.argument, "deep") { _ = try ObjectRegistry.layer(value) }
    }

    // MARK: What an error says

    @Test func `errors name the object, the argument, what was expected and what came`() {
        expectError(.argument, "Dense 'head'", "units", "an integer", "the string 'x'") {
            _ = try ObjectRegistry.layer(object("Dense", .object(["name": "head", "units": "x"])))
        }
        expectError(.argument, "Dense", "units is missing") { _ = try ObjectRegistry.layer(object("Dense")) }
        expectError(.argument, "Dense", "'unit'", "units") {
            _ = try ObjectRegistry.layer(object("Dense", .object(["units": 1, "unit": 2])))
        }
        expectError(.argument, "data_format", "'channels_last', 'channels_first'", "'first'") {
            _ = try ObjectRegistry.layer(object("Flatten", .object(["data_format": "first"])))
        }
        expectError(.argument, "Bidirectional", "layer", "a recurrent layer", "Dense") {
            let dense = object("Dense", .object(["units": 1]))
            _ = try ObjectRegistry.layer(object("Bidirectional", .object(["layer": dense])))
        }
        expectError(.unknownName, "there is no layer", "keras.layers.Dens", "Dense") {
            _ = try ObjectRegistry.layer(object("Dens"))
        }
        expectError(.unknownName, "Dense", "dtype", "float99") {
            _ = try ObjectRegistry.layer(object("Dense", .object(["units": 1, "dtype": "float99"])))
        }
        expectError(.argument, "quantization_config", "not supported") {
            _ = try ObjectRegistry.layer(object("Dense", .object(["units": 1, "quantization_config": .object([:])])))
        }
        expectError(.argument, "class_name") { _ = try ObjectRegistry.layer(.object(["config": .object([:])])) }
        expectError(.argument, "an object or a name", "a list of 0") { _ = try ObjectRegistry.layer([]) }
        expectError(.argument, "config", "Dense", "an object") { _ = try ObjectRegistry.layer(object("Dense", "x")) }
    }

    @Test func `arguments that are not known can be passed over`() throws {
        let context = LoadingContext(allowsUnknownArguments: true)
        let layer = try ObjectRegistry.layer(object("Dense", .object(["units": 3, "new": 1])), context)
        #expect((layer as? Dense)?.units == 3)
    }

    @Test func `a layer cannot have more weights than a file has bytes for`() throws {
        func dense(_ units: Int) -> ConfigValue {
            .object([
                "module": "keras.layers", "class_name": "Dense", "config": .object(["units": .int(units)]),
                "registered_name": .null, "build_config": .object(["input_shape": [.null, 10]]),
            ])
        }
        let layer = try withWeightBudget(bytes: 440) { try ObjectRegistry.layer(dense(10)) }
        #expect(try layer.countParams() == 110)
        expectError(.file, "dense", "440 bytes") {
            _ = try withWeightBudget(bytes: 440) { try ObjectRegistry.layer(dense(2_000_000_000)) }
        }
    }

    // MARK: Older files

    @Test func `what Keras 2 wrote is read`() throws {
        let dense: ConfigValue = .object([
            "class_name": "Dense",
            "config": .object([
                "name": "first", "trainable": false, "batch_input_shape": [.null, 7], "dtype": "float32", "units": 3,
                "activation": "relu",
                "kernel_initializer": .object([
                    "class_name": "GlorotUniform", "config": .object(["seed": .null, "dtype": "float32"]),
                ]),
            ]),
        ])
        let layer = try ObjectRegistry.layer(dense)
        #expect(layer.name == "first" && !layer.trainable && layer.declaredInputShape == [7])
        let lstm: ConfigValue = .object([
            "class_name": "LSTM", "config": .object(["units": 2, "implementation": 2, "time_major": false]),
        ])
        #expect((try ObjectRegistry.layer(lstm) as? LSTM)?.units == 2)
        let norm: ConfigValue = .object([
            "class_name": "BatchNormalization", "config": .object(["axis": [3], "momentum": 0.9]),
        ])
        #expect((try ObjectRegistry.layer(norm) as? BatchNormalization)?.axis == 3)
        let adam: ConfigValue = .object([
            "class_name": "Adam",
            "config": .object(["learning_rate": 0.01, "decay": 0.0, "is_legacy_optimizer": true, "jit_compile": false]),
        ])
        #expect(abs(try ObjectRegistry.optimizer(adam).learningRate - 0.01) < 1e-6)
        expectError(.argument, "decay", "0.5") {
            _ = try ObjectRegistry.optimizer(.object(["class_name": "SGD", "config": .object(["decay": 0.5])]))
        }
    }

    // MARK: Activations

    @Test func `activations with arguments are written as the layers that compute the same`() throws {
        let x = Tensor([-2, -1, 0, 3] as [Float])
        for function: ActivationFunction in [
            .leakyRelu(negativeSlope: 0.3), .relu(negativeSlope: 0.1, maxValue: 2, threshold: 0.5), .elu(alpha: 0.7),
            .softmax(axis: 0), .gelu(approximate: true), .celu(alpha: 2), .hardShrink(threshold: 1.5), .swish, .relu,
        ] {
            let again = try ObjectRegistry.activation(function.serialized)
            #expect(try again(x).floats() == function(x).floats(), "\(function.name)")
        }
        #expect(ActivationFunction.leakyRelu(negativeSlope: 0.3).serialized.objectValue?["class_name"] == "LeakyReLU")
        #expect(ActivationFunction.swish.serialized == "silu")
    }
}
