// Attention: means of values, weighed by how well their keys fit each query.

extension TensorFunction {
    static let dotProductAttention = TensorFunction(
        "DotProductAttention", module: "keras.src.ops.nn", ["query", "key", "value", "bias", "mask", "scale"],
        config: ["is_causal", "flash_attention", "attn_logits_soft_cap"]
    ) { call in
        guard case .none = call.argument(8) else {
            throw HornbillError(.argument, "dotProductAttention has no soft cap of the logits on this machine")
        }
        let inputs = try (0..<3).map { try call.tensor($0).validated() }
        let dtype = inputs[0].dtype.promoted(with: inputs[1].dtype).promoted(with: inputs[2].dtype)
        let attention = try DotProductAttention(inputs.map { try $0.casted(to: dtype).floating() })
        return try attention.run(
            bias: call.optionalTensor(3), mask: call.optionalTensor(4), scale: call.optionalDouble(5),
            isCausal: call.bool(6))
    }

    static let attention: [TensorFunction] = [dotProductAttention]
}

/// One application of attention. Several heads of the queries may share one of the keys and values: the queries of a
/// group then stand below each other in one product.
struct DotProductAttention {
    let query: Tensor
    let key: Tensor
    let value: Tensor
    var dtype: DType { query.dtype }
    var batch: Int { query.shape[0] }
    var targets: Int { query.shape[1] }
    var sources: Int { key.shape[1] }
    var heads: Int { query.shape[2] }
    /// The heads of keys and values.
    var shared: Int { key.shape[2] }
    var group: Int { heads / shared }

    init(_ inputs: [Tensor]) throws {
        (query, key, value) = (inputs[0], inputs[1], inputs[2])
        let shapes = inputs.map { "\($0.shape)" }.joined(separator: ", ")
        guard inputs.allSatisfy({ $0.rank == 4 }) else {
            throw HornbillError(
                .shape, "dotProductAttention needs queries, keys and values of 4 axes, got the shapes \(shapes)")
        }
        let (q, k, v) = (query.shape, key.shape, value.shape)
        guard q[0] == k[0], q[0] == v[0], q[3] == k[3], k[1] == v[1], k[2] == v[2], k[2] > 0, q[2] % k[2] == 0 else {
            throw HornbillError(
                .shape,
                "dotProductAttention needs queries (B, T, N, H), keys (B, S, K, H) and values (B, S, K, D), N a multiple of K, got the shapes \(shapes)"
            )
        }
    }

    func run(bias: Tensor?, mask: Tensor?, scale: Double?, isCausal: Bool) throws -> Tensor {
        let scale = scale ?? 1 / Double(max(query.shape[3], 1)).squareRoot()
        guard dtype != .float64, bias == nil else {
            return try composed(bias: bias, mask: mask, scale: scale, isCausal: isCausal)
        }
        var operands = [query, key, value]
        if let mask {
            try check(mask, against: [batch, heads, targets, sources], "mask")
            let sizes = Array(repeating: 1, count: 4 - mask.rank) + mask.shape.dimensions
            operands.append(try mask.casted(to: .bool).reshape(Shape(sizes)))
        }
        let form = AttentionForm(scale: scale, isCausal: isCausal, hasMask: mask != nil)
        return try Tensor.emit(.attention(form), operands)[0]
    }

    /// The same of smaller operations.
    func composed(bias: Tensor?, mask: Tensor?, scale: Double, isCausal: Bool) throws -> Tensor {
        // The scale on the queries, which are fewer than the products.
        let scaled = query * scale
        let rows = try grouped(scaled)
        let keys = try key.transpose([0, 2, 1, 3])
        let values = try value.transpose([0, 2, 1, 3])
        var logits = try Tensor.matmul(rows, keys, transposeB: true)
        let full: Shape = [batch, heads, targets, sources]
        // Softmax in half precision would lose what the sum of many small numbers is.
        let precise: DType = dtype == .float64 ? .float64 : .float32
        logits = try logits.casted(to: precise)
        if bias != nil || mask != nil || isCausal {
            logits = try logits.reshape(full)
            if let bias {
                try check(bias, against: full, "bias")
                logits = try logits + bias.casted(to: precise)
            }
            if let mask = try combined(mask, isCausal: isCausal, full) {
                logits = try .select(mask, logits, .scalar(AttentionForm.maskedLogit, precise))
            }
            logits = try logits.reshape([batch, shared, group * targets, sources])
        }
        let weights = try logits.softmax([3], logarithm: false).casted(to: dtype)
        return try ungrouped(.matmul(weights, values))
    }

