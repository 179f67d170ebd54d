// Turned, mirrored, cut into blocks, and small matrices made of vectors.

extension TensorFunction {
    static let rot90 = TensorFunction("Rot90", ["array"], config: ["k", "axes"]) { call in
        let x = try call.tensor(0).validated()
        let axes = try call.ints(2)
        guard axes.count == 2 else { throw call.mismatch(2, "two axes") }
        let (a, b) = (try x.shape.axis(axes[0]), try x.shape.axis(axes[1]))
        guard a != b else { throw HornbillError(.argument, "rot90: the axes \(axes) of \(x.shape) are one") }
        switch ((try call.int(1) % 4) + 4) % 4 {
        case 1: return try x.flipped([b]).swapped(a, b)
        case 2: return try x.flipped([a, b])
        case 3: return try x.swapped(a, b).flipped([b])
        default: return x
        }
    }

    private static func mirrored(_ name: String, axis: Int) -> TensorFunction {
        TensorFunction(name, ["x"]) { call in
            let x = try call.tensor(0).validated()
            guard x.rank > axis else {
                throw HornbillError(.shape, "\(name) needs at least \(axis + 1) axes, not the shape \(x.shape)")
            }
            return try x.flipped([axis])
        }
    }

    static let fliplr = mirrored("Fliplr", axis: 1)
    static let flipud = mirrored("Flipud", axis: 0)
    static let diagflat = TensorFunction("Diagflat", ["x"], config: ["k"]) { call in
        let x = try call.tensor(0).validated()
        let flat = try x.reshape([x.count])
        return try diag.body(FunctionCall(function: diag, inputs: [flat], arguments: call.arguments))[0]
    }
    static let kron = TensorFunction("Kron", ["x1", "x2"]) { call in
        let (a, b) = (try call.tensor(0).validated(), try call.tensor(1).validated())
        let rank = Swift.max(a.rank, b.rank)
        let sizesA = [Int](repeating: 1, count: rank - a.rank) + a.shape.dimensions
        let sizesB = [Int](repeating: 1, count: rank - b.rank) + b.shape.dimensions
        // Axes in pairs: one of the first tensor, one of the second.
        let left = try a.reshape(Shape(sizesA.flatMap { [$0, 1] }))
        let right = try b.reshape(Shape(sizesB.flatMap { [1, $0] }))
        return try Tensor.binary(.multiply, left, right).reshape(Shape(zip(sizesA, sizesB).map { $0 * $1 }))
    }
    static let vander = TensorFunction("Vander", ["x"], config: ["N", "increasing"]) { call in
        let x = try call.tensor(0).validated()
        guard x.rank == 1 else { throw HornbillError(.shape, "vander needs one axis, not the shape \(x.shape)") }
        let count = try call.optionalInt(1) ?? x.count
        guard count >= 0 else { throw HornbillError(.argument, "vander: \(count) columns") }
        let powers = try call.bool(2) ? Array(0..<count) : Array((0..<count).reversed())
        let exponents = try Tensor(powers).casted(to: x.dtype == .bool ? .int32 : x.dtype)
        return try Tensor.binary(.power, x.reshape([x.count, 1]), exponents)
    }
    static let cross = TensorFunction(
        "Cross", ["x1", "x2"], config: ["axisa", "axisb", "axisc", "axis"]
    ) { call in
        let common = try call.optionalInt(5)
        let (a, b) = (try call.tensor(0).validated(), try call.tensor(1).validated())
        let (x, y) = (
            try a.lastAxis(a.shape.axis(common ?? call.int(2))), try b.lastAxis(b.shape.axis(common ?? call.int(3)))
        )
        let sizes = (x.shape[x.rank - 1], y.shape[y.rank - 1])
        guard [2, 3].contains(sizes.0), [2, 3].contains(sizes.1) else {
            throw HornbillError(.shape, "cross needs vectors of 2 or 3 elements, not \(sizes.0) and \(sizes.1)")
        }
        func part(_ tensor: Tensor, _ index: Int) throws -> Tensor {
            try tensor.slice(axis: tensor.rank - 1, index..<(index + 1))
        }
        func minor(_ i: Int, _ j: Int) throws -> Tensor {
            try part(x, i) * part(y, j) - part(x, j) * part(y, i)
        }
        if sizes == (2, 2) {
            let result = try minor(0, 1)
            return try result.reshape(Shape(result.shape.dimensions.dropLast()))
        }
        var parts: [Tensor] = []
        if sizes == (3, 3) {
            parts = [try minor(1, 2), try minor(2, 0)]
        } else if sizes.0 == 3 {
            parts = [try -part(x, 2) * part(y, 1), try part(x, 2) * part(y, 0)]
        } else {
            parts = [try part(x, 1) * part(y, 2), try -part(x, 0) * part(y, 2)]
        }
        let result = try Tensor.concatenated(parts + [minor(0, 1)], axis: -1)
        let target = try result.shape.axis(common ?? call.int(4))
        var order = Array(0..<(result.rank - 1))
        order.insert(result.rank - 1, at: target)
        return try result.transpose(order)
    }

