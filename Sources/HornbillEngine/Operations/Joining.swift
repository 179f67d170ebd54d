// Putting tensors together, taking them apart, repeating them.

extension TensorFunction {
    static let concatenate = TensorFunction("Concatenate", ["xs"], config: ["axis"]) { call in
        try Tensor.concatenated(call.tensors(0), axis: call.int(1))
    }
    static let stack = TensorFunction("Stack", ["x"], config: ["axis"]) { call in
        let tensors = try call.tensors(0)
        for tensor in tensors { try tensor.validated() }
        guard let first = tensors.first else { throw HornbillError(.argument, "stack needs at least one tensor") }
        if let other = tensors.first(where: { $0.shape != first.shape }) {
            throw HornbillError(.shape, "stack needs tensors of one shape, not \(first.shape) and \(other.shape)")
        }
        let axis = try first.shape.axis(call.int(1), extra: 1)
        var shape = first.shape.dimensions
        shape.insert(1, at: axis)
        return try Tensor.concatenated(tensors.map { try $0.reshape(Shape(shape)) }, axis: axis)
    }
    static let split = TensorFunction(results: "Split", ["x"], config: ["indices_or_sections", "axis"]) { call in
        let x = try call.tensor(0).validated()
        let axis = try x.shape.axis(call.int(2))
        let size = x.shape[axis]
        if case .int(let sections) = call.argument(1) {
            guard sections > 0, size % sections == 0 else {
                throw HornbillError(
                    .shape, "split: axis \(axis) of the shape \(x.shape) cannot be cut into \(sections) equal parts")
            }
            let part = size / sections
            return try (0..<sections).map { try x.slice(axis: axis, $0 * part..<($0 + 1) * part) }
        }
        // As NumPy's slices: indices may be negative or beyond the end, a part may be empty.
        let cuts = try [0] + call.ints(1).map { Swift.min(Swift.max($0 < 0 ? $0 &+ size : $0, 0), size) } + [size]
        return try zip(cuts, cuts.dropFirst()).map { try x.slice(axis: axis, $0..<Swift.max($0, $1)) }
    }
    static let tile = TensorFunction("Tile", ["x"], config: ["repeats"]) { call in
        try call.tensor(0).validated().tiled(call.ints(1))
    }
    static let replicate = TensorFunction("Repeat", ["x"], config: ["repeats", "axis"]) { call in
        var x = try call.tensor(0).validated()
        let repeats = try call.ints(1)
        guard repeats.allSatisfy({ $0 >= 0 }) else { throw HornbillError(.argument, "repeat: \(repeats) is negative") }
        var axis = 0
        if let given = try call.optionalInt(2) { axis = try x.shape.axis(given) } else { x = try x.reshape([x.count]) }
        if repeats.count == 1 { return try x.repeated(repeats[0], axis: axis) }
        guard repeats.count == x.shape[axis] else {
            throw HornbillError(.shape, "repeat: \(repeats.count) numbers for axis \(axis) of the shape \(x.shape)")
        }
        let indices = repeats.enumerated().flatMap { [Int32](repeating: Int32($0), count: $1) }
        return try Tensor.emit1(.gather(axis: axis), [x, Tensor(indices)])
    }

    static let joining: [TensorFunction] = [concatenate, stack, split, tile, replicate]
}

extension Tensor {
    /// One after the other along an axis, in the dtype to which all can be promoted.
    package static func concatenated(_ tensors: [Tensor], axis: Int) throws -> Tensor {
        for tensor in tensors { try tensor.validated() }
        guard let first = tensors.first else { throw HornbillError(.argument, "concatenate needs at least one tensor") }
        let axis = try first.shape.axis(axis)
        if tensors.count == 1 { return first }
        let dtype = tensors.dropFirst().reduce(first.dtype) { $0.promoted(with: $1.dtype) }
        return try emit1(.concatenate(axis: axis), tensors.map { try $0.casted(to: dtype) })
    }

