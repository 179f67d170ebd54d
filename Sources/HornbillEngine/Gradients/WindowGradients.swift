extension GradientContext {
    // A convolution and its two gradients are linear in each operand, and the adjoints of each other.

    func convolution(_ form: ConvolutionForm) throws -> [Tensor?] {
        let (x, kernel) = (inputs[0], inputs[1])
        return try each(
            { try .emit1(.convolutionInputGradient(form, sizes: x.shape.spatial), [g, kernel]) },
            { try .emit1(.convolutionKernelGradient(form, window: kernel.window), [x, g]) })
    }

    func convolutionInputGradient(_ form: ConvolutionForm) throws -> [Tensor?] {
        let (inner, kernel) = (inputs[0], inputs[1])
        return try each(
            { try .emit1(.convolution(form), [g, kernel]) },
            { try .emit1(.convolutionKernelGradient(form, window: kernel.window), [g, inner]) })
    }

    func convolutionKernelGradient(_ form: ConvolutionForm) throws -> [Tensor?] {
        let (x, inner) = (inputs[0], inputs[1])
        return try each(
            { try .emit1(.convolutionInputGradient(form, sizes: x.shape.spatial), [inner, g]) },
            { try .emit1(.convolution(form), [x, g]) })
    }

    func pool(_ form: PoolForm) throws -> [Tensor?] {
        let operands = form.kind == .max ? [x, g] : [g]
        return [try .emit1(.poolGradient(form, sizes: x.shape.spatial), operands)]
    }

    /// Linear in the gradient; the place of the largest element does not change with the input.
    func poolGradient(_ form: PoolForm) throws -> [Tensor?] {
        guard form.kind == .max else { return [try .emit1(.pool(form), [g])] }
        return [nil, wanted[1] ? try .emit1(.poolPick(form), [inputs[0], g]) : nil]
    }

    func poolPick(_ form: PoolForm) throws -> [Tensor?] {
        [nil, wanted[1] ? try .emit1(.poolGradient(form, sizes: inputs[0].shape.spatial), [inputs[0], g]) : nil]
    }
}

extension Tensor {
    /// The spatial sizes of a convolution's kernel.
    fileprivate var window: [Int] { Array(shape.dimensions.dropLast(2)) }
}
