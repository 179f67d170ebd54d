import HornbillEngine

/// Every rule at least once: what is missing here, `GradientRuleTests` finds.
enum GradientCases {
    static let all =
        unary + binary + selection + products + reductions + cumulatives + softmaxes + shapes + indices + controlFlow
        + WindowGradientCases.all + normalizations + MatrixGradientCases.all + attention

    static let attention: [GradientCase] = [
        GradientCase(
            .attention(AttentionForm(scale: 0.6, isCausal: true, hasMask: false)),
            [numbers([2, 3, 2, 2]), numbers([2, 4, 1, 2], seed: 2), numbers([2, 4, 1, 3], seed: 3)]),
        GradientCase(
            "the gradients of attention",
            [
                numbers([1, 2, 2, 2]), numbers([1, 3, 1, 2], seed: 2), numbers([1, 3, 1, 1], seed: 3),
                numbers([1, 2, 2, 1], seed: 4),
            ], secondOrder: false
        ) { operands in
            let form = AttentionForm(scale: 0.5, isCausal: false, hasMask: false)
            let parts = Array(operands.prefix(3))
            let results = try Tensor.emit(.attention(form), parts)
            let slopes = try Tensor.emit(.attentionGradient(form), parts + results + [operands[3]])
            return ops.sum(slopes[0]) + ops.sum(slopes[1] * slopes[1]) + ops.sum(slopes[2])
        },
        GradientCase(
            "attention with a mask",
            [numbers([1, 2, 1, 2]), numbers([1, 3, 1, 2], seed: 2), numbers([1, 3, 1, 1], seed: 3)]
        ) {
            let mask = Tensor([true, false, true, false, false, false], shape: [1, 1, 2, 3])
            return try Tensor.emit(
                .attention(AttentionForm(scale: 0.5, isCausal: false, hasMask: true)), $0 + [mask])[0]
        },
        GradientCase(
            "attention", [numbers([2, 3, 2, 2]), numbers([2, 4, 2, 2], seed: 2), numbers([2, 4, 2, 3], seed: 3)]
        ) { ops.dotProductAttention($0[0], $0[1], $0[2]) },
        GradientCase(
            "causal attention of grouped heads with a bias",
            [
                numbers([1, 3, 4, 2]), numbers([1, 3, 2, 2], seed: 2), numbers([1, 3, 2, 1], seed: 3),
                numbers([4, 3, 3], seed: 4),
            ]
        ) { ops.dotProductAttention($0[0], $0[1], $0[2], bias: $0[3], scale: 0.7, isCausal: true) },
        GradientCase(
            "masked attention",
            [numbers([1, 2, 1, 2]), numbers([1, 3, 1, 2], seed: 2), numbers([1, 3, 1, 2], seed: 3)]
        ) {
            let mask = Tensor([true, false, true, false, false, false], shape: [2, 3])
            return ops.dotProductAttention($0[0], $0[1], $0[2], mask: mask)
        },
    ]

    static let unary: [GradientCase] = Unary.allCases.filter { !$0.isPredicate }.map { function in
        let (low, high): (Double, Double) =
            switch function {
            case .log, .sqrt, .rsqrt, .reciprocal: (0.3, 2)
            case .log1p, .asin, .acos, .tan, .expm1: (-0.8, 0.9)
            default: (-2, 2)
            }
        return GradientCase(.unary(function), [numbers([2, 5], low, high)])
    }

    static let binary: [GradientCase] =
        Binary.allCases.filter { !$0.isComparison && !$0.isLogical }.map { function in
            let positive = function == .power || function == .divide
            return GradientCase(
                .binary(function),
                [numbers([3, 4], positive ? 0.4 : -2, 2), numbers([3, 4], positive ? 0.5 : -1.9, 2, seed: 9)])
        }
        + [0.0, 1, 2, 3, 2.5, -1].map { exponent in
            GradientCase("x ** \(exponent)", [numbers([5], 0.4, 2)]) {
                try Tensor.binary(.power, $0[0], Tensor(repeating: exponent, shape: [], dtype: .float64))
            }
        }
        + [
            GradientCase("maximum with a constant", [numbers([6])]) {
                try .binary(.maximum, $0[0], numbers([6], seed: 5))
            },
            GradientCase("minimum with a constant", [numbers([6])]) {
                try .binary(.minimum, numbers([6], seed: 5), $0[0])
            },
            GradientCase("broadcasting operands", [numbers([3, 1]), numbers([4]), numbers([])]) {
                $0[0] * $0[1] - $0[2] / ($0[1] + 3)
            },
            GradientCase("an operand used twice", [numbers([3])]) { $0[0] * $0[0] + $0[0] },
        ]

    static let selection: [GradientCase] = [
        GradientCase("select", [numbers([2, 3]), numbers([2, 3], seed: 4)]) {
            try .select(Tensor([true, false, true, true, false, false], shape: [2, 3]), $0[0], $0[1])
        },
        // Exact in float32, and linear.
        GradientCase("cast to float32 and back", [Tensor([0.5, -1.25, 3])], step: 0.125) {
            $0[0].cast(to: .float32).cast(to: .float64)
        },
    ]

