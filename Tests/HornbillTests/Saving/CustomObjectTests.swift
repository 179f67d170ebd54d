import Hornbill
import HornbillEngine
import Testing

/// A layer of a user, with an argument and a weight.
private final class Stretch: Layer, ConfigConstructible {
    let factor: Double
    private var shift: Variable?

    init(_ factor: Double, name: String? = nil) {
        self.factor = factor
        super.init(name: name)
    }

    override init(config: ConfigReader) throws {
        factor = try config.double("factor")
        try super.init(config: config)
    }

    override func build(inputShape: PartialShape) throws { shift = try addWeight(name: "shift", shape: []) }
    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { try x * factor + shift.required() }
    override func getConfig() -> Config { super.getConfig().merging(["factor": .double(factor)]) }
}

private final class CubeLoss: Loss, ConfigConstructible {
    override func call(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        ops.mean(ops.abs(ops.power(yTrue - yPred, 3)), axis: -1)
    }
}

private final class Halver: Constraint, ConfigConstructible {
    override func callAsFunction(_ weight: Tensor) throws -> Tensor { weight / 2 }
}

@Suite struct CustomObjectTests {
    @Test func `a registered class is written with its registered name and made again`() throws {
        registerKerasSerializable(Stretch.self, package: "registry_tests")
        let layer = Stretch(3, name: "wide")
        let written = try #require(layer.serialized.objectValue)
        #expect(written["module"] == .null && written["class_name"] == "Stretch")
        #expect(written["registered_name"] == "registry_tests>Stretch")
        let again = try #require(try ObjectRegistry.layer(.object(written)) as? Stretch)
        #expect(again.factor == 3 && again.name == "wide")
        #expect(again.serialized == layer.serialized)
        // Inside of another layer too.
        let wrapped = try ObjectRegistry.layer(TimeDistributed(Stretch(4)).serialized)
        #expect(((wrapped as? TimeDistributed)?.layer as? Stretch)?.factor == 4)
    }

    @Test func `a class that is not registered is an error that says how`() throws {
        let loss: ConfigValue = .object([
            "module": .null, "class_name": "Nobody", "config": .object([:]), "registered_name": "x>Nobody",
        ])
        expectError(.unknownName, "x>Nobody", "registerKerasSerializable") { _ = try ObjectRegistry.loss(loss) }
    }

    @Test func `classes can be given for one load, or for a task`() throws {
        let written = CubeLoss(name: "cube").serialized
        #expect(written.objectValue?["registered_name"] == "CubeLoss")
        expectError(.unknownName, "CubeLoss") { _ = try ObjectRegistry.loss(written) }
        let context = LoadingContext(customObjects: ["CubeLoss": CustomObject(CubeLoss.self)])
        #expect(try ObjectRegistry.loss(written, context) is CubeLoss)
        try withCustomObjects(["mine>Cube": CustomObject(CubeLoss.self)]) {
            let inside = CubeLoss(name: "cube").serialized
            #expect(inside.objectValue?["registered_name"] == "mine>Cube")
            let again = try ObjectRegistry.loss(inside)
            #expect(again is CubeLoss)
        }
        expectError(.unknownName, "CubeLoss") { _ = try ObjectRegistry.loss(written) }
    }

    @Test func `a class of another kind is an error`() {
        let context = LoadingContext(customObjects: ["Stretch": CustomObject(Stretch.self)])
        let value: ConfigValue = .object([
            "module": .null, "class_name": "Stretch", "config": .object(["factor": 2]), "registered_name": "Stretch",
        ])
        expectError(.argument, "Stretch", "is no loss") { _ = try ObjectRegistry.loss(value, context) }
    }

    @Test func `an argument that a user's class lacks or does not know is an error`() {
        let context = LoadingContext(customObjects: ["Stretch": CustomObject(Stretch.self)])
        func value(_ config: Config) -> ConfigValue {
            .object([
                "module": .null, "class_name": "Stretch", "config": .object(config), "registered_name": "Stretch",
            ])
        }
        expectError(.argument, "Stretch", "factor is missing") { _ = try ObjectRegistry.layer(value([:]), context) }
        expectError(.argument, "Stretch", "'other'") {
            _ = try ObjectRegistry.layer(value(["factor": 1, "other": 2]), context)
        }
    }

    @Test func `a registered activation is written as a function and found again`() throws {
        let cube = registerKerasSerializable(
            ActivationFunction("cube") { $0 * $0 * $0 }, package: "registry_tests")
        let dense = Dense(2, activation: cube)
        let written = dense.serialized
        let function = written.objectValue?["config"]?.objectValue?["activation"]?.objectValue
        #expect(function?["module"] == "builtins" && function?["class_name"] == "function")
        #expect(function?["config"] == "registry_tests>cube" && function?["registered_name"] == "function")
        let again = try #require(try ObjectRegistry.layer(written) as? Dense)
        #expect(try again.activation(Tensor([2, -3] as [Float])).floats() == [8, -27])
    }

    @Test func `a user's constraint goes with the layer that has it`() throws {
        try withCustomObjects(["mine>Halver": CustomObject(Halver.self)]) {
            let written = Dense(2, kernelConstraint: Halver()).serialized
            let again = try ObjectRegistry.layer(written)
            #expect(again.serialized == written)
        }
    }

    @Test func `an object that several places refer to is made once`() throws {
        let context = LoadingContext()
        let dense: ConfigValue = .object([
            "module": "keras.layers", "class_name": "Dense", "config": .object(["units": 2]), "registered_name": .null,
            "shared_object_id": 7,
        ])
        let (a, b) = (try ObjectRegistry.layer(dense, context), try ObjectRegistry.layer(dense, context))
        #expect(a === b)
        #expect(try ObjectRegistry.layer(dense) !== a)
    }

    @Test func `a layer that stands in two places is written with one identity and comes back as one`() throws {
        let dense = Dense(2, name: "both")
        let written = withSharedObjects { .list([dense.serialized, TimeDistributed(dense).serialized]) }
        let context = LoadingContext()
        let again = try #require(written.listValue).map { try ObjectRegistry.layer($0, context) }
        #expect((again[1] as? TimeDistributed)?.layer === again[0])
        // What stands in one place needs no identity.
        #expect(again[1] !== again[0] && written.listValue?[1].objectValue?["shared_object_id"] == nil)
    }
}
