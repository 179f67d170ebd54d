extension Reference {
    /// The windows of a convolution or a pool over three spatial axes: fewer are preceded by axes of one element.
    struct WindowWalk {
        var input: [Int]
        var output: [Int]
        var window: [Int]
        var strides: [Int]
        var dilation: [Int]
        var low: [Int]
        var batch: Int

        init(_ geometry: WindowGeometry, input: Shape, output: Shape) {
            func three(_ values: [Int], _ filler: Int) -> [Int] {
                [Int](repeating: filler, count: 3 - values.count) + values
            }
            self.input = three(input.spatial, 1)
            self.output = three(output.spatial, 1)
            window = three(geometry.window, 1)
            strides = three(geometry.strides, 1)
            dilation = three(geometry.dilation, 1)
            low = three(geometry.low, 0)
            batch = input[0]
        }

        var windowCount: Int { window.reduce(1, *) }
        private var inputCount: Int { input.reduce(1, *) }

        /// For each window its place among the results, then for each of its elements that lies inside the element's
        /// place in the input and its number in the window. Places count without channels, over the whole batch.
        @inline(__always)
        func forEach(
            begin: (_ output: Int) -> Void = { _ in }, element: (_ output: Int, _ input: Int, _ tap: Int) -> Void,
            end: (_ output: Int) -> Void = { _ in }
        ) {
            var place = 0
            for sample in 0..<batch {
                for a in 0..<output[0] {
                    for b in 0..<output[1] {
                        for c in 0..<output[2] {
                            begin(place)
                            for i in 0..<window[0] {
                                let x = a * strides[0] + i * dilation[0] - low[0]
                                guard x >= 0, x < input[0] else { continue }
                                for j in 0..<window[1] {
                                    let y = b * strides[1] + j * dilation[1] - low[1]
                                    guard y >= 0, y < input[1] else { continue }
                                    for k in 0..<window[2] {
                                        let z = c * strides[2] + k * dilation[2] - low[2]
                                        guard z >= 0, z < input[2] else { continue }
                                        let inside = (x * input[1] + y) * input[2] + z
                                        element(
                                            place, sample * inputCount + inside,
                                            (i * window[1] + j) * window[2] + k)
                                    }
                                }
                            }
                            end(place)
                            place += 1
                        }
                    }
                }
            }
        }
    }

    /// The windows of a convolution with its channels.
    struct ConvolutionWalk {
        var windows: WindowWalk
        var groups: Int
        /// Of each group.
        var channels: Int
        var filters: Int
    }
}

extension Reference.Call {
    private func walk(_ form: ConvolutionForm, input: TensorType, kernel: TensorType, output: TensorType)
        -> Reference.ConvolutionWalk
    {
        let (spatial, shape) = (kernel.shape.rank - 2, kernel.shape)
        return Reference.ConvolutionWalk(
            windows: Reference.WindowWalk(
                form.geometry(Array(shape.dimensions.prefix(spatial))), input: input.shape, output: output.shape),
            groups: form.groups, channels: shape[spatial], filters: shape[spatial + 1] / form.groups)
    }

    func convolution(_ form: ConvolutionForm) throws {
        let walk = walk(form, input: inputTypes[0], kernel: inputTypes[1], output: outputTypes[0])
        try inputTypes[0].dtype.float().convolution(walk, self)
    }

    func convolutionInputGradient(_ form: ConvolutionForm) throws {
        let walk = walk(form, input: outputTypes[0], kernel: inputTypes[1], output: inputTypes[0])
        try inputTypes[0].dtype.float().convolutionInputGradient(walk, self)
    }

    func convolutionKernelGradient(_ form: ConvolutionForm) throws {
        let walk = walk(form, input: inputTypes[0], kernel: outputTypes[0], output: inputTypes[1])
        try inputTypes[0].dtype.float().convolutionKernelGradient(walk, self)
    }

    /// The second result of a fused kernel gradient.
    func biasGradient() throws { try inputTypes[1].dtype.float().biasGradient(self) }

    func pool(_ form: PoolForm) throws {
        let walk = Reference.WindowWalk(form.geometry, input: inputTypes[0].shape, output: outputTypes[0].shape)
        try inputTypes[0].dtype.float().pool(form.kind, walk, self)
    }

    func poolGradient(_ form: PoolForm) throws {
        let gradient = inputTypes[inputTypes.count - 1]
        let walk = Reference.WindowWalk(form.geometry, input: outputTypes[0].shape, output: gradient.shape)
        try gradient.dtype.float().poolGradient(form.kind, walk, self)
    }

    func poolPick(_ form: PoolForm) throws {
        let walk = Reference.WindowWalk(form.geometry, input: inputTypes[0].shape, output: outputTypes[0].shape)
        try inputTypes[0].dtype.float().poolPick(walk, self)
    }
}

extension ReferenceFloat {
    /// Calls `body` with the place of each product's input, kernel and output element.
    @inline(__always)
    private static func forEachProduct(
        _ walk: Reference.ConvolutionWalk, _ body: (_ input: Int, _ kernel: Int, _ output: Int) -> Void
    ) {
        let (channels, filters) = (walk.channels * walk.groups, walk.filters * walk.groups)
        walk.windows.forEach(element: { output, input, tap in
            for group in 0..<walk.groups {
                for i in 0..<walk.channels {
                    let x = input * channels + group * walk.channels + i
                    let row = (tap * walk.channels + i) * filters + group * walk.filters
                    let y = output * filters + group * walk.filters
                    for o in 0..<walk.filters { body(x, row + o, y + o) }
                }
            }
        })
    }

