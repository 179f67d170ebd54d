// Picking elements by index, and the encodings made of indices.

extension TensorFunction {
    static let take = TensorFunction("Take", ["x", "indices"], config: ["axis"]) { call in
        let (x, indices) = (try call.tensor(0).validated(), try call.tensor(1).asIndices("take"))
        guard let axis = try call.optionalInt(2) else {
            return try Tensor.emit1(.gather(axis: 0), [x.reshape([x.count]), indices])
        }
        return try Tensor.emit1(.gather(axis: x.shape.axis(axis)), [x, indices])
    }
    static let takeAlongAxis = TensorFunction("TakeAlongAxis", ["x", "indices"], config: ["axis"]) { call in
        let (x, indices) = (try call.tensor(0).validated(), try call.tensor(1).asIndices("takeAlongAxis"))
        guard let axis = try call.optionalInt(2) else {
            return try Tensor.emit1(.gatherElements, [x.reshape([x.count]), indices.reshape([indices.count])])
        }
        return try x.alongAxis(x.shape.axis(axis), indices)
    }
    static let oneHot = TensorFunction(
        "OneHot", module: "keras.src.ops.nn", ["x"], config: ["num_classes", "axis", "dtype", "sparse"]
    ) { call in
        try call.tensor(0).asIndices("oneHot", casting: true)
            .oneHot(call.int(1), axis: call.int(2), dtype: call.optionalDType(3) ?? .float32)
    }
    static let multiHot = TensorFunction(
        "MultiHot", module: "keras.src.ops.nn", ["inputs"], config: ["num_classes", "axis", "dtype", "sparse"]
    ) { call in
        let x = try call.tensor(0).asIndices("multiHot", casting: true)
        let encoded = try x.oneHot(call.int(1), axis: call.int(2), dtype: call.optionalDType(3) ?? .float32)
        return try Tensor.reduce(.max, encoded, axes: [x.rank > 1 ? 1 : 0], keepDims: false)
    }
    static let segmentSum = TensorFunction(
        "SegmentSum", module: "keras.src.ops.math", ["data", "segment_ids"], config: ["num_segments", "sorted"]
    ) { call in
        let (data, ids) = (try call.tensor(0).validated(), try call.tensor(1).asIndices("segmentSum"))
        guard ids.rank == 1, data.rank >= 1, ids.count == data.shape[0] else {
            throw HornbillError(
                .shape, "segmentSum needs one id for each of the rows of \(data.shape), not ids of shape \(ids.shape)")
        }
        let count = try call.int(2)
        guard count >= 0 else { throw HornbillError(.argument, "segmentSum: \(count) segments") }
        return try Tensor.emit1(.scatterAdd(axis: 0, size: count), [data, ids])
    }
    static let bincount = TensorFunction("Bincount", ["x"], config: ["weights", "minlength", "sparse"]) { call in
        let x = try call.tensor(0).asIndices("bincount")
        return try x.bincount(weights: call.optionalTensor(1), minimum: call.int(2))
    }

    static let indexing: [TensorFunction] = [take, takeAlongAxis, oneHot, multiHot, segmentSum, bincount]
}

extension Tensor {
    /// Itself as int32 or int64.
    package func asIndices(_ name: String, casting: Bool = false) throws -> Tensor {
        try validated()
        switch dtype {
        case .int32, .int64: return self
        case .uint8, .bool: return try casted(to: .int32)
        default:
            guard casting else { throw HornbillError(.dtype, "\(name): indices must be integers, not \(dtype)") }
            return try casted(to: .int32)
        }
    }

    /// NumPy's take_along_axis for a resolved axis: the other axes are broadcast.
    package func alongAxis(_ axis: Int, _ indices: Tensor) throws -> Tensor {
        guard indices.rank == rank else {
            throw HornbillError(
                .shape, "takeAlongAxis: indices of shape \(indices.shape) do not have the \(rank) axes of \(shape)")
        }
        let (data, positions) = (try swapped(axis, rank - 1), try indices.swapped(axis, rank - 1))
        let (leadData, leadIndices) = (data.shape.dimensions.dropLast(), positions.shape.dimensions.dropLast())
        guard let lead = Shape(Array(leadData)).broadcast(with: Shape(Array(leadIndices))) else {
            throw HornbillError(
                .shape, "takeAlongAxis: indices of shape \(indices.shape) do not fit data of shape \(shape)")
        }
        let full = try data.broadcasted(to: Shape(lead.dimensions + [shape[axis]]), beside: positions)
        let all = try positions.broadcasted(to: Shape(lead.dimensions + [indices.shape[axis]]), beside: data)
        return try Tensor.emit1(.gatherElements, [full, all]).swapped(axis, rank - 1)
    }