    static let products: [GradientCase] =
        [(false, false), (true, false), (false, true), (true, true)].flatMap { a, b in
            [([Int](), [Int]()), ([2], [2]), ([2, 2], []), ([2, 1], [2, 1])].map { batchA, batchB in
                GradientCase(
                    "matmul, transposed: \(a) \(b), batches \(batchA) \(batchB)",
                    [
                        numbers(Shape(batchA + (a ? [4, 3] : [3, 4]))),
                        numbers(Shape(batchB + (b ? [2, 4] : [4, 2])), seed: 8),
                    ]
                ) { try .emit1(.matmul(transposeA: a, transposeB: b), $0) }
            }
        } + [
            GradientCase("matmul of a row and a matrix", [numbers([4]), numbers([4, 3])]) { try .matmul($0[0], $0[1]) }
        ]

    static let reductions: [GradientCase] =
        Reduction.allCases.flatMap { kind in
            [[0], [1], [2], [0, 2], [0, 1, 2]].flatMap { axes in
                [false, true].map { GradientCase(.reduce(kind, axes: axes, keepDims: $0), [numbers([2, 3, 4])]) }
            }
        } + [
            GradientCase("products with zeros", [Tensor(rows: [[2.0, 0, 3], [0, 5, 0], [1, 2, 3]])]) {
                try .reduce(.prod, $0[0], axes: [1], keepDims: false)
            }
        ]

    static let cumulatives: [GradientCase] =
        Cumulative.allCases.flatMap { kind in
            [0, 1, 2].flatMap { axis in
                [false, true].map { GradientCase(.cumulative(kind, axis: axis, reverse: $0), [numbers([2, 4, 3])]) }
            }
        } + [
            GradientCase("cumulative product with zeros", [Tensor(rows: [[2.0, 0, 3, 0], [1, 2, 0.5, 3]])]) {
                try .emit1(.cumulative(.prod, axis: 1, reverse: false), $0)
            }
        ]

    static let softmaxes: [GradientCase] = [false, true].flatMap { logarithm in
        [
            GradientCase(.softmax(logarithm: logarithm), [numbers([3, 4], -2, 2)]),
            GradientCase(.softmaxGradient(logarithm: logarithm), [numbers([3, 4]), numbers([3, 4], seed: 6)]),
        ]
    }

    static let shapes: [GradientCase] = [
        GradientCase(.topK(count: 2), [numbers([3, 5])]),
        GradientCase(.sort(descending: false), [numbers([2, 5])]),
        GradientCase(.sort(descending: true), [numbers([2, 5])]),
        GradientCase(.reshape([3, 2]), [numbers([2, 3])]),
        GradientCase(.transpose([2, 0, 1]), [numbers([2, 3, 4])]),
        GradientCase(.broadcast([2, 3, 2]), [numbers([3, 1])]),
        GradientCase(.broadcast([3]), [numbers([])]),
        GradientCase(.slice(start: [1, 0], size: [2, 3], stride: [1, 2]), [numbers([4, 6])]),
        GradientCase(.slice(start: [3, 5], size: [2, 3], stride: [-2, -2]), [numbers([4, 6])]),
        GradientCase(.slice(start: [3, 2], size: [4, 1], stride: [-1, -1]), [numbers([4, 6])]),
        GradientCase(.pad(low: [1, 0], high: [0, 2], interior: [0, 1], value: 3), [numbers([2, 3])]),
        GradientCase(.concatenate(axis: 1), [numbers([2, 3]), numbers([2, 1], seed: 2), numbers([2, 2], seed: 3)]),
    ]

    static let indices: [GradientCase] = [
        GradientCase("gather along axis 1, repeated and negative", [numbers([2, 4, 3])]) {
            try .emit1(.gather(axis: 1), [$0[0], Tensor([Int32(1), 3, 1, -4])])
        },
        GradientCase("gather by a matrix", [numbers([4, 2])]) {
            try .emit1(.gather(axis: 0), [$0[0], Tensor(rows: [[0, 3, 3], [1, -1, 0]])])
        },
        GradientCase("scatterAdd", [numbers([2, 4, 3])]) {
            try .emit1(.scatterAdd(axis: 1, size: 3), [$0[0], Tensor([0, 2, 0, -1])])
        },
        GradientCase("gatherElements", [numbers([2, 3])]) {
            try .emit1(.gatherElements, [$0[0], Tensor(rows: [[2, 2, 0, -1], [1, 0, 0, 1]])])
        },
        GradientCase("scatterElements", [numbers([2, 4])]) {
            try .emit1(.scatterElements(size: 3), [$0[0], Tensor(rows: [[2, 2, 0, -1], [1, 0, 0, 1]])])
        },
        GradientCase("custom", [numbers([3])]) { try .emit1(.custom(CustomOperationBox(Cube())), $0) },
    ]
}

/// x³, as a user would add it.
private struct Cube: CustomOperation {
    let name = "cube"
    func outputTypes(_ inputs: [TensorType]) throws -> [TensorType] { inputs }
    func execute(_ inputs: [Tensor]) throws -> [Tensor] { [inputs[0] * inputs[0] * inputs[0]] }
    func gradient(_ inputs: [Tensor], _ outputs: [Tensor], _ outputGradients: [Tensor]) throws -> [Tensor?] {
        [outputGradients[0] * (inputs[0] * inputs[0] * 3)]
    }
}
