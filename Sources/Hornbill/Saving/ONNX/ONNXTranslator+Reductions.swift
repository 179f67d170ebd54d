import HornbillEngine

// Products, reductions, and what else goes along axes.

extension ONNXTranslator {
    func matmul(_ transposeA: Bool, _ transposeB: Bool) throws -> String {
        let dtype = try operandType(0).dtype
        func turned(_ index: Int, _ transposed: Bool) throws -> String {
            let value = try widened(operand(index), dtype).value
            guard transposed else { return value }
            let rank = try operandType(index).rank
            return transpose(value, Array(0..<rank - 2) + [rank - 1, rank - 2])
        }
        let product = emit("MatMul", [try turned(0, transposeA), try turned(1, transposeB)])
        return try cast(product, from: dtype.isFloatingPoint || dtype == .int64 ? dtype : .int32, to: dtype)
    }

    func reduce(_ kind: Reduction, _ axes: [Int], _ keepDims: Bool) throws -> String {
        let type = try operandType(0)
        guard !axes.isEmpty else { return try operand(0) }
        let (value, dtype) = try widened(operand(0), type.dtype)
        let options: [(name: String, value: ONNXAttribute)] = [("keepdims", .int(keepDims ? 1 : 0))]
        func reduced(_ name: String) -> String { emit(name, [value, scope.integers(axes)], options) }
        let result: String
        switch kind {
        // Of truth values a sum means "any", a product "all".
        case .sum: result = reduced(type.dtype == .bool ? "ReduceMax" : "ReduceSum")
        case .prod: result = reduced(type.dtype == .bool ? "ReduceMin" : "ReduceProd")
        case .max: result = reduced("ReduceMax")
        case .min: result = reduced("ReduceMin")
        case .mean: result = reduced("ReduceMean")
        }
        return try cast(result, from: dtype, to: type.dtype)
    }

    func argReduce(_ smallest: Bool, _ axis: Int) throws -> String {
        let (value, _) = try widened(operand(0), operandType(0).dtype)
        return emit(smallest ? "ArgMin" : "ArgMax", [value], [self.axis(axis), ("keepdims", .int(0))])
    }

    func cumulative(_ kind: Cumulative, _ axis: Int, _ reverse: Bool) throws -> String {
        let type = try operandType(0)
        guard kind == .sum, type.dtype != .bool else { return try folded(kind, axis, reverse, type) }
        let (value, dtype) = try widened(operand(0), type.dtype)
        let sum = emit("CumSum", [value, scalar(Double(axis), .int64)], [("reverse", .int(reverse ? 1 : 0))])
        return try cast(sum, from: dtype, to: type.dtype)
    }

    /// What ONNX has no operation for: a loop along the axis.
    private func folded(_ kind: Cumulative, _ axis: Int, _ reverse: Bool, _ type: ExtentType) throws -> String {
        let (value, dtype) = try widened(operand(0), type.dtype)
        let function =
            switch kind {
            case .sum, .max: "Max"  // a sum of truth values means "any"
            case .min: "Min"
            case .prod: type.dtype == .bool ? "Min" : "Mul"
            }
        // The first step folds an end with itself; a product begins with one.
        let end = [reverse ? -1 : 0, reverse ? Int(Int32.max) : 1].map { scope.integers([$0]) }
        let edge = emit("Squeeze", [emit("Slice", [value] + end + [scope.integers([axis])]), scope.integers([axis])])
        let first =
            function == "Mul" ? emit("Add", [emit("Sub", [edge, edge]), scalar(1, dtype)]) : edge
        let body = ONNXScope(inside: scope)
        let (before, step) = (body.unique("before"), body.unique("step"))
        let after = body.add(function, [before, step], prefix: node.scope)[0]
        let kept = body.unique("kept")
        body.name(after, kept)
        var sizes = type.extents.map { $0.fixed.map(ONNXSize.fixed) ?? .unknown }
        sizes.remove(at: axis)
        func state(_ name: String) -> ONNXValue { ONNXValue(name: name, dtype: dtype, sizes: sizes) }
        let graph = ONNXGraph(
            name: body.unique("body"), nodes: body.nodes, inputs: [state(before), state(step)],
            outputs: [state(after), state(kept)])
        let direction = reverse ? 1 : 0
        let results = scope.add(
            "Scan", [first, value],
            [
                ("body", .graph(graph)), ("num_scan_inputs", .int(1)), ("scan_input_axes", .ints([axis])),
                ("scan_output_axes", .ints([axis])), ("scan_input_directions", .ints([direction])),
                ("scan_output_directions", .ints([direction])),
            ], results: 2, prefix: node.scope)
        return try cast(results[1], from: dtype, to: type.dtype)
    }

    func sort() throws {
        let (type, result) = (try operandType(0), try resultType())
        let (value, dtype) = try widened(operand(0), type.dtype)
        let rises = if case .sort(descending: false) = node.operation { true } else { false }
        let count = try scope.size(result.extents[result.rank - 1])
        let sorted = scope.add(
            "TopK", [value, count], [axis(-1), ("largest", .int(rises ? 0 : 1)), ("sorted", .int(1))], results: 2,
            prefix: node.scope)
        try give([cast(sorted[0], from: dtype, to: type.dtype), sorted[1]])
    }
}
