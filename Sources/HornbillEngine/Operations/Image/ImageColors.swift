// Colours in other spaces.

extension TensorFunction {
    private static func colors(
        _ name: String, _ body: @escaping @Sendable (ImageAxes) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, module: "keras.src.ops.image", ["images"], config: ["data_format"]) { call in
            try body(ImageAxes(call.tensor(0), call.argument(1), name))
        }
    }

    static let rgbToGrayscale = colors("RGBToGrayscale") { image in
        if image.channels == 1 { return image.x }
        try image.needThreeChannels("rgbToGrayscale")
        let planes = try image.planes(of: image.x.floating())
        let gray = planes[0] * 0.2989 + planes[1] * 0.587 + planes[2] * 0.114
        return try gray.casted(to: image.x.dtype)
    }
    static let rgbToHSV = colors("RGBToHSV") { image in
        let x = image.x
        try image.needThreeChannels("rgbToHsv")
        guard x.dtype.isFloatingPoint else {
            throw HornbillError(.dtype, "rgbToHsv needs floating point, not \(x.dtype)")
        }
        let (zero, one) = (Tensor.scalar(0, x.dtype), Tensor.scalar(1, x.dtype))
        let clean = try Tensor.select(Tensor.unary(.abs, x) < x.dtype.epsilon, zero, x)
        let planes = try image.planes(of: clean)
        let (r, g, b) = (planes[0], planes[1], planes[2])
        let value = try Tensor.binary(.maximum, Tensor.binary(.maximum, r, g), b)
        let range = try value - Tensor.binary(.minimum, Tensor.binary(.minimum, r, g), b)
        let saturation = try Tensor.select(value > 0, range / Tensor.select(value > 0, value, one), zero)
        let norm = try 1 / (Tensor.select(range > 0, range, one) * 6)
        let others = try Tensor.select(value .== g, norm * (b - r) + 1.0 / 3, norm * (r - g) + 2.0 / 3)
        let turned = try Tensor.select(value .== r, norm * (g - b), others)
        let hue = try Tensor.select(range > 0, turned, zero) + (turned < 0).casted(to: x.dtype)
        return try Tensor.concatenated([hue, saturation, value], axis: image.channel)
    }
    static let hsvToRGB = colors("HSVToRGB") { image in
        let x = image.x
        try image.needThreeChannels("hsvToRgb")
        guard x.dtype.isFloatingPoint else {
            throw HornbillError(.dtype, "hsvToRgb needs floating point, not \(x.dtype)")
        }
        let planes = try image.planes(of: x)
        let (saturation, value) = (planes[1], planes[2])
        let angle = try Tensor.binary(.floorMod, planes[0], .scalar(1, x.dtype)) * 6
        func share(_ x: Tensor) throws -> Tensor {
            try Tensor.binary(.minimum, Tensor.unary(.relu, x), .scalar(1, x.dtype))
        }
        func distance(_ place: Double) throws -> Tensor { try Tensor.unary(.abs, angle - place) }
        let shares = [try share(distance(3) - 1), try share(2 - distance(2)), try share(2 - distance(4))]
        return try Tensor.concatenated(shares.map { value * (1 - saturation + saturation * $0) }, axis: image.channel)
    }

    static let imageColors: [TensorFunction] = [rgbToGrayscale, rgbToHSV, hsvToRGB]
}

extension ImageAxes {
    fileprivate func needThreeChannels(_ name: String) throws {
        guard channels == 3 else {
            throw HornbillError(.shape, "\(name) needs three channels, not \(channels) as in the shape \(x.shape)")
        }
    }

    /// The channels, each with an axis of one element.
    fileprivate func planes(of x: Tensor) throws -> [Tensor] {
        try (0..<channels).map { try x.slice(axis: channel, $0..<($0 + 1)) }
    }
}
