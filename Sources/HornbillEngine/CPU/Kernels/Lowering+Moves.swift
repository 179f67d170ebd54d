import CKernels
import Foundation

// Data under another arrangement, in any type: strided copies.

extension Lowering {
    /// The result, contiguous, of reading the operand at an offset with strides.
    private static func gatherStrided(
        _ name: String, _ dtype: DType, shape: [Int], strides: [Int], offset: Int = 0, _ threads: Int
    ) -> Kernel {
        let (size, rank, members) = (Int32(dtype.byteCount), Int32(shape.count), Int32(threads))
        let (sizes, steps, start) = (FrozenArray(int64: shape), FrozenArray(int64: strides), offset * dtype.byteCount)
        return Kernel("\(name) \(dtype)\(Shape(shape))") { window in
            hk_copy_strided(size, rank, sizes.pointer, steps.pointer, window[0] + start, window[1], members)
        }
    }

    static func transpose(_ axes: [Int], _ input: TensorType, _ threads: Int) -> Kernel {
        let strides = input.shape.strides
        return gatherStrided(
            "transpose", input.dtype, shape: axes.map { input.shape[$0] }, strides: axes.map { strides[$0] }, threads)
    }

    static func broadcast(_ input: TensorType, _ output: TensorType, _ threads: Int) -> Kernel {
        let extra = output.shape.rank - input.shape.rank
        let strides = input.shape.strides
        let steps = output.shape.indices.map { $0 < extra || input.shape[$0 - extra] == 1 ? 0 : strides[$0 - extra] }
        return gatherStrided("broadcast", input.dtype, shape: output.shape.dimensions, strides: steps, threads)
    }

    static func slice(_ start: [Int], _ size: [Int], _ stride: [Int], _ input: TensorType, _ threads: Int) -> Kernel {
        let strides = input.shape.strides
        let empty = size.contains(0)  // whose start may lie behind the end
        return gatherStrided(
            "slice", input.dtype, shape: size, strides: zip(strides, stride).map { $0 * $1 },
            offset: empty ? 0 : zip(start, strides).map { $0 * $1 }.reduce(0, +), threads)
    }

    static func pad(
        _ low: [Int], _ interior: [Int], _ value: Double, _ input: TensorType, _ output: TensorType, _ threads: Int
    ) -> Kernel? {
        guard let filler = try? Tensor.filled(value, TensorType(output.dtype, [])) else { return nil }
        let outer = output.shape.strides
        let (size, rank, members) = (Int32(input.dtype.byteCount), Int32(input.shape.rank), Int32(threads))
        let sizes = FrozenArray(int64: input.shape.dimensions)
        let steps = FrozenArray(int64: input.shape.indices.map { outer[$0] * (interior[$0] + 1) })
        let start = zip(low, outer).map { $0 * $1 }.reduce(0, +) * input.dtype.byteCount
        let (count, empty) = (Int64(output.shape.count), input.shape.count == 0)
        return Kernel("pad \(output)") { window in
            hk_fill(size, filler.hostPointer, window[1], count, members)
            if !empty {
                hk_store_strided(size, rank, sizes.pointer, steps.pointer, window[0], window[1] + start, members)
            }
        }
    }

    /// Copies each operand to its part of the result, unless it was computed there.
    static func concatenate(_ axis: Int, _ inputs: [TensorType], _ output: TensorType, _ threads: Int) -> Kernel {
        struct Part {
            var shape: FrozenArray<Int64>
            var offset: Int
            var isEmpty: Bool
        }
        let inner = output.shape.dimensions[(axis + 1)...].reduce(1, *) * output.dtype.byteCount
        var parts: [Part] = []
        var position = 0
        for input in inputs {
            let outer = input.shape.dimensions[..<axis].reduce(1, *)
            let width = input.shape.dimensions[axis...].reduce(1, *)
            parts.append(
                Part(
                    shape: FrozenArray(int64: [outer, width]), offset: position * inner, isEmpty: input.shape.count == 0
                ))
            position += input.shape[axis]
        }
        let strides = FrozenArray(int64: [output.shape.dimensions[axis...].reduce(1, *), 1])
        let (size, members, pieces) = (Int32(output.dtype.byteCount), Int32(threads), parts)
        return Kernel("concatenate \(output)") { window in
            let out = window[pieces.count]
            for (index, part) in pieces.enumerated() where !part.isEmpty && window[index] != out + part.offset {
                hk_store_strided(
                    size, 2, part.shape.pointer, strides.pointer, window[index], out + part.offset, members)
            }
        }
    }
}
