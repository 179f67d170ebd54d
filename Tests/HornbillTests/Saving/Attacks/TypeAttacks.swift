import Hornbill

/// Texts that are no JSON, or values of other kinds than a model has.
enum TypeAttacks {
    static let all: [ConfigAttack] = texts + values

    private static func units(_ value: String) -> String {
        #"{"module":"keras","class_name":"Sequential","config":{"name":"m","layers":["#
            + #"{"class_name":"InputLayer","config":{"batch_shape":[null,4],"name":"x"}},"#
            + #"{"module":"keras.layers","class_name":"Dense","config":{"name":"dense","units":\#(value)}}]}}"#
    }

    private static let texts: [ConfigAttack] =
        [
            ConfigAttack(
                "100,000 lists in each other", text: String(repeating: "[", count: 100_000),
                says: "nested more than 512 deep", "line 1"),
            ConfigAttack(
                "100,000 objects in each other", text: String(repeating: #"{"a":"#, count: 100_000),
                says: "nested more than 512 deep"),
            ConfigAttack(
                "500 lists in each other",
                text: String(repeating: "[", count: 500) + String(repeating: "]", count: 500),
                says: "a list of 1"),
            ConfigAttack(
                "an integer of 2⁶³", text: units("9223372036854775808"), says: "9223372036854775808", "64 bits"),
            ConfigAttack("an integer of -2⁶³-1", text: units("-9223372036854775809"), says: "64 bits"),
            ConfigAttack(
                "an integer of a million digits", text: units(String(repeating: "9", count: 1_000_000)), says: "64 bits"
            ),
            ConfigAttack("units of 10⁴⁰⁰", text: units("1e400"), says: "units must be an integer", "inf"),
            ConfigAttack("NaN units", text: units("NaN"), says: "units must be an integer", "nan"),
            ConfigAttack("Infinity units", text: units("Infinity"), says: "units must be an integer", "inf"),
            ConfigAttack("-Infinity units", text: units("-Infinity"), says: "units must be an integer", "-inf"),
            ConfigAttack(
                "units twice, the last no integer", text: units(#"3,"units":"x""#), says: "units", "the string 'x'"),
            ConfigAttack("a word that JSON lacks", text: units("nan"), says: "no valid JSON", "line 1, column"),
            ConfigAttack("half of a surrogate pair", text: units(#""\ud800""#), says: "no valid JSON"),
            ConfigAttack("a control character", text: units("\"\u{1}\""), says: "control character"),
            ConfigAttack("text that ends", text: String(units("3").dropLast(3)), says: "no valid JSON"),
            ConfigAttack("text behind the value", text: units("3") + "x", says: "there is more after the value"),
            ConfigAttack("no text", text: " ", says: "no valid JSON"),
        ]
        + ["[]", "3", "null", "\"Sequential\"", "{}"].map {
            ConfigAttack("the model is \($0)", text: $0, says: "layer")
        }

    private static func changed(_ name: String, _ key: String, _ value: ConfigValue, says: String) -> ConfigAttack {
        guard case .object(var layer) = Victim.dense, case .object(var config)? = layer["config"] else {
            return ConfigAttack(name, .null)
        }
        if key == "config" { layer[key] = value } else { config[key] = value }
        if key != "config" { layer["config"] = .object(config) }
        return ConfigAttack(
            "\(name): \(key) is \(JSON.text(value))", Victim.sequential([Victim.input, .object(layer)]), says: says)
    }

    private static let values: [ConfigAttack] = [
        changed("Dense", "units", "3", says: "units must be an integer, not the string '3'"),
        changed("Dense", "units", true, says: "units must be an integer, not true"),
        changed("Dense", "units", 2.5, says: "units must be an integer, not the number 2.5"),
        changed("Dense", "units", .null, says: "units must be an integer, not null"),
        changed("Dense", "units", [3], says: "units must be an integer, not a list of 1"),
        changed("Dense", "units", -3, says: "dense"), changed("Dense", "units", 0, says: "dense"),
        changed("Dense", "units", .int(.min), says: "dense"),
        changed("Dense", "name", 7, says: "name must be a string"),
        changed("Dense", "name", "a/b", says: "cannot contain '/'"),
        changed("Dense", "trainable", "yes", says: "trainable must be true or false"),
        changed("Dense", "use_bias", 1, says: "use_bias must be true or false"),
        changed("Dense", "dtype", 7, says: "dtype"), changed("Dense", "dtype", "float99", says: "float99"),
        changed("Dense", "activation", 7, says: "activation"),
        changed("Dense", "activation", ["relu"], says: "activation"),
        changed("Dense", "config", [1], says: "the config of Dense must be an object, not a list of 1"),
        changed("Dense", "config", "x", says: "the config of Dense must be an object, not the string 'x'"),
        ConfigAttack(
            "the class name is a list", layer: .object(["class_name": ["Dense"], "config": .object([:])]),
            says: "must have a class_name"),
        ConfigAttack(
            "the module is a number", layer: .object(["module": 7, "class_name": "Dense", "config": .object([:])]),
            says: "the module of Dense must be a string, not the integer 7"),
        ConfigAttack(
            "layers are an object", Victim.object("Sequential", ["layers": .object([:])], module: "keras"),
            says: "layers"),
        ConfigAttack(
            "layers are texts", Victim.object("Sequential", ["layers": ["Dense"]], module: "keras"), says: "Dense"),
        ConfigAttack(
            "a shape of texts",
            Victim.sequential([Victim.object("InputLayer", ["batch_shape": [.null, "4"], "name": "x"]), Victim.dense]),
            says: "batch_shape"),
        ConfigAttack(
            "a shape of negative sizes",
            Victim.sequential([Victim.object("InputLayer", ["batch_shape": [.null, -4], "name": "x"]), Victim.dense]),
            says: "-4"),
        ConfigAttack(
            "inbound nodes are a number", graph { $0["inbound_nodes"] = 7 },
            says: "inbound_nodes of 'dense' must be a list"),
        ConfigAttack(
            "an inbound node is a number", graph { $0["inbound_nodes"] = [7] },
            says: "a call of 'dense' must be an object"),
        ConfigAttack(
            "a history of numbers", graph { $0["inbound_nodes"] = call(history: [7, 0, 0]) },
            says: "[layer, call, output]"),
        ConfigAttack(
            "a history of negative numbers", graph { $0["inbound_nodes"] = call(history: ["x", -1, 0]) },
            says: "[layer, call, output]"),
        ConfigAttack(
            "a history of huge numbers", graph { $0["inbound_nodes"] = call(history: ["x", 0, .int(.max)]) },
            says: "'x' has 1 outputs"),
        ConfigAttack("a name that is a number", graph { $0["name"] = 7 }, says: "no name"),
        ConfigAttack("a call of nothing", graph { $0["inbound_nodes"] = [.object([:])] }, says: "dense"),
    ]

    private static func call(history: ConfigValue) -> ConfigValue {
        let tensor: ConfigValue = .object([
            "class_name": "__keras_tensor__", "config": .object(["keras_history": history]),
        ])
        return [.object(["args": [tensor], "kwargs": .object([:])])]
    }

    /// The victim as a graph, with another entry of its layer.
    private static func graph(_ change: (inout Config) -> Void) -> ConfigValue {
        guard case .object(var entry) = Victim.node(Victim.dense, "dense", on: ["x"]) else { return .null }
        change(&entry)
        return Victim.functional([Victim.node(Victim.input, "x"), .object(entry)], output: "dense")
    }
}
