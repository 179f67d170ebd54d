import HornbillEngine

/// Convolutions and pools.
enum WindowGradientCases {
    static let all = convolutions + pools + publicForms

    /// A convolution of one axis with everything on.
    private static let line = ConvolutionForm(strides: [2], dilation: [2], low: [1], high: [2], groups: 2)
    private static let plane = ConvolutionForm(strides: [1, 2], dilation: [1, 1], low: [1, 0], high: [1, 0])
    private static let space = ConvolutionForm(
        strides: [1, 1, 1], dilation: [1, 1, 1], low: [0, 0, 1], high: [0, 0, 0])

    static let convolutions: [GradientCase] = [
        GradientCase(.convolution(line), [numbers([2, 6, 4]), numbers([2, 2, 2], seed: 3)]),
        GradientCase(.convolution(plane), [numbers([2, 3, 4, 1]), numbers([2, 2, 1, 2], seed: 3)]),
        GradientCase(.convolution(space), [numbers([1, 2, 2, 2, 2]), numbers([2, 1, 2, 2, 1], seed: 3)]),
        GradientCase(
            .convolutionInputGradient(line, sizes: [6]), [numbers([1, 4, 2]), numbers([2, 2, 2], seed: 3)]),
        GradientCase(
            .convolutionInputGradient(plane, sizes: [3, 4]), [numbers([1, 4, 2, 2]), numbers([2, 2, 1, 2], seed: 3)]),
        GradientCase(
            .convolutionKernelGradient(line, window: [2]), [numbers([2, 6, 4]), numbers([2, 4, 2], seed: 3)]),
        GradientCase(
            .convolutionKernelGradient(plane, window: [2, 2]),
            [numbers([1, 3, 4, 1]), numbers([1, 4, 2, 2], seed: 3)]),
    ]

    static let pools: [GradientCase] = PoolKind.allCases.flatMap { kind in
        let line = PoolForm(kind: kind, window: [3], strides: [2], low: [1], high: [1])
        let plane = PoolForm(kind: kind, window: [2, 2], strides: [1, 3], low: [0, 1], high: [1, 0])
        let gradient =
            kind == .max ? [numbers([2, 5, 2]), numbers([2, 3, 2], seed: 3)] : [numbers([2, 3, 2], seed: 3)]
        return [
            GradientCase(.pool(line), [numbers([2, 5, 2])]), GradientCase(.pool(plane), [numbers([1, 3, 4, 2])]),
            GradientCase(.poolGradient(line, sizes: [5]), gradient),
        ] + (kind == .max ? [GradientCase(.poolPick(line), [numbers([2, 5, 2]), numbers([2, 5, 2], seed: 3)])] : [])
    }

    static let publicForms: [GradientCase] = [
        GradientCase("conv, channels first, same", [numbers([1, 2, 4, 3]), numbers([3, 2, 2, 2], seed: 3)]) {
            ops.conv($0[0], $0[1], strides: [1, 2], padding: .same, dataFormat: .channelsFirst)
        },
        GradientCase("depthwiseConv", [numbers([1, 4, 3, 2]), numbers([2, 2, 2, 2], seed: 3)]) {
            ops.depthwiseConv($0[0], $0[1], padding: .same)
        },
        GradientCase(
            "separableConv", [numbers([1, 4, 2]), numbers([2, 2, 1], seed: 3), numbers([1, 2, 3], seed: 5)]
        ) { ops.separableConv($0[0], $0[1], $0[2], strides: 2) },
        GradientCase("convTranspose", [numbers([1, 3, 2]), numbers([2, 3, 2], seed: 3)]) {
            ops.convTranspose($0[0], $0[1], strides: 3, padding: .same, outputPadding: 2)
        },
    ]
}
