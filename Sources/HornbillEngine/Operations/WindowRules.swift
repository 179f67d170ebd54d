// The shape rules of convolutions and pools.

/// What windows of one size do along one axis after the other.
struct WindowGeometry {
    var what: String
    var window: [Int]
    var strides: [Int]
    var dilation: [Int]
    var low: [Int]
    var high: [Int]

    /// Sizes and distances beyond this are nonsense, and sums of products of two of them still fit an Int.
    private static let limit = 1 << 31

    /// - Throws: kind `argument` for counts that do not fit the spatial axes, or numbers out of range.
    func check(spatial: Int) throws {
        guard (1...3).contains(spatial) else {
            throw HornbillError(
                .shape, "\(what) needs one to three spatial axes beside the batch and the channels, not \(spatial)")
        }
        for (name, values, least) in [
            ("window", window, 1), ("strides", strides, 1), ("dilation", dilation, 1), ("padding", low, 0),
            ("padding", high, 0),
        ] {
            guard values.count == spatial else {
                throw HornbillError(
                    .argument, "\(what) over \(spatial) spatial axes needs as many \(name), not \(values)")
            }
            guard values.allSatisfy({ $0 >= least && $0 < Self.limit }) else {
                throw HornbillError(.argument, "\(what) needs \(name) of at least \(least), not \(values)")
            }
        }
    }

    /// How far a window reaches along an axis.
    func extent(_ axis: Int) -> Int { (window[axis] - 1) * dilation[axis] + 1 }

    /// The number of windows along each axis.
    /// - Throws: kind `shape` where not even one fits.
    func outputs(_ sizes: [Int]) throws -> [Int] {
        try sizes.indices.map { axis in
            guard sizes[axis] > 0 else {
                throw HornbillError(.shape, "\(what): spatial axis \(axis) of the input is empty, \(sizes)")
            }
            let room = sizes[axis] + low[axis] + high[axis] - extent(axis)
            guard room >= 0 else {
                let dilated = dilation[axis] == 1 ? "" : " by dilation \(dilation[axis])"
                let padded = low[axis] + high[axis] == 0 ? "" : " with \(low[axis] + high[axis]) of padding"
                throw HornbillError(
                    .shape,
                    "\(what): a window of \(window[axis])\(dilated) is larger than spatial axis \(axis) of the input, \(sizes[axis])\(padded)"
                )
            }
            return room / strides[axis] + 1
        }
    }
}

extension Shape {
    /// The axes between the batch and the channels.
    var spatial: [Int] { Array(dimensions.dropFirst().dropLast()) }
}

extension ConvolutionForm {
    func geometry(_ window: [Int]) -> WindowGeometry {
        WindowGeometry(
            what: "a convolution", window: window, strides: strides, dilation: dilation, low: low, high: high)
    }

    /// Checks the kernel beside the channels of the input.
    private func check(channels: Int, _ kernel: Shape, spatial: Int) throws {
        guard kernel.rank == spatial + 2 else {
            throw HornbillError(
                .shape,
                "a convolution over \(spatial) spatial axes needs a kernel of rank \(spatial + 2), not of the shape \(kernel)"
            )
        }
        try geometry(Array(kernel.dimensions.dropLast(2))).check(spatial: spatial)
        let (perGroup, filters) = (kernel[spatial], kernel[spatial + 1])
        guard groups >= 1, channels == perGroup * groups else {
            throw HornbillError(
                .shape,
                "a convolution in \(groups) groups with a kernel of the shape \(kernel) takes \(perGroup) channels a group, not \(channels) in all"
            )
        }
        guard filters % groups == 0 else {
            throw HornbillError(
                .shape, "the \(filters) filters of a convolution cannot be divided among \(groups) groups")
        }
    }

    private func sameType(_ a: TensorType, _ b: TensorType) throws {
        guard a.dtype == b.dtype, a.dtype.isFloatingPoint else {
            throw HornbillError(.dtype, "a convolution needs operands of one floating-point type, not \(a) and \(b)")
        }
        guard (3...5).contains(a.shape.rank) else {
            throw HornbillError(
                .shape, "a convolution takes a batch, one to three spatial axes and channels, not the shape \(a.shape)")
        }
    }

