extension GradientContext {
    func transpose(_ axes: [Int]) throws -> Tensor { try g.transpose(axes.inversePermutation) }

    /// The gradient back where the elements were taken, zeros elsewhere.
    func slice(_ start: [Int], _ size: [Int], _ stride: [Int]) throws -> Tensor {
        var forward = g
        if zip(size, stride).contains(where: { $0 > 1 && $1 < 0 }) {
            // Read backwards once more, so that they lie in rising order.
            forward = try g.slice(
                start: zip(size, stride).map { $1 < 0 && $0 > 0 ? $0 - 1 : 0 }, size: size,
                stride: stride.map { $0 < 0 ? -1 : 1 })
        }
        var (low, high, interior) = ([Int](), [Int](), [Int]())
        for axis in start.indices {
            let reach = max(size[axis] - 1, 0) * abs(stride[axis])
            let first = size[axis] == 0 ? 0 : stride[axis] < 0 ? start[axis] - reach : start[axis]
            low.append(first)
            high.append(x.shape[axis] - first - (size[axis] == 0 ? 0 : reach + 1))
            interior.append(size[axis] > 1 ? abs(stride[axis]) - 1 : 0)
        }
        return try .emit1(.pad(low: low, high: high, interior: interior, value: 0), [forward])
    }

    func concatenate(_ axis: Int) throws -> [Tensor?] {
        var first = 0
        return try zip(inputs, wanted).map { input, wanted in
            defer { first += input.shape[axis] }
            return wanted ? try g.slice(axis: axis, first..<(first + input.shape[axis])) : nil
        }
    }

    /// The gradient of the values back to their positions; the positions themselves have none.
    func sort() throws -> Tensor? {
        guard outputGradients[0] != nil else { return nil }
        return try .emit1(.scatterElements(size: x.shape.last ?? 0), [g, outputs[1]])
    }
}

extension [Int] {
    /// The permutation that undoes this one.
    var inversePermutation: [Int] {
        var inverse = self
        for (place, axis) in enumerated() { inverse[axis] = place }
        return inverse
    }
}
