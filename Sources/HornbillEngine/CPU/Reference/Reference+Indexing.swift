import Foundation

extension Reference.Call {
    /// The elements of operand 1 as positions in `0 ..< size`, negative ones counted from the end.
    private func positions(_ name: String, size: Int) throws -> [Int] {
        var indices = Reference.integers(inputs[1], inputTypes[1])
        for (position, index) in indices.enumerated() {
            guard index >= -size, index < size else {
                let place = place(position, in: inputTypes[1].shape)
                throw HornbillError(.data, "\(name): the index \(index) at \(place) is not in \(-size)..<\(size)")
            }
            if index < 0 { indices[position] = index + size }
        }
        return indices
    }

    /// How a flat position reads in a message: `position 3`, or `position (1, 0)`.
    private func place(_ position: Int, in shape: Shape) -> String {
        if shape.rank < 2 { return "position \(position)" }
        let strides = shape.strides
        return "position \(Shape(shape.indices.map { position / strides[$0] % shape[$0] }))"
    }

    func checkRange(_ lower: Int, _ upper: Int, _ what: String) throws {
        let values = Reference.integers(inputs[0], inputTypes[0])
        guard let bad = values.firstIndex(where: { $0 < lower || $0 >= upper }) else { return }
        let rowSize = max(shape.dimensions.dropFirst().reduce(1, *), 1)
        throw HornbillError(
            .data, "\(what), row \(bad / rowSize): the value \(values[bad]) is not in \(lower)..<\(upper)")
    }

    func gather(_ axis: Int) throws {
        let (outer, size, inner) = shape.split(at: axis)
        let indices = try positions("gather", size: size)
        let bytes = inner * outputTypes[0].dtype.byteCount
        for o in 0..<outer {
            for (place, index) in indices.enumerated() {
                memcpy(outputs[0] + (o * indices.count + place) * bytes, inputs[0] + (o * size + index) * bytes, bytes)
            }
        }
    }

    func scatterAdd(_ axis: Int, _ size: Int) throws {
        let (outer, _, inner) = outputTypes[0].shape.split(at: axis)
        let indices = try positions("scatterAdd", size: size)
        try outputTypes[0].dtype.number().scatterAdd(indices, outer: outer, size: size, inner: inner, self)
    }

    func gatherElements() throws {
        let (size, columns) = (shape[shape.rank - 1], inputTypes[1].shape[shape.rank - 1])
        let indices = try positions("gatherElements", size: size)
        let bytes = outputTypes[0].dtype.byteCount
        for (place, index) in indices.enumerated() {
            memcpy(outputs[0] + place * bytes, inputs[0] + (place / columns * size + index) * bytes, bytes)
        }
    }

    func scatterElements(_ size: Int) throws {
        let indices = try positions("scatterElements", size: size)
        try outputTypes[0].dtype.number().scatterElements(indices, columns: shape[shape.rank - 1], size: size, self)
    }

    func oneHot(_ depth: Int, _ dtype: DType) {
        let bytes = dtype.byteCount
        memset(outputs[0], 0, outputTypes[0].byteCount)
        for (place, index) in Reference.integers(inputs[0], inputTypes[0]).enumerated()
        where index >= 0 && index < depth {
            withUnsafePointer(to: 1.0) {
                Reference.cast(.float64, $0, to: dtype, outputs[0] + (place * depth + index) * bytes, count: 1)
            }
        }
    }
}

extension ReferenceNumber {
    static func scatterAdd(_ indices: [Int], outer: Int, size: Int, inner: Int, _ call: Reference.Call) {
        let (x, out) = (call.input(0, as: Self.self), call.output(0, as: Self.self))
        out.update(repeating: zero, count: call.count)
        for o in 0..<outer {
            for (place, index) in indices.enumerated() {
                let (from, to) = ((o * indices.count + place) * inner, (o * size + index) * inner)
                for i in 0..<inner { out[to + i] = plus(out[to + i], x[from + i]) }
            }
        }
    }

    static func scatterElements(_ indices: [Int], columns: Int, size: Int, _ call: Reference.Call) {
        let (x, out) = (call.input(0, as: Self.self), call.output(0, as: Self.self))
        out.update(repeating: zero, count: call.count)
        for (place, index) in indices.enumerated() {
            let target = place / columns * size + index
            out[target] = plus(out[target], x[place])
        }
    }
}
