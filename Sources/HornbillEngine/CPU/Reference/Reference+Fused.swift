extension Reference.Call {
    /// One instruction after the other over whole arrays, where the C kernel goes tile by tile.
    func fused(_ program: FusedProgram) throws {
        let count = program.count
        if program.outputs.isEmpty { return }
        let full = TensorType(.float32, [count])
        var operands: [HostBuffer] = []
        for (input, pointer) in zip(program.inputs, inputs) { operands.append(try input.expanded(pointer, count)) }
        var results: [HostBuffer] = []
        for instruction in program.instructions {
            let sources = try instruction.operands.map { operand -> HostBuffer in
                switch operand {
                case .input(let index): return operands[index]
                case .result(let index): return results[index]
                case .constant(let value):
                    let buffer = try HostBuffer(byteCount: full.byteCount)
                    buffer.pointer.assumingMemoryBound(to: Float.self).update(repeating: value, count: count)
                    return buffer
                }
            }
            let result = try HostBuffer(byteCount: full.byteCount)
            let call = Reference.Call(
                inputs: sources.map { UnsafeRawPointer($0.pointer) }, inputTypes: sources.map { _ in full },
                outputs: [result.pointer], outputTypes: [full])
            // The call has their addresses only.
            try withExtendedLifetime((operands, sources)) { try call.instruction(instruction.function) }
            results.append(result)
        }
        for (index, output) in program.outputs.enumerated() {
            let size = output.type.dtype.byteCount
            let run = output.instructions.count == 1 ? count : output.inner
            var target = outputs[index]
            for start in stride(from: 0, to: count, by: max(run, 1)) {
                for instruction in output.instructions {
                    Reference.cast(
                        .float32, results[instruction].pointer + 4 * start, to: output.type.dtype, target, count: run)
                    target += run * size
                }
            }
        }
        withExtendedLifetime(results) {}
    }

    private func instruction(_ function: FusedProgram.Function) throws {
        let out = output(0, as: Float.self)
        switch function {
        case .copy: out.update(from: input(0, as: Float.self), count: count)
        case .unary(let function):
            try unary(function)
            if function.isPredicate { spreadTruth() }
        case .binary(let function):
            Float.binary(function, self)
            if function.isComparison || function.isLogical { spreadTruth() }
        case .select:
            for i in 0..<count { out[i] = input(input(0, as: Float.self)[i] != 0 ? 1 : 2, as: Float.self)[i] }
        case .multiplyAdd:
            let (a, b, c) = (input(0, as: Float.self), input(1, as: Float.self), input(2, as: Float.self))
            for i in 0..<count { out[i] = a[i] * b[i] + c[i] }
        case .divideByRoot:
            let (a, b) = (input(0, as: Float.self), input(1, as: Float.self))
            for i in 0..<count { out[i] = a[i] / b[i].squareRoot() }
        case .rounded(let dtype):
            let x = input(0, as: Float.self)
            for i in 0..<count { out[i] = dtype == .float16 ? Float(Float16(x[i])) : Float(BFloat16(x[i])) }
        }
    }

    /// The bytes 0 and 1 that a predicate left at the front of the result as floats, last element first.
    private func spreadTruth() {
        for i in stride(from: count - 1, through: 0, by: -1) {
            let truth = outputs[0].load(fromByteOffset: i, as: UInt8.self)
            outputs[0].storeBytes(of: truth == 0 ? Float(0) : 1, toByteOffset: 4 * i, as: Float.self)
        }
    }
}

extension FusedProgram.Input {
    /// The input as `count` float32 elements.
    fileprivate func expanded(_ pointer: UnsafeRawPointer, _ count: Int) throws -> HostBuffer {
        let (stored, position): (Int, (Int) -> Int) =
            switch layout {
            case .full: (count, { $0 })
            case .scalar: (1, { _ in 0 })
            case .row(let inner): (inner, { $0 % inner })
            case .column(let inner): (count / max(inner, 1), { $0 / inner })
            case .middle(let inner, let outer): (outer, { $0 / inner % outer })
            case .window(let inner, let stride, let offset):
                ((count / inner - 1) * stride + offset + inner, { $0 / inner * stride + offset + $0 % inner })
            }
        let elements = try HostBuffer(byteCount: 4 * stored)
        Reference.cast(dtype, pointer, to: .float32, elements.pointer, count: stored)
        let buffer = try HostBuffer(byteCount: 4 * count)
        let (x, out) = (
            elements.pointer.assumingMemoryBound(to: Float.self), buffer.pointer.assumingMemoryBound(to: Float.self)
        )
        for i in 0..<count { out[i] = x[position(i)] }
        withExtendedLifetime(elements) {}
        return buffer
    }
}
