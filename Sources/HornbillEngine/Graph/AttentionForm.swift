/// What attention computes beside its sizes.
public struct AttentionForm: Sendable, Hashable {
    /// The factor of the products of queries and keys.
    public var scale: Double
    /// Whether targets look at no later sources.
    public var isCausal: Bool
    /// Whether a mask comes after queries, keys and values.
    public var hasMask: Bool

    package init(scale: Double, isCausal: Bool, hasMask: Bool) {
        self.scale = scale
        self.isCausal = isCausal
        self.hasMask = hasMask
    }

    /// What a logit becomes that does not count: far below any, yet finite, so that a target which may look at nothing
    /// looks at all alike; in base 2, as kernels compute it, too.
    package static let maskedLogit = -0.5 * Double(Float.greatestFiniteMagnitude)
}

/// The sizes of an application of attention: queries `(batch, targets, heads, size)`, keys `(batch, sources, shared,
/// size)`, values `(batch, sources, shared, valueSize)`, and the mask's strides along its four axes.
struct AttentionSizes {
    var batch: Int
    var targets: Int
    var sources: Int
    var heads: Int
    var shared: Int
    var size: Int
    var valueSize: Int
    /// 0 along axes that share it.
    var maskStrides = [0, 0, 0, 0]

    init(_ form: AttentionForm, _ inputs: [TensorType]) {
        let (query, key, value) = (inputs[0].shape, inputs[1].shape, inputs[2].shape)
        (batch, targets, heads, size) = (query[0], query[1], query[2], query[3])
        (sources, shared, valueSize) = (key[1], key[2], value[3])
        guard form.hasMask else { return }
        var step = 1
        for axis in (0..<4).reversed() {
            maskStrides[axis] = inputs[3].shape[axis] == 1 ? 0 : step
            step *= inputs[3].shape[axis]
        }
    }

    /// What attention gives: the means, and two numbers for each row of weights, which half precision would spoil.
    func outputs(_ dtype: DType) -> [TensorType] {
        let precise: DType = dtype == .float64 ? .float64 : .float32
        return [
            TensorType(dtype, [batch, targets, heads, valueSize]), TensorType(precise, [batch, heads, targets, 2]),
        ]
    }
}

extension Operation {
    static func attentionTypes(_ form: AttentionForm, _ inputs: [TensorType]) throws -> [TensorType] {
        let floating = inputs.prefix(3)
        guard floating.allSatisfy({ $0.shape.rank == 4 && $0.dtype == inputs[0].dtype && $0.dtype.isFloatingPoint })
        else { throw HornbillError(.internal, "attention of \(inputs)") }
        let (query, key, value) = (inputs[0].shape, inputs[1].shape, inputs[2].shape)
        guard query[0] == key[0], key[0] == value[0], query[3] == key[3], key[1] == value[1], key[2] == value[2],
            key[2] > 0, query[2] % key[2] == 0
        else { throw HornbillError(.shape, "attention of \(query), \(key) and \(value)") }
        let sizes = AttentionSizes(form, inputs)
        if form.hasMask {
            let full: Shape = [sizes.batch, sizes.heads, sizes.targets, sizes.sources]
            guard inputs[3].dtype == .bool, inputs[3].shape.rank == 4, inputs[3].shape.broadcast(with: full) == full
            else { throw HornbillError(.internal, "attention with the mask \(inputs[3])") }
        }
        return sizes.outputs(inputs[0].dtype)
    }
}
