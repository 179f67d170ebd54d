/// The source of a layer graph, made by `Input(shape:)`.
public final class InputLayer: Layer {
    /// The shape with the batch axis.
    public let batchShape: PartialShape

    /// Whether nil may be given for it; kept for Keras's files.
    public private(set) var optional = false

    /// - Parameters:
    ///   - shape: the shape of one sample.
    ///   - batchSize: the size of the batch axis, if it is fixed.
    public init(shape: PartialShape, batchSize: Int? = nil, dtype: DType = .float32, name: String? = nil) {
        batchShape = PartialShape([batchSize] + shape.dimensions)
        super.init(name: name, dtype: DTypePolicy(dtype))
        built = true
    }

    /// An input whose batch axis is part of the shape.
    init(batchShape: PartialShape, dtype: DType, name: String?) {
        self.batchShape = batchShape
        super.init(name: name, dtype: DTypePolicy(dtype))
        built = true
    }

    override public func call(_ inputs: TensorStructure, context: CallContext) throws -> TensorStructure { inputs }

    override public convenience init(config: ConfigReader) throws {
        let key = ["batch_shape", "batch_input_shape", "shape"].first(where: config.has) ?? "batch_shape"
        var shape = try config.shape(key)
        if key == "shape" { shape = PartialShape([try config.optionalInt("batch_size")] + shape.dimensions) }
        guard !shape.dimensions.isEmpty else { throw config.mismatch(key, "a shape with the batch axis", .list([])) }
        for flag in ["sparse", "ragged"] { try config.only(flag, false) }
        config.ignore("batch_size", "input_tensor")
        let optional = try config.bool("optional", false)
        try self.init(
            shape: PartialShape(Array(shape.dimensions.dropFirst())), batchSize: shape.dimensions[0],
            dtype: config.elementType("dtype", .float32), name: config.name)
        self.optional = optional
    }

    override public func getConfig() -> Config {
        [
            "batch_shape": .list(batchShape.dimensions.map { ConfigValue($0) }), "dtype": .string(dtype.rawValue),
            "sparse": false, "ragged": false, "name": .string(name), "optional": .bool(optional),
        ]
    }

    /// The symbol that it gives.
    func makeSymbol(_ site: CallSite?) -> SymbolicTensor {
        if let bad = batchShape.dimensions.compactMap({ $0 }).first(where: { $0 < 0 }) {
            return SymbolicTensor(
                error: HornbillError(
                    .shape, "an input cannot have the size \(bad): \(batchShape)", layer: label, site: site))
        }
        let node = LayerNode(
            self, index: nextNodeIndex, inputs: nil, arguments: CallArguments(),
            outputs: [LayerNode.Output(shape: batchShape, dtype: dtype)], structure: .tensor(0), site: site)
        register(node)
        return SymbolicTensor(node, 0)
    }
}
