/// Which norm: ``frobenius``, ``nuclear``, ``infinity``, or a number p for (Σ|x|ᵖ)^(1/p).
public enum NormOrder: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    case number(Double)
    case frobenius
    /// Of a matrix, the sum of its singular values.
    case nuclear

    /// The largest absolute value.
    public static let infinity = NormOrder.number(.infinity)

    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    public init(floatLiteral value: Double) { self = .number(value) }

    var argument: Argument {
        switch self {
        case .frobenius: .string("fro")
        case .nuclear: .string("nuc")
        case .number(let value): value.rounded() == value && Swift.abs(value) < 1e9 ? .int(Int(value)) : .double(value)
        }
    }
}

extension Argument {
    /// A number or string as a user would write it.
    fileprivate var text: String {
        switch self {
        case .int(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): "'\(value)'"
        default: "\(self)"
        }
    }
}

extension TensorFunction {
    static let norm = TensorFunction(
        "Norm", module: "keras.src.ops.linalg", ["x"], config: ["ord", "axis", "keepdims"]
    ) { call in
        let x = try call.tensor(0).floating()
        let (axes, keepDims) = (try call.axes(2), try call.bool(3))
        let resolved = try x.shape.axes(axes)
        switch call.argument(1) {
        case .none: return try x.norm(2, resolved, keepDims: keepDims)
        case .string("fro") where resolved.count == 2: return try x.norm(2, resolved, keepDims: keepDims)
        case .string("nuc") where resolved.count == 2:
            return try x.spectralNorm(.sum, resolved, keepDims: keepDims)
        case .int, .double:
            let order = try call.double(1)
            switch resolved.count {
            case 1: return try x.norm(order, resolved, keepDims: keepDims)
            case 2:
                let axes = try axes?.map { try x.shape.axis($0) } ?? resolved
                return try x.matrixNorm(order, rows: axes[0], columns: axes[1], keepDims: keepDims)
            default: break
            }
        default: break
        }
        throw HornbillError(
            .argument, "norm: the order \(call.argument(1).text) over \(resolved.count) axes of \(x.shape) is not known"
        )
    }
}

extension Tensor {
    /// The norm of vectors along axes taken together.
    package func norm(_ order: Double, _ axes: [Int], keepDims: Bool) throws -> Tensor {
        if order == 2 {
            return try Tensor.unary(
                .sqrt, Tensor.reduce(.sum, Tensor.unary(.square, self), axes: axes, keepDims: keepDims))
        }
        if order == 0 {
            let nonzero = try casted(to: .bool).casted(to: dtype)
            return try Tensor.reduce(.sum, nonzero, axes: axes, keepDims: keepDims)
        }
        let magnitudes = try Tensor.unary(.abs, self)
        switch order {
        case .infinity: return try Tensor.reduce(.max, magnitudes, axes: axes, keepDims: keepDims)
        case -.infinity: return try Tensor.reduce(.min, magnitudes, axes: axes, keepDims: keepDims)
        case 1: return try Tensor.reduce(.sum, magnitudes, axes: axes, keepDims: keepDims)
        default:
            let powers = try Tensor.binary(.power, magnitudes, .scalar(order, dtype))
            let total = try Tensor.reduce(.sum, powers, axes: axes, keepDims: keepDims)
            return try Tensor.binary(.power, total, .scalar(1 / order, dtype))
        }
    }

    /// The largest, smallest or sum of the singular values of the matrices in two axes (resolved, rising).
    fileprivate func spectralNorm(_ kind: Reduction, _ axes: [Int], keepDims: Bool) throws -> Tensor {
        let matrices = try transpose((0..<rank).filter { !axes.contains($0) } + axes)
        let values = try Tensor.reduce(kind, matrices.singularValues(), axes: [rank - 2], keepDims: false)
        return try values.reshape(shape.reduced(axes, keepDims: keepDims))
    }

    /// The largest (or smallest) sum of absolute values of a row or column.
    fileprivate func matrixNorm(_ order: Double, rows: Int, columns: Int, keepDims: Bool) throws -> Tensor {
        if Swift.abs(order) == 2 {
            return try spectralNorm(order > 0 ? .max : .min, [rows, columns].sorted(), keepDims: keepDims)
        }
        guard Swift.abs(order) == 1 || Swift.abs(order) == .infinity else {
            throw HornbillError(
                .argument, "norm: of a matrix the order is ±1, ±2, ±infinity, 'fro' or 'nuc', not \(order)")
        }
        let summed = Swift.abs(order) == 1 ? rows : columns
        let sums = try Tensor.reduce(.sum, Tensor.unary(.abs, self), axes: [summed], keepDims: true)
        let kind: Reduction = order > 0 ? .max : .min
        let result = try Tensor.reduce(kind, sums, axes: [rows + columns - summed], keepDims: true)
        return keepDims ? result : try result.reshape(shape.reduced([rows, columns], keepDims: false))
    }
}

extension ops {
    /// The norm of vectors (one axis) or matrices (two axes); by default the Euclidean norm of all elements.
    public static func norm<T: TensorLike>(
        _ x: T, ord: NormOrder? = nil, axis: Axes = .all, keepDims: Bool = false, file: String = #fileID,
        line: Int = #line
    ) -> T {
        T.one(.norm, x, [ord?.argument ?? .none, axis.argument, .bool(keepDims)], file, line)
    }
}
