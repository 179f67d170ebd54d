import HornbillEngine

// Convolutions and pools, which have the channels last here and first in ONNX.

extension ONNXTranslator {
    private var spatial: Int { node.outputs[0].shape.rank - 2 }
    /// (batch, spatial…, channels) → (batch, channels, spatial…), and back.
    private var channelsFirst: [Int] { [0, spatial + 1] + (1..<spatial + 1) }
    private var channelsLast: [Int] { [0] + (2..<spatial + 2) + [1] }

    func convolution() throws -> String {
        func form(_ operation: Operation) -> ConvolutionForm? {
            if case .convolution(let form) = operation { form } else { nil }
        }
        let input = transpose(try operand(0), channelsFirst)
        // (window…, channels, filters) → (filters, channels, window…)
        let kernel = transpose(try operand(1), [spatial + 1, spatial] + (0..<spatial))
        let sides = try padding(
            operations.map { form($0).map { ($0.low, $0.high) } }, strides: same("stride") { form($0)?.strides })
        let attributes = try same("window") { operation in
            form(operation).map { form in
                [form.strides, form.dilation, [form.groups]]
            }
        }
        let result = emit(
            "Conv", [input, kernel],
            [("strides", .ints(attributes[0])), ("dilations", .ints(attributes[1])), ("group", .int(attributes[2][0]))]
                + [sides])
        return transpose(result, channelsLast)
    }

    func transposedConvolution() throws -> String {
        let form = try same("window") { operation in
            if case .convolutionInputGradient(let form, _) = operation { form } else { nil }
        }
        let (input, kernel) = (try operandType(0).extents, try operandType(1).extents)
        let sizes = try resultType().extents
        // What is left over of the input behind the last window.
        let rest = try (0..<spatial).map { axis in
            let reach = ((kernel[axis].fixed ?? 1) - 1) * form.dilation[axis] + 1 - form.low[axis] - form.high[axis]
            let rest = Extent(
                sizes: zip(sizes[axis + 1].sizes, input[axis + 1].sizes).map { output, input in
                    output - (input - 1) * form.strides[axis] - reach
                })
            guard let fixed = rest.fixed, fixed >= 0 else {
                throw refuse("its size depends on others in an unknown way")
            }
            return fixed
        }
        let result = emit(
            "ConvTranspose",
            [
                transpose(try operand(0), channelsFirst),
                // (window…, channels, filters) → (filters, channels, window…), the filters being the input here.
                transpose(try operand(1), [spatial + 1, spatial] + (0..<spatial)),
            ],
            [
                ("strides", .ints(form.strides)), ("dilations", .ints(form.dilation)), ("group", .int(form.groups)),
                ("pads", .ints(form.low + form.high)), ("output_padding", .ints(rest)),
            ])
        return transpose(result, channelsLast)
    }

    func pool() throws -> String {
        func form(_ operation: Operation) -> PoolForm? { if case .pool(let form) = operation { form } else { nil } }
        let window = try same("window") { form($0)?.window }
        let strides = try same("stride") { form($0)?.strides }
        let kind = try same("kind") { form($0)?.kind }
        let sides = try padding(operations.map { form($0).map { ($0.low, $0.high) } }, strides: strides)
        var attributes: [(name: String, value: ONNXAttribute)] = [
            ("kernel_shape", .ints(window)), ("strides", .ints(strides)), sides,
        ]
        if kind == .averageWithPadding { attributes.append(("count_include_pad", .int(1))) }
        let input = transpose(try operand(0), channelsFirst)
        return transpose(emit(kind == .max ? "MaxPool" : "AveragePool", [input], attributes), channelsLast)
    }

    /// The borders: numbers, or the rule of which they come where they depend on sizes that are not known.
    private func padding(_ borders: [(low: [Int], high: [Int])?], strides: [Int]) throws -> (
        name: String, value: ONNXAttribute
    ) {
        let borders = borders.compactMap { $0 }
        let first = borders[0]
        if borders.allSatisfy({ $0 == first }) { return ("pads", .ints(first.low + first.high)) }
        let (input, output) = (try operandType(0).extents, try resultType().extents)
        for axis in 0..<spatial {
            for (trace, border) in borders.enumerated() {
                let (size, count) = (input[axis + 1].sizes[trace], output[axis + 1].sizes[trace])
                guard count == (size + strides[axis] - 1) / strides[axis],
                    (0...1).contains(border.high[axis] - border.low[axis])
                else { throw refuse("its borders depend on sizes that are not known") }
            }
        }
        return ("auto_pad", .text("SAME_UPPER"))
    }
}
