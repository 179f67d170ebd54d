// More ways to put tensors together and take them apart.

extension TensorFunction {
    static let append = TensorFunction("Append", ["x1", "x2"], config: ["axis"]) { call in
        let (a, b) = (try call.tensor(0).validated(), try call.tensor(1).validated())
        guard let axis = try call.optionalInt(2) else {
            return try Tensor.concatenated([a.reshape([a.count]), b.reshape([b.count])], axis: 0)
        }
        return try Tensor.concatenated([a, b], axis: axis)
    }

    /// Tensors with at least so many axes, one after the other along one of them.
    private static func stacking(
        _ name: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor, axis: @escaping @Sendable (Int) -> Int
    ) -> TensorFunction {
        TensorFunction(name, ["xs"]) { call in
            let tensors = try call.tensors(0).map { try body($0.validated()) }
            return try Tensor.concatenated(tensors, axis: axis(tensors.first?.rank ?? 1))
        }
    }

    static let hstack = stacking("Hstack", { try $0.rank == 0 ? $0.reshape([1]) : $0 }, axis: { $0 == 1 ? 0 : 1 })
    static let vstack = stacking("Vstack", { try $0.rank < 2 ? $0.reshape([1, $0.count]) : $0 }, axis: { _ in 0 })
    static let dstack = stacking(
        "Dstack",
        { x in
            switch x.rank {
            case 0, 1: try x.reshape([1, x.count, 1])
            case 2: try x.reshape([x.shape[0], x.shape[1], 1])
            default: x
            }
        }, axis: { _ in 2 })

    /// A split along the axis that the function is named for.
    private static func splitting(
        _ name: String, minimumRank: Int, axis: @escaping @Sendable (Int) -> Int
    ) -> TensorFunction {
        TensorFunction(results: name, ["x"], config: ["indices_or_sections"]) { call in
            let x = try call.tensor(0).validated()
            guard x.rank >= minimumRank else {
                throw HornbillError(.shape, "\(name) needs at least \(minimumRank) axes, not the shape \(x.shape)")
            }
            let arguments: [Argument] = [.tensor(0), call.argument(1), .int(axis(x.rank))]
            return try split.body(FunctionCall(function: split, inputs: [x], arguments: arguments))
        }
    }

    static let hsplit = splitting("Hsplit", minimumRank: 1) { $0 == 1 ? 0 : 1 }
    static let vsplit = splitting("Vsplit", minimumRank: 2) { _ in 0 }
    static let dsplit = splitting("Dsplit", minimumRank: 3) { _ in 2 }
    static let arraySplit = TensorFunction(
        results: "ArraySplit", ["x"], config: ["indices_or_sections", "axis"]
    ) { call in
        guard case .int(let sections) = call.argument(1) else {
            return try split.body(FunctionCall(function: split, inputs: call.inputs, arguments: call.arguments))
        }
        let x = try call.tensor(0).validated()
        let axis = try x.shape.axis(call.int(2))
        guard sections > 0, sections <= 1 << 16 else {
            throw HornbillError(.argument, "arraySplit needs a positive number of parts, not \(sections)")
        }
        // The first parts have one element more where they cannot all be of one size.
        let (size, larger) = (x.shape[axis] / sections, x.shape[axis] % sections)
        var start = 0
        return try (0..<sections).map { part in
            let end = start + size + (part < larger ? 1 : 0)
            defer { start = end }
            return try x.slice(axis: axis, start..<end)
        }
    }
    static let unstack = TensorFunction(
        results: "Unstack", module: "keras.src.ops.core", ["x"], config: ["num", "axis"]
    ) { call in
        let x = try call.tensor(0).validated()
        let axis = try x.shape.axis(call.int(2))
        if let count = try call.optionalInt(1), count != x.shape[axis] {
            throw HornbillError(.shape, "unstack: axis \(axis) of \(x.shape) does not have \(count) elements")
        }
        let shape = x.shape.reduced([axis], keepDims: false)
        return try (0..<x.shape[axis]).map { try x.slice(axis: axis, $0..<($0 + 1)).reshape(shape) }
    }
    static let meshgrid = TensorFunction(results: "Meshgrid", ["x"], config: ["indexing"]) { call in
        let tensors = try call.tensors(0).map { try $0.reshape([$0.validated().count]) }
        let indexing = try call.string(1)
        guard indexing == "xy" || indexing == "ij" else {
            throw HornbillError(.unknownName, "meshgrid: the indexing is 'xy' or 'ij', not '\(indexing)'")
        }
        var order = Array(tensors.indices)
        if indexing == "xy", order.count > 1 { order.swapAt(0, 1) }
        let shape = try Shape(order.map { tensors[$0].count }).validated()
        return try tensors.enumerated().map { index, tensor in
            var own = [Int](repeating: 1, count: order.count)
            own[order[index]] = tensor.count
            return try tensor.reshape(Shape(own)).broadcasted(to: shape)
        }
    }