    func outputType(_ input: TensorType, _ kernel: TensorType) throws -> TensorType {
        try sameType(input, kernel)
        let (shape, filters) = (input.shape, kernel.shape.last ?? 0)
        try check(channels: shape[shape.rank - 1], kernel.shape, spatial: shape.rank - 2)
        let sizes = try geometry(Array(kernel.shape.dimensions.dropLast(2))).outputs(shape.spatial)
        return TensorType(input.dtype, try Shape([shape[0]] + sizes + [filters]).validated())
    }

    func inputType(_ gradient: TensorType, _ kernel: TensorType, _ sizes: [Int]) throws -> TensorType {
        try sameType(gradient, kernel)
        let spatial = gradient.shape.rank - 2
        guard kernel.shape.rank == spatial + 2, sizes.count == spatial else {
            throw HornbillError(.shape, "a gradient \(gradient) for an input of \(sizes), with the kernel \(kernel)")
        }
        let channels = kernel.shape[spatial].multipliedReportingOverflow(by: groups)
        let shape = try Shape([gradient.shape[0]] + sizes + [channels.overflow ? -1 : channels.partialValue])
            .validated()
        let type = TensorType(gradient.dtype, shape)
        guard try outputType(type, kernel) == gradient else {
            throw HornbillError(.shape, "a gradient \(gradient) is not that of a convolution of \(type) by \(kernel)")
        }
        return type
    }

    func kernelType(_ input: TensorType, _ gradient: TensorType, _ window: [Int]) throws -> TensorType {
        try sameType(input, gradient)
        let channels = input.shape.last ?? 0
        guard groups >= 1, channels % groups == 0 else {
            throw HornbillError(.shape, "\(channels) channels cannot be divided among \(groups) groups")
        }
        let shape = try Shape(window + [channels / groups, gradient.shape.last ?? 0]).validated()
        let type = TensorType(input.dtype, shape)
        guard try outputType(input, type) == gradient else {
            throw HornbillError(.shape, "a gradient \(gradient) is not that of a convolution of \(input) by \(type)")
        }
        return type
    }
}

extension PoolForm {
    var geometry: WindowGeometry {
        WindowGeometry(
            what: "a pool", window: window, strides: strides, dilation: window.map { _ in 1 }, low: low, high: high)
    }

    func outputType(_ input: TensorType) throws -> TensorType {
        let shape = input.shape
        guard input.dtype.isFloatingPoint else {
            throw HornbillError(.dtype, "a pool needs floating point, not \(input.dtype)")
        }
        guard (3...5).contains(shape.rank) else {
            throw HornbillError(
                .shape, "a pool takes a batch, one to three spatial axes and channels, not the shape \(shape)")
        }
        try geometry.check(spatial: shape.rank - 2)
        let sizes = try geometry.outputs(shape.spatial)
        return TensorType(input.dtype, try Shape([shape[0]] + sizes + [shape[shape.rank - 1]]).validated())
    }

    func inputType(_ inputs: [TensorType], _ sizes: [Int]) throws -> TensorType {
        let gradient = inputs[inputs.count - 1]
        guard gradient.shape.rank >= 2, sizes.count == gradient.shape.rank - 2 else {
            throw HornbillError(.shape, "a gradient \(gradient) for the input of a pool of \(sizes)")
        }
        let (batch, channels) = (gradient.shape[0], gradient.shape[gradient.shape.rank - 1])
        let type = TensorType(gradient.dtype, try Shape([batch] + sizes + [channels]).validated())
        guard try outputType(type) == gradient, kind != .max || inputs[0] == type else {
            throw HornbillError(.shape, "a gradient \(gradient) is not that of a pool of \(inputs[0])")
        }
        return type
    }

    func pickType(_ input: TensorType, _ values: TensorType) throws -> TensorType {
        guard kind == .max, input == values else {
            throw HornbillError(.internal, "a pool cannot pick from \(values) where \(input) is largest")
        }
        return try outputType(input)
    }
}
