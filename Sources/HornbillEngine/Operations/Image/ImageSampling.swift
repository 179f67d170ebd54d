// Values between the elements, and images moved by linear maps.

/// What lies beyond the edge of what is sampled.
public enum ImageFillMode: String, Sendable, Hashable, CaseIterable {
    /// A number.
    case constant
    /// The last element before the edge.
    case nearest
    /// The elements from the other end.
    case wrap
    /// The elements mirrored at the edge, the edge itself not repeated.
    case mirror
    /// The elements mirrored at the edge, the edge itself repeated.
    case reflect

    /// The element within 0 ..< size for places that may lie outside (int32).
    fileprivate func inside(_ index: Tensor, size: Int) throws -> Tensor {
        func modulo(_ x: Tensor, _ divisor: Int) throws -> Tensor {
            try .binary(.floorMod, x, .scalar(Double(divisor), .int32))
        }
        func mirrored(_ x: Tensor, _ size: Int) throws -> Tensor {
            let half = size - 1
            return try Tensor.unary(.abs, modulo(x + half, 2 * half) - half)
        }
        switch self {
        case .constant, .nearest:
            return try .binary(
                .minimum, .binary(.maximum, index, .scalar(0, .int32)), .scalar(Double(size - 1), .int32))
        case .wrap: return try modulo(index, size)
        case .mirror: return size == 1 ? try (index * 0).validated() : try mirrored(index, size)
        case .reflect:
            return try .binary(.floorDivide, mirrored(index * 2 + 1, 2 * size + 1) - 1, .scalar(2, .int32))
        }
    }
}

/// How to sample: the order of the interpolation (0: the nearest, 1: linear) and what is beyond the edge.
package struct ImageSampler {
    package var order: Int
    package var mode: ImageFillMode
    package var fillValue: Double

    init(_ call: FunctionCall, order: Int, mode: Int, value: Int) throws {
        let text = try call.string(mode)
        guard let known = ImageFillMode(rawValue: text) else {
            let names = ImageFillMode.allCases.map(\.rawValue).joined(separator: ", ")
            throw HornbillError(
                .unknownName, "\(call.function.name): the fill mode '\(text)' is not known; known are \(names)")
        }
        guard order == 0 || order == 1 else {
            throw HornbillError(.argument, "\(call.function.name): the order is 0 or 1, not \(order)")
        }
        self.order = order
        self.mode = known
        fillValue = try call.double(value)
    }

    /// Along one axis: places (int32), whether they are inside, and their weights.
    private func nodes(
        _ coordinate: Tensor, size: Int
    ) throws -> [(place: Tensor, valid: Tensor?, weight: Tensor?)] {
        func node(_ index: Tensor, _ weight: Tensor?) throws -> (Tensor, Tensor?, Tensor?) {
            let valid = mode == .constant ? (index >= 0) .& (index < size) : nil
            return (try mode.inside(index, size: size), valid, weight)
        }
        if order == 0 { return [try node(coordinate.roundedAwayFromZero().casted(to: .int32), nil)] }
        let lower = try Tensor.unary(.floor, coordinate)
        let share = coordinate - lower
        let index = try lower.casted(to: .int32)
        return [try node(index, 1 - share), try node(index + 1, share)]
    }

    /// Elements of `rows` (n, channels), which stand for the axes of `sizes`, at coordinates of one shape, one tensor an
    /// axis: a result of that shape and the channels.
    /// - Parameter base: added to the row's number, for batches.
    func sample(_ rows: Tensor, sizes: [Int], at coordinates: [Tensor], base: Tensor? = nil) throws -> Tensor {
        let shape = coordinates[0].shape
        let column = Shape(shape.dimensions + [1])
        let axes = try zip(coordinates, sizes).map { try nodes($0, size: $1) }
        var result: Tensor?
        for corner in 0..<(1 << (order == 0 ? 0 : sizes.count)) {
            var (place, valid, weight): (Tensor?, Tensor?, Tensor?) = (nil, nil, nil)
            for (axis, nodes) in axes.enumerated() {
                let node = nodes[order == 0 ? 0 : (corner >> axis) & 1]
                place = place.map { $0 * sizes[axis] + node.place } ?? node.place
                if let own = node.valid { valid = valid.map { $0 .& own } ?? own }
                if let own = node.weight { weight = weight.map { $0 * own } ?? own }
            }
            guard var index = place else { continue }
            if let base { index = index + base }
            var value = try Tensor.emit1(.gather(axis: 0), [rows, index])
            if let valid { value = try .select(valid.reshape(column), value, .scalar(fillValue, rows.dtype)) }
            if let weight { value = try weight.reshape(column) * value }
            result = result.map { $0 + value } ?? value
        }
        return try (result ?? rows).validated()
    }
}

