import Foundation

// Arrays in and out.

extension Tensor {
    /// A rank-1 tensor of these elements; their Swift type gives the dtype (`Int` gives int64).
    public init<Scalar: TensorScalar>(_ elements: [Scalar]) {
        self = Tensor(elements, shape: [elements.count])
    }

    /// A tensor of `shape` with these elements in row-major order.
    ///
    /// Carries an error of kind `shape` if their number does not fit.
    public init<Scalar: TensorScalar>(_ elements: [Scalar], shape: Shape, file: String = #fileID, line: Int = #line) {
        self = Tensor.deferring(CallSite(file, line)) {
            guard try shape.validated().count == elements.count else {
                throw HornbillError(.shape, "\(elements.count) elements cannot fill the shape \(shape)")
            }
            let buffer = try HostBuffer(byteCount: elements.count * MemoryLayout<Scalar>.stride)
            elements.withUnsafeBytes { bytes in
                if let base = bytes.baseAddress { memcpy(buffer.pointer, base, bytes.count) }
            }
            return Tensor(buffer: buffer, TensorType(Scalar.dtype, shape))
        }
    }

    /// A scalar tensor.
    public init<Scalar: TensorScalar>(scalar: Scalar) { self = Tensor([scalar], shape: []) }

    /// A rank-2 tensor of these rows, which must be of one length.
    public init<Scalar: TensorScalar>(rows: [[Scalar]], file: String = #fileID, line: Int = #line) {
        let width = rows.first?.count ?? 0
        guard let ragged = rows.firstIndex(where: { $0.count != width }) else {
            self = Tensor(Array(rows.joined()), shape: [rows.count, width], file: file, line: line)
            return
        }
        self.init(
            error: HornbillError(
                .shape, "row \(ragged) has \(rows[ragged].count) elements where row 0 has \(width)",
                site: CallSite(file, line)))
    }

    /// A tensor of `shape` with every element `value`.
    public init(
        repeating value: Double, shape: Shape, dtype: DType = .float32, file: String = #fileID, line: Int = #line
    ) {
        self = Tensor.deferring(CallSite(file, line)) {
            try Tensor.filled(value, TensorType(dtype, shape.validated()))
        }
    }

    public static func zeros(_ shape: Shape, dtype: DType = .float32, file: String = #fileID, line: Int = #line)
        -> Tensor
    {
        Tensor(repeating: 0, shape: shape, dtype: dtype, file: file, line: line)
    }

    public static func ones(_ shape: Shape, dtype: DType = .float32, file: String = #fileID, line: Int = #line)
        -> Tensor
    {
        Tensor(repeating: 1, shape: shape, dtype: dtype, file: file, line: line)
    }

    /// `count` numbers from `start` to `stop`, both included, evenly spaced (NumPy's linspace).
    public static func linspace(_ start: Double, _ stop: Double, count: Int, dtype: DType = .float32) -> Tensor {
        let values = (0..<max(count, 0)).map { i in
            count == 1 ? start : i == count - 1 ? stop : start + (stop - start) * Double(i) / Double(count - 1)
        }
        return Tensor(values).cast(to: dtype)
    }

    /// The integers `start`, `start + step`, … below `stop` (NumPy's arange).
    public static func arange(_ start: Int, _ stop: Int, step: Int = 1, dtype: DType = .int32) -> Tensor {
        guard step != 0 else { return Tensor(error: HornbillError(.argument, "arange needs a step other than 0")) }
        return Tensor(Array(stride(from: start, to: stop, by: step))).cast(to: dtype)
    }

    /// The elements in row-major order, as the Swift type that belongs to the dtype.
    /// - Throws: the error that the tensor carries; kind `dtype` if `Scalar` is another type; `state` for a traced one.
    public func scalars<Scalar: TensorScalar>(_ type: Scalar.Type = Scalar.self) throws -> [Scalar] {
        let pointer = try requirePointer()
        guard Scalar.dtype == dtype else {
            throw HornbillError(.dtype, "the elements are \(dtype), not \(Scalar.dtype): cast the tensor first")
        }
        return Array(UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: Scalar.self), count: count))
    }

    /// The elements as Doubles, whatever the dtype.
    public func doubles() throws -> [Double] { try cast(to: .float64).scalars(Double.self) }

    /// The elements as Floats, whatever the dtype.
    public func floats() throws -> [Float] { try cast(to: .float32).scalars(Float.self) }

    /// The only element.
    /// - Throws: kind `shape` if there is not exactly one.
    public func item() throws -> Double {
        try validated()
        guard count == 1 else { throw HornbillError(.shape, "item() needs exactly one element, the shape is \(shape)") }
        return try doubles()[0]
    }

    /// A tensor of type `type` whose elements are all `value`.
    package static func filled(_ value: Double, _ type: TensorType) throws -> Tensor {
        if value.bitPattern == 0, type.dtype != .string {
            return Tensor(buffer: try HostBuffer.zeros(byteCount: type.byteCount), type)
        }
        let buffer = try HostBuffer(byteCount: type.byteCount)
        let count = type.shape.count
        func fill<T>(_ element: T) {
            buffer.pointer.bindMemory(to: T.self, capacity: count).update(repeating: element, count: count)
        }
        func integer<T: FixedWidthInteger>(_: T.Type) -> T { T(exactly: value.rounded(.towardZero)) ?? 0 }
        switch type.dtype {
        case .float32: fill(Float(value))
        case .float64: fill(value)
        case .int32: fill(integer(Int32.self))
        case .int64: fill(integer(Int64.self))
        case .uint8: fill(integer(UInt8.self))
        case .bool: fill(value != 0)
        case .float16: fill(Float16(value))
        case .bfloat16: fill(BFloat16(Float(value)))
        case .string: throw HornbillError(.dtype, "a number cannot be an element of a tensor of strings")
        }
        return Tensor(buffer: buffer, type)
    }
}
