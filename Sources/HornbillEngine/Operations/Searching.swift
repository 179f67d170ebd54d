// Where something is: among sorted numbers, among others, in a condition.

extension TensorFunction {
    static let searchsorted = TensorFunction("SearchSorted", ["sorted_sequence", "values"], config: ["side"]) { call in
        let (sequence, values, side) = (
            try call.tensor(0).validated(), try call.tensor(1).validated(), try call.string(2)
        )
        guard side == "left" || side == "right" else {
            throw HornbillError(.unknownName, "searchsorted: the side is 'left' or 'right', not '\(side)'")
        }
        guard sequence.rank == 1 else {
            throw HornbillError(.shape, "searchsorted needs a sequence of one axis, not the shape \(sequence.shape)")
        }
        return try sequence.countBelow(values, side: side)
    }
    static let digitize = TensorFunction("Digitize", ["x", "bins"]) { call in
        let (x, bins) = (try call.tensor(0).validated(), try call.tensor(1).validated())
        guard bins.rank == 1 else { throw HornbillError(.shape, "digitize needs bins of one axis, not \(bins.shape)") }
        return try bins.countBelow(x, side: "right")
    }
    static let isin = TensorFunction("IsIn", ["x1", "x2"], config: ["assume_unique", "invert"]) { call in
        let (a, b) = (try call.tensor(0).validated(), try call.tensor(1).validated())
        if b.count == 0 {
            return try Tensor.scalar(call.bool(3) ? 1 : 0, .bool).broadcasted(to: a.shape, beside: a)
        }
        let equal = try Tensor.binary(.equal, a.reshape(Shape(a.shape.dimensions + [1])), b.reshape([b.count]))
        let found = try Tensor.reduce(.max, equal, axes: [a.rank], keepDims: false)
        return try call.bool(3) ? Tensor.unary(.logicalNot, found) : found
    }
    static let argpartition = TensorFunction("Argpartition", ["x"], config: ["kth", "axis"]) { call in
        let x = try call.tensor(0).validated()
        let size = try call.optionalInt(2).map { x.shape[try x.shape.axis($0)] } ?? x.count
        let place = try call.int(1)
        guard place >= -size, place < size else {
            throw HornbillError(.argument, "argpartition: place \(place) is not among \(size) elements")
        }
        // All in order is one of the allowed results.
        return try argsort.body(
            FunctionCall(function: argsort, inputs: [x], arguments: [.tensor(0), call.argument(2)]))[0]
    }
    static let unravelIndex = TensorFunction(results: "UnravelIndex", ["indices"], config: ["shape"]) { call in
        let indices = try call.tensor(0).asIndices("unravelIndex")
        let shape = try Shape(call.ints(1)).validated()
        let total = Tensor.scalar(Double(shape.count), indices.dtype)
        let flat = try Tensor.select(indices < 0, indices + total, indices)
        return try zip(shape.dimensions, shape.strides).map { size, stride in
            let steps = try Tensor.binary(.floorDivide, flat, .scalar(Double(Swift.max(stride, 1)), flat.dtype))
            return try Tensor.binary(.floorMod, steps, .scalar(Double(Swift.max(size, 1)), flat.dtype))
        }
    }
    static let select = TensorFunction("Select", ["condlist", "choicelist", "default"]) { call in
        let (conditions, choices) = (try call.tensors(0), try call.tensors(1))
        guard let first = choices.first, conditions.count == choices.count else {
            throw HornbillError(
                .argument, "select needs as many conditions as choices, not \(conditions.count) and \(choices.count)")
        }
        var result = try call.operand(2, beside: first.dtype)
        for (condition, choice) in zip(conditions, choices).reversed() {
            result = try .select(condition, choice, result)
        }
        return result
    }
    static let isclose = TensorFunction("Isclose", ["x1", "x2", "rtol", "atol"], config: ["equal_nan"]) { call in
        try Tensor.close(call.tensor(0), call.tensor(1), call.double(2), call.double(3), equalNaN: call.bool(4))
    }
    static let allclose = TensorFunction("AllClose", ["x1", "x2"], config: ["rtol", "atol", "equal_nan"]) { call in
        let close = try Tensor.close(
            call.tensor(0), call.tensor(1), call.double(2), call.double(3), equalNaN: call.bool(4))
        if close.count == 0 { return Tensor(scalar: true) }
        return try Tensor.reduce(.min, close, axes: nil, keepDims: false)
    }
    static let nonzero = TensorFunction(results: "Nonzero", ["x"]) { call in
        let x = try call.tensor(0).validated()
        let flags = try x.known("nonzero").casted(to: .bool).scalars(Bool.self)
        let places = flags.indices.filter { flags[$0] }
        return zip(x.shape.dimensions, x.shape.strides).map { size, stride in
            Tensor(places.map { Int32($0 / Swift.max(stride, 1) % Swift.max(size, 1)) })
        }
    }
    static let unique = TensorFunction(
        results: "Unique", ["x"],
        config: [
            "sorted", "return_index", "return_inverse", "return_counts", "axis", "size", "fill_value",
        ]
    ) { call in try call.unique() }

