// Gradients of decompositions (Giles, 2008; Seeger et al., 2017), which need no more than products and triangular
// systems, so that they have gradients themselves.

extension LinearAlgebra {
    func gradient(_ context: GradientContext) throws -> [Tensor?] {
        switch self {
        case .cholesky: [try context.cholesky()]
        case .lu: [try context.lu()]
        case .inverse: [try -context.y.tMatmul(context.g).matmulT(context.y)]
        case .solve: try context.solve { try .emit1(.linearAlgebra(.solve), [$0.matrixTransposed(), $1]) }
        case .solveTriangular(let lower, let transposed):
            try context.solveTriangular(lower, transposed)
        case .qr: [try context.qr()]
        case .svd(let full): [try context.svd(full)]
        case .eigh: [try context.eigh()]
        }
    }
}

extension GradientContext {
    /// ½ L⁻ᵀ (Φ + Φᵀ) L⁻¹ with Φ the lower triangle of Lᵀ Ḡ, its diagonal halved.
    fileprivate func cholesky() throws -> Tensor {
        let phi = try y.tMatmul(g).lowerTriangle(halvingDiagonal: true)
        let left = try y.triangularSolved(phi + phi.matrixTransposed(), lower: true, transposed: true)
        let full = try y.triangularSolved(left.matrixTransposed(), lower: true, transposed: true) * 0.5
        // Only the lower triangle is read, so the upper one's share is the lower one's.
        return try full.foldedToLower()
    }

    /// Pᵀ L⁻ᵀ (tril(Lᵀ Ḡ, −1) + triu(Ḡ Uᵀ)) U⁻ᵀ.
    fileprivate func lu() throws -> Tensor? {
        guard outputGradients[0] != nil else { return nil }
        let n = y.shape[y.rank - 1]
        let (strict, upper) = (try y.strictlyLower(), try y.upperTriangle())
        let l = try strict + Tensor.identity(n, y.dtype)
        let inner = try l.tMatmul(g.strictlyLower()).strictlyLower() + g.upperTriangle().matmulT(upper).upperTriangle()
        let left = try l.triangularSolved(inner, lower: true, transposed: true)
        let right = try upper.triangularSolved(left.matrixTransposed(), lower: false, transposed: false)
        return try Tensor.unpermuted(right.matrixTransposed(), outputs[1])
    }

    /// For A X = B: B̄ = A⁻ᵀ X̄ and Ā = −B̄ Xᵀ.
    fileprivate func solve(_ adjoint: (Tensor, Tensor) throws -> Tensor) throws -> [Tensor?] {
        let b = try adjoint(x, g)
        return try each({ try -b.matmulT(y) }, { b })
    }

    fileprivate func solveTriangular(_ lower: Bool, _ transposed: Bool) throws -> [Tensor?] {
        let b = try x.triangularSolved(g, lower: lower, transposed: !transposed)
        return try each(
            {
                let full = try transposed ? -y.matmulT(b) : -b.matmulT(y)
                return lower ? try full.lowerTriangle(halvingDiagonal: false) : try full.upperTriangle()
            }, { b })
    }

    /// For a matrix that is not wider than tall: (Q̄ + Q copyltu(M)) R⁻ᵀ with M = R R̄ᵀ − Q̄ᵀ Q.
    fileprivate func qr() throws -> Tensor {
        let (q, r) = (outputs[0], outputs[1])
        guard r.shape[r.rank - 2] == r.shape[r.rank - 1] else {
            throw HornbillError(
                .argument,
                "the gradient of qr needs as many rows as columns and the reduced form, not the shape \(x.shape)")
        }
        let (dq, dr) = (try gradient(0), try gradient(1))
        let m = try r.matmulT(dr) - dq.tMatmul(q)
        let lower = try m.strictlyLower()
        let symmetric = try m.lowerTriangle(halvingDiagonal: false) + lower.matrixTransposed()
        let right = try dq + Tensor.matmul(q, symmetric)
        return try r.triangularSolved(right.matrixTransposed(), lower: false, transposed: false).matrixTransposed()
    }

    /// V (diag(w̄) + F ∘ Vᵀ V̄) Vᵀ with F = 1 / (wⱼ − wᵢ) off the diagonal.
    fileprivate func eigh() throws -> Tensor {
        let (w, v) = (outputs[0], outputs[1])
        let n = w.shape[w.rank - 1]
        var inner = try Tensor.diagonalMatrices(gradient(0))
        if outputGradients[1] != nil {
            inner = try inner + v.tMatmul(gradient(1)) * Tensor.inverseGaps(w, n)
        }
        let full = try Tensor.matmul(v, inner).matmulT(v)
        return try ((full + full.matrixTransposed()) * 0.5).foldedToLower()
    }

    /// Of the reduced form (Townsend, 2016).
    fileprivate func svd(_ full: Bool) throws -> Tensor {
        let (u, s, vt) = (outputs[0], outputs[1], outputs[2])
        let (m, n) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
        let onlyValues = outputGradients[0] == nil && outputGradients[2] == nil
        if onlyValues {
            let k = min(m, n)
            let (left, right) = (try u.slice(axis: u.rank - 1, 0..<k), try vt.slice(axis: vt.rank - 2, 0..<k))
            return try Tensor.matmul(left * gradient(1).rowVectors(), right)
        }
        guard !full else {
            throw HornbillError(.argument, "the gradient of svd's matrices needs fullMatrices: false")
        }
        let k = s.shape[s.rank - 1]
        let v = try vt.matrixTransposed()
        let (du, dv) = (try gradient(0), try gradient(2).matrixTransposed())
        let squares = try Tensor.unary(.square, s)
        let gaps = try Tensor.inverseGaps(squares, k)
        let (row, column) = (try s.rowVectors(), try s.rowVectors().matrixTransposed())
        let (utdu, vtdv) = (try u.tMatmul(du), try v.tMatmul(dv))
        let fromU = try gaps * (utdu - utdu.matrixTransposed()) * row
        let fromV = try column * (gaps * (vtdv - vtdv.matrixTransposed()))
        let inner = try fromU + fromV + Tensor.diagonalMatrices(gradient(1))
        var result = try Tensor.matmul(Tensor.matmul(u, inner), vt)
        if m > k { result = try result + Tensor.matmul(du / row - Tensor.matmul(u, utdu / row), vt) }
        if n > k {
            let rest = try dv / row - Tensor.matmul(v, vtdv / row)
            result = try result + u.matmulT(rest)
        }
        return result
    }
}

