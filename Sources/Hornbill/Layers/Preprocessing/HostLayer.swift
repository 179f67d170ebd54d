import HornbillEngine

/// A layer that works outside of compiled computations, on strings or with a table of words.
///
/// In a model it belongs to the host stage: it runs on each batch before the compiled step, whose inputs are its results
/// (see `HostStage`). No gradient flows through it.
public class HostLayer: Layer {
    /// What is wrong with the arguments of the initializer: thrown when the layer is built, adapted or called.
    private(set) var failure: HornbillError?

    override public var autocast: Bool { false }

    /// The dtype of the input that a Sequential model makes for it.
    var inputDtype: DType { .string }

    /// What the layer gives for such inputs; a size that depends on their elements is nil.
    func outputType(_ inputs: [LayerNode.Output]) throws -> LayerNode.Output {
        throw HornbillError(.internal, "\(kerasClassName) does not say what it gives")
    }

    /// Computes the output of inputs whose elements are known.
    func compute(_ inputs: [Tensor]) throws -> Tensor {
        throw HornbillError(.internal, "\(kerasClassName) does not compute anything")
    }

    /// Runs the checks of an initializer, which cannot throw.
    func checkArguments(_ body: () throws -> Void) {
        do { try body() } catch { failure = failure ?? HornbillError.wrap(error).at(nil, layer: label) }
    }

    /// - Throws: kind `dtype` unless the layer's dtype can hold what it gives.
    func checkDType(_ mode: OutputMode) throws {
        guard mode == .int ? dtype == .int32 || dtype == .int64 : dtype.isFloatingPoint else {
            let wanted = mode == .int ? "int32 or int64" : "a floating-point type"
            throw HornbillError(.dtype, "the dtype for the output mode \(mode) must be \(wanted), not \(dtype)")
        }
    }

    func throwFailure() throws { if let failure { throw failure } }

    override public func build(inputShapes: Structure<PartialShape>) throws { try throwFailure() }

    override public final func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        let tensors = inputs.leaves
        guard let trace = Trace.current, tensors.contains(where: \.isTraced) else {
            return .tensor(try compute(tensors))
        }
        guard let size = context.recorder.probeSize else {
            throw HornbillError(
                .state,
                "\(kerasClassName) looks at the elements of its input, which are not known while a computation is traced: put it into a Sequential or functional model, which runs it before the compiled step, or call it on the data first",
                layer: label)
        }
        let output = try outputType(tensors.map { LayerNode.Output(shape: PartialShape($0.shape), dtype: $0.dtype) })
        if !output.shape.isComplete { context.recorder.hasUnknownSizes = true }
        return .tensor(try trace.input(TensorType(output.dtype, output.shape.filled(with: size).validated())))
    }
}
