// Functions that move elements without changing them.

extension TensorFunction {
    private static func shaping(
        _ name: String, config: [String] = [], _ body: @escaping @Sendable (Tensor, FunctionCall) throws -> Tensor
    ) -> TensorFunction {
        TensorFunction(name, ["x"], config: config) { try body($0.tensor(0).validated(), $0) }
    }

    static let reshape = shaping("Reshape", config: ["newshape"]) { x, call in
        try x.reshape(x.shape.resolving(call.ints(1)))
    }
    static let transpose = shaping("Transpose", config: ["axes"]) { x, call in
        guard let axes = try call.axes(1) else { return try x.transpose((0..<x.rank).reversed()) }
        let resolved = try axes.map { try x.shape.axis($0) }
        guard resolved.sorted() == Array(0..<x.rank) else {
            throw HornbillError(.argument, "transpose: \(axes) is no order of the axes of the shape \(x.shape)")
        }
        return try x.transpose(resolved)
    }
    static let swapaxes = shaping("Swapaxes", config: ["axis1", "axis2"]) { x, call in
        try x.swapped(x.shape.axis(call.int(1)), x.shape.axis(call.int(2)))
    }
    static let moveaxis = shaping("Moveaxis", config: ["source", "destination"]) { x, call in
        let (sources, destinations) = (try call.ints(1), try call.ints(2))
        let from = try sources.map { try x.shape.axis($0) }
        let to = try destinations.map { try x.shape.axis($0) }
        guard from.count == to.count, Set(from).count == from.count, Set(to).count == to.count else {
            throw HornbillError(.argument, "moveaxis: the axes \(sources) cannot be moved to \(destinations)")
        }
        var order = (0..<x.rank).filter { !from.contains($0) }
        for (source, target) in zip(from, to).sorted(by: { $0.1 < $1.1 }) { order.insert(source, at: target) }
        return try x.transpose(order)
    }
    static let expandDims = shaping("ExpandDims", config: ["axis"]) { x, call in
        let axes = try call.ints(1)
        let resolved = try axes.map { try x.shape.axis($0, extra: axes.count) }
        guard Set(resolved).count == axes.count else {
            throw HornbillError(.argument, "expandDims: an axis is named twice in \(axes)")
        }
        var shape = x.shape.dimensions
        for axis in resolved.sorted() { shape.insert(1, at: axis) }
        return try x.reshape(Shape(shape))
    }
    static let squeeze = shaping("Squeeze", config: ["axis"]) { x, call in
        let axes = try call.axes(1).map { try x.shape.axes($0) } ?? x.shape.indices.filter { x.shape[$0] == 1 }
        for axis in axes where x.shape[axis] != 1 {
            throw HornbillError(
                .shape, "squeeze: axis \(axis) of the shape \(x.shape) has \(x.shape[axis]) elements, not 1")
        }
        return try x.reshape(x.shape.reduced(axes, keepDims: false))
    }
    static let ravel = shaping("Ravel") { x, _ in try x.reshape([x.count]) }
    static let broadcastTo = shaping("BroadcastTo", config: ["shape"]) { x, call in
        let shape = Shape(try call.ints(1))
        guard x.shape.broadcast(with: shape) == shape else {
            throw HornbillError(.shape, "broadcastTo: the shape \(x.shape) cannot be broadcast to \(shape)")
        }
        return try x.broadcasted(to: shape.validated())
    }
    static let flip = shaping("Flip", config: ["axis"]) { x, call in try x.flipped(x.shape.axes(call.axes(1))) }
    static let roll = shaping("Roll", config: ["shift", "axis"]) { x, call in
        let shifts = try call.ints(1)
        guard let axes = try call.axes(2) else {
            return try x.reshape([x.count]).rolled(shifts.reduce(0, &+), axis: 0).reshape(x.shape)
        }
        let count = Swift.max(shifts.count, axes.count)
        guard shifts.count == count || shifts.count == 1, axes.count == count || axes.count == 1 else {
            throw HornbillError(.argument, "roll: \(shifts.count) shifts for \(axes.count) axes")
        }
        var result = x
        for index in 0..<count {
            let axis = try x.shape.axis(axes[axes.count == 1 ? 0 : index])
            result = try result.rolled(shifts[shifts.count == 1 ? 0 : index], axis: axis)
        }
        return result
    }

    static let shapes: [TensorFunction] = [
        reshape, transpose, swapaxes, moveaxis, expandDims, squeeze, ravel, broadcastTo, flip, roll, getItem, slice,
        sliceUpdate,
    ]
}

extension Shape {
    /// `sizes` with one −1 replaced by what is left of the elements.
    func resolving(_ sizes: [Int]) throws -> Shape {
        func mismatch() -> HornbillError {
            HornbillError(.shape, "cannot reshape \(self), which has \(count) elements, to \(Shape(sizes))")
        }
        guard sizes.count(where: { $0 == -1 }) <= 1, sizes.allSatisfy({ $0 >= -1 }) else {
            throw HornbillError(
                .argument, "a new shape can have one size of -1 and no other negative ones: \(Shape(sizes))")
        }
        var result = try Shape(sizes.map { $0 == -1 ? 1 : $0 }).validated()
        if let open = sizes.firstIndex(of: -1) {
            let known = result.count
            // Of an empty tensor any size would do; NumPy refuses, too.
            guard known > 0, count % known == 0 else { throw mismatch() }
            result.dimensions[open] = count / known
        }
        guard result.count == count else { throw mismatch() }
        return result
    }
}

extension Tensor {
    /// Two axes (resolved) exchanged.
    package func swapped(_ a: Int, _ b: Int) throws -> Tensor {
        var order = Array(0..<rank)
        order.swapAt(a, b)
        return try transpose(order)
    }

    /// Axes (resolved) in reverse order.
    package func flipped(_ axes: [Int]) throws -> Tensor {
        let axes = axes.filter { shape[$0] > 1 }
        if axes.isEmpty { return try validated() }
        var start = [Int](repeating: 0, count: rank)
        var stride = [Int](repeating: 1, count: rank)
        for axis in axes { (start[axis], stride[axis]) = (shape[axis] - 1, -1) }
        return try slice(start: start, size: shape.dimensions, stride: stride)
    }

    /// Elements moved on along an axis (resolved); what leaves at the end comes in at the front.
    package func rolled(_ shift: Int, axis: Int) throws -> Tensor {
        let size = shape[axis]
        if size == 0 { return try validated() }
        let cut = ((-shift) % size + size) % size
        if cut == 0 { return try validated() }
        return try .emit1(
            .concatenate(axis: axis), [slice(axis: axis, cut..<size), slice(axis: axis, 0..<cut)])
    }
}
