// Elements put at places that tensors hold, and parts that begin there.

extension TensorFunction {
    private static func segments(_ name: String, _ kind: Reduction) -> TensorFunction {
        TensorFunction(
            name, module: "keras.src.ops.math", ["data", "segment_ids"], config: ["num_segments", "sorted"]
        ) {
            call in
            let (data, ids) = (try call.tensor(0).validated(), try call.tensor(1).asIndices(name))
            guard ids.rank == 1, data.rank >= 1, ids.count == data.shape[0] else {
                throw HornbillError(
                    .shape, "\(name) needs one id for each of the rows of \(data.shape), not ids of shape \(ids.shape)")
            }
            let count = try call.int(2)
            guard count >= 0 else { throw HornbillError(.argument, "\(name): \(count) segments") }
            return try Tensor.emit1(.segmentReduce(kind, size: count), [data, ids])
        }
    }

    static let segmentMax = segments("SegmentMax", .max)
    static let segmentMin = segments("SegmentMin", .min)
    static let segmentProd = segments("SegmentProd", .prod)

    static let scatter = TensorFunction(
        "Scatter", module: "keras.src.ops.core", ["indices", "values"], config: ["shape"]
    ) { call in
        let values = try call.tensor(1).validated()
        let shape = try Shape(call.ints(2)).validated()
        let places = try Places(call.tensor(0), in: shape, values, "scatter")
        return try places.restored(places.added(values))
    }
    static let scatterUpdate = TensorFunction(
        "ScatterUpdate", module: "keras.src.ops.core", ["inputs", "indices", "updates"], config: ["reduction"]
    ) { call in
        let x = try call.tensor(0).validated()
        let updates = try call.tensor(2).casted(to: x.dtype)
        let places = try Places(call.tensor(1), in: x.shape, updates, "scatterUpdate")
        let rows = try x.reshape([places.size, places.inner])
        switch try call.optionalString(3) {
        case nil: return try places.restored(places.replacing(rows, updates))
        case "add": return try places.restored(rows + places.added(updates))
        case "max": return try places.restored(places.combined(rows, updates, .max, .maximum))
        case "min": return try places.restored(places.combined(rows, updates, .min, .minimum))
        case "mul": return try places.restored(places.combined(rows, updates, .prod, .multiply))
        case .some(let other):
            throw HornbillError(
                .unknownName, "scatterUpdate: the reduction is 'add', 'max', 'min' or 'mul', not '\(other)'")
        }
    }
    static let saturateCast = TensorFunction(
        "SaturateCast", module: "keras.src.ops.core", ["x"], config: ["dtype"]
    ) { call in
        let (x, dtype) = (try call.tensor(0).validated(), try call.dtype(1))
        guard let (low, high) = dtype.bounds(within: x.dtype) else { return try x.casted(to: dtype) }
        let bounded = try Tensor.binary(
            .minimum, Tensor.binary(.maximum, x, .scalar(low, x.dtype)), .scalar(high, x.dtype))
        return try bounded.casted(to: dtype)
    }

    static let scattering: [TensorFunction] = [
        segmentMax, segmentMin, segmentProd, scatter, scatterUpdate, saturateCast,
    ]
}

extension DType {
    /// The bounds of an integer type as numbers of another type; nil where that holds nothing beyond them.
    fileprivate func bounds(within other: DType) -> (Double, Double)? {
        let own: (Double, Double)
        switch self {
        case .uint8: own = (0, 255)
        case .int32: own = (-0x1p31, 0x1p31 - 1)
        case .int64: own = (-0x1p63, 0x1p63 - 1024)
        case .float32, .float64, .bool, .float16, .bfloat16, .string: return nil
        }
        switch other {
        case .bool, .string: return nil
        case .uint8: return self == .uint8 ? nil : (0, 255)
        case .int32: return (Swift.max(own.0, -0x1p31), Swift.min(own.1, 0x1p31 - 1))
        case .int64: return self == .int64 ? nil : own
        // The last number of floating point below the bound.
        case .float32, .float16, .bfloat16: return (own.0, self == .uint8 ? 255 : own.1 - own.1 * 0x1p-24)
        case .float64: return own
        }
    }
}

