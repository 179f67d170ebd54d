// Loops with a fixed number of rounds, all made of `scan` and `cond`.

extension ops {
    /// `body` applied for `lower`, `lower` + 1, …, `upper` − 1 to a state, which keeps its dtypes and shapes.
    public static func foriLoop(
        _ lower: Int, _ upper: Int, _ body: (_ index: Tensor, _ state: [Tensor]) throws -> [Tensor], _ initVal: [Tensor]
    ) throws -> [Tensor] {
        let indices = Tensor.arange(lower, Swift.max(lower, upper))
        return try scan({ (try body($1[0], $0), []) }, initial: initVal, sequences: [indices]).carry
    }

    /// `body` applied for `lower`, `lower` + 1, …, `upper` − 1 to a tensor, which keeps its dtype and shape.
    public static func foriLoop(
        _ lower: Int, _ upper: Int, _ body: (_ index: Tensor, _ state: Tensor) throws -> Tensor, _ initVal: Tensor,
        file: String = #fileID, line: Int = #line
    ) -> Tensor {
        Tensor.deferring(CallSite(file, line)) { try foriLoop(lower, upper, { [try body($0, $1[0])] }, [initVal])[0] }
    }

    /// `f` applied to each element of the first axis, the results stacked.
    public static func map(
        _ f: (Tensor) throws -> Tensor, _ xs: Tensor, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        Tensor.deferring(CallSite(file, line)) { try map({ [try f($0[0])] }, [xs])[0] }
    }

    /// `f` applied to the elements of the first axes, one of each tensor, the results stacked.
    public static func map(_ f: ([Tensor]) throws -> [Tensor], _ xs: [Tensor]) throws -> [Tensor] {
        try scan({ ([], try f($1)) }, initial: [], sequences: xs).outputs
    }

    /// What ``map(_:_:file:line:)-(_,Tensor,_,_)`` gives; the elements are worked on one after the other, too.
    public static func vectorizedMap(
        _ function: (Tensor) throws -> Tensor, _ elements: Tensor, file: String = #fileID, line: Int = #line
    ) -> Tensor {
        map(function, elements, file: file, line: line)
    }

    /// What the branch of number `index` makes of the operands; an index beyond the ends counts as the nearest. All
    /// branches give the same dtypes and shapes.
    public static func `switch`(
        _ index: Tensor, _ branches: [([Tensor]) throws -> [Tensor]], _ operands: Tensor...
    ) throws -> [Tensor] {
        try choose(index, branches[...], operands, first: 0)
    }

    private static func choose(
        _ index: Tensor, _ branches: ArraySlice<([Tensor]) throws -> [Tensor]>, _ operands: [Tensor], first: Int
    ) throws -> [Tensor] {
        guard let branch = branches.first else { throw HornbillError(.argument, "switch needs at least one branch") }
        if branches.count == 1 { return try branch(operands) }
        return try cond(
            index <= first, then: { try branch(operands) },
            else: { try choose(index, branches.dropFirst(), operands, first: first + 1) })
    }

    /// Running results of an associative function along an axis: element i is the combination of the elements up to i,
    /// found in a number of steps that grows with the logarithm of their number.
    /// - Parameter f: combines two lists of tensors element by element along the axis.
    public static func associativeScan(
        _ f: ([Tensor], [Tensor]) throws -> [Tensor], _ elems: [Tensor], reverse: Bool = false, axis: Int = 0
    ) throws -> [Tensor] {
        guard let first = elems.first else {
            throw HornbillError(.argument, "associativeScan needs at least one tensor")
        }
        let axes = try elems.map { try $0.validated().shape.axis(axis) }
        let size = first.shape[axes[0]]
        for (tensor, axis) in zip(elems, axes) where tensor.shape[axis] != size {
            throw HornbillError(
                .shape,
                "associativeScan: axis \(axis) has \(size) elements in one tensor and \(tensor.shape[axis]) in another")
        }
        func flipped(_ tensors: [Tensor]) throws -> [Tensor] {
            reverse ? try zip(tensors, axes).map { try $0.flipped([$1]) } : tensors
        }
        return try withoutActuallyEscaping(f) { f in
            try flipped(AssociativeScan(combine: f, axes: axes).run(flipped(elems)))
        }
    }

    /// What ``associativeScan(_:_:reverse:axis:)-(_,[Tensor],_,_)`` gives for one tensor.
    public static func associativeScan(
        _ f: (Tensor, Tensor) throws -> Tensor, _ elems: Tensor, reverse: Bool = false, axis: Int = 0,
        file: String = #fileID, line: Int = #line
    ) -> Tensor {
        Tensor.deferring(CallSite(file, line)) {
            try associativeScan({ [try f($0[0], $1[0])] }, [elems], reverse: reverse, axis: axis)[0]
        }
    }
}

/// Blelloch's scan: neighbours are combined, the half as many results scanned, and the elements between filled in.
private struct AssociativeScan {
    let combine: ([Tensor], [Tensor]) throws -> [Tensor]
    let axes: [Int]

    func run(_ elements: [Tensor]) throws -> [Tensor] {
        let size = elements[0].shape[axes[0]]
        if size < 2 { return elements }
        let pairs = try combine(part(elements, from: 0, to: size - 1), part(elements, from: 1, to: size))
        let odd = try run(pairs)
        let head = try part(elements, from: 0, to: 1)
        let later = try part(elements, from: 2, to: size)
        let before = try zip(odd, axes).map { tensor, axis in
            try tensor.slice(axis: axis, 0..<((size - 1) / 2))
        }
        let even =
            size > 2
            ? try zip(zip(head, combine(before, later)), axes).map {
                try Tensor.concatenated([$0.0, $0.1], axis: $1)
            } : head
        return try zip(zip(even, odd), axes).map { try interleaved($0.0, $0.1, axis: $1) }
    }

    /// Every second element.
    private func part(_ tensors: [Tensor], from start: Int, to stop: Int) throws -> [Tensor] {
        try zip(tensors, axes).map { tensor, axis in
            var (first, size, stride) = (
                [Int](repeating: 0, count: tensor.rank), tensor.shape.dimensions,
                [Int](repeating: 1, count: tensor.rank)
            )
            (first[axis], size[axis], stride[axis]) = (start, Swift.max(stop - start + 1, 0) / 2, 2)
            if size[axis] < 2 { stride[axis] = 1 }
            if size[axis] == 0 { first[axis] = 0 }
            return try tensor.slice(start: first, size: size, stride: stride)
        }
    }

    private func interleaved(_ even: Tensor, _ odd: Tensor, axis: Int) throws -> Tensor {
        let size = even.shape[axis] + odd.shape[axis]
        func spread(_ tensor: Tensor, _ offset: Int) throws -> Tensor {
            let zeros = [Int](repeating: 0, count: tensor.rank)
            var (low, high, interior) = (zeros, zeros, zeros)
            let reach = 2 * tensor.shape[axis] - 1
            (low[axis], high[axis], interior[axis]) = (offset, size - offset - reach, 1)
            return try .emit1(.pad(low: low, high: high, interior: interior, value: 0), [tensor])
        }
        if odd.shape[axis] == 0 { return even }
        var shape = [Int](repeating: 1, count: even.rank)
        shape[axis] = size
        let isOdd = Tensor((0..<size).map { $0 % 2 == 1 }, shape: Shape(shape))
        return try .select(isOdd, spread(odd, 1), spread(even, 0))
    }
}
