// Batch, layer and RMS normalization: one kernel where the normalized axes are the last, simpler operations elsewhere.

extension TensorFunction {
    static let batchNorm = TensorFunction(
        "BatchNorm", module: "keras.src.ops.nn", ["x", "mean", "variance", "offset", "scale"],
        config: ["axis", "epsilon"]
    ) { call in
        try call.tensor(0).floating().batchNormalized(
            mean: call.tensor(1), variance: call.tensor(2), axis: call.int(5), offset: call.optionalTensor(3),
            scale: call.optionalTensor(4), epsilon: call.double(6))
    }
    static let layerNorm = TensorFunction(
        "LayerNorm", module: "keras.src.ops.nn", ["x", "gamma", "beta"], config: ["axis", "epsilon", "rms_scaling"]
    ) { call in
        let x = try call.tensor(0).floating()
        let (gamma, beta) = (try call.optionalTensor(1), try call.optionalTensor(2))
        let (axes, epsilon) = (try call.axes(3), try call.optionalDouble(4) ?? 1e-7)
        if try call.bool(5) { return try x.scaledByDeviation(axes, gamma, epsilon) }
        return try x.layerNormalized(axes, gamma: gamma, beta: beta, epsilon: epsilon, centered: true)
    }
    static let rmsNorm = TensorFunction(
        "RMSNorm", module: "keras.src.ops.nn", ["x", "scale"], config: ["axis", "epsilon"]
    ) { call in
        var x = try call.tensor(0).floating()
        if x.rank == 0 { x = try x.reshape([1]) }
        return try x.layerNormalized(
            call.axes(2), gamma: call.optionalTensor(1), beta: nil, epsilon: call.optionalDouble(3) ?? 1e-7,
            centered: false)
    }

    static let statisticalNormalizations: [TensorFunction] = [batchNorm, layerNorm, rmsNorm]
}

extension Tensor {
    /// Batch normalization by the statistics of this batch, over all axes but `axis`.
    /// - Parameters:
    ///   - gamma: what the normalized numbers of each channel are multiplied by; 1 if nil.
    ///   - beta: what is added to them; 0 if nil.
    /// - Returns: the result, and the means and biased variances of the channels, which are float32 for half precision.
    package func batchNormalized(
        axis: Int, gamma: Tensor?, beta: Tensor?, epsilon: Double
    ) throws -> (y: Tensor, mean: Tensor, variance: Tensor) {
        let axis = try validated().shape.axis(axis)
        let wide = dtype.promoted(with: .float32)
        if axis == rank - 1 {
            let channels: Shape = [shape[axis]]
            let operands = [
                self, try gamma?.vector(channels, wide) ?? .filled(1, TensorType(wide, channels)),
                try beta?.vector(channels, wide) ?? .filled(0, TensorType(wide, channels)),
            ]
            let results = try Tensor.emit(.normalization(.batch(epsilon: epsilon)), operands)
            return (results[0], results[1], results[2])
        }
        let x = try casted(to: wide)
        let (mean, variance) = try x.moments(shape.indices.filter { $0 != axis }, keepDims: false)
        let y = try x.batchNormalized(
            mean: mean, variance: variance, axis: axis, offset: beta, scale: gamma, epsilon: epsilon)
        return (try y.casted(to: dtype), mean, variance)
    }

    /// Batch normalization by given statistics: for each channel a scale and a shift.
    package func batchNormalized(
        mean: Tensor, variance: Tensor, axis: Int, offset: Tensor?, scale: Tensor?, epsilon: Double
    ) throws -> Tensor {
        let axis = try validated().shape.axis(axis)
        let channels: Shape = [shape[axis]]
        var inverse = try Tensor.unary(.rsqrt, variance.vector(channels, dtype) + epsilon)
        if let scale { inverse = try inverse * scale.vector(channels, dtype) }
        var shift = try -mean.vector(channels, dtype) * inverse
        if let offset { shift = try shift + offset.vector(channels, dtype) }
        let beside = Shape(shape.indices.map { $0 == axis ? shape[axis] : 1 })
        return try self * inverse.reshape(beside) + shift.reshape(beside)
    }

