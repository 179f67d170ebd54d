/// Decompositions of the matrices in an operand's last two axes, and systems of equations.
public enum LinearAlgebra: Sendable, Hashable, CustomStringConvertible {
    /// A → L with A = L Lᵀ, of the lower triangle. Fails where A is not positive definite.
    case cholesky
    /// A → (L and U in one matrix, int32 row that each step exchanged with), rows exchanged so that L's are small.
    case lu
    /// A → A⁻¹. Fails where there is none.
    case inverse
    /// (A, B) → X with A X = B. Fails where A has no inverse.
    case solve
    /// (A, B) → X with op(A) X = B, of one triangle of A.
    case solveTriangular(lower: Bool, transposed: Bool)
    /// A → (Q, R), Q square if `complete`.
    case qr(complete: Bool)
    /// A → (U, singular values in falling order, Vᵀ), U and V square if `full`.
    case svd(full: Bool)
    /// Symmetric A, of the lower triangle → (eigenvalues in rising order, eigenvectors as columns).
    case eigh

    package var operandCount: Int {
        switch self {
        case .solve, .solveTriangular: 2
        case .cholesky, .lu, .inverse, .qr, .svd, .eigh: 1
        }
    }

    public var description: String {
        switch self {
        case .cholesky: "cholesky"
        case .lu: "lu"
        case .inverse: "inverse"
        case .solve: "solve"
        case .solveTriangular(let lower, let transposed):
            "solveTriangular[\(lower ? "lower" : "upper")\(transposed ? "ᵀ" : "")]"
        case .qr(let complete): "qr[\(complete ? "complete" : "reduced")]"
        case .svd(let full): "svd[\(full ? "full" : "reduced")]"
        case .eigh: "eigh"
        }
    }

    package func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] {
        let (a, shape) = (inputs[0], inputs[0].shape)
        guard a.dtype.isFloatingPoint else {
            throw HornbillError(.dtype, "\(self) needs floating point, not \(a.dtype)")
        }
        guard shape.rank >= 2 else {
            throw HornbillError(.shape, "\(self) needs matrices: at least two axes, not the shape \(shape)")
        }
        let (batch, m, n) = (Array(shape.dimensions.dropLast(2)), shape[shape.rank - 2], shape[shape.rank - 1])
        let k = min(m, n)
        func matrix(_ rows: Int, _ columns: Int) -> TensorType { TensorType(a.dtype, Shape(batch + [rows, columns])) }
        switch self {
        case .qr(let complete): return complete ? [matrix(m, m), matrix(m, n)] : [matrix(m, k), matrix(k, n)]
        case .svd(let full):
            let values = TensorType(a.dtype, Shape(batch + [k]))
            return full ? [matrix(m, m), values, matrix(n, n)] : [matrix(m, k), values, matrix(k, n)]
        case .cholesky, .lu, .inverse, .solve, .solveTriangular, .eigh: break
        }
        guard m == n else { throw HornbillError(.shape, "\(self) needs square matrices, not the shape \(shape)") }
        switch self {
        case .lu: return [a, TensorType(.int32, Shape(batch + [n]))]
        case .eigh: return [TensorType(a.dtype, Shape(batch + [n])), a]
        case .solve, .solveTriangular:
            let b = inputs[1]
            guard b.dtype == a.dtype, b.shape.rank == shape.rank, Array(b.shape.dimensions.dropLast(2)) == batch,
                b.shape[b.shape.rank - 2] == n
            else {
                throw HornbillError(.shape, "\(self): a right side of shape \(b.shape) does not fit \(shape)")
            }
            return [b]
        case .cholesky, .inverse, .qr, .svd: return [a]
        }
    }
}
