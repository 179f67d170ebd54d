// New vectors and matrices of a given size.

extension ops {
    /// `num` numbers from baseˢᵗᵃʳᵗ to baseˢᵗᵒᵖ, evenly spaced on a logarithmic scale.
    public static func logspace(
        _ start: Double, _ stop: Double, num: Int = 50, endpoint: Bool = true, base: Double = 10,
        dtype: DType = .float32
    ) -> Tensor {
        spaced(start, stop, num, endpoint, dtype) { power(base, $0) }
    }

    /// `num` numbers from `start` to `stop`, each the same multiple of the one before it.
    public static func geomspace(
        _ start: Double, _ stop: Double, num: Int = 50, endpoint: Bool = true, dtype: DType = .float32,
        file: String = #fileID, line: Int = #line
    ) -> Tensor {
        guard start != 0, stop != 0, (start < 0) == (stop < 0) else {
            return Tensor(
                error: HornbillError(
                    .argument, "geomspace needs two numbers of one sign other than 0, not \(start) and \(stop)",
                    site: CallSite(file, line)))
        }
        let ratio = stop / start
        return spaced(0, 1, num, endpoint, dtype) { start * power(ratio, $0) }
    }

    private static func spaced(
        _ start: Double, _ stop: Double, _ num: Int, _ endpoint: Bool, _ dtype: DType, _ map: (Double) -> Double
    ) -> Tensor {
        let steps = Double(Swift.max(endpoint ? num - 1 : num, 1))
        return Tensor((0..<Swift.max(num, 0)).map { map(start + (stop - start) * Double($0) / steps) }).cast(to: dtype)
    }

    private static func power(_ base: Double, _ exponent: Double) -> Double { Reference.power(base, exponent) }

    /// A square matrix with ones on its diagonal.
    public static func identity(
        _ n: Int, dtype: DType = .float32, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        eye(n, dtype: dtype, file: file, line: line)
    }

    /// A tensor of a shape, whose elements do not matter: zeros.
    public static func empty(
        _ shape: Shape, dtype: DType = .float32, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        zeros(shape, dtype: dtype, file: file, line: line)
    }

    /// A tensor of these elements.
    public static func array<Scalar: TensorScalar>(_ x: [Scalar], dtype: DType? = nil) -> Tensor {
        convertToTensor(x, dtype: dtype)
    }

    /// The tensor itself, which is a value already.
    public static func copy<T: TensorLike>(_ x: T) -> T { x }

    /// The type of the elements.
    public static func dtype<T: TensorLike>(_ x: T) -> DType { x.dtype }

    // MARK: Windows

    /// Bartlett's window: a triangle of `count` points.
    public static func bartlett(_ count: Int, dtype: DType = .float32) -> Tensor {
        window(count, dtype) { 1 - Swift.abs(2 * $0 - 1) }
    }

    /// Hann's window: a raised cosine.
    public static func hanning(_ count: Int, dtype: DType = .float32) -> Tensor {
        window(count, dtype) { 0.5 - 0.5 * Reference.cosine(2 * Double.pi * $0) }
    }

    /// Hamming's window: a raised cosine on a step.
    public static func hamming(_ count: Int, dtype: DType = .float32) -> Tensor {
        window(count, dtype) { 0.54 - 0.46 * Reference.cosine(2 * Double.pi * $0) }
    }

    /// Blackman's window: a sum of three cosines.
    public static func blackman(_ count: Int, dtype: DType = .float32) -> Tensor {
        window(count, dtype) {
            0.42 - 0.5 * Reference.cosine(2 * Double.pi * $0) + 0.08 * Reference.cosine(4 * Double.pi * $0)
        }
    }

    /// Kaiser's window, narrower for a larger `beta`.
    public static func kaiser(_ count: Int, beta: Double, dtype: DType = .float32) -> Tensor {
        window(count, dtype) { place in
            let distance = 2 * place - 1
            let root = Swift.max(1 - distance * distance, 0).squareRoot()
            return Reference.bessel(order: 0, beta * root) / Reference.bessel(order: 0, beta)
        }
    }

    /// A function of the place from 0 to 1; a single point is 1.
    private static func window(_ count: Int, _ dtype: DType, _ value: (Double) -> Double) -> Tensor {
        if count == 1 { return ones([1], dtype: dtype) }
        return Tensor((0..<Swift.max(count, 0)).map { value(Double($0) / Double(count - 1)) }).cast(to: dtype)
    }
}

extension TensorFunction {
    static let emptyLike = TensorFunction("EmptyLike", ["x"], config: ["dtype"]) {
        try zerosLike.body(FunctionCall(function: zerosLike, inputs: $0.inputs, arguments: $0.arguments))[0]
    }
}

extension ops {
    /// A tensor in the shape of `x`, whose elements do not matter: zeros.
    public static func emptyLike<T: TensorLike>(
        _ x: T, dtype: DType? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.emptyLike, x, [.optional(dtype)], file, line)
    }

    /// x times its sigmoid: ``silu(_:file:line:)``.
    public static func swish<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        silu(x, file: file, line: line)
    }

    /// x times its hard sigmoid: ``hardSilu(_:file:line:)``.
    public static func hardSwish<T: TensorLike>(_ x: T, file: String = #fileID, line: Int = #line) -> T {
        hardSilu(x, file: file, line: line)
    }
}
