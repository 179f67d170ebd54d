import CKernels

extension Lowering {
    /// Which of a convolution's kernels.
    enum ConvolutionPart: Sendable, Hashable {
        case forward(bias: Bool)
        case inputGradient
        case kernelGradient(bias: Bool)
    }

    /// Convolutions, by own kernels where nothing is padded, and by oneDNN, in float32 and, where its kernels for it are
    /// right, in bfloat16.
    ///
    /// The own ones take images of any width at the speed of a matrix product (measured for 13×13×32 by 3×3 to 64
    /// filters: 1.4 times oneDNN's, for 5×5×64 to 128 twice), oneDNN's lose a part of it in widths that its blocks do
    /// not fit.
    ///
    /// Activations stay channels-last, where its kernels were measured as fast as on blocked layouts. The kernel is
    /// reordered to the layout that the primitive asks for, and its gradient back, within the step's scratch memory. How
    /// a primitive divides its sums is fixed by the number of threads at its creation: unlike other kernels' the bits of
    /// a kernel gradient depend on that number.
    static func convolution(
        _ form: ConvolutionForm, _ part: ConvolutionPart, _ inputs: [TensorType], _ outputs: [TensorType],
        _ threads: Int
    ) -> Kernel? {
        guard (inputs + outputs).allSatisfy({ $0.shape.count > 0 }) else { return nil }
        let types: OneDNN.ConvolutionTypes
        switch part {
        case .forward(let bias):
            types = .init(source: inputs[0], kernel: inputs[1], bias: bias ? inputs[2] : nil, result: outputs[0])
        case .inputGradient: types = .init(source: outputs[0], kernel: inputs[1], result: inputs[0])
        case .kernelGradient(let bias):
            types = .init(source: inputs[0], kernel: outputs[0], bias: bias ? outputs[1] : nil, result: inputs[1])
        }
        if let kernel = unpadded(form, part, types, threads) { return kernel }
        guard types.source.dtype == .float32 || types.source.dtype == .bfloat16 && isSound(form, types) else {
            return nil
        }
        // What oneDNN has no kernel for, the reference computes.
        let program = OneDNN.describingConvolutions.withLock { _ in
            try? OneDNN.onTeam(of: threads) { try OneDNN.convolution(form, part, types) }
        }
        guard let program else { return nil }
        let name = "convolution \(part.name) \(types.source.shape) by \(types.kernel.shape) \(form): \(program.name)"
        return Kernel(name, scratchBytes: program.scratchBytes) {
            let run = try OneDNN.Run(program)
            return { window in try OneDNN.onTeam(of: threads) { try run.execute(window) } }
        }
    }

    /// A convolution in float32 whose windows lie within the images.
    private static func unpadded(
        _ form: ConvolutionForm, _ part: ConvolutionPart, _ types: OneDNN.ConvolutionTypes, _ threads: Int
    ) -> Kernel? {
        guard types.source.dtype == .float32, form.groups == 1, (form.low + form.high).allSatisfy({ $0 == 0 }),
            let sizes = hk_convolution(form, types), sizes.filters >= 16,
            withUnsafePointer(to: sizes, hk_convolves)
        else { return nil }
        let members = Int32(threads)
        let name = "convolution \(part.name) \(types.source.shape) by \(types.kernel.shape) \(form)"
        func kernel(
            _ code: hk_convolution_part,
            _ run: @escaping @Sendable (UnsafePointer<hk_convolution>, Window) -> Void
        ) -> Kernel {
            Kernel(name, scratchBytes: withUnsafePointer(to: sizes) { hk_convolve_scratch($0, code) }) { window in
                withUnsafePointer(to: sizes) { run($0, window) }
            }
        }
        switch part {
        case .forward(let bias):
            return kernel(HK_CONVOLVE) { sizes, window in
                hk_convolve(
                    sizes, window[0].floats, window[1].floats, bias ? window[2].floats : nil,
                    window[bias ? 3 : 2].floats, window[bias ? 4 : 3], members)
            }
        case .inputGradient:
            return kernel(HK_CONVOLVE_IMAGES) { sizes, window in
                hk_convolve_images(sizes, window[1].floats, window[0].floats, window[2].floats, window[3], members)
            }
        case .kernelGradient(let bias):
            return kernel(HK_CONVOLVE_KERNEL) { sizes, window in
                hk_convolve_kernel(
                    sizes, window[0].floats, window[1].floats, window[2].floats, bias ? window[3].floats : nil,
                    window[bias ? 4 : 3], members)
            }
        }
    }

    /// Whether oneDNN's bfloat16 kernels compute this convolution rightly. Held against its float32 ones over thousands of
    /// random sizes, those of its version 2.6 for AMX and AVX512_BF16 were wrong in some with strides (forward: a copy of
    /// the input smaller than what is written to it; gradients: places that no window meets are left as they were) and
    /// in some with dilation, and in kernel gradients with elements that never meet the image. Among the others, none.
    private static func isSound(_ form: ConvolutionForm, _ types: OneDNN.ConvolutionTypes) -> Bool {
        let (sizes, window) = (types.source.shape.spatial, types.kernel.shape.dimensions)
        return sizes.indices.allSatisfy { axis in
            form.strides[axis] == 1 && form.dilation[axis] == 1
                && sizes[axis] + min(form.low[axis], form.high[axis]) >= window[axis]
        }
    }
}

extension Lowering.ConvolutionPart {
    fileprivate var name: String {
        switch self {
        case .forward(let bias): "forward\(bias ? " +bias" : "")"
        case .inputGradient: "input gradient"
        case .kernelGradient(let bias): "kernel gradient\(bias ? " +bias" : "")"
        }
    }
}

extension hk_convolution {
    /// nil for more than two spatial axes.
    fileprivate init?(_ form: ConvolutionForm, _ types: OneDNN.ConvolutionTypes) {
        let (images, places, window) = (types.source.shape, types.result.shape, types.kernel.shape.dimensions)
        guard images.rank == 3 || images.rank == 4 else { return nil }
        func two(_ values: [Int]) -> (Int64, Int64) {
            (values.count == 2 ? Int64(values[0]) : 1, Int64(values[values.count - 1]))
        }
        self.init(
            batch: Int64(images[0]), channels: Int64(images[images.rank - 1]), filters: Int64(places[places.rank - 1]),
            input: two(images.spatial), output: two(places.spatial), window: two(Array(window.dropLast(2))),
            stride: two(form.strides), dilation: two(form.dilation))
    }
}
