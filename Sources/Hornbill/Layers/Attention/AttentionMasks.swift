import HornbillEngine

/// The masks that say which targets may look at which sources.
struct AttentionMasks {
    /// `(batch, targets)`.
    var query: Tensor?
    /// `(batch, sources)`.
    var value: Tensor?
    var key: Tensor?
    /// `(batch, targets, sources)`.
    var attention: Tensor?
    var isCausal: Bool
    /// How far from itself a target looks.
    var window: Int?

    /// All of them in one, `(batch, targets, sources)`; nil if all may look everywhere.
    /// - Parameter fusesCausal: whether what follows sees to causality itself.
    func combined(targets: Int, sources: Int, fusesCausal: Bool) throws -> Tensor? {
        var parts: [Tensor] = []
        if let attention { parts.append(attention) }
        if let query { parts.append(ops.expandDims(query, axis: -1)) }
        for mask in [value, key] { if let mask { parts.append(ops.expandDims(mask, axis: -2)) } }
        if isCausal, !fusesCausal { parts.append(try Tensor.causal(targets, sources)) }
        if let window {
            let allowed = (0..<targets).flatMap { target in (0..<sources).map { abs($0 - target) < window } }
            parts.append(Tensor(allowed, shape: [targets, sources]))
        }
        let masks = parts.map { $0.cast(to: .bool) }
        guard let first = masks.first else { return nil }
        return try masks.dropFirst().reduce(first) { $0 .& $1 }.validated()
    }
}

extension LayerOperand where Self: StructureConvertible, Leaf == Self {
    /// Calls a layer of attention on a list of inputs with what belongs to it.
    static func attend(
        _ layer: Layer, _ inputs: [Self], masks: [String: Self?], flags: [String: Bool], training: Bool?,
        _ site: CallSite
    ) -> Structure<Self> {
        var arguments = CallArguments<Self>(training: training)
        for case let (name, mask?) in masks { arguments.tensors[name] = [mask] }
        arguments.flags = flags.filter(\.value)
        return call(layer, .list(inputs.map(Structure.tensor)), arguments, site)
    }
}
