import Hornbill

/// Configurations that ask for more than the file can hold: weights, layers, calls, levels.
enum SizeAttacks {
    private static let needs = "needs more memory than"

    private static func layer(
        _ name: String, _ className: String, _ config: Config, says: String..., isForFiles: Bool = false
    ) -> ConfigAttack {
        var attack = ConfigAttack(
            name, layer: Victim.object(className, config.merging(["name": "huge"])), isForFiles: isForFiles)
        attack.says = says
        return attack
    }

    static let all: [ConfigAttack] = weights + builds + graphs + counts

    /// Layers in a model of their own.
    private static func stack(
        _ name: String, _ layers: [ConfigValue], says: String..., isForFiles: Bool = false
    ) -> ConfigAttack {
        var attack = ConfigAttack(
            name, layer: Victim.object("Sequential", ["layers": .list(layers)]), isForFiles: isForFiles)
        attack.says = says
        return attack
    }

    /// Weights that the file cannot fill, of so many units.
    private static func weights(of size: Int) -> [ConfigAttack] {
        let fits = size < 1 << 32
        let repetition = Victim.object("RepeatVector", ["n": .int(size)])
        return [
            layer("Dense of \(size)", "Dense", ["units": .int(size)], says: "huge/kernel", needs, isForFiles: fits),
            layer(
                "Embedding of \(size)", "Embedding", ["input_dim": .int(size), "output_dim": 64],
                says: "huge/embeddings", needs, isForFiles: fits),
            stack(
                "PReLU after \(size) repetitions", [repetition, Victim.object("PReLU", [:])], says: "alpha", needs,
                isForFiles: fits),
        ]
    }

    private static let weights: [ConfigAttack] = {
        var attacks = weights(of: 1_000_000_000) + weights(of: 1_000_000_000_000)
        attacks.append(
            layer("Dense of Int.max", "Dense", ["units": .int(.max)], says: "(4, 9223372036854775807)"))
        attacks.append(
            layer(
                "Embedding of Int.max", "Embedding", ["input_dim": .int(.max), "output_dim": .int(.max)],
                says: "9223372036854775807"))
        let twice = Victim.object("RepeatVector", ["n": 2])
        let lstm = Victim.object("LSTM", ["units": 1_000_000_000])
        attacks.append(stack("LSTM of 10⁹", [twice, lstm], says: "kernel", needs, isForFiles: true))
        let convolution = Victim.object(
            "Conv1D", ["filters": 1_000_000, "kernel_size": [1_000_000], "padding": "same"])
        attacks.append(stack("Conv1D with a kernel of 10⁶", [twice, convolution], says: "kernel", needs))
        let orthogonal = Victim.object("Orthogonal", [:], module: "keras.initializers")
        attacks.append(
            layer(
                "an orthogonal matrix of 10⁸", "Dense", ["units": 100_000_000, "kernel_initializer": orthogonal],
                says: "huge/kernel", needs, isForFiles: true))
        let wide = Victim.object("InputLayer", ["batch_shape": [.null, 1_000_000_000_000], "name": "x"])
        let normalization = Victim.object("BatchNormalization", ["name": "huge"])
        attacks.append(
            ConfigAttack(
                "an input of 10¹² features", Victim.sequential([wide, normalization]), says: "huge/gamma", needs))
        let large: ConfigValue = .int(1 << 40)
        let overflow = Victim.object("InputLayer", ["batch_shape": [.null, large, large], "name": "x"])
        attacks.append(
            ConfigAttack(
                "an input whose sizes overflow",
                Victim.sequential([overflow, Victim.object("Flatten", ["name": "huge"]), Victim.dense]),
                says: "1099511627776"))
        let many = (0..<200).map { Victim.object("Dense", ["name": .string("d\($0)"), "units": 30]) }
        attacks.append(
            ConfigAttack(
                "many layers of which each would fit", Victim.sequential([Victim.input] + many), says: needs,
                isForFiles: true))
        return attacks
    }()

    /// Shapes in a `build_config`, for which layers make weights before they are called.
    private static let builds: [ConfigAttack] = [
        [ConfigValue.null, 1_000_000_000_000], [.null, .int(.max)], [.null, .int(1 << 40), .int(1 << 40)], [.null, -4],
        [.null, "4"], [.null, 4.5],
    ].map { shape in
        guard case .object(var entry) = Victim.dense else { return ConfigAttack("", .null) }
        entry["build_config"] = .object(["input_shape": .list(shape)])
        return ConfigAttack(
            "built for \(JSON.text(.list(shape)))", Victim.sequential([.object(entry)]), says: "dense")
    }

