extension Reference.Call {
    func normalization(_ kind: NormalizationForm) throws {
        let float = try inputTypes[0].dtype.float()
        switch kind {
        case .batch(let epsilon): float.batchNormalization(epsilon, self)
        case .batchGradient(let epsilon): float.batchNormalizationGradient(epsilon, self)
        case .layer(let epsilon, let centered): float.layerNormalization(epsilon, centered: centered, self)
        case .layerGradient(let centered): float.layerNormalizationGradient(centered: centered, self)
        }
    }

    /// x seen as a matrix.
    fileprivate var matrix: (rows: Int, columns: Int) {
        let columns = shape[shape.rank - 1]
        return (shape.dimensions.dropLast().reduce(1, *), columns)
    }
}

extension ReferenceFloat {
    static func batchNormalization(_ epsilon: Double, _ call: Reference.Call) {
        let (rows, columns) = call.matrix
        let (x, gamma, beta) = (
            call.input(0, as: Self.self), call.input(1, as: Self.self), call.input(2, as: Self.self)
        )
        let (y, means) = (call.output(0, as: Self.self), call.output(1, as: Self.self))
        let variances = call.output(2, as: Self.self)
        for c in 0..<columns {
            var (mean, variance) = (0.0, 0.0)
            for r in 0..<rows { mean += Double(x[r * columns + c]) }
            mean /= Double(rows)
            for r in 0..<rows {
                let difference = Double(x[r * columns + c]) - mean
                variance += difference * difference
            }
            variance /= Double(rows)
            let scale = Double(gamma[c]) / (variance + epsilon).squareRoot()
            for r in 0..<rows {
                y[r * columns + c] = Self((Double(x[r * columns + c]) - mean) * scale + Double(beta[c]))
            }
            (means[c], variances[c]) = (Self(mean), Self(variance))
        }
    }

    static func batchNormalizationGradient(_ epsilon: Double, _ call: Reference.Call) {
        let (rows, columns) = call.matrix
        let (x, gamma, means) = (
            call.input(0, as: Self.self), call.input(1, as: Self.self), call.input(2, as: Self.self)
        )
        let (variances, g) = (call.input(3, as: Self.self), call.input(4, as: Self.self))
        let (dx, dgamma) = (call.output(0, as: Self.self), call.output(1, as: Self.self))
        let dbeta = call.output(2, as: Self.self)
        for c in 0..<columns {
            let inverse = 1 / (Double(variances[c]) + epsilon).squareRoot()
            func normalized(_ r: Int) -> Double { (Double(x[r * columns + c]) - Double(means[c])) * inverse }
            var (scale, shift) = (0.0, 0.0)
            for r in 0..<rows {
                scale += Double(g[r * columns + c]) * normalized(r)
                shift += Double(g[r * columns + c])
            }
            for r in 0..<rows {
                let rest = Double(g[r * columns + c]) - (shift + normalized(r) * scale) / Double(rows)
                dx[r * columns + c] = Self(Double(gamma[c]) * inverse * rest)
            }
            (dgamma[c], dbeta[c]) = (Self(scale), Self(shift))
        }
    }

    static func layerNormalization(_ epsilon: Double, centered: Bool, _ call: Reference.Call) {
        let (rows, columns) = call.matrix
        let (gamma, beta) = (call.input(1, as: Self.self), call.input(2, as: Self.self))
        for r in 0..<rows {
            let (x, y) = (call.input(0, as: Self.self) + r * columns, call.output(0, as: Self.self) + r * columns)
            var (mean, variance) = (0.0, 0.0)
            if centered {
                for c in 0..<columns { mean += Double(x[c]) }
                mean /= Double(columns)
            }
            for c in 0..<columns { variance += (Double(x[c]) - mean) * (Double(x[c]) - mean) }
            variance /= Double(columns)
            let inverse = 1 / (variance + epsilon).squareRoot()
            for c in 0..<columns { y[c] = Self((Double(x[c]) - mean) * inverse * Double(gamma[c]) + Double(beta[c])) }
            call.output(1, as: Self.self)[r] = Self(mean)
            call.output(2, as: Self.self)[r] = Self(inverse)
        }
    }

    static func layerNormalizationGradient(centered: Bool, _ call: Reference.Call) {
        let (rows, columns) = call.matrix
        let (gamma, means, inverses) = (
            call.input(1, as: Self.self), call.input(2, as: Self.self), call.input(3, as: Self.self)
        )
        var (scales, shifts) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns))
        for r in 0..<rows {
            let (x, g) = (call.input(0, as: Self.self) + r * columns, call.input(4, as: Self.self) + r * columns)
            let (dx, inverse) = (call.output(0, as: Self.self) + r * columns, Double(inverses[r]))
            func normalized(_ c: Int) -> Double { (Double(x[c]) - Double(means[r])) * inverse }
            var (mean, slope) = (0.0, 0.0)
            for c in 0..<columns {
                let weighted = Double(g[c]) * Double(gamma[c])
                mean += weighted / Double(columns)
                slope += weighted * normalized(c) / Double(columns)
                scales[c] += Double(g[c]) * normalized(c)
                shifts[c] += Double(g[c])
            }
            if !centered { mean = 0 }
            for c in 0..<columns {
                dx[c] = Self(inverse * (Double(g[c]) * Double(gamma[c]) - mean - normalized(c) * slope))
            }
        }
        for c in 0..<columns {
            call.output(1, as: Self.self)[c] = Self(scales[c])
            call.output(2, as: Self.self)[c] = Self(shifts[c])
        }
    }
}
