// Sequences and images as signals: differences, sums of areas, sliding windows.

extension TensorFunction {
    static let diff = TensorFunction("Diff", ["a"], config: ["n", "axis"]) { call in
        var x = try call.tensor(0).validated()
        guard x.rank > 0 else { throw HornbillError(.shape, "diff needs at least one axis") }
        let (rounds, axis) = (try call.int(1), try x.shape.axis(call.int(2)))
        guard rounds >= 0 else { throw HornbillError(.argument, "diff: \(rounds) rounds") }
        for _ in 0..<Swift.min(rounds, x.shape[axis]) {
            let size = x.shape[axis]
            let (later, earlier) = (
                try x.slice(axis: axis, Swift.min(1, size)..<size), try x.slice(axis: axis, 0..<Swift.max(size - 1, 0))
            )
            x =
                try x.dtype == .bool
                ? Tensor.binary(.notEqual, later, earlier) : Tensor.binary(.subtract, later, earlier)
        }
        return x
    }
    static let trapezoid = TensorFunction("Trapezoid", ["y"], config: ["x", "dx", "axis"]) { call in
        let y = try call.tensor(0).floating()
        guard y.rank > 0 else { throw HornbillError(.shape, "trapezoid needs at least one axis") }
        let axis = try y.shape.axis(call.int(3))
        let size = y.shape[axis]
        let pairs = try y.slice(axis: axis, Swift.min(1, size)..<size) + y.slice(axis: axis, 0..<Swift.max(size - 1, 0))
        guard let x = try call.optionalTensor(1)?.floating() else {
            return try Tensor.reduce(.sum, pairs, axes: [axis], keepDims: false) * (call.double(2) / 2)
        }
        var widths = x
        if x.rank == 1 {
            guard x.count == size else {
                throw HornbillError(.shape, "trapezoid: \(x.count) places for axis \(axis) of \(y.shape)")
            }
            var shape = [Int](repeating: 1, count: y.rank)
            shape[axis] = size
            widths = try x.reshape(Shape(shape))
        }
        guard widths.rank == y.rank, widths.shape[axis] == size else {
            throw HornbillError(.shape, "trapezoid: places of shape \(x.shape) do not fit \(y.shape)")
        }
        let steps =
            try widths.slice(axis: axis, Swift.min(1, size)..<size)
            - widths.slice(axis: axis, 0..<Swift.max(size - 1, 0))
        return try Tensor.reduce(.sum, pairs * steps, axes: [axis], keepDims: false) * 0.5
    }
    static let correlate = TensorFunction("Correlate", ["x1", "x2"], config: ["mode"]) { call in
        let (a, b) = try Tensor.aligned1D(call.tensor(0), call.tensor(1))
        guard a.count > 0, b.count > 0 else { throw HornbillError(.shape, "correlate needs elements on both sides") }
        // The longer one slides along: turned round where that is the second.
        let swapped = b.count > a.count
        let (long, short) = swapped ? (b, a) : (a, b)
        let width = short.count
        let padding: (Int, Int)
        switch try call.string(2) {
        case "valid": padding = (0, 0)
        case "full": padding = (width - 1, width - 1)
        case "same":
            padding = swapped ? (width - 1 - (width - 1) / 2, (width - 1) / 2) : (width / 2, width - 1 - width / 2)
        case let other:
            throw HornbillError(.unknownName, "correlate: the mode is 'valid', 'same' or 'full', not '\(other)'")
        }
        let windows = try long.padded([padding]).windows(size: width, stride: 1)
        let result = try Tensor.matmul(windows, short)
        return swapped ? try result.flipped([0]) : result
    }
    static let inner = TensorFunction("Inner", ["x1", "x2"]) { call in
        let (a, b) = (try call.tensor(0).validated(), try call.tensor(1).validated())
        if a.rank == 0 || b.rank == 0 { return try Tensor.binary(.multiply, a, b) }
        return try Tensor.tensordot(a, b, [a.rank - 1], [b.rank - 1])
    }
    static let vdot = TensorFunction("Vdot", ["x1", "x2"]) { call in
        let (a, b) = (try call.tensor(0).validated(), try call.tensor(1).validated())
        return try Tensor.matmul(a.reshape([a.count]), b.reshape([b.count]))
    }
    static let cdist = TensorFunction("CDist", module: "keras.src.ops.math", ["x", "y"]) { call in
        let (x, y) = (try call.tensor(0).floating(), try call.tensor(1).floating())
        guard x.rank >= 2, y.rank >= 2, x.shape[x.rank - 1] == y.shape[y.rank - 1] else {
            throw HornbillError(.shape, "cdist needs vectors of one length, not the shapes \(x.shape) and \(y.shape)")
        }
        func expanded(_ tensor: Tensor, at axis: Int) throws -> Tensor {
            var shape = tensor.shape.dimensions
            shape.insert(1, at: axis)
            return try tensor.reshape(Shape(shape))
        }
        let distance = try expanded(x, at: x.rank - 1) - expanded(y, at: y.rank - 2)
        let squares = try Tensor.reduce(
            .sum, Tensor.unary(.square, distance), axes: [distance.rank - 1], keepDims: false)
        return try Tensor.unary(.sqrt, squares)
    }
    static let extractSequences = TensorFunction(
        "ExtractSequences", module: "keras.src.ops.math", ["x"], config: ["sequence_length", "sequence_stride"]
    ) { call in
        let (x, length, stride) = (try call.tensor(0).validated(), try call.int(1), try call.int(2))
        guard x.rank > 0, length > 0, stride > 0, length <= x.shape[x.rank - 1] else {
            throw HornbillError(
                .shape, "extractSequences: sequences of \(length) elements, \(stride) apart, in the shape \(x.shape)")
        }
        return try x.windows(size: length, stride: stride)
    }
    static let psnr = TensorFunction("PSNR", module: "keras.src.ops.nn", ["x1", "x2"], config: ["max_val"]) { call in
        let (a, b) = (try call.tensor(0).floating(), try call.tensor(1).floating())
        guard a.shape == b.shape else {
            throw HornbillError(.shape, "psnr needs two tensors of one shape, not \(a.shape) and \(b.shape)")
        }
        let error = try Tensor.reduce(.mean, Tensor.unary(.square, a - b), axes: nil, keepDims: false)
        let largest = try Tensor.scalar(call.double(2), error.dtype)
        return try (20 * Tensor.unary(.log, largest) - 10 * Tensor.unary(.log, error)) / 2.302585092994046
    }
    static let unfold = TensorFunction(
        "Unfold", module: "keras.src.ops.nn", ["x"], config: ["kernel_size", "dilation", "padding", "stride"]
    ) { call in
        let x = try call.tensor(0).validated()
        let windows = try Windows(call, first: 1)
        guard x.rank == 4 else {
            throw HornbillError(.shape, "unfold needs (batch, channels, height, width), not the shape \(x.shape)")
        }
        let counts = try windows.counts(height: x.shape[2], width: x.shape[3])
        let padded = try x.padded([
            (0, 0), (0, 0), (windows.padding.0, windows.padding.0), (windows.padding.1, windows.padding.1),
        ])
        // Rows of the windows, then columns: (batch, channels, positions, kernel rows, …).
        let rows = try Tensor.emit1(.gather(axis: 2), [padded, windows.places(counts.0, axis: 0)])
        let all = try Tensor.emit1(.gather(axis: 4), [rows, windows.places(counts.1, axis: 1)])
        return try all.transpose([0, 1, 3, 5, 2, 4]).reshape([
            x.shape[0], x.shape[1] * windows.kernel.0 * windows.kernel.1, counts.0 * counts.1,
        ])
    }
    static let fold = TensorFunction(
        "Fold", module: "keras.src.ops.nn", ["x"],
        config: ["output_size", "kernel_size", "dilation", "padding", "stride"]
    ) { call in
        let x = try call.tensor(0).validated()
        let windows = try Windows(call, first: 2)
        let (height, width) = try call.pair(1)
        let counts = try windows.counts(height: height, width: width)
        let (kernel, padding) = (windows.kernel, windows.padding)
        guard x.rank == 3, x.shape[1] % (kernel.0 * kernel.1) == 0, x.shape[2] == counts.0 * counts.1 else {
            throw HornbillError(
                .shape,
                "fold needs (batch, channels × \(kernel.0 * kernel.1), \(counts.0 * counts.1)), not the shape \(x.shape)"
            )
        }
        let channels = x.shape[1] / (kernel.0 * kernel.1)
        let blocks = try x.reshape([x.shape[0], channels, kernel.0, kernel.1, counts.0, counts.1])
            .transpose([0, 1, 4, 2, 5, 3])
        // The adjoint of unfold's two gathers.
        let columns = try Tensor.emit1(
            .scatterAdd(axis: 4, size: width + 2 * padding.1), [blocks, windows.places(counts.1, axis: 1)])
        let full = try Tensor.emit1(
            .scatterAdd(axis: 2, size: height + 2 * padding.0), [columns, windows.places(counts.0, axis: 0)])
        return try full.slice(axis: 2, padding.0..<(padding.0 + height)).slice(axis: 3, padding.1..<(padding.1 + width))
    }