    static let searching: [TensorFunction] = [
        searchsorted, digitize, isin, argpartition, unravelIndex, select, isclose, allclose, nonzero, unique,
    ]
}

extension Tensor {
    /// Of a rising sequence, how many elements are below each value (`left`), or not above it (`right`); int32.
    func countBelow(_ values: Tensor, side: String) throws -> Tensor {
        let type = dtype.promoted(with: values.dtype)
        let (sequence, values) = (try casted(to: type), try values.casted(to: type))
        let function: Binary = side == "left" ? .less : .lessEqual
        if count <= 16 {
            let column = try values.reshape(Shape(values.shape.dimensions + [1]))
            let below = try Tensor.binary(function, sequence, column).casted(to: .int32)
            return try Tensor.reduce(.sum, below, axes: [values.rank], keepDims: false)
        }
        // Halving: each round adds a power of two where the element that far on is still below.
        var position = try Tensor.scalar(0, .int32).broadcasted(to: values.shape, beside: values)
        var step = 1
        while step * 2 <= count { step *= 2 }
        while step > 0 {
            let next = position + step
            let last = try Tensor.binary(.minimum, next, .scalar(Double(count), .int32))
            let element = try Tensor.emit1(.gather(axis: 0), [sequence, last - 1])
            let isBelow = try Tensor.binary(function, element, values) .& (next <= count)
            position = try .select(isBelow, next, position)
            step /= 2
        }
        return position
    }

    /// |a − b| ≤ atol + rtol |b|; infinities are close to themselves.
    fileprivate static func close(
        _ a: Tensor, _ b: Tensor, _ relative: Double, _ absolute: Double, equalNaN: Bool
    ) throws -> Tensor {
        let (x, y) = try aligned(a.floating(), b.floating(), for: "isclose")
        let bound = try unary(.abs, y) * relative + absolute
        let near = try binary(.lessEqual, unary(.abs, x - y), bound) .& unary(.isFinite, y)
        let result = near .| (x .== y)
        return try equalNaN ? (result .| (unary(.isNaN, x) .& unary(.isNaN, y))).validated() : result.validated()
    }

    /// The tensor, if its values are there to be read.
    fileprivate func known(_ name: String) throws -> Tensor {
        if isTraced {
            throw HornbillError(
                .argument, "\(name) within a compiled computation: the shape of its result depends on the values")
        }
        return self
    }
}

extension FunctionCall {
    /// The different elements, or slices of an axis, in rising order.
    fileprivate func unique() throws -> [Tensor] {
        let x = try tensor(0).validated().known("unique")
        var (moved, axis) = (try x.reshape([x.count, 1]), 0)
        let given = try optionalInt(5)
        if let given {
            axis = try x.shape.axis(given)
            let rest = (0..<x.rank).filter { $0 != axis }
            let size = x.shape[axis]
            moved = try x.transpose([axis] + rest).reshape([size, rest.reduce(1) { $0 * x.shape[$1] }])
        }
        let (rows, width) = (moved.shape[0], moved.shape[1])
        let values = try moved.doubles()
        func precedes(_ a: Int, _ b: Int) -> Bool {
            for i in 0..<width {
                let (u, v) = (values[a * width + i], values[b * width + i])
                if u < v || (v.isNaN && !u.isNaN) { return true }
                if v < u || u.isNaN { return false }
            }
            return false
        }
        func same(_ a: Int, _ b: Int) -> Bool {
            (0..<width).allSatisfy { values[a * width + $0] == values[b * width + $0] }
        }
        let order = (0..<rows).sorted { precedes($0, $1) || (!precedes($1, $0) && $0 < $1) }
        var (first, inverse, counts) = ([Int32](), [Int32](repeating: 0, count: rows), [Int32]())
        for (place, row) in order.enumerated() {
            if place == 0 || !same(order[place - 1], row) {
                first.append(Int32(row))
                counts.append(0)
            }
            inverse[row] = Int32(first.count - 1)
            counts[counts.count - 1] += 1
        }
        let found = first.count
        if let size = try optionalInt(6) {
            // Filled up with the smallest, as Keras does, or with a given number.
            guard size >= 0 else { throw HornbillError(.argument, "unique: a size of \(size)") }
            first = Array(first.prefix(size)) + [Int32](repeating: first.first ?? 0, count: Swift.max(size - found, 0))
            counts = Array(counts.prefix(size)) + [Int32](repeating: 0, count: Swift.max(size - found, 0))
        }
        var result = try Tensor.emit1(
            .gather(axis: given == nil ? 0 : axis),
            [
                given == nil ? x.reshape([x.count]) : x, Tensor(first),
            ])
        if let fill = try optionalDouble(7), first.count > found {
            let kept = try result.slice(axis: axis, 0..<found)
            let filler = try Tensor.scalar(fill, x.dtype).broadcasted(
                to: result.shape.replacing(axis, with: first.count - found))
            result = try Tensor.concatenated([kept, filler], axis: axis)
        }
        var results = [result]
        if try bool(2) { results.append(Tensor(first)) }
        if try bool(3) { results.append(given == nil ? Tensor(inverse, shape: x.shape) : Tensor(inverse)) }
        if try bool(4) { results.append(Tensor(counts)) }
        return results
    }
}

