extension GradientContext {
    /// The weights are made again from what the forward pass left of each row: they never lie in memory as a whole.
    func attention(_ form: AttentionForm) throws -> [Tensor?] {
        let gradients = try Tensor.emit(.attentionGradient(form), inputs + [outputs[0], outputs[1], gradient(0)])
        let others = [Tensor?](repeating: nil, count: inputs.count - 3)
        return gradients.map(Optional.some) + others
    }

    /// Of the gradients themselves: written with smaller operations, which have gradients of their own. What the forward
    /// pass gave follows from queries, keys and values, and is made from them here.
    func attentionGradient(_ form: AttentionForm) throws -> [Tensor?] {
        let mask = form.hasMask ? inputs[3] : nil
        let slope = inputs[inputs.count - 1]
        let parts = Array(inputs.prefix(3)) + [slope]
        let upstream = try (0..<3).map { try gradient($0) }
        let (_, slopes) = try valueAndGradients(at: parts) { parts in
            let (_, gradients) = try valueAndGradients(at: Array(parts.prefix(3))) { operands in
                let means = try DotProductAttention(operands).composed(
                    bias: nil, mask: mask, scale: form.scale, isCausal: form.isCausal)
                return ops.sum(means * parts[3])
            }
            return zip(gradients, upstream).reduce(Tensor(repeating: 0, shape: [], dtype: slope.dtype)) {
                $0 + ops.sum($1.0 * $1.1)
            }
        }
        let between = [Tensor?](repeating: nil, count: inputs.count - 4)
        return slopes.prefix(3).map(Optional.some) + between + [Optional.some(slopes[3])]
    }
}
