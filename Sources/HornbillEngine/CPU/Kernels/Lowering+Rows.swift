import CKernels

// Rows gathered from data, cast on the way, and put side by side: how a batch is taken from arrays in memory.

extension Lowering {
    /// Rows of `data` by index, as another type.
    struct RowGather: Sendable {
        var data: TensorType
        var indices: TensorType
        var dtype: DType

        var width: Int { data.shape.dimensions.dropFirst().reduce(1, *) }
        /// Bytes of a row of the result.
        var rowBytes: Int { width * dtype.byteCount }
    }

    /// What stands side by side in the rows of a result.
    enum RowPart: Sendable {
        /// Reads two operands.
        case gather(RowGather)
        /// Reads one, whose rows are so many bytes.
        case copy(rows: Int, bytes: Int)

        var rowBytes: Int {
            switch self {
            case .gather(let gather): gather.rowBytes
            case .copy(_, let bytes): bytes
            }
        }
    }

    /// Parts side by side.
    /// - Parameter rowBytes: bytes of a whole row of the result.
    static func joinRows(_ parts: [RowPart], _ output: TensorType, rowBytes: Int, _ threads: Int) -> Kernel {
        struct Task: Sendable {
            var part: RowPart
            var firstOperand: Int
            var offset: Int
            var shape: FrozenArray<Int64>
            var strides: FrozenArray<Int64>
        }
        var tasks: [Task] = []
        var (operand, offset) = (0, 0)
        for part in parts {
            let rows = if case .copy(let rows, _) = part { rows } else { 0 }
            tasks.append(
                Task(
                    part: part, firstOperand: operand, offset: offset,
                    shape: FrozenArray(int64: [rows, part.rowBytes]),
                    strides: FrozenArray(int64: [rowBytes, 1])))
            let operands = if case .gather = part { 2 } else { 1 }
            operand += operands
            offset += part.rowBytes
        }
        let (members, resultIndex, all) = (Int32(threads), operand, tasks)
        let rowElements = Int64(rowBytes / output.dtype.byteCount)
        let names = parts.map { if case .gather(let gather) = $0 { "gather \(gather.width)" } else { "copy" } }
        return Kernel("rows \(output): " + names.joined(separator: ", "), canFail: true) { window in
            for task in all {
                let target = window[resultIndex] + task.offset
                switch task.part {
                case .copy:
                    hk_store_strided(
                        1, 2, task.shape.pointer, task.strides.pointer, window[task.firstOperand], target, members)
                case .gather(let gather):
                    let bad = hk_gather_rows(
                        gather.data.dtype.kernelType, window[task.firstOperand], Int64(gather.data.shape[0]),
                        Int64(gather.width), gather.indices.dtype.kernelType, window[task.firstOperand + 1],
                        Int64(gather.indices.shape.count), gather.dtype.kernelType, target, rowElements, members)
                    if bad >= 0 {
                        // The reference finds it again, and says which.
                        _ = try Reference.execute(
                            .gather(axis: 0),
                            [
                                Tensor.zeros(Shape([gather.data.shape[0], 0])),
                                Tensor.lent(window[task.firstOperand + 1], gather.indices),
                            ])
                    }
                }
            }
        }
    }
}

extension Tensor {
    /// A copy of memory of the plan's.
    fileprivate static func lent(_ memory: UnsafeMutableRawPointer, _ type: TensorType) throws -> Tensor {
        let buffer = try HostBuffer(byteCount: type.byteCount)
        buffer.pointer.copyMemory(from: memory, byteCount: type.byteCount)
        return Tensor(buffer: buffer, type)
    }
}