extension Tensor {
    /// The last two axes exchanged.
    package func matrixTransposed() throws -> Tensor { try swapped(rank - 2, rank - 1) }

    fileprivate func tMatmul(_ other: Tensor) throws -> Tensor { try .matmul(self, other, transposeA: true) }
    fileprivate func matmulT(_ other: Tensor) throws -> Tensor { try .matmul(self, other, transposeB: true) }

    /// The solution of a system with one triangle of this matrix.
    package func triangularSolved(_ b: Tensor, lower: Bool, transposed: Bool) throws -> Tensor {
        try .emit1(.linearAlgebra(.solveTriangular(lower: lower, transposed: transposed)), [self, b])
    }

    fileprivate static func identity(_ n: Int, _ dtype: DType) throws -> Tensor {
        try factors(n, dtype) { $0 == $1 ? 1 : 0 }
    }

    /// A constant matrix.
    fileprivate static func factors(_ n: Int, _ dtype: DType, _ element: (Int, Int) -> Double) throws -> Tensor {
        let elements = (0..<n).flatMap { row in (0..<n).map { element(row, $0) } }
        return try Tensor(elements, shape: [n, n]).casted(to: dtype)
    }

    fileprivate func times(_ element: (Int, Int) -> Double) throws -> Tensor {
        let n = shape[rank - 1]
        let elements = (0..<shape[rank - 2]).flatMap { row in (0..<n).map { element(row, $0) } }
        let mask = try Tensor(elements, shape: [shape[rank - 2], n]).casted(to: dtype)
        // Chosen, not multiplied, so that an infinity outside of the triangle leaves no trace.
        return try .select(Tensor.binary(.notEqual, mask, .scalar(0, dtype)), self * mask, .scalar(0, dtype))
    }

    fileprivate func lowerTriangle(halvingDiagonal: Bool) throws -> Tensor {
        try times { $0 > $1 ? 1 : $0 == $1 ? (halvingDiagonal ? 0.5 : 1) : 0 }
    }
    fileprivate func strictlyLower() throws -> Tensor { try times { $0 > $1 ? 1 : 0 } }
    fileprivate func upperTriangle() throws -> Tensor { try times { $0 <= $1 ? 1 : 0 } }

    /// The gradient of a symmetric matrix of which only the lower triangle is read.
    fileprivate func foldedToLower() throws -> Tensor { try times { $0 > $1 ? 2 : $0 == $1 ? 1 : 0 } }

    /// Vectors (…, n) as rows (…, 1, n).
    package func rowVectors() throws -> Tensor {
        try reshape(Shape(shape.dimensions.dropLast() + [1, shape[rank - 1]]))
    }

    /// Vectors (…, n) on the diagonals of matrices (…, n, n).
    fileprivate static func diagonalMatrices(_ x: Tensor) throws -> Tensor {
        try x.rowVectors() * identity(x.shape[x.rank - 1], x.dtype)
    }

    /// 1 / (wⱼ − wᵢ) at (i, j), 0 on the diagonal.
    fileprivate static func inverseGaps(_ w: Tensor, _ n: Int) throws -> Tensor {
        let one = try identity(n, w.dtype)
        let row = try w.rowVectors()
        let gaps = try row - row.matrixTransposed() + one
        return 1 / gaps - one
    }

    /// Rows put back where the exchanges of an elimination took them from.
    fileprivate static func unpermuted(_ rows: Tensor, _ pivots: Tensor) throws -> Tensor {
        let order = try pivots.permutation()
        let index = try order.reshape(Shape(order.shape.dimensions + [1])).broadcasted(to: rows.shape, beside: rows)
        let swapped = try index.matrixTransposed()
        return try Tensor.emit1(
            .scatterElements(size: rows.shape[rows.rank - 2]), [rows.matrixTransposed(), swapped]
        ).matrixTransposed()
    }

    /// From the exchanges of an elimination the row of the matrix that each row of the factors is.
    package func permutation() throws -> Tensor {
        let n = shape[rank - 1]
        let lead = shape.dimensions.dropLast()
        var order = try Tensor((0..<n).map { Int32($0) }).broadcasted(to: shape, beside: self)
        for k in 0..<n {
            // Exchanges elements k and p of each row.
            let p = try slice(axis: rank - 1, k..<(k + 1))
            let places = try Tensor((0..<n).map { Int32($0) }).reshape([n])
            let isPivot = try Tensor.binary(.equal, places, p)
            let atK = try order.slice(axis: rank - 1, k..<(k + 1))
            let atP = try Tensor.emit1(.gatherElements, [order, p])
            let isK = Tensor((0..<n).map { $0 == k })
            order = try .select(isK, atP, .select(isPivot, atK, order))
        }
        return try order.reshape(Shape(lead + [n]))
    }
}
