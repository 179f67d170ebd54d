/// A matrix of doubles in row-major order, on which the decompositions work.
struct Matrix {
    var rows: Int
    var columns: Int
    var elements: [Double]

    init(rows: Int, columns: Int, _ elements: [Double]) {
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, [Double](repeating: 0, count: rows * columns))
    }

    static func identity(_ n: Int) -> Matrix {
        var result = Matrix(rows: n, columns: n)
        for i in 0..<n { result[i, i] = 1 }
        return result
    }

    subscript(row: Int, column: Int) -> Double {
        @inline(__always) get { elements[row * columns + column] }
        @inline(__always) set { elements[row * columns + column] = newValue }
    }

    var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
        return result
    }

    mutating func swapRows(_ a: Int, _ b: Int) {
        guard a != b else { return }
        for j in 0..<columns { elements.swapAt(a * columns + j, b * columns + j) }
    }

    /// Some columns, in this order.
    func selecting(columns chosen: some Collection<Int>) -> Matrix {
        var result = Matrix(rows: rows, columns: chosen.count)
        for i in 0..<rows { for (j, column) in chosen.enumerated() { result[i, j] = self[i, column] } }
        return result
    }
}

// MARK: Systems of equations

extension Matrix {
    /// The lower factor of a positive definite matrix; nil if it is none.
    func cholesky() -> Matrix? {
        let n = rows
        var l = Matrix(rows: n, columns: n)
        for j in 0..<n {
            var diagonal = self[j, j]
            for k in 0..<j { diagonal -= l[j, k] * l[j, k] }
            guard diagonal > 0 else { return nil }
            let root = diagonal.squareRoot()
            l[j, j] = root
            for i in (j + 1)..<max(n, j + 1) {
                var sum = self[i, j]
                for k in 0..<j { sum -= l[i, k] * l[j, k] }
                l[i, j] = sum / root
            }
        }
        return l
    }

    /// Gauss's elimination with the largest pivot of each column: both factors in one matrix, and the row that each
    /// step exchanged its own with.
    func lu() -> (factors: Matrix, pivots: [Int]) {
        let n = rows
        var a = self
        var pivots: [Int] = []
        for k in 0..<n {
            var best = k
            for i in k..<n where abs(a[i, k]) > abs(a[best, k]) { best = i }
            pivots.append(best)
            a.swapRows(k, best)
            let pivot = a[k, k]
            guard pivot != 0 else { continue }
            for i in (k + 1)..<max(n, k + 1) {
                let factor = a[i, k] / pivot
                a[i, k] = factor
                for j in (k + 1)..<n { a[i, j] -= factor * a[k, j] }
            }
        }
        return (a, pivots)
    }

    /// X with this · X = b; nil if there is none, or no single one.
    func solving(_ b: Matrix) -> Matrix? {
        let (factors, pivots) = lu()
        guard (0..<rows).allSatisfy({ factors[$0, $0] != 0 && factors[$0, $0].isFinite }) else { return nil }
        var x = b
        for (k, pivot) in pivots.enumerated() { x.swapRows(k, pivot) }
        factors.solveTriangular(lower: true, unit: true, &x)
        factors.solveTriangular(lower: false, &x)
        return x
    }

    /// Solves in place with one triangle of this matrix; with ones on its diagonal if `unit`.
    func solveTriangular(lower: Bool, unit: Bool = false, _ x: inout Matrix) {
        let n = rows
        for step in 0..<n {
            let i = lower ? step : n - 1 - step
            for k in lower ? 0..<i : (i + 1)..<n {
                let factor = self[i, k]
                if factor == 0 { continue }
                for j in 0..<x.columns { x[i, j] -= factor * x[k, j] }
            }
            if !unit { for j in 0..<x.columns { x[i, j] /= self[i, i] } }
        }
    }
}
