/// An operation in the layer graph: what `x * 2` or `ops.mean(x)` on a symbol becomes, as in Keras.
public final class FunctionLayer: Layer {
    package let function: TensorFunction
    package let arguments: [Argument]

    init(_ function: TensorFunction, _ arguments: [Argument]) {
        self.function = function
        self.arguments = arguments
        super.init()
        built = true
    }

    override public var automaticName: String { function.name }
    override public var kerasClassName: String { function.name }
    override public var kerasModule: String? { function.module }

    override public func getConfig() -> Config { Config([("name", .string(name))]).merging(ownArguments) }
    override public func getBuildConfig() -> Config? { nil }

    override package var shapeHints: [Shape] {
        func shapes(_ argument: Argument) -> [Shape] {
            switch argument {
            case .value(let constant): [constant.tensor.shape]
            case .list(let elements): elements.flatMap(shapes)
            default: []
            }
        }
        return arguments.flatMap(shapes)
    }

    override public func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let call = FunctionCall(function: function, inputs: inputs.leaves, arguments: arguments)
        let outputs: [Tensor] = try function.body(call)
        return outputs.count == 1 ? .tensor(outputs[0]) : .list(outputs.map { .tensor($0) })
    }
}
