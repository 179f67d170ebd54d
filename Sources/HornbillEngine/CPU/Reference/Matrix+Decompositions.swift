// Orthogonal decompositions (Golub and Van Loan, Matrix Computations): Householder's reflections, Jacobi's rotations.

extension Matrix {
    /// Q and R by Householder's reflections, with LAPACK's signs.
    func qr(complete: Bool) -> (q: Matrix, r: Matrix) {
        let (m, n) = (rows, columns)
        let k = min(m, n)
        var a = self
        var reflections: [(v: [Double], tau: Double)] = []
        for j in 0..<k {
            var v = (j..<m).map { a[$0, j] }
            let (alpha, tail) = (v[0], v.dropFirst().reduce(0) { $0 + $1 * $1 })
            guard tail > 0 else {
                reflections.append((v, 0))
                continue
            }
            let norm = (alpha * alpha + tail).squareRoot()
            let beta = alpha >= 0 ? -norm : norm
            let tau = (beta - alpha) / beta
            for i in 1..<v.count { v[i] /= alpha - beta }
            v[0] = 1
            a.reflect(v, tau, from: j, columns: j..<n)
            reflections.append((v, tau))
        }
        let size = complete ? m : k
        var q = Matrix(rows: m, columns: size)
        for i in 0..<size { q[i, i] = 1 }
        for (j, reflection) in reflections.enumerated().reversed() where reflection.tau != 0 {
            q.reflect(reflection.v, reflection.tau, from: j, columns: 0..<size)
        }
        var r = Matrix(rows: size, columns: n)
        for i in 0..<size { for j in i..<max(n, i) { r[i, j] = a[i, j] } }
        return (q, r)
    }

    /// (1 − tau v vᵀ) times the rows from `first` on.
    private mutating func reflect(_ v: [Double], _ tau: Double, from first: Int, columns: Range<Int>) {
        for j in columns {
            var dot = 0.0
            for (i, x) in v.enumerated() { dot += x * self[first + i, j] }
            dot *= tau
            for (i, x) in v.enumerated() { self[first + i, j] -= dot * x }
        }
    }

    /// Eigenvalues in rising order and eigenvectors of the symmetric matrix of the lower triangle, by Jacobi's
    /// rotations, which keep small eigenvalues precise.
    func eigh() -> (values: [Double], vectors: Matrix) {
        let n = rows
        var a = self
        for i in 0..<n { for j in 0..<i { a[j, i] = a[i, j] } }
        var v = Matrix.identity(n)
        for _ in 0..<60 {
            var (off, total) = (0.0, 0.0)
            for i in 0..<n {
                for j in 0..<n {
                    total += a[i, j] * a[i, j]
                    if i != j { off += a[i, j] * a[i, j] }
                }
            }
            if off <= total * 1e-32 || !total.isFinite { break }
            for p in 0..<n { for q in (p + 1)..<max(n, p + 1) { a.rotate(p, q, &v) } }
        }
        let order = (0..<n).sorted { a[$0, $0] < a[$1, $1] }
        var vectors = v.selecting(columns: order)
        // The largest component of each is positive: which of the two it is must not depend on the path.
        for j in 0..<n {
            let largest = (0..<n).max { abs(vectors[$0, j]) < abs(vectors[$1, j]) } ?? 0
            if vectors[largest, j] < 0 { for i in 0..<n { vectors[i, j] = -vectors[i, j] } }
        }
        return (order.map { a[$0, $0] }, vectors)
    }

