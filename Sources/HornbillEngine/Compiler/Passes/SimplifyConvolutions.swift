extension GraphRewriter {
    // MARK: Convolutions

    // A kernel of one place with strides, as in the shortcuts of residual networks, sees some places of the image and no
    // other: these are taken out first, and the convolution of what is left has no strides. It is a matrix product, which
    // every precision has a fast kernel for, and the image and its gradient are walked once in place of three times.

    mutating func simplifyConvolution(_ form: ConvolutionForm, _ operands: [Value], like node: Node) throws -> Rewrite?
    {
        guard form.picksPlaces(window: type(of: operands[1]).shape.window) else { return nil }
        let places = try simplified(form.pickedPlaces(of: type(of: operands[0]).shape), [operands[0]], like: node)
        return .node(.convolution(form.withoutStrides), [places[0], operands[1]])
    }

    mutating func simplifyInputGradient(
        _ form: ConvolutionForm, _ sizes: [Int], _ operands: [Value], like node: Node
    ) throws -> Rewrite? {
        guard form.picksPlaces(window: type(of: operands[1]).shape.window) else { return nil }
        let places = type(of: operands[0]).shape.dimensions.dropFirst().dropLast()
        let gradient = try simplified(
            .convolutionInputGradient(form.withoutStrides, sizes: Array(places)), operands, like: node)
        let strides = form.strides
        let rest = zip(sizes, zip(places, strides)).map { size, axis in size - ((axis.0 - 1) * axis.1 + 1) }
        let none = [Int](repeating: 0, count: sizes.count + 2)
        return .node(
            .pad(low: none, high: [0] + rest + [0], interior: [0] + strides.map { $0 - 1 } + [0], value: 0), gradient)
    }

    mutating func simplifyKernelGradient(
        _ form: ConvolutionForm, _ window: [Int], _ operands: [Value], like node: Node
    ) throws -> Rewrite? {
        guard form.picksPlaces(window: window) else { return nil }
        let places = try simplified(form.pickedPlaces(of: type(of: operands[0]).shape), [operands[0]], like: node)
        return .node(.convolutionKernelGradient(form.withoutStrides, window: window), [places[0], operands[1]])
    }
}

extension ConvolutionForm {
    /// Whether each result depends on one place of an image, and some places are passed over.
    fileprivate func picksPlaces(window: [Int]) -> Bool {
        window.allSatisfy { $0 == 1 } && (low + high).allSatisfy { $0 == 0 } && strides.contains { $0 != 1 }
    }

    fileprivate var withoutStrides: ConvolutionForm {
        ConvolutionForm(
            strides: strides.map { _ in 1 }, dilation: dilation.map { _ in 1 }, low: low, high: high, groups: groups)
    }

    /// The places of images that a window of one element sees.
    fileprivate func pickedPlaces(of images: Shape) -> Operation {
        let spatial = images.dimensions.dropFirst().dropLast()
        let sizes = zip(spatial, strides).map { ($0 + $1 - 1) / $1 }
        return .slice(
            start: [Int](repeating: 0, count: images.rank), size: [images[0]] + sizes + [images[images.rank - 1]],
            stride: [1] + strides + [1])
    }
}

extension Shape {
    /// The spatial axes of a convolution's kernel.
    fileprivate var window: [Int] { Array(dimensions.dropLast(2)) }
}
