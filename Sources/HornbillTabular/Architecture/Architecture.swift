import Hornbill

/// The two functions that a user writes: the model, and how it is trained. Everything else is done around them.
///
/// ```swift
/// struct Net: Architecture {
///     func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model {
///         let x = Input(shape: inputShapes["main"] ?? [], name: "main")
///         let hidden = Dense(64, activation: .relu)(x)
///         return try Model(inputs: x, outputs: Dense(1, activation: .sigmoid)(hidden))
///     }
///     func compileModel(_ model: Model) throws { try model.compile(optimizer: "adam", loss: "binary_crossentropy") }
/// }
/// ```
/// The last layer follows the prediction type: one unit without activation for a regression; one with `sigmoid`, or two
/// with `softmax`, for two classes; as many as classes with `softmax` for more.
///
/// For several targets implement ``buildModel(inputShapes:targets:)``: the model has an output for each, named
/// ``Target/output`` or in the targets' order. Only one of the two forms of each function is needed: what is not written throws.
public protocol Architecture {
    /// Makes the model.
    /// - Parameters:
    ///   - inputShapes: by the input's name (`main` where nothing else was said), the shape of one row's features.
    ///   - nClasses: how many classes there are; nil for a regression.
    func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model

    /// Calls the model's `compile`. The model may be another one than ``buildModel(inputShapes:nClasses:)`` gave: what
    /// prepares the data is put before it. Its outputs are named ``Target/output``.
    func compileModel(_ model: Model) throws

    /// Makes the model for any number of targets. By default it calls ``buildModel(inputShapes:nClasses:)`` for one.
    func buildModel(inputShapes: [String: Shape], targets: [Target]) throws -> Model

    /// Calls the model's `compile`. By default it calls ``compileModel(_:)``.
    func compileModel(_ model: Model, targets: [Target]) throws
}

extension Architecture {
    public func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model {
        throw HornbillError(
            .state,
            "the architecture \(type(of: self)) makes no model: implement buildModel(inputShapes:nClasses:), or buildModel(inputShapes:targets:) for several targets"
        )
    }

    public func compileModel(_ model: Model) throws {
        throw HornbillError(
            .state,
            "the architecture \(type(of: self)) compiles no model: implement compileModel(_:), or compileModel(_:targets:) for several targets"
        )
    }

    public func buildModel(inputShapes: [String: Shape], targets: [Target]) throws -> Model {
        guard targets.count == 1 else {
            throw HornbillError(
                .argument,
                "there are \(targets.count) targets (\(targets.map(\.name).joined(separator: ", "))), but the architecture \(type(of: self)) is for one: implement buildModel(inputShapes:targets:)"
            )
        }
        return try buildModel(inputShapes: inputShapes, nClasses: targets[0].nClasses)
    }

    public func compileModel(_ model: Model, targets: [Target]) throws { try compileModel(model) }
}