    static let stackings: [TensorFunction] = [
        append, hstack, vstack, dstack, hsplit, vsplit, dsplit, arraySplit, unstack, meshgrid,
    ]
}

extension ops {
    /// `x2` after `x1` along `axis`, or both flattened.
    public static func append<T: TensorLike>(
        _ x1: T, _ x2: T, axis: Int? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.append, [x1, x2], [.tensor(0), .tensor(1), .optional(axis)], file, line)
    }

    /// One after the other along the second axis; vectors along the first.
    public static func hstack<T: TensorLike>(_ xs: [T], file: String = #fileID, line: Int = #line) -> T {
        T.many(.hstack, xs, [], file, line)
    }

    /// One below the other along the first axis; vectors are rows.
    public static func vstack<T: TensorLike>(_ xs: [T], file: String = #fileID, line: Int = #line) -> T {
        T.many(.vstack, xs, [], file, line)
    }

    /// One behind the other along the third axis.
    public static func dstack<T: TensorLike>(_ xs: [T], file: String = #fileID, line: Int = #line) -> T {
        T.many(.dstack, xs, [], file, line)
    }

    /// Equal parts along the second axis; of a vector along the first.
    public static func hsplit<T: TensorLike>(_ x: T, _ sections: Int, file: String = #fileID, line: Int = #line) -> [T]
    {
        several(.hsplit, x, [.int(sections)], count: sections, CallSite(file, line))
    }

    /// Parts along the second axis that begin at these indices, and the one before the first.
    public static func hsplit<T: TensorLike>(_ x: T, _ indices: [Int], file: String = #fileID, line: Int = #line) -> [T]
    {
        several(.hsplit, x, [.ints(indices)], count: indices.count + 1, CallSite(file, line))
    }

    /// Equal parts along the first axis.
    public static func vsplit<T: TensorLike>(_ x: T, _ sections: Int, file: String = #fileID, line: Int = #line) -> [T]
    {
        several(.vsplit, x, [.int(sections)], count: sections, CallSite(file, line))
    }

    /// Parts along the first axis that begin at these indices, and the one before the first.
    public static func vsplit<T: TensorLike>(_ x: T, _ indices: [Int], file: String = #fileID, line: Int = #line) -> [T]
    {
        several(.vsplit, x, [.ints(indices)], count: indices.count + 1, CallSite(file, line))
    }

    /// Equal parts along the third axis.
    public static func dsplit<T: TensorLike>(_ x: T, _ sections: Int, file: String = #fileID, line: Int = #line) -> [T]
    {
        several(.dsplit, x, [.int(sections)], count: sections, CallSite(file, line))
    }

    /// Parts along the third axis that begin at these indices, and the one before the first.
    public static func dsplit<T: TensorLike>(_ x: T, _ indices: [Int], file: String = #fileID, line: Int = #line) -> [T]
    {
        several(.dsplit, x, [.ints(indices)], count: indices.count + 1, CallSite(file, line))
    }

    /// So many parts along `axis`, the first of which may have one element more than the last.
    public static func arraySplit<T: TensorLike>(
        _ x: T, _ sections: Int, axis: Int = 0, file: String = #fileID, line: Int = #line
    ) -> [T] {
        several(.arraySplit, x, [.int(sections), .int(axis)], count: sections, CallSite(file, line))
    }

    /// Parts along `axis` that begin at these indices, and the one before the first.
    public static func arraySplit<T: TensorLike>(
        _ x: T, _ indices: [Int], axis: Int = 0, file: String = #fileID, line: Int = #line
    ) -> [T] {
        several(.arraySplit, x, [.ints(indices), .int(axis)], count: indices.count + 1, CallSite(file, line))
    }

    /// The elements of `axis`, each without that axis.
    public static func unstack<T: TensorLike>(
        _ x: T, num: Int? = nil, axis: Int = 0, file: String = #fileID, line: Int = #line
    ) -> [T] {
        several(.unstack, x, [.optional(num), .int(axis)], count: num ?? 1, CallSite(file, line))
    }

    /// The coordinates of all points of a grid, one tensor for each of these vectors. With `xy` the first vector runs
    /// along the second axis, with `ij` along the first.
    public static func meshgrid<T: TensorLike>(
        _ x: T..., indexing: String = "xy", file: String = #fileID, line: Int = #line
    ) -> [T] {
        let results = T.apply(.meshgrid, x, [.tensors(0..<x.count), .string(indexing)], site: CallSite(file, line))
        guard let error = results.first?.error else { return results }
        return x.map { _ in T(error: error) }
    }

    /// The results of a function whose number the arguments say: as many, even if all carry an error.
    static func several<T: TensorLike>(
        _ function: TensorFunction, _ x: T, _ arguments: [Argument], count: Int, _ site: CallSite
    ) -> [T] {
        let results = T.apply(function, [x], [.tensor(0)] + arguments, site: site)
        guard let error = results.first?.error else { return results }
        return [T](repeating: T(error: error), count: Swift.min(Swift.max(count, 1), 1 << 16))
    }
}
