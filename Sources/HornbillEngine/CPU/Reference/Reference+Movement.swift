extension Reference {
    /// Walks the rows of the last axis of `shape`: the body gets the offsets of a row's first element under two sets of
    /// strides, the row's length, and the two strides within it.
    @inline(__always)
    static func forEachRow(
        of shape: Shape, strides a: [Int], _ b: [Int],
        _ body: (_ first: Int, _ second: Int, _ count: Int, _ step: Int, _ secondStep: Int) -> Void
    ) {
        let rank = shape.rank
        guard shape.count > 0 else { return }
        guard rank > 0 else { return body(0, 0, 1, 0, 0) }
        var index = [Int](repeating: 0, count: rank)
        var (first, second) = (0, 0)
        while true {
            body(first, second, shape[rank - 1], a[rank - 1], b[rank - 1])
            var axis = rank - 2
            while axis >= 0 {
                index[axis] += 1
                first += a[axis]
                second += b[axis]
                if index[axis] < shape[axis] { break }
                first -= index[axis] * a[axis]
                second -= index[axis] * b[axis]
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    /// Copies a block of `shape` whose elements lie at the given strides (in elements) on both sides.
    static func copy(
        elementSize: Int, _ shape: Shape, from: UnsafeRawPointer, _ fromStrides: [Int], to: UnsafeMutableRawPointer,
        _ toStrides: [Int]
    ) {
        func copy<Word>(_: Word.Type) {
            let (x, out) = (from.assumingMemoryBound(to: Word.self), to.assumingMemoryBound(to: Word.self))
            forEachRow(of: shape, strides: fromStrides, toStrides) { source, target, count, step, targetStep in
                for i in 0..<count { out[target + i * targetStep] = x[source + i * step] }
            }
        }
        switch elementSize {
        case 1: copy(UInt8.self)
        case 2: copy(UInt16.self)
        case 4: copy(UInt32.self)
        default: copy(UInt64.self)
        }
    }
}

extension Reference.Call {
    private var elementSize: Int { outputTypes[0].dtype.byteCount }

    /// Fills the contiguous result from the operand's element `offset` on by these strides.
    private func read(from offset: Int = 0, strides: [Int]) {
        let shape = outputTypes[0].shape
        Reference.copy(
            elementSize: elementSize, shape, from: inputs[0] + offset * elementSize, strides, to: outputs[0],
            shape.strides)
    }

    func transpose(_ axes: [Int]) {
        let strides = shape.strides
        read(strides: axes.map { strides[$0] })
    }

    func broadcast() {
        let (strides, extra) = (shape.strides, outputTypes[0].shape.rank - shape.rank)
        read(
            strides: outputTypes[0].shape.indices.map { $0 < extra || shape[$0 - extra] == 1 ? 0 : strides[$0 - extra] }
        )
    }

    func slice(_ start: [Int], _ size: [Int], _ stride: [Int]) {
        guard count > 0 else { return }
        let strides = shape.strides
        read(
            from: shape.indices.reduce(0) { $0 + start[$1] * strides[$1] },
            strides: shape.indices.map { stride[$0] * strides[$0] })
    }

    func pad(_ low: [Int], _ interior: [Int], _ value: Double) {
        guard count > 0 else { return }
        let type = outputTypes[0]
        // One element of the value, read again and again.
        withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) { element in
            withUnsafePointer(to: value) { value in
                if let place = element.baseAddress { Reference.cast(.float64, value, to: type.dtype, place, count: 1) }
            }
            if let place = element.baseAddress {
                Reference.copy(
                    elementSize: elementSize, type.shape, from: place, [Int](repeating: 0, count: type.shape.rank),
                    to: outputs[0], type.shape.strides)
            }
        }
        let strides = type.shape.strides
        let offset = shape.indices.reduce(0) { $0 + low[$1] * strides[$1] }
        Reference.copy(
            elementSize: elementSize, shape, from: inputs[0], shape.strides, to: outputs[0] + offset * elementSize,
            shape.indices.map { strides[$0] * (interior[$0] + 1) })
    }

    func concatenate(_ axis: Int) {
        let strides = outputTypes[0].shape.strides
        var place = 0
        for (pointer, type) in zip(inputs, inputTypes) {
            Reference.copy(
                elementSize: elementSize, type.shape, from: pointer, type.shape.strides,
                to: outputs[0] + place * strides[axis] * elementSize, strides)
            place += type.shape[axis]
        }
    }
}
