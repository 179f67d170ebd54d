// Borders, parts and patches of images.

extension TensorFunction {
    private static func edges(
        _ name: String, _ what: String,
        _ body: @escaping @Sendable (ImageAxes, (Int?, Int?), (Int?, Int?), Int?, Int?) throws -> Tensor
    ) -> TensorFunction {
        let sides = ["top", "left", "bottom", "right"].map { "\($0)_\(what)" }
        return TensorFunction(
            name, module: "keras.src.ops.image", ["images"],
            config: sides + ["target_height", "target_width", "data_format"]
        ) { call in
            let numbers = try (1...6).map { try call.optionalInt($0) }
            return try body(
                ImageAxes(call.tensor(0), call.argument(7), name), (numbers[0], numbers[2]), (numbers[1], numbers[3]),
                numbers[4], numbers[5])
        }
    }

    static let padImages = edges("PadImages", "padding") { image, rows, columns, height, width in
        /// Of before, after and the whole, two say the third.
        func widths(_ size: Int, _ given: (Int?, Int?), _ target: Int?, _ axis: String) throws -> (Int, Int) {
            let result: (Int, Int)
            switch (given.0, given.1, target) {
            case (let before?, let after?, nil): result = (before, after)
            case (let before?, nil, let target?): result = (before, target - before - size)
            case (nil, let after?, let target?): result = (target - after - size, after)
            default:
                throw HornbillError(
                    .argument, "padImages: two of both paddings and the target are needed for the \(axis)")
            }
            guard result.0 >= 0, result.1 >= 0 else {
                throw HornbillError(.argument, "padImages: the \(axis) of \(size) would get a padding of \(result)")
            }
            return result
        }
        return try image.bordered(
            widths(image.height, rows, height, "height"), widths(image.width, columns, width, "width"))
    }
    static let cropImages = edges("CropImages", "cropping") { image, rows, columns, height, width in
        func range(_ size: Int, _ given: (Int?, Int?), _ target: Int?, _ axis: String) throws -> Range<Int> {
            let result: (Int, Int)
            switch (given.0, given.1, target) {
            case (let before?, let after?, nil): result = (before, size - after)
            case (let before?, nil, let target?): result = (before, before + target)
            case (nil, let after?, let target?): result = (size - after - target, size - after)
            default:
                throw HornbillError(
                    .argument, "cropImages: two of both croppings and the target are needed for the \(axis)")
            }
            guard result.0 >= 0, result.1 <= size, result.0 < result.1 else {
                throw HornbillError(
                    .argument, "cropImages: of the \(axis) of \(size), \(result.0) to \(result.1) is no part")
            }
            return result.0..<result.1
        }
        return try image.x.slice(axis: image.row, range(image.height, rows, height, "height"))
            .slice(axis: image.column, range(image.width, columns, width, "width"))
    }
    static let extractPatches = TensorFunction(
        "ExtractPatches", module: "keras.src.ops.image", ["images"],
        config: ["size", "strides", "dilation_rate", "padding", "data_format"]
    ) { call in
        let x = try call.tensor(0).validated()
        let given = try call.ints(1)
        // Images have two axes of pixels, volumes, which three sizes ask for, three.
        let axes = given.count == 3 ? 3 : 2
        guard given.count == axes || given.count == 1, x.rank == axes + 1 || x.rank == axes + 2 else {
            throw HornbillError(.shape, "extractPatches: patches of \(given) in the shape \(x.shape)")
        }
        func each(_ values: [Int]) -> [Int] { values.count == 1 ? [Int](repeating: values[0], count: axes) : values }
        let size = each(given)
        let strides = try call.argument(2) == .none ? size : each(call.ints(2))
        let dilation = try each(call.ints(3))
        let padding = try call.string(4)
        guard size.count == axes, strides.count == axes, dilation.count == axes,
            (size + strides + dilation).allSatisfy({ $0 > 0 })
        else {
            throw HornbillError(
                .argument, "extractPatches: sizes \(size), strides \(strides) and dilation \(dilation) must be positive"
            )
        }
        guard padding == "valid" || padding == "same" else {
            throw HornbillError(.unknownName, "extractPatches: the padding is 'valid' or 'same', not '\(padding)'")
        }
        let isBatch = x.rank == axes + 2
        let isFirst = try ImageAxes.format(call.argument(5), "extractPatches") == .channelsFirst
        var batch = isBatch ? x : try x.reshape(Shape([1] + x.shape.dimensions))
        if isFirst { batch = try batch.transpose([0] + Array(2..<(axes + 2)) + [1]) }
        let channels = batch.shape[axes + 1]
        var counts: [Int] = []
        for axis in 0..<axes {
            let place = 1 + 2 * axis
            let (length, reach) = (batch.shape[place], (size[axis] - 1) * dilation[axis] + 1)
            var border = (0, 0)
            if padding == "same" {
                let needed = ((length + strides[axis] - 1) / strides[axis] - 1) * strides[axis] + reach - length
                border = (Swift.max(needed, 0) / 2, Swift.max(needed, 0) - Swift.max(needed, 0) / 2)
            }
            let count = (length + border.0 + border.1 - reach) / strides[axis] + 1
            guard length + border.0 + border.1 >= reach else {
                throw HornbillError(.shape, "extractPatches: patches of \(size) do not fit into the shape \(x.shape)")
            }
            var widths = [(Int, Int)](repeating: (0, 0), count: batch.rank)
            widths[place] = border
            let indices = (0..<count).flatMap { position in
                (0..<size[axis]).map { Int32(position * strides[axis] + $0 * dilation[axis]) }
            }
            counts.append(count)
            batch = try .emit1(
                .gather(axis: place), [batch.padded(widths), Tensor(indices, shape: [count, size[axis]])])
        }
        // (batch, positions, places, positions, places, …, channels)
        let order = [0] + (0..<axes).map { 1 + 2 * $0 } + (0..<axes).map { 2 + 2 * $0 } + [1 + 2 * axes]
        var result = try batch.transpose(order).reshape(
            Shape([batch.shape[0]] + counts + [size.reduce(1, *) * channels]))
        if isFirst { result = try result.transpose([0, axes + 1] + Array(1..<(axes + 1))) }
        return isBatch ? result : try result.reshape(Shape(Array(result.shape.dimensions.dropFirst())))
    }

    static let imageBorders: [TensorFunction] = [padImages, cropImages, extractPatches]
}
