// Images blurred, and their edges: sums of shifted copies.

extension TensorFunction {
    static let gaussianBlur = TensorFunction(
        "GaussianBlur", module: "keras.src.ops.image", ["images"], config: ["kernel_size", "sigma", "data_format"]
    ) { call in
        let image = try ImageAxes(call.tensor(0).floating(), call.argument(3), "gaussianBlur")
        let (size, deviations) = (try call.ints(1), try call.list(2))
        guard size.count == 2, deviations.count == 2, size[0] > 0, size[1] > 0 else {
            throw HornbillError(
                .argument, "gaussianBlur needs two sizes and two deviations, not \(size) and \(deviations)")
        }
        let sigma = try [0, 1].map {
            try FunctionCall(function: call.function, inputs: [], arguments: deviations).double($0)
        }
        /// The weights of one axis, which sum to 1.
        func weights(_ size: Int, _ sigma: Double) -> [Double] {
            let raw = (0..<size).map { place in
                let distance = (Double(place) - Double(size - 1) / 2) / sigma
                return Reference.exponential(-0.5 * distance * distance)
            }
            let total = raw.reduce(0, +)
            return raw.map { $0 / total }
        }
        // Keras gives the first size to the columns.
        let across = try image.x.filtered(axis: image.column, weights(size[0], sigma[0]))
        return try across.filtered(axis: image.row, weights(size[1], sigma[1]))
    }
    static let sobelEdges = TensorFunction(
        "SobelEdges", module: "keras.src.ops.image", ["images"], config: ["data_format"]
    ) { call in
        let image = try ImageAxes(call.tensor(0).floating(), call.argument(1), "sobelEdges")
        guard image.isBatch else {
            throw HornbillError(.shape, "sobelEdges needs a batch of images, not the shape \(image.x.shape)")
        }
        func edge(_ along: Int, _ across: Int) throws -> Tensor {
            let result = try image.x.filtered(axis: along, [-1, 0, 1]).filtered(axis: across, [1, 2, 1])
            return try result.reshape(Shape(result.shape.dimensions + [1]))
        }
        return try Tensor.concatenated([edge(image.row, image.column), edge(image.column, image.row)], axis: -1)
    }

    static let imageFilters: [TensorFunction] = [gaussianBlur, sobelEdges]
}

extension Tensor {
    /// Weighted sums of neighbours along an axis, beyond whose ends there are zeros.
    fileprivate func filtered(axis: Int, _ weights: [Double]) throws -> Tensor {
        var widths = [(Int, Int)](repeating: (0, 0), count: rank)
        widths[axis] = ((weights.count - 1) / 2, weights.count / 2)
        let wide = try padded(widths)
        var result: Tensor?
        for (place, weight) in weights.enumerated() where weight != 0 {
            let shifted = try wide.slice(axis: axis, place..<(place + shape[axis])) * weight
            result = result.map { $0 + shifted } ?? shifted
        }
        return try (result ?? self * 0).validated()
    }
}
