import CKernels

extension Lowering {
    /// Which of a pool's kernels.
    enum PoolPart: String { case forward, gradient, pick }

    /// Pools in float32.
    /// - Parameter input: the type of the pool's input, whichever part it is of; `output` that of its output.
    static func pool(_ form: PoolForm, _ part: PoolPart, _ input: TensorType, _ output: TensorType, _ threads: Int)
        -> Kernel?
    {
        guard input.dtype == .float32, output.shape.count > 0, input.shape.count > 0 else { return nil }
        let windows = hk_windows(form, input.shape, output.shape)
        let (kind, members) = (form.kind.code, Int32(threads))
        let name = "pool\(part == .forward ? "" : " " + part.rawValue) \(input.shape) \(form)"
        return Kernel(name) { window in
            let (first, second) = (window[0].floats, window[1].floats)
            withUnsafePointer(to: windows) { windows in
                switch part {
                case .forward: hk_pool(kind, windows, first, second, members)
                case .gradient where form.kind == .max:
                    hk_pool_gradient(kind, windows, first, second, window[2].floats, members)
                case .gradient: hk_pool_gradient(kind, windows, nil, first, second, members)
                case .pick: hk_pool_pick(windows, first, second, window[2].floats, members)
                }
            }
        }
    }
}

extension PoolKind {
    fileprivate var code: hk_pool_kind {
        switch self {
        case .max: HK_POOL_MAX
        case .average: HK_POOL_AVERAGE
        case .averageWithPadding: HK_POOL_AVERAGE_WITH_PADDING
        }
    }
}

extension hk_windows {
    fileprivate init(_ form: PoolForm, _ input: Shape, _ output: Shape) {
        func three(_ values: [Int], _ filler: Int64) -> (Int64, Int64, Int64) {
            let all = [Int64](repeating: filler, count: 3 - values.count) + values.map(Int64.init)
            return (all[0], all[1], all[2])
        }
        self.init(
            batch: Int64(input[0]), channels: Int64(input[input.rank - 1]), input: three(input.spatial, 1),
            output: three(output.spatial, 1), window: three(form.window, 1), stride: three(form.strides, 1),
            low: three(form.low, 0))
    }
}
