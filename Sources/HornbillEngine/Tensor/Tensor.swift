import Foundation

/// An array of numbers of one type: a value, as in NumPy. It holds data, or stands for a node of a graph that is being
/// traced, or carries the error of the operation that should have made it.
///
/// Operations never throw and never trap: one that cannot be done gives a tensor whose ``error`` says why, and so does
/// every operation on that. The error is thrown where values are read, or where work starts (`build`, `compile`, `fit`).
public struct Tensor: Sendable {
    package enum Backing: Sendable {
        /// Contiguous row-major elements from a byte offset on.
        case host(HostBuffer, offset: Int)
        /// Text, row-major; it never is part of a compiled computation.
        case strings(ArraySlice<String>)
        case traced(Trace, Value)
        case failed(HornbillError)
    }

    package let backing: Backing
    /// The type of the elements.
    public let dtype: DType
    /// The sizes of the axes; `()` for a tensor that carries an error.
    public let shape: Shape
    private let attachment: Attachment?

    /// A tensor cannot hold another one in itself.
    private final class Attachment: Sendable {
        let mask: Tensor

        init(_ mask: Tensor) { self.mask = mask }
    }

    package init(_ backing: Backing, _ type: TensorType, mask: Tensor? = nil) {
        self.backing = backing
        dtype = type.dtype
        shape = type.shape
        attachment = mask.map(Attachment.init)
    }

    /// Which elements count (bool; the shape is that of the leading axes, as (batch, steps)): what layers that know
    /// about padding tell those after them. Operations do not pass it on; layers do.
    public var mask: Tensor? { attachment?.mask }

    /// The same tensor with this mask, or with none.
    public func withMask(_ mask: Tensor?) -> Tensor { Tensor(backing, type, mask: mask) }

    /// A tensor that carries an error.
    public init(error: any Error) {
        self.init(.failed(HornbillError.wrap(error)), TensorType(.float32, []))
    }

    package init(buffer: HostBuffer, _ type: TensorType, offset: Int = 0) {
        self.init(.host(buffer, offset: offset), type)
    }

    /// A tensor of `body`'s making, or one that carries the error it threw.
    package static func deferring(_ site: CallSite? = nil, _ body: () throws -> Tensor) -> Tensor {
        do { return try body() } catch { return Tensor(error: HornbillError.wrap(error).at(site)) }
    }

    public var type: TensorType { TensorType(dtype, shape) }
    /// The number of axes.
    public var rank: Int { shape.rank }
    /// The number of elements.
    public var count: Int { shape.count }

    /// Why this tensor has no values, if an operation failed on the way to it.
    public var error: HornbillError? {
        if case .failed(let error) = backing { error } else { nil }
    }

    /// Whether it stands for a node of a graph that is being traced, and so has no values yet.
    public var isTraced: Bool {
        if case .traced = backing { true } else { false }
    }

    /// Throws the error that the tensor carries, if it carries one.
    @discardableResult
    public func validated() throws -> Tensor {
        if case .failed(let error) = backing { throw error }
        return self
    }

    /// The first element in memory; nil for traced and failed tensors.
    package var hostPointer: UnsafeMutableRawPointer? {
        if case .host(let buffer, let offset) = backing { buffer.pointer + offset } else { nil }
    }

    /// The first element in memory.
    /// - Throws: the carried error, or one of kind `state` for a traced tensor.
    package func requirePointer() throws -> UnsafeMutableRawPointer {
        switch backing {
        case .host(let buffer, let offset): return buffer.pointer + offset
        case .strings:
            throw HornbillError(.dtype, "numbers are needed here, but the tensor holds strings: it is \(type)")
        case .failed(let error): throw error
        case .traced:
            throw HornbillError(
                .state, "the values of a tensor cannot be read while its computation is being traced: it is \(type)")
        }
    }

    /// The same elements under another shape of as many elements; shares memory.
    package func hostReshaped(_ shape: Shape) -> Tensor { Tensor(backing, TensorType(dtype, shape)) }

    /// Rows `range` of the first axis; shares memory.
    package func hostRows(_ range: Range<Int>) -> Tensor {
        let rowCount = shape.dimensions.dropFirst().reduce(1, *)
        let type = TensorType(dtype, shape.replacing(0, with: range.count))
        switch backing {
        case .host(let buffer, let offset):
            return Tensor(buffer: buffer, type, offset: offset + range.lowerBound * rowCount * dtype.byteCount)
        case .strings(let elements):
            let start = elements.startIndex + range.lowerBound * rowCount
            return Tensor(.strings(elements[start..<start + range.count * rowCount]), type)
        case .traced, .failed: return self
        }
    }
}

extension Tensor: CustomStringConvertible {
    public var description: String {
        switch backing {
        case .failed(let error): return "Tensor(error: \(error))"
        case .traced(_, let value): return "Tensor(%\(value.node), \(type))"
        case .host, .strings:
            let values = (try? formatted()) ?? "…"
            return "Tensor(\(values), shape: \(shape), dtype: \(dtype))"
        }
    }

    /// Nested brackets, the middle of long axes left out.
    private func formatted() throws -> String {
        let elements = try elementTexts()
        let strides = shape.strides
        func walk(_ axis: Int, _ offset: Int) -> String {
            if axis == rank { return elements[offset] }
            let size = shape[axis]
            let shown = size > 8 ? [0, 1, 2, -1, size - 3, size - 2, size - 1] : Array(0..<size)
            return "["
                + shown.map { $0 < 0 ? "…" : walk(axis + 1, offset + $0 * strides[axis]) }.joined(separator: ", ") + "]"
        }
        return walk(0, 0)
    }

    private func elementTexts() throws -> [String] {
        if dtype == .string { return try strings().map { "\"\($0)\"" } }
        return try cast(to: .float64).scalars(Double.self).map { value in
            dtype.isFloatingPoint ? "\(Float(value))" : dtype == .bool ? "\(value != 0)" : "\(Int64(value))"
        }
    }
}
