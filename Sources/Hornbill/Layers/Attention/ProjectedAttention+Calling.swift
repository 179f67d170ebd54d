import HornbillEngine

extension ProjectedAttention {
    /// Lets each target of `query` take the mean of what it looks at in `value`.
    ///
    /// - Parameters:
    ///   - query: `(batch, targets, features)`.
    ///   - value: `(batch, sources, features)`.
    ///   - key: what decides where in `value` is looked; `value` itself if nil.
    ///   - queryMask: `(batch, targets)`, false for targets that do not count; by default the mask that `query` carries.
    ///   - valueMask: `(batch, sources)`, false for sources at which nothing looks; by default the one of `value`.
    ///   - keyMask: likewise, by default that of `key`.
    ///   - attentionMask: `(batch, targets, sources)`, false where a target must not look at a source.
    ///   - returnAttentionScores: whether the weights `(batch, heads, targets, sources)` are a second output:
    ///     `let (y, scores) = attention(x, x, returnAttentionScores: true)`.
    ///   - useCausalMask: whether no target looks at later sources.
    /// - Returns: `(batch, targets, features)`.
    public func callAsFunction<T: LayerOperand & StructureConvertible>(
        _ query: T, _ value: T, key: T? = nil, queryMask: T? = nil, valueMask: T? = nil, keyMask: T? = nil,
        attentionMask: T? = nil, returnAttentionScores: Bool = false, training: Bool? = nil,
        useCausalMask: Bool = false, file: String = #fileID, line: Int = #line
    ) -> T where T.Leaf == T {
        let outputs = attend(
            query, value, key, [queryMask, valueMask, keyMask, attentionMask], returnAttentionScores, training,
            useCausalMask, CallSite(file, line))
        return one(outputs)
    }

    /// The output and the weights of attention.
    @_disfavoredOverload
    public func callAsFunction<T: LayerOperand & StructureConvertible>(
        _ query: T, _ value: T, key: T? = nil, queryMask: T? = nil, valueMask: T? = nil, keyMask: T? = nil,
        attentionMask: T? = nil, returnAttentionScores: Bool, training: Bool? = nil, useCausalMask: Bool = false,
        file: String = #fileID, line: Int = #line
    ) -> (T, T) where T.Leaf == T {
        let site = CallSite(file, line)
        let outputs = attend(
            query, value, key, [queryMask, valueMask, keyMask, attentionMask], returnAttentionScores, training,
            useCausalMask, site)
        let pair = several(2, outputs, site)
        return (pair[0], pair[1])
    }

    private func attend<T: LayerOperand & StructureConvertible>(
        _ query: T, _ value: T, _ key: T?, _ masks: [T?], _ returnsScores: Bool, _ training: Bool?, _ isCausal: Bool,
        _ site: CallSite
    ) -> Structure<T> where T.Leaf == T {
        let names = ["query_mask", "value_mask", "key_mask", "attention_mask"]
        return T.attend(
            self, [query, value] + (key.map { [$0] } ?? []),
            masks: Dictionary(uniqueKeysWithValues: zip(names, masks)),
            flags: ["return_attention_scores": returnsScores, "use_causal_mask": isCausal], training: training, site)
    }
}