    private func combined(_ mask: Tensor?, isCausal: Bool, _ full: Shape) throws -> Tensor? {
        guard let mask else { return isCausal ? try .causal(targets, sources) : nil }
        try check(mask, against: full, "mask")
        let allowed = try mask.casted(to: .bool)
        return isCausal ? try Tensor.binary(.logicalAnd, allowed, .causal(targets, sources)) : allowed
    }

    private func check(_ tensor: Tensor, against full: Shape, _ name: String) throws {
        guard try tensor.validated().shape.broadcast(with: full) == full else {
            throw HornbillError(
                .shape,
                "dotProductAttention: the \(name) of shape \(tensor.shape) cannot be broadcast to (batch, heads, targets, sources), \(full)"
            )
        }
    }

    /// (B, T, N, H) → (B, K, G · T, H).
    private func grouped(_ x: Tensor) throws -> Tensor {
        try x.transpose([0, 2, 1, 3]).reshape([batch, shared, group * targets, x.shape[3]])
    }

    /// (B, K, G · T, D) → (B, T, N, D).
    private func ungrouped(_ x: Tensor) throws -> Tensor {
        try x.reshape([batch, heads, targets, x.shape[3]]).transpose([0, 2, 1, 3])
    }
}

extension Tensor {
    /// Which sources each target may look at if none may look ahead: a lower triangle.
    package static func causal(_ targets: Int, _ sources: Int) throws -> Tensor {
        var allowed: [Bool] = []
        allowed.reserveCapacity(targets * sources)
        for target in 0..<targets { for source in 0..<sources { allowed.append(source <= target) } }
        return Tensor(allowed, shape: [targets, sources])
    }
}

extension ops {
    /// Scaled dot-product attention, `softmax(query · keyᵀ · scale) · value` for each head (Vaswani et al., 2017).
    ///
    /// - Parameters:
    ///   - query: `(B, T, N, H)`: batch, targets, heads, size of a head.
    ///   - key: `(B, S, K, H)`: S sources; each of the K heads serves N / K of the queries' heads.
    ///   - value: `(B, S, K, D)`.
    ///   - bias: added to the logits; broadcasts to `(B, N, T, S)`.
    ///   - mask: where it is false, a target does not look at a source; broadcasts to `(B, N, T, S)`. A target that may
    ///     look at nothing takes the mean of all.
    ///   - scale: the factor of the logits; `1 / √H` if nil.
    ///   - isCausal: whether targets look at no later sources.
    ///   - flashAttention: accepted for Keras's sake; the result is the same.
    /// - Returns: `(B, T, N, D)`.
    public static func dotProductAttention<T: TensorLike>(
        _ query: T, _ key: T, _ value: T, bias: T? = nil, mask: T? = nil, scale: Double? = nil, isCausal: Bool = false,
        flashAttention: Bool? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        var inputs = [query, key, value]
        func optional(_ tensor: T?) -> Argument {
            guard let tensor else { return .none }
            inputs.append(tensor)
            return .tensor(inputs.count - 1)
        }
        let arguments: [Argument] = [
            .tensor(0), .tensor(1), .tensor(2), optional(bias), optional(mask), .optional(scale), .bool(isCausal),
            flashAttention.map(Argument.bool) ?? .none, .none,
        ]
        return T.apply(.dotProductAttention, inputs, arguments, file, line)
    }
}