    static let signals: [TensorFunction] = [
        diff, trapezoid, correlate, inner, vdot, cdist, extractSequences, psnr, unfold, fold,
    ]
}

/// The windows of `unfold` and `fold`: pairs for the two axes.
private struct Windows {
    let kernel: (Int, Int)
    let dilation: (Int, Int)
    let padding: (Int, Int)
    let stride: (Int, Int)

    init(_ call: FunctionCall, first: Int) throws {
        kernel = try call.pair(first)
        dilation = try call.pair(first + 1)
        padding = try call.pair(first + 2)
        stride = try call.pair(first + 3)
        let positive = [kernel.0, kernel.1, dilation.0, dilation.1, stride.0, stride.1]
        guard positive.allSatisfy({ $0 > 0 }), padding.0 >= 0, padding.1 >= 0 else {
            throw HornbillError(
                .argument,
                "\(call.function.name): kernel \(kernel), dilation \(dilation), stride \(stride) must be positive, padding \(padding) not negative"
            )
        }
    }

    func counts(height: Int, width: Int) throws -> (Int, Int) {
        func count(_ size: Int, _ kernel: Int, _ dilation: Int, _ padding: Int, _ stride: Int) -> Int {
            let left = size + 2 * padding - dilation * (kernel - 1) - 1
            return left < 0 ? 0 : left / stride + 1
        }
        return (
            count(height, kernel.0, dilation.0, padding.0, stride.0),
            count(width, kernel.1, dilation.1, padding.1, stride.1)
        )
    }