extension TensorFunction {
    static let mapCoordinates = TensorFunction(
        "MapCoordinates", module: "keras.src.ops.image", ["inputs", "coordinates"],
        config: ["order", "fill_mode", "fill_value"]
    ) { call in
        let (x, coordinates) = (try call.tensor(0).validated(), try call.tensor(1).validated())
        let sampler = try ImageSampler(call, order: call.int(2), mode: 3, value: 4)
        guard coordinates.rank >= 2, coordinates.shape[0] == x.rank, x.count > 0 else {
            throw HornbillError(
                .shape, "mapCoordinates: coordinates of shape \(coordinates.shape) for the \(x.rank) axes of \(x.shape)"
            )
        }
        let target = Shape(Array(coordinates.shape.dimensions.dropFirst()))
        let places = try coordinates.floating()
        let each = try (0..<x.rank).map { try places.slice(axis: 0, $0..<($0 + 1)).reshape(target) }
        let values = try sampler.order == 0 ? x : x.floating()
        let result = try sampler.sample(values.reshape([x.count, 1]), sizes: x.shape.dimensions, at: each).reshape(
            target)
        if x.dtype.isFloatingPoint || sampler.order == 0 { return try result.casted(to: x.dtype) }
        return try result.roundedAwayFromZero().casted(to: x.dtype)
    }
    static let affineTransform = TensorFunction(
        "AffineTransform", module: "keras.src.ops.image", ["images", "transform"],
        config: ["interpolation", "fill_mode", "fill_value", "data_format"]
    ) { call in
        let image = try ImageAxes(call.tensor(0), call.argument(5), "affineTransform")
        let order = try ImageSampler.order(of: call.string(2))
        let sampler = try ImageSampler(call, order: order, mode: 3, value: 4)
        return try image.transformed(by: call.tensor(1), sampler)
    }
    static let perspectiveTransform = TensorFunction(
        "PerspectiveTransform", module: "keras.src.ops.image", ["images", "start_points", "end_points"],
        config: ["interpolation", "fill_value", "data_format"]
    ) { call in
        let image = try ImageAxes(call.tensor(0), call.argument(5), "perspectiveTransform")
        let order = try ImageSampler.order(of: call.string(3))
        let constant = FunctionCall(
            function: call.function, inputs: call.inputs, arguments: [.string("constant"), call.argument(4)])
        let sampler = try ImageSampler(constant, order: order, mode: 0, value: 1)
        let (start, end) = (try call.tensor(1).floating(), try call.tensor(2).floating())
        guard start.shape == end.shape, start.rank == 2 || start.rank == 3,
            Array(start.shape.dimensions.suffix(2)) == [4, 2]
        else {
            throw HornbillError(
                .shape,
                "perspectiveTransform needs four points of an image or of each, not \(start.shape) and \(end.shape)")
        }
        return try image.transformed(by: Tensor.homography(start, end), sampler, isPerspective: true)
    }

    static let imageSampling: [TensorFunction] = [mapCoordinates, affineTransform, perspectiveTransform]
}

extension ImageSampler {
    static func order(of interpolation: String) throws -> Int {
        switch interpolation {
        case "nearest": return 0
        case "bilinear": return 1
        default:
            throw HornbillError(
                .unknownName, "the interpolation is 'nearest' or 'bilinear', not '\(interpolation)'")
        }
    }
}

