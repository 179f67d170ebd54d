import HornbillEngine

extension GradientCases {
    /// Loops and branches: captures, several carries, both directions, sequences, nesting.
    static let controlFlow: [GradientCase] =
        [false, true].flatMap { reverse in
            [
                GradientCase(
                    "scan, a recurrent layer, reverse: \(reverse)",
                    [
                        numbers([3, 2]), numbers([4, 3, 5], seed: 2), numbers([5, 2], seed: 3),
                        numbers([2, 2], seed: 4),
                    ]
                ) { x in
                    let (last, states) = try loop(
                        length: 4, reverse: reverse, carries: [x[0]], sequences: [x[1]]
                    ) { carries, rows in
                        let state = try Tensor.unary(.tanh, .matmul(rows[0], x[2]) + .matmul(carries[0], x[3]))
                        return ([state], [state])
                    }
                    return try last[0] + Tensor.reduce(.sum, states[0], axes: [0], keepDims: false)
                },
                GradientCase(
                    "scan, several carries, one an integer, reverse: \(reverse)",
                    [numbers([2]), numbers([2], seed: 2), numbers([3, 2], seed: 3)]
                ) { x in
                    let step = Tensor(scalar: Int32(1))
                    let (last, results) = try loop(
                        length: 3, reverse: reverse, carries: [x[0], step, x[1]], sequences: [x[2]]
                    ) { carries, rows in
                        let weight = carries[1].cast(to: .float64)
                        return (
                            [carries[0] * carries[2], carries[1] + 1, carries[2] + rows[0] * weight],
                            [carries[0] - rows[0], carries[1]]
                        )
                    }
                    return try last[0] * last[2] + Tensor.reduce(.sum, results[0], axes: [0], keepDims: false)
                },
            ]
        } + [
            GradientCase("scan of which only a result counts", [numbers([2]), numbers([3, 2], seed: 3)]) { x in
                try loop(length: 3, carries: [x[0]], sequences: [x[1]]) { carries, rows in
                    ([carries[0] * rows[0]], [carries[0] * carries[0], rows[0]])
                }.results[0]
            },
            GradientCase(
                "scan of products of every kind",
                [numbers([2, 3]), numbers([3, 3], seed: 2), numbers([2, 4, 3], seed: 3), numbers([3, 2], seed: 4)]
            ) { x in
                let (last, results) = try loop(length: 2, carries: [x[0]], sequences: [x[2]]) { carries, rows in
                    let twice = try Tensor.matmul(Tensor.matmul(carries[0], x[1]), x[1])
                    let batch = try Tensor.matmul(rows[0].reshape([2, 2, 3]), x[3])
                    let crossed = try Tensor.matmul(x[3], x[3], transposeB: true)
                    let mixed = try Tensor.matmul(carries[0], crossed)
                    return ([try .unary(.sin, twice + mixed)], [batch, twice])
                }
                return try Tensor.reduce(.sum, results[0], axes: nil, keepDims: false) + last[0]
                    * results[1].slice(axis: 0, 0..<1).reshape([2, 3])
            },
            GradientCase(
                "scan of gates in the columns of a product, with a bias within",
                [
                    numbers([2, 2]), numbers([3, 2, 6], seed: 2), numbers([2, 6], seed: 3), numbers([6], seed: 4),
                    numbers([2], seed: 5),
                ]
            ) { x in
                let (last, results) = try loop(length: 3, carries: [x[0]], sequences: [x[1]]) { carries, rows in
                    let inner = try Tensor.matmul(carries[0], x[2]) + x[3]
                    func part(_ tensor: Tensor, _ gate: Int) throws -> Tensor {
                        try tensor.slice(axis: 1, (2 * gate)..<(2 * gate + 2))
                    }
                    let z = try Tensor.unary(.sigmoid, part(rows[0], 0) + part(inner, 0))
                    let r = try Tensor.unary(.sigmoid, part(rows[0], 1) + part(inner, 1))
                    let candidate = try Tensor.unary(.tanh, part(rows[0], 2) + r * part(inner, 2) * x[4])
                    let state = z * carries[0] + (1 - z) * candidate
                    return ([state], [state, candidate])
                }
                let (state, candidate) = try (
                    results[0].slice(axis: 0, 0..<1).reshape([2, 2]), results[1].slice(axis: 0, 1..<2).reshape([2, 2])
                )
                return last[0] * candidate + state
            },
            GradientCase("scan of no steps", [numbers([2])]) { x in
                try loop(length: 0, carries: [x[0]]) { carries, _ in ([carries[0] * x[0]], []) }.carries[0]
            },
            GradientCase("scan within a scan", [numbers([2]), numbers([2], seed: 2)]) { x in
                try loop(length: 2, carries: [x[0]]) { outer, _ in
                    let inner = try loop(length: 3, carries: [outer[0]]) { carries, _ in
                        ([carries[0] * x[1] + x[0]], [])
                    }
                    return (inner.carries, [])
                }.carries[0]
            },
            GradientCase("scan in log space from nothing", [numbers([3, 2])]) { x in
                let nothing = Tensor([-Double.infinity, -Double.infinity])
                return try loop(length: 3, carries: [nothing], sequences: [x[0]]) { carries, rows in
                    let distance = try Tensor.unary(.abs, carries[0] - rows[0])
                    let highest = try Tensor.binary(.maximum, carries[0], rows[0])
                    return ([try highest + .unary(.softplus, -distance)], [])
                }.carries[0]
            },
            GradientCase("CTC: labels that fit, an empty one, one with a repetition", [numbers([3, 4, 3], -2, 2)]) {
                x in
                ops.ctcLoss(
                    Tensor([Int32(1), 2, 0, 0, 2, 2], shape: [3, 2]), x[0], Tensor([Int32(2), 0, 2]),
                    Tensor([Int32(4), 3, 4]))
            },
            GradientCase("a capture used as carry too", [numbers([2])]) { x in
                try loop(length: 2, carries: [x[0]]) { carries, _ in ([carries[0] * x[0]], []) }.carries[0]
            },
        ]
        + [true, false].flatMap { holds in
            [
                GradientCase("cond, \(holds)", [numbers([3]), numbers([3], seed: 2), Tensor(scalar: holds ? 1.0 : -1)])
                { x in
                    let predicate = try Tensor.binary(.greater, x[2], Tensor(scalar: 0.0))
                    return try ops.cond(
                        predicate, then: { [x[0] * x[1], x[0]] }, else: { [x[1] * x[1] * x[1] + x[2], x[1]] }
                    ).reduce(Tensor(scalar: 0.0), +)
                },
                GradientCase("cond within a scan, \(holds)", [numbers([3]), numbers([2, 3], seed: 2)]) { x in
                    let threshold = Tensor(scalar: holds ? -100.0 : 0)
                    return try loop(length: 2, carries: [x[0]], sequences: [x[1]]) { carries, rows in
                        let total = try Tensor.reduce(.sum, carries[0], axes: nil, keepDims: false)
                        let next = try ops.cond(
                            try .binary(.greater, total, threshold), then: { [carries[0] * rows[0]] },
                            else: { [carries[0] + x[0] * rows[0]] })
                        return (next, [])
                    }.carries[0]
                },
            ]
        }
}
