extension GradientContext {
    /// For C = op(A) op(B): op(A)'s gradient is G op(B)ᵀ and op(B)'s op(A)ᵀ G, with the transpositions left to the
    /// products' flags.
    func matmul(_ transposeA: Bool, _ transposeB: Bool) throws -> [Tensor?] {
        let (a, b) = (inputs[0], inputs[1])
        func product(_ x: Tensor, _ y: Tensor, _ transposeX: Bool, _ transposeY: Bool) throws -> Tensor {
            try .emit1(.matmul(transposeA: transposeX, transposeB: transposeY), [x, y])
        }
        guard a.rank > 2, b.rank == 2 else {
            return try each(
                { transposeA ? try product(b, g, transposeB, true) : try product(g, b, false, !transposeB) },
                { transposeB ? try product(g, a, true, transposeA) : try product(a, g, !transposeA, false) })
        }
        // One matrix for a whole batch.
        return try each(
            {
                guard transposeA else { return try product(g, b, false, !transposeB) }
                let repeated = try b.broadcasted(to: Shape(a.shape.dimensions.dropLast(2) + b.shape.dimensions))
                return try product(repeated, g, transposeB, true)
            },
            {
                guard !transposeA else {
                    let each = transposeB ? try product(g, a, true, true) : try product(a, g, false, false)
                    return try each.summed(to: b.shape)
                }
                // The rows of all its members are rows of one product.
                let (x, rows) = (try a.flattenedRows(), try g.flattenedRows())
                return transposeB ? try product(rows, x, true, false) : try product(x, rows, true, false)
            })
    }
}

extension Tensor {
    /// All axes but the last as one.
    fileprivate func flattenedRows() throws -> Tensor {
        let columns = shape[rank - 1]
        return try reshape([shape.dimensions.dropLast().reduce(1, *), columns])
    }
}