/// The places in a tensor that rows of indices name: of its first axes, taken together as one.
private struct Places {
    let flat: Tensor
    let size: Int
    let inner: Int
    let shape: Shape

    /// - Parameter indices: (…, k), for the first k axes of `shape`; updates: (…, the other axes).
    init(_ indices: Tensor, in shape: Shape, _ updates: Tensor, _ name: String) throws {
        let indices = try indices.asIndices(name)
        guard indices.rank >= 1, let depth = indices.shape.last, depth <= shape.rank else {
            throw HornbillError(.shape, "\(name): indices of shape \(indices.shape) for the shape \(shape)")
        }
        let lead = Array(indices.shape.dimensions.dropLast())
        let rest = Array(shape.dimensions.dropFirst(depth))
        guard Shape(lead + rest) == updates.shape else {
            throw HornbillError(
                .shape, "\(name): values of the shape \(Shape(lead + rest)) are needed, not \(updates.shape)")
        }
        self.shape = shape
        size = shape.dimensions.prefix(depth).reduce(1, *)
        inner = rest.reduce(1, *)
        let count = lead.reduce(1, *)
        let rows = try indices.reshape([count, depth])
        var flat = try Tensor.scalar(0, indices.dtype).broadcasted(to: [count], beside: indices)
        for axis in 0..<depth {
            let own = try rows.slice(axis: 1, axis..<(axis + 1)).reshape([count])
            let wrapped = try Tensor.select(own < 0, own + shape[axis], own)
            let checked = try Tensor.emit1(
                .checkRange(lower: 0, upper: shape[axis], what: "\(name), index of axis \(axis)"), [wrapped])
            flat = flat * shape[axis] + checked
        }
        self.flat = try flat.validated()
    }

    private func rows(_ values: Tensor) throws -> Tensor { try values.reshape([flat.count, inner]) }

    func added(_ values: Tensor) throws -> Tensor {
        try .emit1(.scatterAdd(axis: 0, size: size), [rows(values), flat])
    }

    func combined(_ x: Tensor, _ values: Tensor, _ kind: Reduction, _ function: Binary) throws -> Tensor {
        try .binary(function, x, .emit1(.segmentReduce(kind, size: size), [rows(values), flat]))
    }

    /// The last update of a place stands.
    func replacing(_ x: Tensor, _ values: Tensor) throws -> Tensor {
        let count = flat.count
        if count == 0 { return x }
        let numbers = try Tensor((0..<count).map { Int32($0) }).reshape([count, 1])
        let last = try Tensor.emit1(.segmentReduce(.max, size: size), [numbers, flat])
        let isHit = last >= 0
        let safe = try Tensor.select(isHit, last, .scalar(0, .int32)).reshape([size])
        return try .select(isHit, .emit1(.gather(axis: 0), [rows(values), safe]), x)
    }

    func restored(_ rows: Tensor) throws -> Tensor { try rows.reshape(shape) }
}

extension Tensor {
    /// The part of `size` that begins where an integer tensor says; the start is moved so that the part lies within.
    package func dynamicSlice(start: Tensor, size: [Int]) throws -> Tensor {
        let starts = try dynamicStart(start, size, "slice")
        var result = self
        for axis in 0..<rank where size[axis] != shape[axis] {
            let places = try starts[axis] + Tensor((0..<size[axis]).map { Int32($0) }).validated()
            result = try .emit1(.gather(axis: axis), [result, places])
        }
        return result
    }

    /// With `updates` in place of the part that begins where an integer tensor says.
    package func dynamicUpdate(start: Tensor, _ updates: Tensor) throws -> Tensor {
        let starts = try dynamicStart(start, updates.shape.dimensions, "sliceUpdate")
        if updates.count == 0 { return try validated() }
        var (inside, spread) = (try Tensor.scalar(1, .bool).validated(), updates)
        for axis in 0..<rank {
            let offset = try Tensor((0..<shape[axis]).map { Int32($0) }) - starts[axis].validated()
            let size = updates.shape[axis]
            let within = (offset >= 0) .& (offset < size)
            let safe = try Tensor.select(within, offset, .scalar(0, .int32))
            spread = try .emit1(.gather(axis: axis), [spread, safe])
            var column = [Int](repeating: 1, count: rank)
            column[axis] = shape[axis]
            inside = try inside .& within.reshape(Shape(column))
        }
        return try .select(inside, spread, self)
    }

