extension Initializers {
    /// Every name that Keras knows an initializer by.
    package static let known: [String: @Sendable () -> Initializer] = {
        let classes: [(String, @Sendable () -> Initializer)] = [
            ("Zeros", { Zeros() }), ("Ones", { Ones() }), ("Constant", { Constant() }), ("Identity", { Identity() }),
            ("RandomNormal", { RandomNormal() }), ("RandomUniform", { RandomUniform() }),
            ("TruncatedNormal", { TruncatedNormal() }), ("VarianceScaling", { VarianceScaling() }),
            ("GlorotUniform", { GlorotUniform() }), ("GlorotNormal", { GlorotNormal() }),
            ("HeUniform", { HeUniform() }), ("HeNormal", { HeNormal() }), ("LecunUniform", { LecunUniform() }),
            ("LecunNormal", { LecunNormal() }), ("Orthogonal", { Orthogonal() }),
        ]
        var table = Dictionary(classes) { first, _ in first }
        for (name, make) in classes { table[snakeCase(name)] = make }
        for (alias, name) in [
            "zero": "Zeros", "one": "Ones", "normal": "RandomNormal", "uniform": "RandomUniform",
            "IdentityInitializer": "Identity", "OrthogonalInitializer": "Orthogonal",
        ] { table[alias] = table[name] }
        return table
    }()
}
