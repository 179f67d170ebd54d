import Foundation

/// A named tensor that changes: a parameter, a moving statistic, a metric's state, a seed.
///
/// It owns its memory, and compiled plans read and write it in place. ``value`` outside of a trace is a snapshot: later
/// training does not change it (the memory is copied only if a snapshot is still alive). While a computation is traced,
/// ``value`` is the last value assigned in it, and ``assign(_:)`` takes effect when the compiled plan runs.
///
/// One thread at a time may assign or train; any number may read while none does.
public final class Variable: @unchecked Sendable {
    /// The name within its layer, as `kernel`.
    public let name: String
    /// The names of the layers around it and its own, as `sequential/dense/kernel`.
    public package(set) var path: String
    public let type: TensorType
    /// Whether an optimizer may change it.
    public var trainable: Bool
    private var buffer: HostBuffer
    private let failure: HornbillError?

    /// A variable that holds `value`.
    /// - Throws: the error that `value` carries.
    public init(_ value: Tensor, name: String = "variable", trainable: Bool = true) throws {
        self.name = name
        path = name
        type = value.type
        self.trainable = trainable
        buffer = try Self.buffer(of: value)
        failure = nil
    }

    /// A variable that could not be made: whoever reads or assigns it gets the error.
    package init(error: HornbillError, name: String) {
        self.name = name
        path = name
        type = TensorType(.float32, [])
        trainable = false
        buffer = HostBuffer.empty
        failure = error
    }

    /// A scalar that no optimizer changes.
    package static func scalar(_ value: Double, dtype: DType, name: String) -> Variable {
        do {
            return try Variable(Tensor(repeating: value, shape: [], dtype: dtype), name: name, trainable: false)
        } catch {
            return Variable(error: HornbillError.wrap(error), name: name)
        }
    }

    public var shape: Shape { type.shape }
    public var dtype: DType { type.dtype }
    /// The number of elements.
    public var count: Int { type.shape.count }

    /// The value now; in a trace, the last one assigned in it.
    public var value: Tensor {
        if let failure { return Tensor(error: failure) }
        if let trace = Trace.current { return trace.read(self) }
        return Tensor(buffer: buffer, type)
    }

    /// Sets the value, cast to the variable's dtype.
    /// - Throws: kind `shape` if the shapes differ, or the error that `newValue` carries.
    public func assign(_ newValue: Tensor) throws {
        if let failure { throw failure }
        try newValue.validated()
        guard newValue.shape == shape else {
            throw HornbillError(
                .shape,
                "the variable '\(path)' has the shape \(shape) and cannot be assigned a value of shape \(newValue.shape)"
            )
        }
        let converted = try newValue.cast(to: dtype).validated()
        if let trace = Trace.current {
            try trace.assign(converted, to: self)
        } else {
            buffer = try Self.buffer(of: converted)
        }
    }

    /// Adds to the value.
    public func assignAdd(_ delta: Tensor) throws { try assign(value + delta.cast(to: dtype)) }

    /// Subtracts from the value.
    public func assignSubtract(_ delta: Tensor) throws { try assign(value - delta.cast(to: dtype)) }

    /// The memory, for reading; valid until the next assignment.
    package var pointer: UnsafeMutableRawPointer { buffer.pointer }

    /// The memory, for writing in place: copied first if a snapshot shares it.
    package func writablePointer() throws -> UnsafeMutableRawPointer {
        if !isKnownUniquelyReferenced(&buffer) { buffer = try buffer.copy() }
        return buffer.pointer
    }

    /// The whole buffer of a host tensor, or a copy of its part if the tensor is only a part of it.
    private static func buffer(of tensor: Tensor) throws -> HostBuffer {
        let pointer = try tensor.requirePointer()
        if case .host(let buffer, 0) = tensor.backing, buffer.byteCount == tensor.type.byteCount, !buffer.isBorrowed {
            return buffer
        }
        let copy = try HostBuffer(byteCount: tensor.type.byteCount)
        memcpy(copy.pointer, pointer, tensor.type.byteCount)
        return copy
    }
}
