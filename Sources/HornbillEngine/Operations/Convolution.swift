// Convolutions. What computes is channels-last; the other format is transposed to it and back.

extension TensorFunction {
    private static let options = ["strides", "padding", "data_format", "dilation_rate"]

    private static func convolution(
        _ name: String, _ body: @escaping @Sendable (Tensor, Tensor, ConvolutionOptions) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, module: "keras.src.ops.nn", ["inputs", "kernel"], config: options) { call in
            let format = try call.dataFormat(4)
            let options = ConvolutionOptions(
                strides: try call.ints(2), padding: try call.padding(3), dilation: try call.ints(5))
            try options.padding.check(name)
            let x = try call.tensor(0).floating().channelsLast(from: format)
            return try body(x, call.tensor(1).floating(), options).channels(to: format)
        }
    }

    static let conv = convolution("Conv") { x, kernel, options in try x.convolved(kernel, options) }
    static let depthwiseConv = convolution("DepthwiseConv") { x, kernel, options in
        try x.convolvedDepthwise(kernel, options)
    }
    static let separableConv = TensorFunction(
        "SeparableConv", module: "keras.src.ops.nn", ["inputs", "depthwise_kernel", "pointwise_kernel"],
        config: options
    ) { call in
        let format = try call.dataFormat(5)
        let options = ConvolutionOptions(
            strides: try call.ints(3), padding: try call.padding(4), dilation: try call.ints(6))
        try options.padding.check("SeparableConv")
        let x = try call.tensor(0).floating().channelsLast(from: format)
        let filtered = try x.convolvedDepthwise(call.tensor(1).floating(), options)
        return try filtered.convolved(call.tensor(2).floating(), ConvolutionOptions()).channels(to: format)
    }
    static let convTranspose = TensorFunction(
        "ConvTranspose", module: "keras.src.ops.nn", ["inputs", "kernel"],
        config: ["strides", "padding", "output_padding", "data_format", "dilation_rate"]
    ) { call in
        let format = try call.dataFormat(5)
        let options = ConvolutionOptions(
            strides: try call.ints(2), padding: try call.padding(3), dilation: try call.ints(6),
            outputPadding: try call.axes(4))
        try options.padding.check("ConvTranspose")
        let x = try call.tensor(0).floating().channelsLast(from: format)
        return try x.convolvedTransposed(call.tensor(1).floating(), options).channels(to: format)
    }

    static let convolutions: [TensorFunction] = [conv, depthwiseConv, separableConv, convTranspose]
}

/// How a convolution moves, as users say it.
package struct ConvolutionOptions: Sendable {
    package var strides: [Int]
    package var padding: Padding
    package var dilation: [Int]
    package var outputPadding: [Int]?

    package init(
        strides: [Int] = [1], padding: Padding = .valid, dilation: [Int] = [1], outputPadding: [Int]? = nil
    ) {
        self.strides = strides
        self.padding = padding
        self.dilation = dilation
        self.outputPadding = outputPadding
    }
}

extension Tensor {
    /// The kernel's window and the form for this channels-last input.
    private func form(_ kernel: Tensor, _ options: ConvolutionOptions) throws -> (ConvolutionForm, window: [Int]) {
        let spatial = try spatialRank("a convolution")
        guard try kernel.validated().rank == spatial + 2 else {
            throw HornbillError(
                .shape,
                "a convolution of the shape \(shape) needs a kernel of rank \(spatial + 2), not of the shape \(kernel.shape)"
            )
        }
        let window = Array(kernel.shape.dimensions.prefix(spatial))
        var form = ConvolutionForm(
            strides: try options.strides.expanded(spatial, "strides"),
            dilation: try options.dilation.expanded(spatial, "dilationRate"), low: [], high: [])
        for axis in 0..<spatial {
            let extent = (window[axis] - 1) * form.dilation[axis] + 1
            let (low, high) = options.padding.amounts(
                size: shape[axis + 1], extent: extent, stride: form.strides[axis])
            form.low.append(low)
            form.high.append(high)
        }
        return (form, window)
    }

    /// Convolved with a kernel (window…, channels / groups, filters); the channels say how many groups.
    package func convolved(_ kernel: Tensor, _ options: ConvolutionOptions) throws -> Tensor {
        var (form, _) = try form(kernel, options)
        let (channels, perGroup) = (shape[rank - 1], kernel.shape[rank - 2])
        guard perGroup > 0, channels % perGroup == 0 else {
            throw HornbillError(
                .shape,
                "the \(channels) channels of the input cannot be divided into groups of the kernel's \(perGroup) (the shapes are \(shape) and \(kernel.shape))"
            )
        }
        form.groups = channels / perGroup
        let dtype = dtype.promoted(with: kernel.dtype)
        return try .emit1(.convolution(form), [casted(to: dtype), kernel.casted(to: dtype)])
    }

    /// Each channel convolved on its own with a kernel (window…, channels, multiplier).
    package func convolvedDepthwise(_ kernel: Tensor, _ options: ConvolutionOptions) throws -> Tensor {
        let (_, window) = try form(kernel, options)
        let (channels, multiplier) = (kernel.shape[rank - 2], kernel.shape[rank - 1])
        guard channels == shape[rank - 1] else {
            throw HornbillError(
                .shape,
                "the kernel of a depthwise convolution of \(shape[rank - 1]) channels has \(channels) (the shapes are \(shape) and \(kernel.shape))"
            )
        }
        return try convolved(kernel.reshape(Shape(window + [1, channels * multiplier])), options)
    }

