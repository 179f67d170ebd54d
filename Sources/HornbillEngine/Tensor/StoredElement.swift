/// How the elements of an array lie in a file: as a tensor has them, or narrower or unsigned integers, which tensors do not
/// have and which are read as wider ones.
package enum StoredElement: Sendable, Hashable {
    case same(DType)
    case int8, int16, uint16, uint32, uint64

    package var byteCount: Int {
        switch self {
        case .same(let dtype): dtype.byteCount
        case .int8: 1
        case .int16, .uint16: 2
        case .uint32: 4
        case .uint64: 8
        }
    }

    /// The tensor of elements that were read into `buffer`.
    /// - Parameter what: the array's name in the error.
    /// - Throws: kind `dtype` for a uint64 beyond int64.
    package func tensor(_ buffer: HostBuffer, _ shape: Shape, _ what: String) throws -> Tensor {
        let count = shape.count
        func widened<From: FixedWidthInteger & BitwiseCopyable, To: FixedWidthInteger & TensorScalar>(
            _: From.Type, _: To.Type
        ) throws -> Tensor {
            let source = UnsafeBufferPointer(start: buffer.pointer.assumingMemoryBound(to: From.self), count: count)
            let result = try HostBuffer(byteCount: count * MemoryLayout<To>.stride)
            let target = result.pointer.bindMemory(to: To.self, capacity: count)
            for (index, value) in source.enumerated() {
                guard let wide = To(exactly: value) else {
                    throw HornbillError(.dtype, "\(what): the element \(value) does not fit into \(To.dtype)")
                }
                target[index] = wide
            }
            return withExtendedLifetime(buffer) { Tensor(buffer: result, TensorType(To.dtype, shape)) }
        }
        switch self {
        case .same(.bool):
            // Any byte but 0 is true; a Bool in memory is 0 or 1.
            let bytes = buffer.pointer.bindMemory(to: UInt8.self, capacity: count)
            for index in 0..<count where bytes[index] > 1 { bytes[index] = 1 }
            return Tensor(buffer: buffer, TensorType(.bool, shape))
        case .same(let dtype): return Tensor(buffer: buffer, TensorType(dtype, shape))
        case .int8: return try widened(Int8.self, Int32.self)
        case .int16: return try widened(Int16.self, Int32.self)
        case .uint16: return try widened(UInt16.self, Int32.self)
        case .uint32: return try widened(UInt32.self, Int64.self)
        case .uint64: return try widened(UInt64.self, Int64.self)
        }
    }
}
