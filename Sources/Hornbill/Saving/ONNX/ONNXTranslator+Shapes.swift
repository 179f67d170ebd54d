import HornbillEngine

// Shapes and parts.

extension ONNXTranslator {
    func transpose(_ value: String, _ axes: [Int]) -> String {
        axes == Array(axes.indices) ? value : emit("Transpose", [value], [("perm", .ints(axes))])
    }

    func reshape() throws -> String {
        let (from, to) = (try operandType(0).extents, try resultType().extents)
        return from == to ? try operand(0) : try reshape(operand(0), from, to)
    }

    /// 0 stands for the size that the operand has along the same axis, -1 for the one that follows from the others.
    func reshape(_ value: String, _ from: [Extent], _ to: [Extent]) throws -> String {
        let isEmpty = to.contains { $0.fixed == 0 }
        var sizes: [Int] = []
        for (axis, extent) in to.enumerated() {
            if let fixed = extent.fixed {
                sizes.append(fixed)
            } else if !isEmpty, axis < from.count, from[axis] == extent {
                sizes.append(0)
            } else if !isEmpty, !sizes.contains(-1) {
                sizes.append(-1)
            } else {
                let shape = try scope.shape(to)
                return emit("Reshape", [value, shape], isEmpty ? [("allowzero", .int(1))] : [])
            }
        }
        return emit("Reshape", [value, scope.integers(sizes)], isEmpty ? [("allowzero", .int(1))] : [])
    }

    func slice() throws -> String {
        let (from, to) = (try operandType(0).extents, try resultType().extents)
        func parts(_ operation: Operation) -> (start: [Int], stride: [Int]) {
            if case .slice(let start, _, let stride) = operation { (start, stride) } else { ([], []) }
        }
        let starts = operations.map { parts($0).start }
        let strides = try same("stride") { parts($0).stride }
        var value = try operand(0)
        var (fixed, open): ([(axis: Int, start: Int, end: Int)], [Int]) = ([], [])
        for axis in from.indices {
            let (size, stride) = (to[axis], strides[axis])
            let start = Extent(sizes: starts.map { $0[axis] })
            if size == from[axis], start.fixed == 0, stride == 1 { continue }
            // Counted from the beginning or from the end, whichever is the same for all sizes.
            func place(_ place: Extent) -> Int? {
                place.fixed ?? Extent(sizes: zip(place.sizes, from[axis].sizes).map { $0 - $1 }).fixed
            }
            let beyond = Extent(
                sizes: zip(start.sizes, size.sizes).map { start, size in
                    size == 0 ? start : start + (size - 1) * stride + stride.signum()
                })
            if let first = place(start), var end = place(beyond) {
                // Beyond the first element there is nothing to count from, and beyond the last it would be -0.
                if stride < 0, beyond.fixed == -1 { end = Int(Int32.min) }
                if beyond == from[axis] { end = Int(Int32.max) }
                fixed.append((axis, first, end))
            } else {
                open.append(axis)
            }
        }
        if !fixed.isEmpty {
            value = emit(
                "Slice",
                [
                    value, scope.integers(fixed.map(\.start)), scope.integers(fixed.map(\.end)),
                    scope.integers(fixed.map(\.axis)), scope.integers(fixed.map { strides[$0.axis] }),
                ])
        }
        for axis in open {
            guard strides[axis] == 1 else { throw refuse("its bounds depend on sizes that are not known") }
            let start = try scope.size(Extent(sizes: starts.map { $0[axis] }))
            let end = emit("Add", [start, try scope.size(to[axis])])
            value = emit("Slice", [value, start, end, scope.integers([axis])])
        }
        return value
    }

    func pad() throws -> String {
        typealias Form = (low: [Int], high: [Int], interior: [Int], value: Double)
        func form(_ operation: Operation) -> Form? {
            guard case .pad(let low, let high, let interior, let value) = operation else { return nil }
            return (low, high, interior, value)
        }
        let low = try same("border") { form($0)?.low }
        let high = try same("border") { form($0)?.high }
        let interior = try same("border") { form($0)?.interior }
        let number = try same("value") { form($0)?.value }
        let type = try operandType(0)
        var (value, extents) = (try operand(0), type.extents)
        let filling = scalar(number, type.dtype)
        for axis in interior.indices where interior[axis] > 0 {
            // A new axis behind it, padded and joined with it, has one gap too many at its end.
            let gap = interior[axis]
            let open = emit("Unsqueeze", [value, scope.integers([axis + 1])])
            let padded = emit(
                "Pad",
                [open, scope.integers(padding(extents.count + 1, [axis + 1: (0, gap)])), filling])
            var joined = extents
            joined[axis] = Extent(sizes: extents[axis].sizes.map { $0 * (gap + 1) })
            var middle = extents
            middle.insert(extents[axis].repeating(gap + 1), at: axis + 1)
            value = try reshape(padded, middle, joined)
            value = emit(
                "Slice", [value, scope.integers([0]), scope.integers([-gap]), scope.integers([axis])])
            extents[axis] = Extent(sizes: joined[axis].sizes.map { $0 - gap })
        }
        guard (low + high).contains(where: { $0 != 0 }) else { return value }
        return emit("Pad", [value, scope.integers(low + high), filling])
    }

    /// ONNX's list of what comes before each axis and then what comes after each.
    private func padding(_ rank: Int, _ borders: [Int: (low: Int, high: Int)]) -> [Int] {
        (0..<rank).map { borders[$0]?.low ?? 0 } + (0..<rank).map { borders[$0]?.high ?? 0 }
    }
}