    /// A new axis of `depth` elements, 1 at the index and 0 elsewhere.
    package func oneHot(_ depth: Int, axis: Int, dtype: DType) throws -> Tensor {
        let target = try shape.axis(axis, extra: 1)
        let encoded = try Tensor.emit1(.oneHot(depth: depth, dtype: dtype), [self])
        if target == rank { return encoded }
        var order = Array(0..<rank)
        order.insert(rank, at: target)
        return try encoded.transpose(order)
    }

    /// How often each index occurs, or the sum of its weights. The length is only known where the values are.
    fileprivate func bincount(weights: Tensor?, minimum: Int) throws -> Tensor {
        guard rank == 1 || rank == 2 else {
            throw HornbillError(.shape, "bincount needs one or two axes, not the shape \(shape)")
        }
        if let weights, weights.shape != shape {
            throw HornbillError(.shape, "bincount: weights of shape \(weights.shape) for indices of shape \(shape)")
        }
        var length = minimum
        if isTraced {
            guard minimum > 0 else {
                throw HornbillError(
                    .argument,
                    "bincount within a compiled computation needs a minLength: its length depends on the values")
            }
        } else {
            let values = try casted(to: .int64).scalars(Int64.self)
            if let negative = values.first(where: { $0 < 0 }) {
                throw HornbillError(.data, "bincount: an index is negative: \(negative)")
            }
            length = Swift.max(minimum, Int(values.max() ?? -1) + 1)
        }
        let amounts = try weights ?? Tensor.scalar(1, .int32).broadcasted(to: shape, beside: self)
        if rank == 1, !isTraced { return try Tensor.emit1(.scatterAdd(axis: 0, size: length), [amounts, self]) }
        let encoded = try Tensor.emit1(.oneHot(depth: length, dtype: amounts.dtype), [self])
        let weighted =
            try weights == nil
            ? encoded
            : Tensor.binary(
                .multiply, encoded, amounts.reshape(Shape(shape.dimensions + [1])))
        return try Tensor.reduce(.sum, weighted, axes: [rank - 1], keepDims: false)
    }
}

extension ops {
    /// The slices of `axis` (or elements of the flattened tensor) at `indices`; negative ones count from the end.
    public static func take<T: TensorLike>(
        _ x: T, _ indices: T, axis: Int? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.take, [x, indices], [.tensor(0), .tensor(1), .optional(axis)], file, line)
    }

    /// The slices of `axis` (or elements of the flattened tensor) at `indices`; negative ones count from the end.
    public static func take<T: TensorLike>(
        _ x: T, _ indices: [Int], axis: Int? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.take, x, [.value(ConstantTensor(Tensor(indices))), .optional(axis)], file, line)
    }

    /// For each index, the element at that place along `axis`; the other axes of both run together.
    public static func takeAlongAxis<T: TensorLike>(
        _ x: T, _ indices: T, axis: Int? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.takeAlongAxis, [x, indices], [.tensor(0), .tensor(1), .optional(axis)], file, line)
    }

    /// A new axis of `numClasses` elements: 1 at the index, 0 elsewhere; all 0 for an index outside.
    public static func oneHot<T: TensorLike>(
        _ x: T, _ numClasses: Int, axis: Int = -1, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.oneHot, x, [.int(numClasses), .int(axis), .optional(dtype), .bool(false)], file, line)
    }

    /// 1 at every index that a row names, 0 elsewhere: one-hot, and the largest over the row.
    public static func multiHot<T: TensorLike>(
        _ inputs: T, numClasses: Int, axis: Int = -1, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.multiHot, inputs, [.int(numClasses), .int(axis), .optional(dtype), .bool(false)], file, line)
    }

    /// The sums of the rows of `data` that have the same id.
    public static func segmentSum<T: TensorLike>(
        _ data: T, _ segmentIds: T, numSegments: Int, sorted: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(
            .segmentSum, [data, segmentIds], [.tensor(0), .tensor(1), .int(numSegments), .bool(sorted)], file, line)
    }

    /// How often each index from 0 on occurs (in a row, for two axes), or the sum of its weights. In a compiled
    /// computation the result has `minLength` elements, and larger indices are not counted.
    public static func bincount<T: TensorLike>(
        _ x: T, weights: T? = nil, minLength: Int = 0, file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [.tensor(0), weights == nil ? .none : .tensor(1), .int(minLength), .bool(false)]
        return T.apply(.bincount, [x] + (weights.map { [$0] } ?? []), arguments, file, line)
    }
}