    /// Mean 0 (if `centered`) and mean square 1 along axes taken together, then times gamma, plus beta. Gamma and beta
    /// have the shape of those axes, or any other with as many elements.
    package func layerNormalized(
        _ axes: [Int]?, gamma: Tensor?, beta: Tensor?, epsilon: Double, centered: Bool
    ) throws -> Tensor {
        let axes = try validated().shape.axes(axes)
        guard !axes.isEmpty else { throw HornbillError(.shape, "normalization needs at least one axis") }
        let wide = dtype.promoted(with: .float32)
        let count: Shape = [axes.reduce(1) { $0 * shape[$1] }]
        let (gamma, beta) = (try gamma?.vector(count, wide), try beta?.vector(count, wide))
        if axes == Array((rank - axes.count)..<rank) {
            let rows = try reshape(Shape(shape.dimensions.dropLast(axes.count) + count.dimensions))
            let ones = try gamma ?? .filled(1, TensorType(wide, count))
            let zeros = try beta ?? .filled(0, TensorType(wide, count))
            let kind = NormalizationForm.layer(epsilon: epsilon, centered: centered)
            return try Tensor.emit(.normalization(kind), [rows, ones, zeros])[0].reshape(shape)
        }
        // Half precision is too narrow for squares.
        let x = try casted(to: wide)
        let mean = centered ? try Tensor.reduce(.mean, x, axes: axes, keepDims: true) : nil
        let difference = mean.map { x - $0 } ?? x
        let square = try Tensor.reduce(.mean, Tensor.unary(.square, difference), axes: axes, keepDims: true)
        var y = try difference * Tensor.unary(.rsqrt, square + epsilon)
        let beside = Shape(shape.indices.map { axes.contains($0) ? shape[$0] : 1 })
        if let gamma { y = y * (try gamma.reshape(beside)) }
        if let beta { y = y + (try beta.reshape(beside)) }
        return try y.casted(to: dtype)
    }

    /// What Keras's layer normalization does with `rms_scaling`: divided by the deviation, without taking off the mean.
    package func scaledByDeviation(_ axes: [Int]?, _ gamma: Tensor?, _ epsilon: Double) throws -> Tensor {
        let axes = try validated().shape.axes(axes)
        let x = try casted(to: dtype.promoted(with: .float32))
        let variance = try x.moments(axes, keepDims: true).variance
        var y = try x * Tensor.unary(.rsqrt, variance + epsilon)
        if let gamma {
            let count: Shape = [axes.reduce(1) { $0 * shape[$1] }]
            let beside = Shape(shape.indices.map { axes.contains($0) ? shape[$0] : 1 })
            y = y * (try gamma.vector(count, x.dtype).reshape(beside))
        }
        return try y.casted(to: dtype)
    }

    /// As one row of numbers of a type.
    private func vector(_ shape: Shape, _ dtype: DType) throws -> Tensor {
        guard try validated().count == shape.count else {
            throw HornbillError(
                .shape, "normalization needs \(shape.count) elements a parameter, not \(self.shape)")
        }
        return try reshape(shape).casted(to: dtype)
    }
}

extension ops {
    /// (x − mean) / √(variance + epsilon) · scale + offset, each of these one number for every place along `axis`.
    public static func batchNormalization<T: TensorLike>(
        _ x: T, mean: T, variance: T, axis: Int, offset: T? = nil, scale: T? = nil, epsilon: Double = 1e-3,
        file: String = #fileID, line: Int = #line
    ) -> T {
        var inputs = [x, mean, variance]
        let optional = [offset, scale].map { appended($0, to: &inputs) }
        return T.apply(
            .batchNorm, inputs, [.tensor(0), .tensor(1), .tensor(2)] + optional + [.int(axis), .double(epsilon)], file,
            line)
    }

    /// x with mean 0 and variance 1 along axes taken together, times gamma, plus beta (Ba et al., 2016).
    /// - Parameter epsilon: added to the variance; 10⁻⁷ if nil.
    public static func layerNormalization<T: TensorLike>(
        _ x: T, gamma: T? = nil, beta: T? = nil, axis: Axes = -1, epsilon: Double? = nil, rmsScaling: Bool = false,
        file: String = #fileID, line: Int = #line
    ) -> T {
        var inputs = [x]
        let optional = [gamma, beta].map { appended($0, to: &inputs) }
        return T.apply(
            .layerNorm, inputs,
            [.tensor(0)] + optional + [axis.argument, .optional(epsilon), .bool(rmsScaling)], file, line)
    }

    /// x divided by the root of its mean square along axes, times scale (Zhang and Sennrich, 2019).
    /// - Parameter epsilon: added to the mean square; 10⁻⁷ if nil.
    public static func rmsNormalization<T: TensorLike>(
        _ x: T, scale: T? = nil, axis: Axes = -1, epsilon: Double? = nil, file: String = #fileID, line: Int = #line
    ) -> T {
        var inputs = [x]
        let scale = appended(scale, to: &inputs)
        return T.apply(.rmsNorm, inputs, [.tensor(0), scale, axis.argument, .optional(epsilon)], file, line)
    }

    private static func appended<T>(_ tensor: T?, to inputs: inout [T]) -> Argument {
        guard let tensor else { return .none }
        inputs.append(tensor)
        return .tensor(inputs.count - 1)
    }
}