    private static func accumulate(_ count: Int, into out: UnsafeMutablePointer<Self>, _ body: (inout [Double]) -> Void)
    {
        var sums = [Double](repeating: 0, count: count)
        body(&sums)
        for i in 0..<count { out[i] = Self(sums[i]) }
    }

    static func convolution(_ walk: Reference.ConvolutionWalk, _ call: Reference.Call) {
        let (x, kernel) = (call.input(0, as: Self.self), call.input(1, as: Self.self))
        accumulate(call.count, into: call.output(0)) { sums in
            forEachProduct(walk) { sums[$2] += Double(x[$0]) * Double(kernel[$1]) }
        }
    }

    static func convolutionInputGradient(_ walk: Reference.ConvolutionWalk, _ call: Reference.Call) {
        let (g, kernel) = (call.input(0, as: Self.self), call.input(1, as: Self.self))
        accumulate(call.count, into: call.output(0)) { sums in
            forEachProduct(walk) { sums[$0] += Double(g[$2]) * Double(kernel[$1]) }
        }
    }

    static func convolutionKernelGradient(_ walk: Reference.ConvolutionWalk, _ call: Reference.Call) {
        let (x, g) = (call.input(0, as: Self.self), call.input(1, as: Self.self))
        accumulate(call.count, into: call.output(0)) { sums in
            forEachProduct(walk) { sums[$1] += Double(x[$0]) * Double(g[$2]) }
        }
    }

    static func biasGradient(_ call: Reference.Call) {
        let (g, columns) = (call.input(1, as: Self.self), call.outputTypes[1].shape.count)
        accumulate(columns, into: call.output(1)) { sums in
            for i in 0..<call.inputTypes[1].shape.count { sums[i % columns] += Double(g[i]) }
        }
    }
}

// MARK: Pools

extension ReferenceFloat {
    /// For each window and channel the place of its largest element (the first of equals, NaN being largest), or nil
    /// where the whole window lies in the padding.
    @inline(__always)
    private static func forEachLargest(
        _ walk: Reference.WindowWalk, _ x: UnsafePointer<Self>, channels: Int,
        _ body: (_ output: Int, _ input: Int?) -> Void
    ) {
        var best = [Int?](repeating: nil, count: channels)
        walk.forEach(
            begin: { _ in for c in 0..<channels { best[c] = nil } },
            element: { _, input, _ in
                for c in 0..<channels {
                    let place = input * channels + c
                    guard let known = best[c] else {
                        best[c] = place
                        continue
                    }
                    if x[place] > x[known] || (x[place].isNaN && !x[known].isNaN) { best[c] = place }
                }
            },
            end: { output in for c in 0..<channels { body(output * channels + c, best[c]) } })
    }

    static func pool(_ kind: PoolKind, _ walk: Reference.WindowWalk, _ call: Reference.Call) {
        let (x, out) = (call.input(0, as: Self.self), call.output(0, as: Self.self))
        let channels = call.shape.last ?? 0
        guard kind != .max else {
            return forEachLargest(walk, x, channels: channels) { out[$0] = $1.map { x[$0] } ?? -.infinity }
        }
        var (sums, inside) = ([Double](repeating: 0, count: channels), 0)
        walk.forEach(
            begin: { _ in
                for c in 0..<channels { sums[c] = 0 }
                inside = 0
            },
            element: { _, input, _ in
                for c in 0..<channels { sums[c] += Double(x[input * channels + c]) }
                inside += 1
            },
            end: { output in
                let count = Double(kind == .average ? Swift.max(inside, 1) : walk.windowCount)
                for c in 0..<channels { out[output * channels + c] = Self(sums[c] / count) }
            })
    }

    static func poolGradient(_ kind: PoolKind, _ walk: Reference.WindowWalk, _ call: Reference.Call) {
        let g = call.input(call.inputs.count - 1, as: Self.self)
        let channels = call.outputTypes[0].shape.last ?? 0
        accumulate(call.count, into: call.output(0)) { sums in
            guard kind != .max else {
                forEachLargest(walk, call.input(0), channels: channels) { output, input in
                    if let input { sums[input] += Double(g[output]) }
                }
                return
            }
            var places: [Int] = []
            walk.forEach(
                begin: { _ in places = [] }, element: { _, input, _ in places.append(input) },
                end: { output in
                    let count = Double(kind == .average ? places.count : walk.windowCount)
                    for place in places {
                        for c in 0..<channels {
                            sums[place * channels + c] += Double(g[output * channels + c]) / count
                        }
                    }
                })
        }
    }

    static func poolPick(_ walk: Reference.WindowWalk, _ call: Reference.Call) {
        let (values, out) = (call.input(1, as: Self.self), call.output(0, as: Self.self))
        forEachLargest(walk, call.input(0), channels: call.shape.last ?? 0) { out[$0] = $1.map { values[$0] } ?? 0 }
    }
}
