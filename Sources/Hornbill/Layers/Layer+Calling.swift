import HornbillEngine
import Logging

/// A tensor or a symbol: what layers can be called on.
public protocol LayerOperand: TensorLike {
    /// Calls the layer. Never throws: a call that fails gives operands that carry the error.
    static func call(_ layer: Layer, _ inputs: Structure<Self>, _ arguments: CallArguments<Self>, _ site: CallSite)
        -> Structure<Self>
}

extension Tensor: LayerOperand {
    public static func call(
        _ layer: Layer, _ inputs: TensorStructure, _ arguments: CallArguments<Tensor>, _ site: CallSite
    ) -> TensorStructure {
        do {
            return try layer.invoke(inputs, arguments)
        } catch {
            return .tensor(Tensor(error: HornbillError.wrap(error).at(site, layer: layer.label)))
        }
    }
}

extension SymbolicTensor: LayerOperand {
    public static func call(
        _ layer: Layer, _ inputs: Structure<SymbolicTensor>, _ arguments: CallArguments<SymbolicTensor>,
        _ site: CallSite
    ) -> Structure<SymbolicTensor> {
        layer.symbols(for: inputs, arguments, site: site)
    }
}

extension Layer {
    /// Calls the layer on a tensor, a symbol, or arrays and dictionaries of them, and gives its one output.
    ///
    /// On symbols it adds a node to the layer graph; on tensors it computes. Errors are carried by the result.
    /// - Parameters:
    ///   - mask: which elements of the input count, in place of the mask that it carries.
    ///   - training: whether to behave as in training; nil follows the enclosing call, and is false outside of any.
    public func callAsFunction<Inputs: StructureConvertible>(
        _ inputs: Inputs, mask: Inputs.Leaf? = nil, training: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> Inputs.Leaf {
        one(Inputs.Leaf.call(self, inputs.structure, arguments(mask, training), CallSite(file, line)))
    }

    /// The outputs of a layer that has two.
    @_disfavoredOverload
    public func callAsFunction<Inputs: StructureConvertible>(
        _ inputs: Inputs, mask: Inputs.Leaf? = nil, training: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> (Inputs.Leaf, Inputs.Leaf) {
        let site = CallSite(file, line)
        let outputs = several(
            2, Inputs.Leaf.call(self, inputs.structure, arguments(mask, training), site), site)
        return (outputs[0], outputs[1])
    }

    /// The outputs of a layer that has three.
    @_disfavoredOverload
    public func callAsFunction<Inputs: StructureConvertible>(
        _ inputs: Inputs, mask: Inputs.Leaf? = nil, training: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> (Inputs.Leaf, Inputs.Leaf, Inputs.Leaf) {
        let site = CallSite(file, line)
        let outputs = several(
            3, Inputs.Leaf.call(self, inputs.structure, arguments(mask, training), site), site)
        return (outputs[0], outputs[1], outputs[2])
    }

    /// The outputs as an array.
    @_disfavoredOverload
    public func callAsFunction<Inputs: StructureConvertible>(
        _ inputs: Inputs, mask: Inputs.Leaf? = nil, training: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> [Inputs.Leaf] {
        Inputs.Leaf.call(self, inputs.structure, arguments(mask, training), CallSite(file, line)).leaves
    }

    /// Calls the layer with a mask for each input, in place of those that they carry.
    public func callAsFunction<Inputs: StructureConvertible>(
        _ inputs: Inputs, mask: [Inputs.Leaf?], training: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> Inputs.Leaf {
        one(
            Inputs.Leaf.call(
                self, inputs.structure, CallArguments(training: training, masks: mask), CallSite(file, line)))
    }

    /// The outputs in the structure in which the layer gives them.
    @_disfavoredOverload
    public func callAsFunction<Inputs: StructureConvertible>(
        _ inputs: Inputs, mask: Inputs.Leaf? = nil, training: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> Structure<Inputs.Leaf> {
        Inputs.Leaf.call(self, inputs.structure, arguments(mask, training), CallSite(file, line))
    }

    private func arguments<Leaf>(_ mask: Leaf?, _ training: Bool?) -> CallArguments<Leaf> {
        CallArguments(training: training, masks: mask.map { [$0] } ?? [])
    }

    func one<Leaf: TensorLike>(_ outputs: Structure<Leaf>) -> Leaf {
        outputs.single
            ?? Leaf(
                error: HornbillError(
                    .argument, "gives \(outputs.leaves.count) outputs: write `let (a, b) = …` or ask for an array",
                    layer: label))
    }

    func several<Leaf: TensorLike>(_ count: Int, _ outputs: Structure<Leaf>, _ site: CallSite) -> [Leaf] {
        let leaves = outputs.leaves
        if leaves.count == count { return leaves }
        let error =
            leaves.lazy.compactMap(\.error).first
            ?? HornbillError(.argument, "gives \(leaves.count) outputs, not \(count)", layer: label, site: site)
        return Array(repeating: Leaf(error: error), count: count)
    }

    // MARK: On tensors

    /// Builds if needed, checks the inputs, and calls.
    package func invoke(
        _ inputs: TensorStructure, _ arguments: CallArguments<Tensor> = CallArguments()
    ) throws -> TensorStructure {
        for operand in inputs.leaves + arguments.leaves { try operand.validated() }
        let shapes = inputs.map { PartialShape($0.shape) }
        try inputSpec?.check(shapes.leaves)
        try ensureBuilt(shapes)
        let enclosing = EnclosingCall.current
        return try invoke(
            inputs,
            context: arguments.context(
                training: enclosing?.training ?? false, enclosing?.recorder ?? CallRecorder()))
    }

    /// Calls in a given context, with the name of the layer on the nodes it traces.
    package func invoke(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure {
        try LoadingBudget.current?.chargeCall()
        let trace = Trace.current
        trace?.scopes.append(name)
        defer { trace?.scopes.removeLast() }
        let (inputs, context) = prepare(inputs, context)
        var call = EnclosingCall(training: context.training, recorder: context.recorder)
        if computeDtype != variableDtype { call.weightCast = .init(dtype: computeDtype, exempt: uncast) }
        return try EnclosingCall.$current.withValue(call) {
            let outputs = try NameScope.enter(self) { try self.call(inputs, context: context) }
            for output in outputs.leaves { try output.validated() }
            context.recorder.onOutput?(self, outputs)
            observe(outputs, isProbe: context.recorder.isSecondProbe)
            if let regularizer = try activityRegularizer?.asRegularizer() {
                for output in outputs.leaves {
                    // A mean over the batch, so that its size does not matter.
                    let rows = output.rank > 0 ? max(output.shape[0], 1) : 1
                    context.addLoss(try regularizer(output) / Double(rows))
                }
            }
            return try masked(outputs, inputs, context.masks)
        }
    }

    /// The inputs in the type in which the layer computes, and with the masks of the call; the context with the masks of
    /// the inputs.
    private func prepare(_ inputs: TensorStructure, _ context: CallContext) -> (TensorStructure, CallContext) {
        var context = context
        var leaves = inputs.leaves
        for index in leaves.indices {
            let input = leaves[index]
            let mask = context.masks.indices.contains(index) ? context.masks[index] ?? input.mask : input.mask
            if autocast, input.dtype.isFloatingPoint, input.dtype != computeDtype {
                leaves[index] = input.cast(to: computeDtype).withMask(mask)
            } else if context.masks.indices.contains(index) {
                leaves[index] = input.withMask(mask)
            }
        }
        context.masks = leaves.map(\.mask)
        if autocast {
            context.tensors = context.tensors.mapValues { tensors in
                tensors.map { $0.dtype.isFloatingPoint ? $0.cast(to: computeDtype).withMask($0.mask) : $0 }
            }
        }
        return (inputs.replacingLeaves(leaves), context)
    }

    /// The outputs with their masks.
    private func masked(
        _ outputs: TensorStructure, _ inputs: TensorStructure, _ masks: [Tensor?]
    ) throws -> TensorStructure {
        guard supportsMasking else {
            if masks.contains(where: { $0 != nil }) { warnOfLostMask() }
            return outputs
        }
        let leaves = outputs.leaves
        if leaves.allSatisfy({ $0.mask != nil }) { return outputs }
        let computed = try computeMask(inputs, masks: masks)
        guard computed.contains(where: { $0 != nil }) else { return outputs }
        return outputs.replacingLeaves(
            leaves.enumerated().map { index, output in
                output.mask == nil && computed.indices.contains(index) ? output.withMask(computed[index]) : output
            })
    }

    /// Says once that those after this layer will not know what counts. Operations and models are no end of a mask: the
    /// layers around or inside them see to it.
    private func warnOfLostMask() {
        guard !warnedOfLostMask, !(self is FunctionLayer), !(self is Model) else { return }
        warnedOfLostMask = true
        Logger(label: "hornbill.layers").warning(
            "the layer \(label) was given an input with a mask, which it does not support: layers after it will not see the mask"
        )
    }

    /// Remembers the shapes of the first outputs; where a second probe differs, a size is unknown.
    private func observe(_ outputs: TensorStructure, isProbe: Bool) {
        guard let known = observedOutputs else {
            observedOutputs = outputs.map { PartialShape($0.shape) }
            return
        }
        guard isProbe, known.outline == outputs.outline else { return }
        let merged = zip(known.leaves, outputs.leaves).map { $0.merging(PartialShape($1.shape)) }
        observedOutputs = known.replacingLeaves(merged)
    }

    // MARK: On symbols

    /// Adds a node to the layer graph and gives its outputs; errors are carried by them.
    package func symbols(
        for inputs: Structure<SymbolicTensor>, _ arguments: CallArguments<SymbolicTensor>, site: CallSite?
    ) -> Structure<SymbolicTensor> {
        do {
            for operand in inputs.leaves + arguments.leaves { try operand.validated() }
            let shapes = inputs.map(\.shape)
            try inputSpec?.check(shapes.leaves)
            try ensureBuilt(shapes)
            let (outputs, structure) = try inferOutputs(inputs, arguments)
            let node = LayerNode(
                self, index: nextNodeIndex, inputs: inputs, arguments: arguments, outputs: outputs,
                structure: structure,
                site: site)
            register(node)
            return node.symbols
        } catch {
            return .tensor(SymbolicTensor(error: describe(HornbillError.wrap(error), inputs).at(site, layer: label)))
        }
    }

    /// Names the layers whose outputs did not fit.
    private func describe(_ error: HornbillError, _ inputs: Structure<SymbolicTensor>) -> HornbillError {
        guard error.kind == .shape || error.kind == .dtype, error.layer == nil,
            inputs.leaves.allSatisfy({ $0.error == nil })
        else { return error }
        var error = error
        let sources = inputs.leaves.map { "\($0.layer?.label ?? "?") of shape \($0.shape)" }
        error.message += "; its input is the output of " + sources.joined(separator: ", ")
        return error
    }

    /// The outputs of the layer for inputs some of whose sizes are unknown.
    private func inferOutputs(
        _ inputs: Structure<SymbolicTensor>, _ arguments: CallArguments<SymbolicTensor>
    ) throws -> ([LayerNode.Output], Structure<Int>) {
        let traced = try probe(
            inputs.map { LayerNode.Output(shape: $0.shape, dtype: $0.dtype) },
            arguments.map { LayerNode.Output(shape: $0.shape, dtype: $0.dtype) })
        let outputs = promised(traced, for: inputs.leaves.map(\.shape))
        var next = 0
        let structure = outputs.map { _ in
            defer { next += 1 }
            return next
        }
        return (outputs.leaves, structure)
    }
}

/// What a layer demands of its input's shape.
public struct InputSpec: Sendable, Hashable {
    /// The exact number of axes.
    public var rank: Int?
    /// The least number of axes.
    public var minimumRank: Int?
    /// Axes whose size is fixed; negative ones count from the end.
    public var axes: [Int: Int]

    public init(rank: Int? = nil, minimumRank: Int? = nil, axes: [Int: Int] = [:]) {
        self.rank = rank
        self.minimumRank = minimumRank
        self.axes = axes
    }

    /// - Throws: ``HornbillError`` of kind `shape` that says what was expected and what came.
    func check(_ shapes: [PartialShape]) throws {
        for shape in shapes {
            if let rank, shape.rank != rank {
                throw HornbillError(.shape, "expected an input of \(rank) axes, got the shape \(shape)")
            }
            if let minimumRank, shape.rank < minimumRank {
                throw HornbillError(.shape, "expected an input of at least \(minimumRank) axes, got the shape \(shape)")
            }
            for (axis, size) in axes.sorted(by: { $0.key < $1.key }) {
                if let actual = shape[axis], actual != size {
                    throw HornbillError(
                        .shape,
                        "expected axis \(axis) of the input to have size \(size), got \(actual) in the shape \(shape)")
                }
            }
        }
    }
}