    private static func block(
        _ name: String, _ body: @escaping @Sendable (Tensor, Int, DataFormat) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, module: "keras.src.ops.nn", ["x"], config: ["block_size", "data_format"]) { call in
            let (x, size) = (try call.tensor(0).validated(), try call.int(1))
            guard x.rank == 4, size > 1 else {
                throw HornbillError(
                    .shape, "\(name) needs four axes and blocks of at least 2, not \(x.shape) and \(size)")
            }
            return try body(x, size, ImageAxes.format(call.argument(2), name))
        }
    }

    // In channels-first images the places within a block come after the channels, not before them.
    static let depthToSpace = block("DepthToSpace") { x, size, format in
        let s = x.shape
        let channels = format == .channelsLast ? s[3] : s[1]
        guard channels % (size * size) == 0 else {
            throw HornbillError(.shape, "depthToSpace: \(channels) channels cannot fill blocks of \(size) × \(size)")
        }
        let depth = channels / (size * size)
        guard format == .channelsLast else {
            return try x.reshape([s[0], depth, size, size, s[2], s[3]]).transpose([0, 1, 4, 2, 5, 3])
                .reshape([s[0], depth, s[2] * size, s[3] * size])
        }
        return try x.reshape([s[0], s[1], s[2], size, size, depth]).transpose([0, 1, 3, 2, 4, 5])
            .reshape([s[0], s[1] * size, s[2] * size, depth])
    }
    static let spaceToDepth = block("SpaceToDepth") { x, size, format in
        let s = x.shape
        let (height, width) = format == .channelsLast ? (s[1], s[2]) : (s[2], s[3])
        guard height % size == 0, width % size == 0 else {
            throw HornbillError(.shape, "spaceToDepth: \(height) × \(width) cannot be cut into blocks of \(size)")
        }
        guard format == .channelsLast else {
            return try x.reshape([s[0], s[1], height / size, size, width / size, size]).transpose([0, 1, 3, 5, 2, 4])
                .reshape([s[0], s[1] * size * size, height / size, width / size])
        }
        return try x.reshape([s[0], height / size, size, width / size, size, s[3]]).transpose([0, 1, 3, 2, 4, 5])
            .reshape([s[0], height / size, width / size, size * size * s[3]])
    }

    static let rearranging: [TensorFunction] = [
        rot90, fliplr, flipud, diagflat, kron, vander, cross, depthToSpace, spaceToDepth,
    ]
}

extension Tensor {
    /// An axis (resolved) moved to the end.
    package func lastAxis(_ axis: Int) throws -> Tensor {
        try transpose((0..<rank).filter { $0 != axis } + [axis])
    }
}

extension ops {
    /// Turned by `k` quarters, from the first of two axes to the second.
    public static func rot90<T: TensorLike>(
        _ array: T, k: Int = 1, axes: (Int, Int) = (0, 1), file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.rot90, array, [.int(k), .ints([axes.0, axes.1])], file, line)
    }

    /// In reverse order along the second axis.
    public static func fliplr<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.fliplr, x, [], file, line)
    }

    /// In reverse order along the first axis.
    public static func flipud<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        T.one(.flipud, x, [], file, line)
    }

    /// A matrix with all elements, flattened, on its `k`-th diagonal.
    public static func diagflat<T: TensorLike>(_ x: T, k: Int = 0, file: String = #fileID, line: Int = #line) -> T {
        T.one(.diagflat, x, [.int(k)], file, line)
    }

    /// Kronecker's product: each element of `x1` times the whole of `x2`.
    public static func kron<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.kron, x1, x2, file, line)
    }

    /// Vandermonde's matrix: in each row the falling (or rising) powers of an element, `n` of them.
    public static func vander<T: TensorLike>(
        _ x: T, n: Int? = nil, increasing: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.vander, x, [.optional(n), .bool(increasing)], file, line)
    }

    /// The cross product of vectors of 3 elements (or 2, the third being 0), which lie along these axes.
    public static func cross<T: TensorLike>(
        _ x1: T, _ x2: T, axisa: Int = -1, axisb: Int = -1, axisc: Int = -1, axis: Int? = nil, file: String = #fileID,
        line: Int = #line
    ) -> T {
        let arguments: [Argument] = [
            .tensor(0), .tensor(1), .int(axisa), .int(axisb), .int(axisc), .optional(axis),
        ]
        return T.apply(.cross, [x1, x2], arguments, file, line)
    }

    /// Blocks of channels laid out as blocks of `blockSize` × `blockSize` pixels.
    public static func depthToSpace<T: TensorLike>(
        _ x: T, blockSize: Int, dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.depthToSpace, x, [.int(blockSize), .string(dataFormat.rawValue)], file, line)
    }

    /// Blocks of `blockSize` × `blockSize` pixels laid one after the other as channels.
    public static func spaceToDepth<T: TensorLike>(
        _ x: T, blockSize: Int, dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.spaceToDepth, x, [.int(blockSize), .string(dataFormat.rawValue)], file, line)
    }

    /// Ones on and below the `k`-th diagonal of a matrix of `n` × `m` (as many, by default), zeros above.
    public static func tri(
        _ n: Int, _ m: Int? = nil, k: Int = 0, dtype: DType = .float32, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        Tensor.deferring(CallSite(file, line)) {
            let shape = try Shape([n, m ?? n]).validated()
            let elements = (0..<shape[0]).flatMap { row in (0..<shape[1]).map { $0 <= row + k } }
            return try Tensor(elements, shape: shape).casted(to: dtype)
        }
    }
}
