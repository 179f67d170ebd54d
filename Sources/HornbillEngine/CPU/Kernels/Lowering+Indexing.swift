import CKernels
import Foundation

// Elements and rows by index. Where an index is out of range, the reference finds it again and says which.

extension Lowering {
    static func gather(_ axis: Int, _ data: TensorType, _ indices: TensorType, _ threads: Int) -> Kernel {
        let operation = Operation.gather(axis: axis)
        let dimensions = data.shape.dimensions
        let (outer, rows) = (dimensions[..<axis].reduce(1, *), dimensions[axis])
        let width = dimensions[(axis + 1)...].reduce(1, *)
        let (count, members) = (indices.shape.count, Int32(threads))
        let (type, indexType) = (data.dtype.kernelType, indices.dtype.kernelType)
        let (inBytes, outBytes) = (rows * width * data.dtype.byteCount, count * width * data.dtype.byteCount)
        let fail = rethrower(operation, [data, indices])
        return Kernel("gather \(outer)×[\(count) of \(rows)]×\(width)", canFail: true) { window in
            for o in 0..<outer {
                let bad = hk_gather_rows(
                    type, window[0] + o * inBytes, Int64(rows), Int64(width), indexType, window[1], Int64(count), type,
                    window[2] + o * outBytes, Int64(width), members)
                if bad >= 0 { try fail(window) }
            }
        }
    }

    static func scatterAdd(
        _ axis: Int, _ size: Int, _ updates: TensorType, _ indices: TensorType, _ threads: Int
    ) -> Kernel? {
        guard updates.dtype == .float32 else { return nil }
        let dimensions = updates.shape.dimensions
        let outer = dimensions[..<axis].reduce(1, *)
        let width = dimensions[(axis + indices.shape.rank)...].reduce(1, *)
        let (count, members, indexType) = (indices.shape.count, Int32(threads), indices.dtype.kernelType)
        let check = indexCheck(indices, size: size)
        let fail = rethrower(.scatterAdd(axis: axis, size: size), [updates, indices])
        return Kernel("scatterAdd \(outer)×[\(count) in \(size)]×\(width)", canFail: true) { window in
            guard check(window[1]) else { return try fail(window) }
            for o in 0..<outer {
                hk_scatter_add_rows(
                    window[0].floats + o * count * width, indexType, window[1], Int64(count),
                    window[2].floats + o * size * width, Int64(size), Int64(width), true, members)
            }
        }
    }

    static func gatherElements(_ data: TensorType, _ indices: TensorType) -> Kernel {
        let (size, columns) = (data.shape.last ?? 1, indices.shape.last ?? 1)
        let count = indices.shape.count
        let fail = rethrower(.gatherElements, [data, indices])
        func kernel<Word: BitwiseCopyable, Index: FixedWidthInteger & SendableMetatype>(_: Word.Type, _: Index.Type)
            -> Kernel
        {
            Kernel("gatherElements \(count)", canFail: true) { window in
                let (x, index) = (
                    window[0].assumingMemoryBound(to: Word.self), window[1].assumingMemoryBound(to: Index.self)
                )
                let out = window[2].assumingMemoryBound(to: Word.self)
                for place in 0..<count {
                    var column = Int(index[place])
                    if column < 0 { column &+= size }
                    guard column >= 0, column < size else { return try fail(window) }
                    out[place] = x[place / columns * size + column]
                }
            }
        }
        func sized<Index: FixedWidthInteger & SendableMetatype>(_: Index.Type) -> Kernel {
            switch data.dtype.byteCount {
            case 1: kernel(UInt8.self, Index.self)
            case 2: kernel(UInt16.self, Index.self)
            case 4: kernel(UInt32.self, Index.self)
            default: kernel(UInt64.self, Index.self)
            }
        }
        return indices.dtype == .int32 ? sized(Int32.self) : sized(Int64.self)
    }

