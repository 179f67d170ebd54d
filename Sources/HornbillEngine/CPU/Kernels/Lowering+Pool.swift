import CKernels

extension Lowering {
    /// Which of a pool's kernels.
    enum PoolPart: String { case forward, gradient, pick }

    /// Pools in float32; half precision goes through float32 copies in the scratch memory.
    /// - Parameter input: the type of the pool's input, whichever part it is of; `output` that of its output.
    static func pool(_ form: PoolForm, _ part: PoolPart, _ input: TensorType, _ output: TensorType, _ threads: Int)
        -> Kernel?
    {
        guard input.dtype == .float32 || input.dtype.isHalf, output.shape.count > 0, input.shape.count > 0 else {
            return nil
        }
        let windows = hk_windows(form, input.shape, output.shape)
        let (kind, members) = (form.kind.code, Int32(threads))
        let name = "pool\(part == .forward ? "" : " " + part.rawValue) \(input.shape) \(form)"
        let reads: [Shape]
        switch part {
        case .forward: reads = [input.shape]
        case .gradient: reads = form.kind == .max ? [input.shape, output.shape] : [output.shape]
        case .pick: reads = [input.shape, input.shape]
        }
        let result = part == .gradient ? input.shape : output.shape

        @Sendable func run(_ at: (Int) -> UnsafeMutablePointer<Float>) {
            withUnsafePointer(to: windows) { windows in
                switch part {
                case .forward: hk_pool(kind, windows, at(0), at(1), members)
                case .gradient where form.kind == .max:
                    hk_pool_gradient(kind, windows, at(0), at(1), at(2), members)
                case .gradient: hk_pool_gradient(kind, windows, nil, at(0), at(1), members)
                case .pick: hk_pool_pick(windows, at(0), at(1), at(2), members)
                }
            }
        }
        if input.dtype == .float32 {
            return Kernel(name) { window in run { window[$0].floats } }
        }
        // Float32 copies of operands and result, one after the other.
        var offsets: [Int] = []
        var bytes = 0
        for shape in reads + [result] {
            offsets.append(bytes)
            bytes += (shape.count * 4 + 63) & ~63
        }
        let (places, half, last) = (FrozenArray(offsets), input.dtype.kernelType, reads.count)
        let counts = FrozenArray(int64: (reads + [result]).map(\.count))
        return Kernel(name + " in \(input.dtype)", scratchBytes: bytes) { window in
            let scratch = window[last + 1]
            for index in 0..<last {
                hk_cast(
                    half, window[index], HK_T_FLOAT32, scratch + places.pointer[index], counts.pointer[index], members)
            }
            run { (scratch + places.pointer[$0]).floats }
            hk_cast(
                HK_T_FLOAT32, scratch + places.pointer[last], half, window[last], counts.pointer[last], members)
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