    /// The first place of each axis, int32.
    private func dynamicStart(_ start: Tensor, _ size: [Int], _ name: String) throws -> [Tensor] {
        let start = try start.asIndices(name).casted(to: .int32)
        guard start.shape == [rank], size.count == rank,
            shape.indices.allSatisfy({ (0...shape[$0]).contains(size[$0]) })
        else {
            throw HornbillError(
                .shape,
                "\(name): a part of shape \(Shape(size)), its start of shape \(start.shape), does not lie in \(shape)")
        }
        return try (0..<rank).map { axis in
            let own = try start.slice(axis: 0, axis..<(axis + 1))
            let low = try Tensor.select(own < 0, own + shape[axis], own)
            let bounded = try Tensor.binary(.minimum, low, .scalar(Double(shape[axis] - size[axis]), .int32))
            return try Tensor.binary(.maximum, bounded, .scalar(0, .int32))
        }
    }
}

extension ops {
    /// The largest of the rows of `data` that have the same id; the lowest number where there is none.
    public static func segmentMax<T: TensorLike>(
        _ data: T, _ segmentIds: T, numSegments: Int, sorted: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(
            .segmentMax, [data, segmentIds], [.tensor(0), .tensor(1), .int(numSegments), .bool(sorted)], file, line)
    }

    /// The smallest of the rows of `data` that have the same id; the highest number where there is none.
    public static func segmentMin<T: TensorLike>(
        _ data: T, _ segmentIds: T, numSegments: Int, sorted: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(
            .segmentMin, [data, segmentIds], [.tensor(0), .tensor(1), .int(numSegments), .bool(sorted)], file, line)
    }

    /// The product of the rows of `data` that have the same id; 1 where there is none.
    public static func segmentProd<T: TensorLike>(
        _ data: T, _ segmentIds: T, numSegments: Int, sorted: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(
            .segmentProd, [data, segmentIds], [.tensor(0), .tensor(1), .int(numSegments), .bool(sorted)], file, line)
    }

    /// Zeros of a shape to which each value is added at its place: a row of `indices` names an element, or a slice of
    /// the first axes.
    public static func scatter<T: TensorLike>(
        _ indices: T, _ values: T, shape: [Int], file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.scatter, [indices, values], [.tensor(0), .tensor(1), .ints(shape)], file, line)
    }

    /// `inputs` with updates at their places: a row of `indices` names an element, or a slice of the first axes.
    /// - Parameter reduction: how an update meets what is there: it takes its place (nil, the last update of a place
    ///   stands), or `add`, `max`, `min`, `mul`.
    public static func scatterUpdate<T: TensorLike>(
        _ inputs: T, _ indices: T, _ updates: T, reduction: String? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [
            .tensor(0), .tensor(1), .tensor(2), reduction.map(Argument.string) ?? .none,
        ]
        return T.apply(.scatterUpdate, [inputs, indices, updates], arguments, file, line)
    }

    /// Cast to `dtype`, numbers beyond its bounds becoming the bounds.
    public static func saturateCast<T: TensorLike>(
        _ x: T, _ dtype: DType, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.saturateCast, x, [.dtype(dtype)], file, line)
    }

    /// `shape` elements of each axis from `startIndices` (int, one an axis) on, which may depend on data; the start is
    /// moved so that the part lies within.
    public static func slice<T: TensorLike>(
        _ inputs: T, _ startIndices: T, _ shape: [Int], file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.slice, [inputs, startIndices], [.tensor(0), .tensor(1), .ints(shape)], file, line)
    }

    /// `inputs` with `updates` in place of its elements from `startIndices` (int, one an axis) on, which may depend on
    /// data; the start is moved so that the part lies within.
    public static func sliceUpdate<T: TensorLike>(
        _ inputs: T, _ startIndices: T, _ updates: T, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(
            .sliceUpdate, [inputs, startIndices, updates], [.tensor(0), .tensor(1), .tensor(2)], file, line)
    }
}