    static func scatterElements(_ size: Int, _ updates: TensorType, _ indices: TensorType) -> Kernel? {
        guard updates.dtype == .float32 else { return nil }
        let (count, columns) = (updates.shape.count, updates.shape.last ?? 1)
        let bytes = count / Swift.max(columns, 1) * size * 4
        let fail = rethrower(.scatterElements(size: size), [updates, indices])
        func kernel<Index: FixedWidthInteger & SendableMetatype>(_: Index.Type) -> Kernel {
            Kernel("scatterElements \(count) in \(size)", canFail: true) { window in
                let (x, out, index) = (
                    window[0].floats, window[2].floats, window[1].assumingMemoryBound(to: Index.self)
                )
                memset(out, 0, bytes)
                for place in 0..<count {
                    var column = Int(index[place])
                    if column < 0 { column &+= size }
                    guard column >= 0, column < size else { return try fail(window) }
                    out[place / columns * size + column] += x[place]
                }
            }
        }
        return indices.dtype == .int32 ? kernel(Int32.self) : kernel(Int64.self)
    }

    static func oneHot(_ depth: Int, _ dtype: DType, _ indices: TensorType) -> Kernel? {
        guard let one = try? Tensor.filled(1, TensorType(dtype, [])) else { return nil }
        let (count, size) = (indices.shape.count, dtype.byteCount)
        func kernel<Index: FixedWidthInteger & SendableMetatype>(_: Index.Type) -> Kernel {
            Kernel("oneHot \(count)×\(depth)") { window in
                guard let pattern = one.hostPointer else { return }
                let index = window[0].assumingMemoryBound(to: Index.self)
                memset(window[1], 0, count * depth * size)
                for place in 0..<count where index[place] >= 0 && Int(index[place]) < depth {
                    memcpy(window[1] + (place * depth + Int(index[place])) * size, pattern, size)
                }
            }
        }
        switch indices.dtype {
        case .int32: return kernel(Int32.self)
        case .int64: return kernel(Int64.self)
        case .uint8, .bool: return kernel(UInt8.self)
        case .float32, .float64, .float16, .bfloat16, .string: return nil
        }
    }

    static func random(_ distribution: Distribution, _ shape: Shape, _ threads: Int) -> Kernel {
        let (count, members, code) = (shape.count, Int32(threads), distribution.code)
        let isWide = distribution == .bits
        return Kernel("random \(distribution.rawValue) \(shape)") { window in
            let stream = window[0].assumingMemoryBound(to: Int64.self)
            // 32-bit words are made in the upper half of their int64 places, and spread from the first on.
            let words = window[1] + (isWide ? 4 * count : 0)
            hk_random(
                code, UInt64(bitPattern: stream[0]), UInt64(bitPattern: stream[1]), 0, Int64(count), words, members)
            guard isWide else { return }
            let (from, to) = (words.assumingMemoryBound(to: UInt32.self), window[1].assumingMemoryBound(to: Int64.self))
            for i in 0..<count { to[i] = Int64(from[i]) }
        }
    }

    /// Whether all indices lie in `-size ..< size`.
    private static func indexCheck(_ indices: TensorType, size: Int) -> @Sendable (UnsafeMutableRawPointer) -> Bool {
        let count = indices.shape.count
        func check<Index: FixedWidthInteger & SendableMetatype>(_: Index.Type)
            -> @Sendable (UnsafeMutableRawPointer) -> Bool
        {
            { memory in
                let index = memory.assumingMemoryBound(to: Index.self)
                for i in 0..<count where Int(index[i]) < -size || Int(index[i]) >= size { return false }
                return true
            }
        }
        return indices.dtype == .int32 ? check(Int32.self) : check(Int64.self)
    }

    /// Runs the reference on the window, which fails with the message that names the index.
    private static func rethrower(_ operation: Operation, _ inputs: [TensorType]) -> @Sendable (Window) throws -> Void {
        { window in
            try Reference.run(
                operation, inputs: inputs.indices.map { UnsafeRawPointer(window[$0]) }, inputTypes: inputs,
                outputs: [window[inputs.count]], outputTypes: operation.outputTypes(inputs))
        }
    }
}

extension Distribution {
    fileprivate var code: hk_distribution {
        switch self {
        case .bits: HK_RANDOM_BITS
        case .uniform: HK_RANDOM_UNIFORM
        case .normal: HK_RANDOM_NORMAL
        case .truncatedNormal: HK_RANDOM_TRUNCATED_NORMAL
        }
    }
}
