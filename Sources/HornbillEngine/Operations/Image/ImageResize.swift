// Images in another size.

/// How the pixels of a resized image come from those around their place in the original.
public enum ResizeInterpolation: String, Sendable, Hashable, CaseIterable {
    /// The nearest one.
    case nearest
    /// The two nearest along each axis, the nearer the more.
    case bilinear
    /// Four along each axis, by Keys's cubic (1981).
    case bicubic
    /// Six along each axis, by a windowed sinc.
    case lanczos3
    /// Ten along each axis, by a windowed sinc.
    case lanczos5

    /// How far the kernel reaches.
    fileprivate var radius: Double {
        switch self {
        case .nearest: 0.5
        case .bilinear: 1
        case .bicubic: 2
        case .lanczos3: 3
        case .lanczos5: 5
        }
    }

    /// The weight of a pixel at a distance.
    fileprivate func weight(_ x: Double) -> Double {
        switch self {
        case .nearest: return x <= 0.5 ? 1 : 0
        case .bilinear: return Swift.max(0, 1 - x)
        case .bicubic:
            if x >= 2 { return 0 }
            if x >= 1 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
            return (1.5 * x - 2.5) * x * x + 1
        case .lanczos3, .lanczos5:
            if x > radius { return 0 }
            if x <= 1e-3 { return 1 }
            let angle = Double.pi * x
            return radius * Reference.sine(angle) * Reference.sine(angle / radius) / (angle * angle)
        }
    }
}

extension TensorFunction {
    static let resizeImages = TensorFunction(
        "Resize", module: "keras.src.ops.image", ["images"],
        config: [
            "size", "interpolation", "antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode",
            "fill_value", "data_format",
        ]
    ) { call in
        let size = try call.ints(1)
        let name = try call.string(2)
        guard let interpolation = ResizeInterpolation(rawValue: name) else {
            let known = ResizeInterpolation.allCases.map(\.rawValue).joined(separator: ", ")
            throw HornbillError(.unknownName, "resize: the interpolation '\(name)' is not known; known are \(known)")
        }
        guard size.count == 2, size[0] > 0, size[1] > 0 else {
            throw HornbillError(.argument, "resize needs a height and a width of at least 1, not \(size)")
        }
        let (crop, pad) = (try call.bool(4), try call.bool(5))
        guard !crop || !pad else {
            throw HornbillError(.argument, "resize: crop to the aspect ratio or pad to it, not both")
        }
        guard try call.string(6) == "constant" else {
            throw HornbillError(.argument, "resize: the only fill mode is 'constant', not '\(try call.string(6))'")
        }
        var image = try ImageAxes(call.tensor(0), call.argument(8), "resize")
        let (height, width) = (image.height, image.width)
        guard height > 0, width > 0 else {
            throw HornbillError(.shape, "resize: an empty image of shape \(image.x.shape)")
        }
        // What has the aspect ratio of the target, as Keras rounds it.
        let fitHeight = Int(Double(width) * Double(size[0]) / Double(size[1]))
        let fitWidth = Int(Double(height) * Double(size[1]) / Double(size[0]))
        if crop {
            let (inner, outer) = (Swift.max(Swift.min(height, fitHeight), 1), Swift.max(Swift.min(width, fitWidth), 1))
            let (top, left) = ((height - inner) / 2, (width - outer) / 2)
            image.x = try image.x.slice(axis: image.row, top..<(top + inner))
                .slice(axis: image.column, left..<(left + outer))
        } else if pad {
            let vertical = (Swift.max(height, fitHeight) - height) / 2
            let horizontal = vertical > 0 ? 0 : (Swift.max(width, fitWidth) - width) / 2
            image.x = try image.bordered((vertical, vertical), (horizontal, horizontal), call.double(7))
        }
        let antialias = try call.bool(3)
        // The axis that shrinks more comes first, so that the other has less to do.
        var steps = [(image.row, size[0]), (image.column, size[1])]
        if size[0] * image.x.shape[image.column] > size[1] * image.x.shape[image.row] { steps.reverse() }
        var x = image.x
        if interpolation != .nearest { x = try x.floating() }
        for (axis, target) in steps where x.shape[axis] != target {
            x = try x.resized(axis: axis, target, interpolation, antialias: antialias)
        }
        return x
    }
}

extension Tensor {
    /// One axis in another size.
    package func resized(
        axis: Int, _ size: Int, _ interpolation: ResizeInterpolation, antialias: Bool
    ) throws -> Tensor {
        let old = shape[axis]
        let step = Double(old) / Double(size)
        if interpolation == .nearest {
            let places = (0..<size).map { Int32(Swift.min(Int((Double($0) + 0.5) * step), old - 1)) }
            return try .emit1(.gather(axis: axis), [self, Tensor(places)])
        }
        let spread = antialias ? Swift.max(step, 1) : 1
        let taps = ResizeTaps(from: old, to: size, interpolation, spread: spread)
        if taps.count <= 4 { return try taps.blend(self, axis: axis) }
        // Many weights: a matrix product over the axis.
        let weights = try Tensor(taps.matrix(old), shape: [size, old]).casted(to: dtype)
        let moved = try lastAxis(axis)
        let product = try Tensor.matmul(moved, weights, transposeB: true)
        var order = Array(0..<(rank - 1))
        order.insert(rank - 1, at: axis)
        return try product.transpose(order)
    }
}

/// For each new pixel the old ones that it comes from, and their weights.
private struct ResizeTaps {
    var count = 0
    private var places: [[Int32]] = []
    private var weights: [[Double]] = []

    init(from old: Int, to size: Int, _ interpolation: ResizeInterpolation, spread: Double) {
        let step = Double(old) / Double(size)
        let reach = interpolation.radius * spread
        for pixel in 0..<size {
            let centre = (Double(pixel) + 0.5) * step - 0.5
            let first = Swift.max(Int((centre - reach).rounded(.up)), 0)
            let last = Swift.min(Int((centre + reach).rounded(.down)), old - 1)
            var own: [(Int32, Double)] = []
            for place in first...Swift.max(last, first) where place < old {
                let weight = interpolation.weight(Swift.abs(centre - Double(place)) / spread)
                if weight != 0 { own.append((Int32(place), weight)) }
            }
            let total = own.reduce(0) { $0 + $1.1 }
            places.append(own.map(\.0))
            weights.append(own.map { total == 0 ? 0 : $0.1 / total })
            count = Swift.max(count, own.count)
        }
    }

    /// The old pixels gathered tap by tap, weighted and added.
    func blend(_ x: Tensor, axis: Int) throws -> Tensor {
        var column = [Int](repeating: 1, count: x.rank)
        column[axis] = places.count
        var result: Tensor?
        for tap in 0..<count {
            let index = places.map { tap < $0.count ? $0[tap] : $0.last ?? 0 }
            let weight = weights.map { tap < $0.count ? $0[tap] : 0 }
            let taken = try Tensor.emit1(.gather(axis: axis), [x, Tensor(index)])
            let weighted = try taken * Tensor(weight, shape: Shape(column)).casted(to: x.dtype)
            result = result.map { $0 + weighted } ?? weighted
        }
        return try (result ?? x).validated()
    }

    func matrix(_ old: Int) -> [Double] {
        var elements = [Double](repeating: 0, count: places.count * old)
        for (pixel, own) in places.enumerated() {
            for (place, weight) in zip(own, weights[pixel]) { elements[pixel * old + Int(place)] += weight }
        }
        return elements
    }
}
