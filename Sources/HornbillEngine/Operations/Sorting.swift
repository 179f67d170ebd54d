// Order: sorting, the largest elements, whether a class is among them.

extension TensorFunction {
    static let topK = TensorFunction(
        results: "TopK", module: "keras.src.ops.math", ["x"], config: ["k", "sorted"]
    ) { call in
        let results = try Tensor.emit(.topK(count: call.int(1)), [call.tensor(0)])
        return [results[0], try results[1].casted(to: .int32)]
    }
    static let inTopK = TensorFunction(
        "InTopK", module: "keras.src.ops.math", ["targets", "predictions"], config: ["k"]
    ) { call in
        let (targets, predictions) = (try call.tensor(0).asIndices("inTopK"), try call.tensor(1).floating())
        guard predictions.rank == targets.rank + 1,
            targets.shape.dimensions == Array(predictions.shape.dimensions.dropLast())
        else {
            throw HornbillError(
                .shape, "inTopK: targets of shape \(targets.shape) do not fit predictions of shape \(predictions.shape)"
            )
        }
        let positions = try targets.reshape(Shape(targets.shape.dimensions + [1]))
        let chosen = try predictions.alongAxis(predictions.rank - 1, positions)
        // A prediction that is not a number does not count as a high one.
        let safe = try Tensor.select(
            Tensor.unary(.isNaN, chosen), .scalar(-.infinity, predictions.dtype), chosen)
        let above = try Tensor.binary(.greater, predictions, safe).casted(to: .int32)
        let rank = try Tensor.reduce(.sum, above, axes: [predictions.rank - 1], keepDims: false)
        return try Tensor.binary(.less, rank, .scalar(Double(call.int(2)), .int32))
    }
    static let sort = TensorFunction("Sort", ["x"], config: ["axis"]) { try $0.sorted(0) }
    static let argsort = TensorFunction("Argsort", ["x"], config: ["axis"]) { try $0.sorted(1).casted(to: .int32) }

    static let sorting: [TensorFunction] = [topK, inTopK, sort, argsort]
}

extension FunctionCall {
    /// The values (0) or positions (1) of a tensor sorted along an axis; flattened if there is none.
    fileprivate func sorted(_ result: Int) throws -> Tensor {
        let x = try tensor(0).validated()
        guard let axis = try optionalInt(1), x.rank > 0 else {
            return try Tensor.emit(.sort(descending: false), [x.reshape([x.count])])[result]
        }
        let resolved = try x.shape.axis(axis)
        let last = try x.swapped(resolved, x.rank - 1)
        return try Tensor.emit(.sort(descending: false), [last])[result].swapped(resolved, x.rank - 1)
    }
}

extension ops {
    /// The `k` largest elements along the last axis in falling order, and their positions (int32).
    public static func topK<T: TensorLike>(
        _ x: T, k: Int, sorted: Bool = true, file: String = #fileID, line: Int = #line
    ) -> (values: T, indices: T) {
        let results = T.apply(.topK, [x], [.tensor(0), .int(k), .bool(sorted)], site: CallSite(file, line))
        return (results[0], results[1])
    }

    /// Whether the target class is among the `k` highest predictions (bool); ties count in its favour.
    public static func inTopK<T: TensorLike>(
        _ targets: T, _ predictions: T, k: Int, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.inTopK, [targets, predictions], [.tensor(0), .tensor(1), .int(k)], file, line)
    }

    /// In rising order along `axis`; of the flattened tensor if it is nil.
    public static func sort<T: TensorLike>(
        _ x: T, axis: Int? = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.sort, x, [.optional(axis)], file, line)
    }

    /// The positions (int32) of the elements in rising order along `axis`; equal ones keep their order.
    public static func argsort<T: TensorLike>(
        _ x: T, axis: Int? = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.argsort, x, [.optional(axis)], file, line)
    }
}
