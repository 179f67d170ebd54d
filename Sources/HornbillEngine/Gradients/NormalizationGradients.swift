extension GradientContext {
    func normalization(_ kind: NormalizationForm) throws -> [Tensor?] {
        switch kind {
        case .batch(let epsilon):
            let results = try ofNormalized(.batchGradient(epsilon: epsilon))
            return [try results[0].map { try addBatchStatistics(to: $0) }, results[1], results[2]]
        case .layer(_, let centered):
            let results = try ofNormalized(.layerGradient(centered: centered))
            return [try results[0].map { try addRowStatistics(to: $0, centered: centered) }, results[1], results[2]]
        case .batchGradient(let epsilon):
            return try throughDecomposition { try NormalizationForm.decomposedBatchGradient($0, epsilon) }
        case .layerGradient(let centered):
            return try throughDecomposition { try NormalizationForm.decomposedLayerGradient($0, centered) }
        }
    }

    /// What flows to the operands from the normalized tensor, by the operation's own kernel; zeros if nothing does.
    private func ofNormalized(_ operation: NormalizationForm) throws -> [Tensor?] {
        guard let g = outputGradients[0] else { return try inputs.map { try trace.filled(0, $0.type) } }
        return try Tensor.emit(.normalization(operation), [inputs[0], inputs[1], outputs[1], outputs[2], g])
    }

    /// Adds what flows to x from the means and variances of a batch, where something does.
    private func addBatchStatistics(to slope: Tensor) throws -> Tensor {
        guard outputGradients[1] != nil || outputGradients[2] != nil else { return slope }
        let rows = Double(max(x.count / max(x.shape.last ?? 1, 1), 1))
        var total = slope
        if let g = outputGradients[1] { total = total + g * (1 / rows) }
        if let g = outputGradients[2] { total = total + (x - outputs[1]) * (g * (2 / rows)) }
        return try total.casted(to: x.dtype)
    }

    /// Adds what flows to x from the mean and the reciprocal deviation of its row.
    private func addRowStatistics(to slope: Tensor, centered: Bool) throws -> Tensor {
        let columns = Double(max(x.shape.last ?? 1, 1))
        func column(_ tensor: Tensor) throws -> Tensor { try tensor.reshape(Shape(tensor.shape.dimensions + [1])) }
        var total = slope
        if centered, let g = outputGradients[1] { total = total + (try column(g)) * (1 / columns) }
        if let g = outputGradients[2] {
            let cube = outputs[2] * outputs[2] * outputs[2]
            total = try total - (x - column(outputs[1])) * column(g * cube * (1 / columns))
        }
        return try total.casted(to: x.dtype)
    }

    /// The gradients of an operation by those of a function that gives the same results with simpler operations.
    func throughDecomposition(_ function: ([Tensor]) throws -> [Tensor]) throws -> [Tensor?] {
        // Nodes of their own, so that the walk ends at the operands.
        let operands = try inputs.map { try trace.append(.reshape($0.shape), [$0])[0] }
        let results = try function(operands)
        return try trace.pullback(of: results, cotangents: outputGradients, to: operands)
    }
}

extension NormalizationForm {
    /// `batchGradient`'s results with simpler operations.
    fileprivate static func decomposedBatchGradient(_ operands: [Tensor], _ epsilon: Double) throws -> [Tensor] {
        let (gamma, mean, variance) = (operands[1], operands[2], operands[3])
        let (x, g) = (try operands[0].casted(to: gamma.dtype), try operands[4].casted(to: gamma.dtype))
        let axes = Array(0..<(x.rank - 1))
        func total(_ tensor: Tensor) throws -> Tensor { try .reduce(.sum, tensor, axes: axes, keepDims: false) }
        let inverse = try Tensor.unary(.rsqrt, variance + epsilon)
        let normalized = (x - mean) * inverse
        let (beta, scale) = (try total(g), try total(g * normalized))
        let rows = Double(max(x.count / max(x.shape.last ?? 1, 1), 1))
        let slope = gamma * inverse * (g - beta * (1 / rows) - normalized * (scale * (1 / rows)))
        return [try slope.casted(to: operands[0].dtype), scale, beta]
    }

    /// `layerGradient`'s results with simpler operations.
    fileprivate static func decomposedLayerGradient(_ operands: [Tensor], _ centered: Bool) throws -> [Tensor] {
        let gamma = operands[1]
        let (x, g) = (try operands[0].casted(to: gamma.dtype), try operands[4].casted(to: gamma.dtype))
        func column(_ tensor: Tensor) throws -> Tensor { try tensor.reshape(Shape(tensor.shape.dimensions + [1])) }
        func mean(_ tensor: Tensor) throws -> Tensor { try .reduce(.mean, tensor, axes: [-1], keepDims: true) }
        func total(_ tensor: Tensor) throws -> Tensor {
            try .reduce(.sum, tensor, axes: Array(0..<(x.rank - 1)), keepDims: false)
        }
        let inverse = try column(operands[3])
        let normalized = try (x - column(operands[2])) * inverse
        let weighted = g * gamma
        var slope = try weighted - normalized * mean(weighted * normalized)
        if centered { slope = try slope - mean(weighted) }
        return [try (slope * inverse).casted(to: operands[0].dtype), try total(g * normalized), try total(g)]
    }
}
