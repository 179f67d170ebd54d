import HornbillEngine

extension Layer {
    /// The outputs' shapes and types, found by tracing the call with two different sizes in place of each unknown one:
    /// where the results differ, the size is unknown.
    ///
    /// Sizes made up like this may not fit what they meet (10 steps are added to as many, whatever their number). Then
    /// the known sizes around them are tried in their place.
    package func probe(
        _ inputs: Structure<LayerNode.Output>,
        _ arguments: CallArguments<LayerNode.Output> = CallArguments(training: false)
    ) throws -> Structure<LayerNode.Output> {
        let shapes = (inputs.leaves + arguments.leaves).map(\.shape)
        do {
            return try probe(inputs, arguments, ProbeSizes())
        } catch {
            let original = HornbillError.wrap(error)
            guard [.shape, .argument].contains(original.kind), !shapes.allSatisfy(\.isComplete) else { throw error }
            for sizes in ProbeSizes.alternatives(shapes, hints: shapeHints) {
                if let found = try? probe(inputs, arguments, sizes) { return relaxed(found, inputs, arguments, sizes) }
            }
            throw error
        }
    }

    /// What is found with as few sizes pinned as the call allows: the others may have any.
    private func relaxed(
        _ found: Structure<LayerNode.Output>, _ inputs: Structure<LayerNode.Output>,
        _ arguments: CallArguments<LayerNode.Output>, _ sizes: ProbeSizes
    ) -> Structure<LayerNode.Output> {
        var (found, sizes) = (found, sizes)
        for place in sizes.pinned.keys.sorted() {
            var fewer = sizes
            fewer.pinned[place] = nil
            guard let outputs = try? probe(inputs, arguments, fewer) else { continue }
            (found, sizes) = (outputs, fewer)
        }
        return found
    }

    private func probe(
        _ inputs: Structure<LayerNode.Output>, _ arguments: CallArguments<LayerNode.Output>, _ sizes: ProbeSizes
    ) throws -> Structure<LayerNode.Output> {
        var hasUnknownSizes = false
        func trace(isSecond: Bool) throws -> TensorStructure {
            let trace = Trace()
            defer { trace.abandon() }
            return try trace.run {
                var number = 0
                func placeholder(_ operand: LayerNode.Output) throws -> Tensor {
                    let shape = sizes.fill(operand.shape, operand: number, isSecond: isSecond)
                    number += 1
                    return try trace.input(TensorType(operand.dtype, shape.validated()))
                }
                let placeholders = try inputs.map(placeholder)
                let recorder = CallRecorder(
                    probeSize: isSecond ? ProbeSizes.large : ProbeSizes.small, isSecondProbe: isSecond)
                let context = try arguments.map(placeholder).context(training: false, recorder)
                defer { hasUnknownSizes = recorder.hasUnknownSizes }
                return try invoke(placeholders, context: context)
            }
        }
        let first = try trace(isSecond: false)
        let outputs = first.map { LayerNode.Output(shape: PartialShape($0.shape), dtype: $0.dtype) }
        if !hasUnknownSizes, (inputs.leaves + arguments.leaves).allSatisfy(\.shape.isComplete) { return outputs }
        let second = try trace(isSecond: true)
        guard first.outline == second.outline, zip(first.leaves, second.leaves).allSatisfy({ $0.rank == $1.rank })
        else {
            throw HornbillError(
                .shape, "the structure or rank of the output depends on the size of the input", layer: label)
        }
        return outputs.replacingLeaves(
            zip(outputs.leaves, second.leaves).map {
                LayerNode.Output(shape: $0.shape.merging(PartialShape($1.shape)), dtype: $0.dtype)
            })
    }

    /// The shapes that the layer gives for inputs of these shapes; nil stands for an unknown size. Builds the layer if
    /// it is not built.
    /// - Throws: what building and calling throw for such shapes.
    public func computeOutputShape(_ inputShapes: Structure<PartialShape>) throws -> Structure<PartialShape> {
        try inputSpec?.check(inputShapes.leaves)
        try ensureBuilt(inputShapes)
        let dtype = (self as? HostLayer)?.inputDtype ?? computeDtype
        let outputs = try probe(inputShapes.map { LayerNode.Output(shape: $0, dtype: dtype) })
        return promised(outputs, for: inputShapes.leaves).map(\.shape)
    }

    /// The shape that the layer gives for one input of this shape, the batch axis first.
    public func computeOutputShape(_ inputShape: PartialShape) throws -> PartialShape {
        let outputs = try computeOutputShape(.tensor(inputShape))
        guard let shape = outputs.single else {
            throw HornbillError(.argument, "gives \(outputs.leaves.count) outputs: pass a structure", layer: label)
        }
        return shape
    }
}

/// Sizes that stand for unknown ones while shapes are inferred.
struct ProbeSizes {
    /// An axis of an operand.
    struct Place: Hashable, Comparable {
        var operand: Int
        var axis: Int

        static func < (a: Place, b: Place) -> Bool { (a.operand, a.axis) < (b.operand, b.axis) }
    }

    /// Primes, far enough from each other that no stride makes the same of both.
    static var small: Int { 83 }
    static var large: Int { 991 }

    /// Unknown axes and what they have in the first trace and in the second; the others have the primes.
    var pinned: [Place: (first: Int, second: Int)] = [:]

    func fill(_ shape: PartialShape, operand: Int, isSecond: Bool) -> Shape {
        Shape(
            shape.dimensions.enumerated().map { axis, size in
                if let size { return size }
                let sizes = pinned[Place(operand: operand, axis: axis)] ?? (Self.small, Self.large)
                return isSecond ? sizes.second : sizes.first
            })
    }

    /// What to try where made-up sizes do not fit: an unknown size is that of the same axis of another operand, counted
    /// from the front or from the back, or one with many divisors, or one that any operand has somewhere.
    /// - Parameter hints: further shapes that the operands may have to fit.
    static func alternatives(_ shapes: [PartialShape], hints: [Shape]) -> [ProbeSizes] {
        let known = shapes + hints.map { PartialShape($0) }
        func choosing(_ size: (_ shape: PartialShape, _ axis: Int) -> (first: Int, second: Int)?) -> ProbeSizes {
            var sizes = ProbeSizes()
            for (operand, shape) in shapes.enumerated() {
                for axis in 0..<shape.rank where shape[axis] == nil {
                    sizes.pinned[Place(operand: operand, axis: axis)] = size(shape, axis)
                }
            }
            return sizes
        }
        /// The first size above 1 that another shape has at the place that belongs to this one.
        func shared(_ partner: (_ other: PartialShape, _ mine: PartialShape, _ axis: Int) -> Int?) -> ProbeSizes {
            choosing { shape, axis in
                for other in known { if let size = partner(other, shape, axis), size > 1 { return (size, size) } }
                return nil
            }
        }
        var sizes: [Int] = []
        for case let size? in known.flatMap(\.dimensions) where size > 1 && !sizes.contains(size) { sizes.append(size) }
        var all = [
            shared { $0.rank == $1.rank ? $0[$2] : nil },
            shared { other, mine, axis in other[axis - mine.rank] },
        ]
        all.append(choosing { _, axis in axis == 0 ? nil : (240, 2400) })
        all += sizes.prefix(6).map { size in choosing { _, axis in axis == 0 ? nil : (size, size) } }
        all.append(choosing { _, _ in (240, 2400) })
        all += sizes.prefix(6).map { size in choosing { _, _ in (size, size) } }
        return all
    }
}
