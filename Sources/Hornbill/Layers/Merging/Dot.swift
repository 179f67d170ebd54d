import HornbillEngine

/// The sums of products of two inputs along an axis of each, sample by sample: of `(batch, n)` and `(batch, n)` it
/// gives `(batch, 1)`, of `(batch, a, n)` and `(batch, n, b)` along axes 2 and 1 `(batch, a, b)`. Follows Keras's
/// [Dot](https://keras.io/api/layers/merging_layers/dot/).
public final class Dot: Merge {
    public let axes: Axes
    public let normalize: Bool

    /// - Parameters:
    ///   - axes: the axis of both, or one of each: `1`, `[2, 1]`; not the batch axis, 0.
    ///   - normalize: whether both are first divided by their length along their axis, so that cosines come out.
    public init(axes: Axes, normalize: Bool = false, name: String? = nil, dtype: DTypePolicy? = nil) {
        self.axes = axes
        self.normalize = normalize
        super.init(name: name, dtype: dtype)
    }

    /// The two axes, counted from the front.
    private func resolved(_ ranks: [Int]) throws -> [Int] {
        let given = axes.axes ?? []
        guard ranks.count == 2 else { throw HornbillError(.argument, "Dot takes two inputs, not \(ranks.count)") }
        guard given.count == 1 || given.count == 2 else {
            throw HornbillError(.argument, "Dot takes one axis, or one for each input, not \(given)")
        }
        return try zip(given.count == 1 ? [given[0], given[0]] : given, ranks).map { axis, rank in
            let resolved = axis < 0 ? axis + rank : axis
            guard resolved > 0, resolved < rank else {
                throw HornbillError(
                    .argument,
                    "Dot cannot sum along axis \(axis) of an input of \(rank) axes: it must be one after the batch's")
            }
            return resolved
        }
    }

    override func check(_ shapes: [PartialShape]) throws {
        let axes = try resolved(shapes.map(\.rank))
        if let a = shapes[0][axes[0]], let b = shapes[1][axes[1]], a != b {
            throw HornbillError(
                .shape,
                "Dot needs axes of one size: axis \(axes[0]) of \(shapes[0]) has \(a), axis \(axes[1]) of \(shapes[1]) has \(b)"
            )
        }
        if let a = shapes[0][0], let b = shapes[1][0], a != b {
            throw HornbillError(
                .shape,
                "Dot cannot merge batches of \(a) and \(b) samples: the shapes are \(shapes[0]) and \(shapes[1])")
        }
    }

    override func outputShape(_ shapes: [PartialShape]) -> PartialShape? { nil }

    override func aligned(_ tensors: [Tensor]) -> [Tensor] { tensors }

    /// What comes out has other axes, so that no mask fits it.
    override public func computeMask(_ inputs: TensorStructure, masks: [Tensor?]) -> [Tensor?] { [] }

    override func merge(_ inputs: [Tensor]) throws -> Tensor {
        let axes = try resolved(inputs.map(\.rank))
        let (x, y) = (inputs[0], inputs[1])
        let a = normalize ? ops.normalize(x, axis: Axes(axes[0])) : x
        let b = normalize ? ops.normalize(y, axis: Axes(axes[1])) : y
        if x.rank == 2, y.rank == 2 { return ops.sum(a * b, axis: 1, keepDims: true) }
        // The summed axis to the end of the first and behind the batch of the second, the others in one.
        let restA = (1..<x.rank).filter { $0 != axes[0] }
        let restB = (1..<y.rank).filter { $0 != axes[1] }
        let (batch, n) = (x.shape[0], x.shape[axes[0]])
        let sizesA = restA.map { x.shape[$0] }
        let sizesB = restB.map { y.shape[$0] }
        let left = ops.reshape(ops.transpose(a, axes: [0] + restA + [axes[0]]), [batch, sizesA.reduce(1, *), n])
        let right = ops.reshape(ops.transpose(b, axes: [0, axes[1]] + restB), [batch, n, sizesB.reduce(1, *)])
        return ops.reshape(ops.matmul(left, right), [batch] + sizesA + sizesB)
    }

    public convenience init(config: ConfigReader) throws {
        try self.init(
            axes: Axes(config.intOrInts("axes")), normalize: config.bool("normalize", false), name: config.name,
            dtype: config.dtype)
    }

    override public func getConfig() -> Config {
        let given = axes.axes ?? []
        return super.getConfig().merging([
            "axes": given.count == 1 ? .int(given[0]) : ConfigValue(given), "normalize": .bool(normalize),
        ])
    }
}

/// The sums of products of two along an axis of each. Short for `Dot(axes: axes, normalize: normalize)(inputs)`.
public func dot<T: LayerOperand & StructureConvertible>(
    _ inputs: [T], axes: Axes = -1, normalize: Bool = false, name: String? = nil, file: String = #fileID,
    line: Int = #line
) -> T where T.Leaf == T {
    Dot(axes: axes, normalize: normalize, name: name)(inputs, file: file, line: line)
}