extension ImageAxes {
    /// For each new pixel (x, y) the old one at (t₀ x + t₁ y + t₂, t₃ x + t₄ y + t₅), divided by t₆ x + t₇ y + 1 in a
    /// perspective; one map for all images, or one for each.
    func transformed(by transform: Tensor, _ sampler: ImageSampler, isPerspective: Bool = false) throws -> Tensor {
        let numbers = try transform.floating()
        guard numbers.rank == 1 || numbers.rank == 2, numbers.shape.last == 8,
            numbers.rank == 1 || numbers.shape[0] == (isBatch ? x.shape[0] : 1) || numbers.shape[0] == 1
        else {
            throw HornbillError(
                .shape,
                "a transform has eight numbers, one such row an image of \(x.shape), not the shape \(transform.shape)")
        }
        return try channelsLastBatch { batch in
            let (count, height, width) = (batch.shape[0], batch.shape[1], batch.shape[2])
            guard batch.count > 0 else { return batch }
            let rows = numbers.rank == 1 ? 1 : numbers.shape[0]
            let grid = try numbers.reshape([rows, 8, 1, 1])
            func number(_ index: Int) throws -> Tensor {
                try grid.slice(axis: 1, index..<(index + 1)).reshape([rows, 1, 1])
            }
            let columns = try Tensor((0..<width).map(Double.init), shape: [1, 1, width]).casted(to: numbers.dtype)
            let lines = try Tensor((0..<height).map(Double.init), shape: [1, height, 1]).casted(to: numbers.dtype)
            var across = try number(0) * columns + number(1) * lines + number(2)
            var down = try number(3) * columns + number(4) * lines + number(5)
            if isPerspective {
                let depth = try number(6) * columns + number(7) * lines + 1
                (across, down) = (across / depth, down / depth)
            }
            let target = Shape([count, height, width])
            let places = [
                try down.broadcasted(to: target, beside: batch), try across.broadcasted(to: target, beside: batch),
            ]
            let firsts = Tensor((0..<count).map { Int32($0 * height * width) }, shape: [count, 1, 1])
            let values = try sampler.order == 0 ? batch : batch.floating()
            let sampled = try sampler.sample(
                values.reshape([count * height * width, batch.shape[3]]), sizes: [height, width], at: places,
                base: firsts.broadcasted(to: target, beside: batch))
            if batch.dtype.isFloatingPoint || sampler.order == 0 { return try sampled.casted(to: batch.dtype) }
            return try sampled.roundedAwayFromZero().casted(to: batch.dtype)
        }
    }
}

extension Tensor {
    /// To the nearest whole number, halves away from zero.
    fileprivate func roundedAwayFromZero() throws -> Tensor {
        let size = try Tensor.unary(.floor, Tensor.unary(.abs, self) + 0.5)
        return try .select(self < 0, -size, size)
    }

    /// The eight numbers of the perspective that takes four end points to the four start points.
    fileprivate static func homography(_ start: Tensor, _ end: Tensor) throws -> Tensor {
        let batch = start.rank == 3 ? start.shape[0] : 1
        func part(_ points: Tensor, _ index: Int) throws -> Tensor {
            try points.reshape([batch, 4, 2]).slice(axis: 2, index..<(index + 1))
        }
        let (sx, sy, ex, ey) = (try part(start, 0), try part(start, 1), try part(end, 0), try part(end, 1))
        let one = try Tensor.scalar(1, ex.dtype).broadcasted(to: ex.shape, beside: ex)
        let none = one * 0
        let top = try concatenated([ex, ey, one, none, none, none, -sx * ex, -sx * ey], axis: 2)
        let bottom = try concatenated([none, none, none, ex, ey, one, -sy * ex, -sy * ey], axis: 2)
        let system = try concatenated([top, bottom], axis: 1)
        return try Tensor.emit1(.linearAlgebra(.solve), [system, concatenated([sx, sy], axis: 1)]).reshape([batch, 8])
    }
}
