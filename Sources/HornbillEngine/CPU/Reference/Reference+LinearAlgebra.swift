extension Reference.Call {
    /// Each matrix on its own, in double precision.
    func linearAlgebra(_ function: LinearAlgebra) throws {
        switch inputTypes[0].dtype {
        case .float32: try matrices(function, Float.self)
        default: try matrices(function, Double.self)
        }
    }

    private func matrices<T: BinaryFloatingPoint>(_ function: LinearAlgebra, _: T.Type) throws {
        let (m, n) = (shape[shape.rank - 2], shape[shape.rank - 1])
        let count = shape.dimensions.dropLast(2).reduce(1, *)
        let sizes = outputTypes.map { count == 0 ? 0 : $0.shape.count / count }
        func store(_ values: [Double], _ output: Int, _ number: Int) {
            let target = self.output(output, as: T.self) + number * sizes[output]
            for (i, value) in values.enumerated() { target[i] = T(value) }
        }
        func load(_ operand: Int, _ number: Int, rows: Int, columns: Int) -> Matrix {
            let source = input(operand, as: T.self) + number * rows * columns
            return Matrix(rows: rows, columns: columns, (0..<rows * columns).map { Double(source[$0]) })
        }
        for number in 0..<count {
            let a = load(0, number, rows: m, columns: n)
            func failure(_ what: String) -> HornbillError {
                HornbillError(.numeric, "\(function): matrix \(number) of the shape \(shape) \(what)")
            }
            switch function {
            case .cholesky:
                guard let lower = a.cholesky() else { throw failure("is not positive definite") }
                store(lower.elements, 0, number)
            case .lu:
                let (factors, pivots) = a.lu()
                store(factors.elements, 0, number)
                let target = output(1, as: Int32.self) + number * n
                for (i, pivot) in pivots.enumerated() { target[i] = Int32(pivot) }
            case .inverse:
                guard let inverse = a.solving(.identity(n)) else { throw failure("has no inverse") }
                store(inverse.elements, 0, number)
            case .solve:
                let columns = inputTypes[1].shape[shape.rank - 1]
                guard let x = a.solving(load(1, number, rows: n, columns: columns)) else {
                    throw failure("has no inverse")
                }
                store(x.elements, 0, number)
            case .solveTriangular(let lower, let transposed):
                let columns = inputTypes[1].shape[shape.rank - 1]
                var x = load(1, number, rows: n, columns: columns)
                (transposed ? a.transposed : a).solveTriangular(lower: lower != transposed, &x)
                store(x.elements, 0, number)
            case .qr(let complete):
                let (q, r) = a.qr(complete: complete)
                store(q.elements, 0, number)
                store(r.elements, 1, number)
            case .svd(let full):
                let (u, values, vt) = a.svd(full: full)
                store(u.elements, 0, number)
                store(values, 1, number)
                store(vt.elements, 2, number)
            case .eigh:
                let (values, vectors) = a.eigh()
                store(values, 0, number)
                store(vectors.elements, 1, number)
            }
        }
    }
}