    /// For each position of the window and each of its elements the place in the padded axis.
    func places(_ count: Int, axis: Int) -> Tensor {
        let (size, step, stride) = axis == 0 ? (kernel.0, dilation.0, stride.0) : (kernel.1, dilation.1, stride.1)
        let indices = (0..<count).flatMap { position in (0..<size).map { Int32(position * stride + $0 * step) } }
        return Tensor(indices, shape: [count, size])
    }
}

extension FunctionCall {
    /// A number for both axes, or a pair.
    fileprivate func pair(_ index: Int) throws -> (Int, Int) {
        let values = try ints(index)
        guard values.count == 1 || values.count == 2 else { throw mismatch(index, "a number or a pair") }
        return (values[0], values[values.count - 1])
    }
}

extension Tensor {
    /// Both as vectors of one dtype.
    fileprivate static func aligned1D(_ a: Tensor, _ b: Tensor) throws -> (Tensor, Tensor) {
        try a.validated()
        try b.validated()
        guard a.rank == 1, b.rank == 1 else {
            throw HornbillError(.shape, "correlate needs two tensors of one axis, not \(a.shape) and \(b.shape)")
        }
        let dtype = a.dtype.promoted(with: b.dtype)
        return (try a.casted(to: dtype), try b.casted(to: dtype))
    }

