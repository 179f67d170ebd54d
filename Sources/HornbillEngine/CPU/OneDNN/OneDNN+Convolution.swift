import COneDNN
import Synchronization

extension OneDNN {
    /// Held while a convolution is described and its primitive made. Until its version 3.0 oneDNN keeps how many input
    /// channels stand side by side in a kernel (1 in float32, 2 in bfloat16) in a variable of the process: described at
    /// the same time, convolutions of the two types would get each other's number, and wrong results ever after.
    static let describingConvolutions = Mutex(())

    /// The operands of a convolution, whichever of them is computed.
    struct ConvolutionTypes {
        var source: TensorType
        var kernel: TensorType
        var bias: TensorType?
        var result: TensorType
    }

    /// The primitives of a convolution: itself, and what reorders its kernel.
    /// - Throws: where oneDNN has no implementation.
    static func convolution(_ form: ConvolutionForm, _ part: Lowering.ConvolutionPart, _ types: ConvolutionTypes) throws
        -> Program
    {
        let layouts = ConvolutionLayouts(types, groups: form.groups)
        let attributes = try Attributes()
        let main = try layouts.describe(form, part, attributes)
        // No rectifier is made a part of it, since oneDNN's takes not-a-number for zero.
        // Window: operands, then results, then scratch memory.
        let indices: (source: Int, kernel: Int, bias: Int, result: Int)
        switch part {
        case .forward: indices = (0, 1, 2, types.bias == nil ? 2 : 3)
        case .inputGradient: indices = (2, 1, 2, 0)
        case .kernelGradient: indices = (0, 2, 3, 1)
        }
        let operands = types.bias == nil ? 3 : 4
        let wanted = main.layout(part.isKernelGradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md)
        let agrees = withUnsafePointer(to: wanted) { a in
            withUnsafePointer(to: layouts.kernel) { b in dnnl_memory_desc_equal(a, b) != 0 }
        }
        let program = Program(main.name + (agrees ? "" : ", kernel reordered"), scratchIndex: operands)
        let place = agrees ? Place.window(indices.kernel) : program.allocate(wanted)
        func reorder(from: (dnnl_memory_desc_t, Place), to: (dnnl_memory_desc_t, Place)) throws {
            let engine = try requireEngine()
            let descriptor = try PrimitiveDescriptor { target in
                withUnsafePointer(to: from.0) { source in
                    withUnsafePointer(to: to.0) { result in
                        attributes.lend {
                            dnnl_reorder_primitive_desc_create(target, source, engine, result, engine, $0)
                        }
                    }
                }
            }
            program.append(
                try Primitive(descriptor),
                [
                    Argument(number: DNNL_ARG_FROM, layout: from.0, place: from.1),
                    Argument(number: DNNL_ARG_TO, layout: to.0, place: to.1),
                ])
        }
        if !agrees, !part.isKernelGradient {
            try reorder(from: (layouts.kernel, .window(indices.kernel)), to: (wanted, place))
        }
        let numbers = part.argumentNumbers
        var arguments = [
            Argument(number: numbers.source, layout: layouts.source, place: .window(indices.source)),
            Argument(number: numbers.kernel, layout: wanted, place: place),
            Argument(number: numbers.result, layout: layouts.result, place: .window(indices.result)),
        ]
        if let bias = layouts.bias {
            arguments.append(Argument(number: numbers.bias, layout: bias, place: .window(indices.bias)))
        }
        program.append(try Primitive(main), arguments)
        if !agrees, part.isKernelGradient {
            try reorder(from: (wanted, place), to: (layouts.kernel, .window(indices.kernel)))
        }
        return program
    }

    /// The memory layouts of a convolution's operands in oneDNN's order of axes (batch, channels, spatial…).
    private struct ConvolutionLayouts {
        var source: dnnl_memory_desc_t
        var kernel: dnnl_memory_desc_t
        /// The kernel in whatever layout the primitive likes.
        var freeKernel: dnnl_memory_desc_t
        var bias: dnnl_memory_desc_t?
        var result: dnnl_memory_desc_t
        /// The spatial sizes of source, kernel and result.
        private let inputs: [Int]
        private let window: [Int]
        private let outputs: [Int]

