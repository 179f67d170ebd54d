import HornbillEngine

// By index: the adjoints of lookups, and ones at indices.

extension ONNXTranslator {
    /// Zeros in which each update is added at its index.
    func scatterAdd(_ axis: Int) throws -> String {
        let (updates, indices) = (try operandType(0), try operandType(1))
        let result = try resultType()
        // ONNX scatters along the first axes: those of the indices come to the front, and the result goes back.
        let order = Array(axis..<axis + indices.rank) + (0..<axis) + (axis + indices.rank..<updates.rank)
        let front = [axis] + (0..<axis) + (axis + 1..<result.rank)
        let (value, dtype) = try widened(transpose(operand(0), order), updates.dtype)
        let base = emit("Expand", [scalar(0, dtype), try scope.shape(front.map { result.extents[$0] })])
        let scattered = emit(
            "ScatterND", [base, try places(last: indices.rank), value], [("reduction", .text("add"))])
        let back = Array(1..<axis + 1) + [0] + (axis + 1..<result.rank)
        return try cast(transpose(scattered, back), from: dtype, to: updates.dtype)
    }

    /// The second operand as places of one number each.
    private func places(last axis: Int) throws -> String {
        let indices = try cast(operand(1), from: operandType(1).dtype, to: .int64)
        return emit("Unsqueeze", [indices, scope.integers([axis])])
    }

    func scatterElements() throws -> String {
        let result = try resultType()
        let (value, dtype) = try widened(operand(0), result.dtype)
        let base = emit("Expand", [scalar(0, dtype), try scope.shape(result.extents)])
        let scattered = emit(
            "ScatterElements", [base, try operand(1), value], [axis(-1), ("reduction", .text("add"))])
        return try cast(scattered, from: dtype, to: result.dtype)
    }

    func segmentReduce(_ kind: Reduction) throws -> String {
        let result = try resultType()
        let (value, dtype) = try widened(operand(0), result.dtype)
        let (name, start): (String, Double) =
            switch kind {
            case .max: ("max", lowest(dtype))
            case .min: ("min", dtype.isFloatingPoint ? .infinity : -1 - lowest(dtype))
            case .prod: ("mul", 1)
            case .sum, .mean: ("add", 0)
            }
        let base = emit("Expand", [scalar(start, dtype), try scope.shape(result.extents)])
        let reduced = emit(
            "ScatterND", [base, try places(last: 1), value], [("reduction", .text(name))])
        return try cast(reduced, from: dtype, to: result.dtype)
    }

    private func lowest(_ dtype: DType) -> Double {
        dtype.isFloatingPoint ? -.infinity : dtype == .int64 ? Double(Int64.min) : Double(Int32.min)
    }

    /// Not ONNX's OneHot, which counts negative indices from the end.
    func oneHot(_ dtype: DType) throws -> String {
        let result = try resultType()
        let indices = try cast(operand(0), from: operandType(0).dtype, to: .int64)
        let open = emit("Unsqueeze", [indices, scope.integers([result.rank - 1])])
        return try cast(emit("Equal", [open, iota(result.extents[result.rank - 1])]), from: .bool, to: dtype)
    }
}