    /// The whole repeated along axes, of which there are as many as `counts` and the rank ask for.
    package func tiled(_ counts: [Int]) throws -> Tensor {
        guard counts.allSatisfy({ $0 >= 0 }) else { throw HornbillError(.argument, "tile: \(counts) is negative") }
        let rank = Swift.max(rank, counts.count)
        let sizes = [Int](repeating: 1, count: rank - self.rank) + shape.dimensions
        let counts = [Int](repeating: 1, count: rank - counts.count) + counts
        let (before, after) = (zip(sizes, counts).flatMap { [1, $0.0] }, zip(sizes, counts).flatMap { [$0.1, $0.0] })
        let result = try Shape(
            zip(sizes, counts).map { $0.multipliedReportingOverflow(by: $1) }.map {
                $0.overflow ? Int.max : $0.partialValue
            }
        ).validated()
        if counts.allSatisfy({ $0 == 1 }) { return try reshape(result) }
        return try reshape(Shape(before)).broadcasted(to: Shape(after)).reshape(result)
    }

    /// Each element of an axis (resolved) repeated.
    package func repeated(_ count: Int, axis: Int) throws -> Tensor {
        if count == 1 { return try validated() }
        var (before, after) = (shape.dimensions, shape.dimensions)
        before.insert(1, at: axis + 1)
        after.insert(count, at: axis + 1)
        let (size, overflow) = shape[axis].multipliedReportingOverflow(by: count)
        let result = try shape.replacing(axis, with: overflow ? .max : size).validated()
        return try reshape(Shape(before)).broadcasted(to: Shape(after)).reshape(result)
    }
}

extension ops {
    /// Tensors one after the other along `axis`; their other axes must agree.
    public static func concatenate<T: TensorLike>(
        _ xs: [T], axis: Int = 0, file: String = #fileID, line: Int = #line
    ) -> T {
        T.many(.concatenate, xs, [.int(axis)], file, line)
    }

    /// Tensors of one shape side by side along a new axis.
    public static func stack<T: TensorLike>(
        _ x: [T], axis: Int = 0, file: String = #fileID, line: Int = #line
    ) -> T {
        T.many(.stack, x, [.int(axis)], file, line)
    }

    /// `sections` equal parts along `axis`.
    public static func split<T: TensorLike>(
        _ x: T, _ sections: Int, axis: Int = 0, file: String = #fileID, line: Int = #line
    ) -> [T] {
        parts(x, .int(sections), axis, count: Swift.max(sections, 1), CallSite(file, line))
    }

    /// Parts along `axis` that begin at these indices, and the one before the first.
    public static func split<T: TensorLike>(
        _ x: T, _ indices: [Int], axis: Int = 0, file: String = #fileID, line: Int = #line
    ) -> [T] {
        parts(x, .ints(indices), axis, count: indices.count + 1, CallSite(file, line))
    }

    /// As many results as were asked for, even if all carry an error.
    private static func parts<T: TensorLike>(
        _ x: T, _ cuts: Argument, _ axis: Int, count: Int, _ site: CallSite
    ) -> [T] {
        let results = T.apply(.split, [x], [.tensor(0), cuts, .int(axis)], site: site)
        guard let error = results.first?.error else { return results }
        return [T](repeating: T(error: error), count: Swift.min(count, 1 << 16))
    }

    /// The whole repeated along each axis.
    public static func tile<T: TensorLike>(
        _ x: T, _ repeats: [Int], file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.tile, x, [.ints(repeats)], file, line)
    }

    /// Each element repeated along `axis`, or of the flattened tensor.
    public static func `repeat`<T: TensorLike>(
        _ x: T, _ repeats: Int, axis: Int? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.replicate, x, [.int(repeats), .optional(axis)], file, line)
    }

    /// Each element repeated as often as its number says.
    public static func `repeat`<T: TensorLike>(
        _ x: T, _ repeats: [Int], axis: Int? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.replicate, x, [.ints(repeats), .optional(axis)], file, line)
    }
}