        init(_ types: ConvolutionTypes, groups: Int) {
            source = Self.activations(types.source)
            result = Self.activations(types.result)
            bias = types.bias.map { Self.layout([$0.shape.count], [1], $0.dtype) }
            let shape = types.kernel.shape
            let spatial = shape.rank - 2
            inputs = types.source.shape.spatial
            window = Array(shape.dimensions.prefix(spatial))
            outputs = types.result.shape.spatial
            let (channels, filters, strides) = (shape[spatial], shape[spatial + 1] / groups, shape.strides)
            // (window…, channels, groups × filters), read as (groups, filters, channels, window…).
            var sizes = [filters, channels] + shape.dimensions.prefix(spatial)
            var steps = [1, strides[spatial]] + strides.prefix(spatial)
            if groups > 1 {
                sizes.insert(groups, at: 0)
                steps.insert(filters, at: 0)
            }
            kernel = Self.layout(sizes, steps, types.kernel.dtype)
            freeKernel = kernel
            freeKernel.format_kind = dnnl_format_kind_any
        }

        private static func activations(_ type: TensorType) -> dnnl_memory_desc_t {
            let (shape, strides, last) = (type.shape, type.shape.strides, type.shape.rank - 1)
            return layout(
                [shape[0], shape[last]] + shape.spatial, [strides[0], 1] + strides[1..<last], type.dtype)
        }

        private static func layout(_ sizes: [Int], _ strides: [Int], _ dtype: DType) -> dnnl_memory_desc_t {
            var layout = dnnl_memory_desc_t()
            let (sizes, strides) = (sizes.map(Int64.init), strides.map(Int64.init))
            // Fails only for shapes that the caller has excluded, and then leaves what no primitive takes.
            _ = dnnl_memory_desc_init_by_strides(
                &layout, Int32(sizes.count), sizes, dtype == .bfloat16 ? dnnl_bf16 : dnnl_f32, strides)
            return layout
        }

        /// The primitive descriptor; a gradient's needs the forward's as a hint.
        func describe(_ form: ConvolutionForm, _ part: Lowering.ConvolutionPart, _ attributes: Attributes) throws
            -> PrimitiveDescriptor
        {
            let engine = try requireEngine()
            let strides = form.strides.map(Int64.init)
            let dilation = form.dilation.map { Int64($0 - 1) }
            let low = form.low.map(Int64.init)
            let high = high(form)
            var (source, kernel, result) = (source, freeKernel, result)
            // One of no format stands for none.
            var bias = bias ?? dnnl_memory_desc_t()
            let isForward = !part.isGradient
            var descriptor = dnnl_convolution_desc_t()
            try check(
                dnnl_dilated_convolution_forward_desc_init(
                    &descriptor, isForward ? dnnl_forward_inference : dnnl_forward_training,
                    dnnl_convolution_direct, &source, &kernel, &bias, &result, strides,
                    dilation, low, high), "describe a convolution")
            let forward = try PrimitiveDescriptor { target in
                attributes.lend { dnnl_primitive_desc_create(target, &descriptor, $0, engine, nil) }
            }
            if isForward { return forward }
            if part.isKernelGradient {
                try check(
                    dnnl_dilated_convolution_backward_weights_desc_init(
                        &descriptor, dnnl_convolution_direct, &source, &kernel, &bias, &result,
                        strides, dilation, low, high), "describe a convolution's gradient")
            } else {
                try check(
                    dnnl_dilated_convolution_backward_data_desc_init(
                        &descriptor, dnnl_convolution_direct, &source, &kernel, &result, strides, dilation, low, high),
                    "describe a convolution's gradient")
            }
            return try PrimitiveDescriptor { target in
                attributes.lend { attributes in
                    forward.lend { dnnl_primitive_desc_create(target, &descriptor, attributes, engine, $0) }
                }
            }
        }

        /// The padding at the end that the windows reach: oneDNN wants no more of it than they do.
        private func high(_ form: ConvolutionForm) -> [Int64] {
            form.strides.indices.map { axis in
                let reach =
                    (outputs[axis] - 1) * form.strides[axis] + (window[axis] - 1) * form.dilation[axis] + 1
                return Int64(max(reach - form.low[axis] - inputs[axis], 0))
            }
        }
    }
}

extension Lowering.ConvolutionPart {
    fileprivate var isKernelGradient: Bool {
        if case .kernelGradient = self { true } else { false }
    }

    fileprivate var isGradient: Bool {
        if case .forward = self { false } else { true }
    }

    /// oneDNN's numbers for the operands.
    fileprivate var argumentNumbers: (source: Int32, kernel: Int32, bias: Int32, result: Int32) {
        switch self {
        case .forward: (DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST)
        case .inputGradient: (DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DIFF_DST)
        case .kernelGradient: (DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST)
        }
    }
}