    /// The transposed convolution with a kernel (window…, filters, channels).
    package func convolvedTransposed(_ kernel: Tensor, _ options: ConvolutionOptions) throws -> Tensor {
        var (form, window) = try form(kernel, options)
        let (channels, expected) = (shape[rank - 1], kernel.shape[rank - 1])
        guard channels == expected else {
            throw HornbillError(
                .shape,
                "a transposed convolution of \(channels) channels with a kernel for \(expected) (the shapes are \(shape) and \(kernel.shape))"
            )
        }
        let extra = try options.outputPadding?.expanded(window.count, "outputPadding", least: 0)
        var sizes: [Int] = []
        // What no window of the convolution reaches, since `outputPadding` is larger than a stride: zeros.
        var beyond = [Int](repeating: 0, count: window.count)
        for axis in window.indices {
            let stride = form.strides[axis]
            let extent = (window[axis] - 1) * form.dilation[axis] + 1
            let cut = options.padding.transposedCut(extent: extent, stride: stride, outputPadding: extra?[axis])
            form.low[axis] = cut.low
            form.high[axis] = Swift.max(cut.high, 0)
            beyond[axis] = Swift.max(-cut.high - (stride - 1), 0)
            sizes.append((shape[axis + 1] - 1) * stride + extent - cut.low - cut.high - beyond[axis])
        }
        let dtype = dtype.promoted(with: kernel.dtype)
        let result = try Tensor.emit1(
            .convolutionInputGradient(form, sizes: sizes), [casted(to: dtype), kernel.casted(to: dtype)])
        return try result.padded([(0, 0)] + beyond.map { (0, $0) } + [(0, 0)])
    }
}

extension Padding {
    /// How much of the full result of a transposed convolution, (size - 1) · stride + extent, Keras cuts off before and
    /// after; a negative amount is added.
    fileprivate func transposedCut(extent: Int, stride: Int, outputPadding: Int?) -> (low: Int, high: Int) {
        guard self == .same else { return (0, -(outputPadding ?? (Swift.max(extent, stride) - extent))) }
        // The padding of the convolution of the spread input that computes it.
        let total = outputPadding.map { extent + extent % 2 - 2 + $0 } ?? (stride + extent - 2)
        let left = Swift.min(total / 2 + total % 2, extent - 1)
        return (extent - 1 - left, extent - 1 - (total - left))
    }
}

extension ops {
    /// The convolution of `inputs`, (batch, spatial…, channels), with `kernel`, (window…, channels / groups, filters).
    /// - Parameters:
    ///   - strides: how far the window moves, for all axes or each.
    ///   - padding: `.valid` or `.same`.
    ///   - dataFormat: where the channels of input and output stand.
    ///   - dilationRate: the distance of neighbouring elements of the kernel.
    public static func conv<T: TensorLike>(
        _ inputs: T, _ kernel: T, strides: any SpatialSizes = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: any SpatialSizes = 1, file: String = #fileID,
        line: Int = #line
    ) -> T {
        let options = [strides.argument, .string(padding.name), .string(dataFormat.rawValue), dilationRate.argument]
        return T.apply(.conv, [inputs, kernel], [.tensor(0), .tensor(1)] + options, file, line)
    }

    /// Each channel of `inputs` convolved on its own with `kernel`, (window…, channels, multiplier).
    public static func depthwiseConv<T: TensorLike>(
        _ inputs: T, _ kernel: T, strides: any SpatialSizes = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: any SpatialSizes = 1, file: String = #fileID,
        line: Int = #line
    ) -> T {
        let options = [strides.argument, .string(padding.name), .string(dataFormat.rawValue), dilationRate.argument]
        return T.apply(.depthwiseConv, [inputs, kernel], [.tensor(0), .tensor(1)] + options, file, line)
    }

    /// A depthwise convolution, then one of single elements with `pointwiseKernel`, (1…, channels · multiplier, filters).
    public static func separableConv<T: TensorLike>(
        _ inputs: T, _ depthwiseKernel: T, _ pointwiseKernel: T, strides: any SpatialSizes = 1,
        padding: Padding = .valid, dataFormat: DataFormat = .channelsLast, dilationRate: any SpatialSizes = 1,
        file: String = #fileID, line: Int = #line
    ) -> T {
        let options = [strides.argument, .string(padding.name), .string(dataFormat.rawValue), dilationRate.argument]
        let tensors = [Argument.tensor(0), .tensor(1), .tensor(2)]
        return T.apply(.separableConv, [inputs, depthwiseKernel, pointwiseKernel], tensors + options, file, line)
    }

    /// The transposed convolution of `inputs` with `kernel`, (window…, filters, channels): the gradient of a convolution.
    /// - Parameter outputPadding: what is added to the smallest size of the output that `padding` allows; nil chooses
    ///   size · stride for `.same`.
    public static func convTranspose<T: TensorLike>(
        _ inputs: T, _ kernel: T, strides: any SpatialSizes = 1, padding: Padding = .valid,
        outputPadding: (any SpatialSizes)? = nil, dataFormat: DataFormat = .channelsLast,
        dilationRate: any SpatialSizes = 1, file: String = #fileID, line: Int = #line
    ) -> T {
        let options = [
            strides.argument, .string(padding.name), outputPadding?.argument ?? .none, .string(dataFormat.rawValue),
            dilationRate.argument,
        ]
        return T.apply(.convTranspose, [inputs, kernel], [.tensor(0), .tensor(1)] + options, file, line)
    }
}