    /// Overlapping parts of the last axis: (…, n) → (…, count, size).
    package func windows(size: Int, stride: Int) throws -> Tensor {
        let count = (shape[rank - 1] - size) / stride + 1
        let indices = (0..<count).flatMap { start in (0..<size).map { Int32(start * stride + $0) } }
        return try .emit1(.gather(axis: rank - 1), [self, Tensor(indices, shape: [count, size])])
    }
}

extension ops {
    /// The difference of neighbours along `axis`, taken `n` times.
    public static func diff<T: TensorLike>(
        _ a: T, n: Int = 1, axis: Int = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.diff, a, [.int(n), .int(axis)], file, line)
    }

    /// The area under points `dx` apart along `axis`, by the trapezoidal rule.
    public static func trapezoid<T: TensorLike>(
        _ y: T, dx: Double = 1, axis: Int = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.trapezoid, y, [.none, .double(dx), .int(axis)], file, line)
    }

    /// The area under points at the places `x` along `axis`, by the trapezoidal rule.
    public static func trapezoid<T: TensorLike>(
        _ y: T, x: T, axis: Int = -1, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.trapezoid, [y, x], [.tensor(0), .tensor(1), .double(1), .int(axis)], file, line)
    }

    /// The sums of products of two vectors, of which the shorter slides along the other.
    /// - Parameter mode: `valid` where both overlap wholly, `same` for the longer one's length, `full` for any overlap.
    public static func correlate<T: TensorLike>(
        _ x1: T, _ x2: T, mode: String = "valid", file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.correlate, [x1, x2], [.tensor(0), .tensor(1), .string(mode)], file, line)
    }

    /// The sums of products over the last axes of both.
    public static func inner<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.inner, x1, x2, file, line)
    }

    /// The sum of products of both, flattened.
    public static func vdot<T: TensorLike>(_ x1: T, _ x2: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.vdot, x1, x2, file, line)
    }

    /// Euclidean distances of all pairs of vectors: `(…, m, d)` and `(…, n, d)` → `(…, m, n)`.
    public static func cdist<T: TensorLike>(_ x: T, _ y: T, file: String = #fileID, line: Int = #line) -> T {
        T.two(.cdist, x, y, file, line)
    }

    /// Parts of the last axis of `sequenceLength` elements that begin `sequenceStride` apart.
    public static func extractSequences<T: TensorLike>(
        _ x: T, _ sequenceLength: Int, _ sequenceStride: Int, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.extractSequences, x, [.int(sequenceLength), .int(sequenceStride)], file, line)
    }

    /// The peak signal-to-noise ratio of two images or batches, in decibels.
    public static func psnr<T: TensorLike>(
        _ x1: T, _ x2: T, maxVal: Double, file: String = #fileID, line: Int = #line
    ) -> T {
        T.apply(.psnr, [x1, x2], [.tensor(0), .tensor(1), .double(maxVal)], file, line)
    }

    /// Sliding blocks of images `(batch, channels, height, width)` as columns: `(batch, channels × block, positions)`.
    public static func unfold<T: TensorLike>(
        _ x: T, kernelSize: (Int, Int), dilation: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0),
        stride: (Int, Int) = (1, 1), file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.unfold, x, [kernelSize, dilation, padding, stride].map { .ints([$0.0, $0.1]) }, file, line)
    }

    /// The images whose sliding blocks are these columns; where blocks overlap they are added.
    public static func fold<T: TensorLike>(
        _ x: T, outputSize: (Int, Int), kernelSize: (Int, Int), dilation: (Int, Int) = (1, 1),
        padding: (Int, Int) = (0, 0), stride: (Int, Int) = (1, 1), file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(
            .fold, x, [outputSize, kernelSize, dilation, padding, stride].map { .ints([$0.0, $0.1]) }, file, line)
    }
}
