import HornbillEngine

extension GradientCases {
    /// Each result of each operation, and what the public forms make of them.
    static let normalizations: [GradientCase] = operations + forms

    private static let x = numbers([3, 2, 4], -1, 2)
    private static let slope = numbers([3, 2, 4], -1, 1, seed: 5)
    private static let (gamma, beta) = (numbers([4], 0.5, 1.5, seed: 2), numbers([4], -1, 1, seed: 3))
    private static let (means, variances) = (numbers([4], -0.5, 0.5, seed: 6), numbers([4], 0.5, 2, seed: 7))
    private static let (rowMeans, inverses) = (numbers([3, 2], -0.5, 0.5, seed: 8), numbers([3, 2], 0.5, 2, seed: 9))

    private static let operations: [GradientCase] = (0..<3).flatMap { result in
        var cases = [
            GradientCase(.normalization(.batch(epsilon: 0.1)), [x, gamma, beta], result: result),
            GradientCase(.normalization(.layer(epsilon: 0.1, centered: true)), [x, gamma, beta], result: result),
            GradientCase(
                .normalization(.batchGradient(epsilon: 0.1)), [x, gamma, means, variances, slope], result: result),
            GradientCase(
                .normalization(.layerGradient(centered: true)), [x, gamma, rowMeans, inverses, slope], result: result),
            GradientCase(
                .normalization(.layerGradient(centered: false)), [x, gamma, rowMeans, inverses, slope],
                result: result),
        ]
        // Without centering the means are 0, whatever the operands.
        if result != 1 {
            cases.append(
                GradientCase(.normalization(.layer(epsilon: 0.1, centered: false)), [x, gamma, beta], result: result))
        }
        return cases
    }

    private static let forms: [GradientCase] = [
        GradientCase("batch normalization over the last axis, with its statistics", [x, gamma, beta]) { operands in
            let (y, mean, variance) = try operands[0].batchNormalized(
                axis: -1, gamma: operands[1], beta: operands[2], epsilon: 0.1)
            return y * mean + variance
        },
        GradientCase("batch normalization over axis 1", [x, numbers([2], 0.5, 1.5)]) { operands in
            try operands[0].batchNormalized(axis: 1, gamma: operands[1], beta: nil, epsilon: 0.1).y
        },
        GradientCase("layer normalization over axes 0 and 2", [x, numbers([12], 0.5, 1.5)]) { operands in
            ops.layerNormalization(operands[0], gamma: operands[1], axis: [0, 2], epsilon: 0.1)
        },
        GradientCase("layer normalization over the last two axes", [x, numbers([2, 4], 0.5, 1.5)]) { operands in
            ops.layerNormalization(operands[0], gamma: operands[1], axis: [1, 2], epsilon: 0.1)
        },
        GradientCase("root mean square normalization over axis 0", [x, numbers([3], 0.5, 1.5)]) { operands in
            ops.rmsNormalization(operands[0], scale: operands[1], axis: 0, epsilon: 0.1)
        },
    ]
}
