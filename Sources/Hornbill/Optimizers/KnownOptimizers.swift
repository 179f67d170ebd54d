extension Optimizers {
    /// Every name that Keras knows an optimizer by; capitals do not matter.
    package static let known: [String: @Sendable () -> Optimizer] = [
        "sgd": { SGD() }, "rmsprop": { RMSprop() }, "adam": { Adam() }, "adamw": { AdamW() }, "adagrad": { Adagrad() },
        "adadelta": { Adadelta() }, "adamax": { Adamax() }, "nadam": { Nadam() }, "ftrl": { Ftrl() },
        "lion": { Lion() },
        "lamb": { Lamb() }, "adafactor": { Adafactor() }, "muon": { Muon() },
        "schedulefreeadamw": { ScheduleFreeAdamW() },
    ]
}