    private static let addition = Victim.object("Add", [:])

    private static let graphs: [ConfigAttack] = {
        func add(_ name: String, on sources: [String]) -> ConfigValue { Victim.node(addition, name, on: sources) }
        let x = Victim.node(Victim.input, "x")
        // Each doubles its features.
        let doubled = (0..<40).map { level in
            Victim.node(
                Victim.object("Concatenate", [:]), "c\(level)",
                on: Array(repeating: level == 0 ? "x" : "c\(level - 1)", count: 2))
        }
        return [
            ConfigAttack(
                "a call that reads itself", Victim.functional([x, add("a", on: ["x", "a"])], output: "a"),
                says: "the graph has a loop", "a"),
            ConfigAttack(
                "calls in a circle",
                Victim.functional([x, add("a", on: ["x", "b"]), add("b", on: ["a", "x"])], output: "b"),
                says: "the graph has a loop", "a, b"),
            ConfigAttack(
                "a call that reads nothing", Victim.functional([x, add("a", on: ["x", "nobody"])], output: "a"),
                says: "calls that read what nothing gives", "a"),
            ConfigAttack(
                "an output that nothing gives", Victim.functional([x], output: "nobody"), says: "no call 0", "'nobody'"),
            ConfigAttack(
                "two layers of one name", Victim.functional([x, x], output: "x"), says: "'x' belongs to several"),
            ConfigAttack(
                "features that double forty times",
                Victim.functional([x] + doubled + [Victim.node(Victim.dense, "dense", on: ["c39"])], output: "dense"),
                says: "dense/kernel", needs),
            ConfigAttack(
                "features that double beyond Int",
                Victim.functional(
                    [x]
                        + (0..<70).map { level in
                            Victim.node(
                                Victim.object("Concatenate", [:]), "c\(level)",
                                on: Array(repeating: level == 0 ? "x" : "c\(level - 1)", count: 2))
                        }, output: "c69"), says: "'c"),
            ConfigAttack(
                "models that call the one inside twice, thirty levels deep", exponential(30),
                says: "20000 layers and calls"),
        ]
    }()

    /// Each level calls the one inside it twice: 2ⁿ calls of what is inside of all.
    static func exponential(_ levels: Int) -> ConfigValue {
        var inner = Victim.object("ReLU", [:])
        for level in 0..<levels {
            let called = Victim.node(inner, "inner", on: ["x"], ["x"])
            guard case .object(var entry) = called else { continue }
            // The second call reads the result of the first.
            if case .list(var calls)? = entry["inbound_nodes"], calls.count == 2 {
                calls[1] = .object([
                    "args": [
                        .object([
                            "class_name": "__keras_tensor__", "config": .object(["keras_history": ["inner", 0, 0]]),
                        ])
                    ], "kwargs": .object([:]),
                ])
                entry["inbound_nodes"] = .list(calls)
            }
            guard
                case .object(var model) = Victim.functional(
                    [Victim.node(Victim.input, "x"), .object(entry)], output: "inner", name: "m\(level)"),
                case .object(var config)? = model["config"]
            else { continue }
            config["output_layers"] = [["inner", level == 0 ? 1 : 2, 0]]
            model["config"] = .object(config)
            inner = .object(model)
        }
        return inner
    }

    private static let counts: [ConfigAttack] = {
        func chain(_ count: Int) -> String {
            let layers = (0..<count).map { #"{"class_name":"ReLU","config":{"name":"r\#($0)"}}"# }
            return #"{"class_name":"Sequential","config":{"name":"m","layers":["#
                + #"{"class_name":"InputLayer","config":{"batch_shape":[null,4],"name":"x"}},"#
                + layers.joined(separator: ",") + "]}}"
        }
        var deep = Victim.dense
        for _ in 0..<200 { deep = Victim.object("TimeDistributed", ["layer": deep]) }
        return [
            ConfigAttack("10⁶ layers", text: chain(1_000_000), says: "values or more"),
            ConfigAttack("10⁵ layers in a row", text: chain(100_000), says: "20000 layers and calls"),
            ConfigAttack("wrappers 200 deep", layer: deep, says: "more than 50 levels deep"),
            ConfigAttack(
                "3·10⁶ numbers", text: "[" + String(repeating: "0,", count: 3_000_000) + "0]", says: "values or more"),
        ]
    }()
}
