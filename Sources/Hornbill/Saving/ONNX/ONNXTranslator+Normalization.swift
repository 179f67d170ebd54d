import HornbillEngine

// Normalization and attention, which are one kernel here, by simpler operations.

extension ONNXTranslator {
    func normalization(_ form: NormalizationForm) throws {
        let type = try operandType(0)
        switch form {
        case .batch(let epsilon):
            let axes = Array(0..<type.rank - 1)
            let results = try normalized(type, axes, epsilon, centered: true)
            try give(scaled(results.y))
            try give(emit("Squeeze", [results.mean, scope.integers(axes)]), 1)
            try give(emit("Squeeze", [results.variance, scope.integers(axes)]), 2)
        case .layer(let epsilon, let centered):
            if centered, !isUsed(1), !isUsed(2) {
                let operands = try [0, 1, 2].map(operand)
                return try give(emit("LayerNormalization", operands, [axis(-1), ("epsilon", .float(epsilon))]))
            }
            let last = [type.rank - 1]
            let results = try normalized(type, last, epsilon, centered: centered)
            try give(scaled(results.y))
            try give(emit("Squeeze", [results.mean, scope.integers(last)]), 1)
            try give(emit("Squeeze", [results.inverse, scope.integers(last)]), 2)
        case .batchGradient, .layerGradient: throw refuse("it belongs to a gradient")
        }
    }

    private func scaled(_ value: String) throws -> String {
        emit("Add", [emit("Mul", [value, try operand(1)]), try operand(2)])
    }

    private func normalized(_ type: ExtentType, _ axes: [Int], _ epsilon: Double, centered: Bool) throws -> (
        y: String, mean: String, variance: String, inverse: String
    ) {
        func mean(_ value: String) -> String { emit("ReduceMean", [value, scope.integers(axes)]) }
        let x = try operand(0)
        var average = mean(x)
        if !centered { average = emit("Sub", [average, average]) }
        let difference = centered ? emit("Sub", [x, average]) : x
        let variance = mean(emit("Mul", [difference, difference]))
        let deviation = emit("Sqrt", [emit("Add", [variance, scalar(epsilon, type.dtype)])])
        let inverse = emit("Reciprocal", [deviation])
        return (emit("Mul", [difference, inverse]), average, variance, inverse)
    }

    func attention(_ form: AttentionForm) throws {
        guard !isUsed(1) else { throw refuse("a gradient is taken through it") }
        let (query, key) = (try operandType(0), try operandType(1))
        guard let heads = query.extents[2].fixed, let shared = key.extents[2].fixed else {
            throw refuse("its number of heads is not known")
        }
        // (batch, targets, heads, size) → (batch, shared, heads of each · targets, size)
        let turned = transpose(try operand(0), [0, 2, 1, 3])
        let isGrouped = heads != shared
        func grouped(_ value: String) -> String {
            isGrouped ? emit("Reshape", [value, scope.integers([0, shared, -1, 0])]) : value
        }
        func single(_ value: String) -> String {
            isGrouped ? emit("Reshape", [value, scope.integers([0, heads, -1, 0])]) : value
        }
        // The last axis is a copy only where its place is the same, as it is in all four.
        let keys = transpose(try operand(1), [0, 2, 3, 1])
        let products = single(emit("MatMul", [grouped(turned), keys]))
        var logits = emit("Mul", [products, scalar(form.scale, query.dtype)])
        let hidden = scalar(AttentionForm.maskedLogit, query.dtype)
        if form.hasMask { logits = emit("Where", [try operand(3), logits, hidden]) }
        if form.isCausal {
            logits = emit("Where", [try causal(query.extents[1], key.extents[1]), logits, hidden])
        }
        let weights = grouped(emit("Softmax", [logits], [axis(-1)]))
        let means = single(emit("MatMul", [weights, transpose(try operand(2), [0, 2, 1, 3])]))
        try give(transpose(means, [0, 2, 1, 3]))
    }
}