    /// Makes element (p, q) zero.
    private mutating func rotate(_ p: Int, _ q: Int, _ v: inout Matrix) {
        let off = self[p, q]
        guard off != 0 else { return }
        let ratio = (self[q, q] - self[p, p]) / (2 * off)
        let t = (ratio >= 0 ? 1 : -1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<rows {
            let (x, y) = (self[k, p], self[k, q])
            (self[k, p], self[k, q]) = (c * x - s * y, s * x + c * y)
        }
        for k in 0..<rows {
            let (x, y) = (self[p, k], self[q, k])
            (self[p, k], self[q, k]) = (c * x - s * y, s * x + c * y)
            let (a, b) = (v[k, p], v[k, q])
            (v[k, p], v[k, q]) = (c * a - s * b, s * a + c * b)
        }
    }

    /// Singular values in falling order, by rotations that make the columns orthogonal to each other (Hestenes, 1958).
    func svd(full: Bool) -> (u: Matrix, values: [Double], vt: Matrix) {
        if rows < columns {
            let (u, values, vt) = transposed.svd(full: full)
            return (vt.transposed, values, u.transposed)
        }
        let (m, n) = (rows, columns)
        var a = self
        var v = Matrix.identity(n)
        for _ in 0..<60 {
            var rotated = false
            for p in 0..<n {
                for q in (p + 1)..<max(n, p + 1) where a.orthogonalize(p, q, &v) { rotated = true }
            }
            if !rotated { break }
        }
        let norms = (0..<n).map { j in (0..<m).reduce(0) { $0 + a[$1, j] * a[$1, j] }.squareRoot() }
        let order = (0..<n).sorted { norms[$0] > norms[$1] }
        let values = order.map { norms[$0] }
        var columns = order.map { j in (0..<m).map { a[$0, j] } }
        let tiny = (values.first ?? 0) * 1e-15
        for (j, value) in values.enumerated() {
            columns[j] = value > tiny ? columns[j].map { $0 / value } : []
        }
        let u = Matrix.completed(columns, rows: m, count: full ? m : n)
        return (u, values, v.selecting(columns: order).transposed)
    }

    /// Rotates two columns so that they are orthogonal; false if they are already.
    private mutating func orthogonalize(_ p: Int, _ q: Int, _ v: inout Matrix) -> Bool {
        var (alpha, beta, gamma) = (0.0, 0.0, 0.0)
        for i in 0..<rows {
            alpha += self[i, p] * self[i, p]
            beta += self[i, q] * self[i, q]
            gamma += self[i, p] * self[i, q]
        }
        guard abs(gamma) > 1e-16 * (alpha * beta).squareRoot(), gamma.isFinite else { return false }
        let ratio = (beta - alpha) / (2 * gamma)
        let t = (ratio >= 0 ? 1 : -1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for i in 0..<rows {
            let (x, y) = (self[i, p], self[i, q])
            (self[i, p], self[i, q]) = (c * x - s * y, s * x + c * y)
        }
        for i in 0..<v.rows {
            let (x, y) = (v[i, p], v[i, q])
            (v[i, p], v[i, q]) = (c * x - s * y, s * x + c * y)
        }
        return true
    }

    /// Orthonormal columns: the given ones, and others in place of empty ones and after the last.
    private static func completed(_ given: [[Double]], rows: Int, count: Int) -> Matrix {
        var columns = given + [[Double]](repeating: [], count: count - given.count)
        for j in columns.indices where columns[j].isEmpty {
            for axis in 0..<rows {
                var candidate = [Double](repeating: 0, count: rows)
                candidate[axis] = 1
                // Twice, since once leaves what rounding brings in.
                for _ in 0..<2 {
                    for other in columns where !other.isEmpty {
                        let dot = zip(candidate, other).reduce(0) { $0 + $1.0 * $1.1 }
                        for i in 0..<rows { candidate[i] -= dot * other[i] }
                    }
                }
                let norm = candidate.reduce(0) { $0 + $1 * $1 }.squareRoot()
                if norm > 0.5 / Double(rows).squareRoot() {
                    columns[j] = candidate.map { $0 / norm }
                    break
                }
            }
        }
        var result = Matrix(rows: rows, columns: count)
        for (j, column) in columns.enumerated() { for (i, x) in column.enumerated() { result[i, j] = x } }
        return result
    }
}