extension ops {
    /// For each value the place (int32) in a rising sequence where it would be put in: before equal elements (`left`) or
    /// after them (`right`).
    public static func searchsorted<T: TensorLike>(
        _ sortedSequence: T, _ values: T, side: String = "left", file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(
            .searchsorted, [sortedSequence, values], [.tensor(0), .tensor(1), .string(side)], file, line)
    }

    /// For each element the number (int32) of the bin that it is in: bin i is from `bins[i − 1]` to below `bins[i]`.
    public static func digitize<T: TensorLike>(_ x: T, _ bins: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.digitize, x, bins, file, line)
    }

    /// For each element of `x1` whether it is among those of `x2`.
    public static func isin<T: TensorLike>(
        _ x1: T, _ x2: T, assumeUnique: Bool = false, invert: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.isin, [x1, x2], [.tensor(0), .tensor(1), .bool(assumeUnique), .bool(invert)], file, line)
    }

    /// Positions (int32) such that the element at place `kth` is the one that stands there in rising order, with no
    /// larger ones before it and no smaller ones after it.
    public static func argpartition<T: TensorLike>(
        _ x: T, kth: Int, axis: Int? = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.argpartition, x, [.int(kth), .optional(axis)], file, line)
    }

    /// From places in the flattened tensor of a shape the coordinates, one tensor an axis.
    public static func unravelIndex<T: TensorLike>(
        _ indices: T, _ shape: [Int], file: String = #fileID, line: Int = #line
    ) -> [T] {
        several(.unravelIndex, indices, [.ints(shape)], count: shape.count, CallSite(file, line))
    }

    /// For each element the choice of the first condition that holds, else `defaultValue`.
    public static func select<T: TensorLike>(
        _ condlist: [T], _ choicelist: [T], default defaultValue: Double = 0, file: String = #fileID, line: Int = #line
    ) -> T {
        let count = condlist.count
        let arguments: [Argument] = [
            .tensors(0..<count), .tensors(count..<(count + choicelist.count)), .double(defaultValue),
        ]
        return T.apply(.select, condlist + choicelist, arguments, file, line)
    }

    /// Whether |x1 − x2| ≤ atol + rtol |x2|, element by element.
    public static func isclose<T: TensorLike>(
        _ x1: T, _ x2: T, rtol: Double = 1e-5, atol: Double = 1e-8, equalNan: Bool = false, file: String = #fileID,
        line: Int = #line
    ) -> T {
        let arguments: [Argument] = [.tensor(0), .tensor(1), .double(rtol), .double(atol), .bool(equalNan)]
        return T.apply(.isclose, [x1, x2], arguments, file, line)
    }

    /// Whether |x1 − x2| ≤ atol + rtol |x2| for all elements.
    public static func allclose<T: TensorLike>(
        _ x1: T, _ x2: T, rtol: Double = 1e-5, atol: Double = 1e-8, equalNan: Bool = false, file: String = #fileID,
        line: Int = #line
    ) -> T {
        let arguments: [Argument] = [.tensor(0), .tensor(1), .double(rtol), .double(atol), .bool(equalNan)]
        return T.apply(.allclose, [x1, x2], arguments, file, line)
    }

    /// The coordinates (int32) of the elements that are not zero, one tensor an axis. Only of values that are known: not
    /// within a compiled computation.
    public static func nonzero<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> [T] {
        several(.nonzero, x, [], count: Swift.max(x.rank, 1), CallSite(file, line))
    }

    /// The different elements (of all, or slices of `axis`) in rising order, and what else is asked for: the place of
    /// the first of each, for each element the number of its like, how many there are of each. Only of values that are
    /// known.
    /// - Parameter size: the number of results: the first ones, or filled up with the first or with `fillValue`.
    public static func unique<T: TensorLike>(
        _ x: T, sorted: Bool = true, returnIndex: Bool = false, returnInverse: Bool = false, returnCounts: Bool = false,
        axis: Int? = nil, size: Int? = nil, fillValue: Double? = nil, file: String = #fileID, line: Int = #line
    ) -> [T] {
        let flags: [Argument] = [.bool(sorted), .bool(returnIndex), .bool(returnInverse), .bool(returnCounts)]
        let count = 1 + [returnIndex, returnInverse, returnCounts].count { $0 }
        return several(
            .unique, x, flags + [.optional(axis), .optional(size), .optional(fillValue)], count: count,
            CallSite(file, line))
    }
}
