// Text in and out. A tensor of strings holds them on the host: it is cut into rows, moved and joined like any other, and
// the layers that look words up read it, but no operation computes with it.

extension Tensor {
    /// A rank-1 tensor of strings.
    public init(_ elements: [String]) { self.init(strings: elements[...], [elements.count]) }

    /// A tensor of `shape` with these strings in row-major order.
    ///
    /// Carries an error of kind `shape` if their number does not fit.
    public init(strings elements: [String], shape: Shape, file: String = #fileID, line: Int = #line) {
        self = Tensor.deferring(CallSite(file, line)) {
            guard try shape.validated().count == elements.count else {
                throw HornbillError(.shape, "\(elements.count) strings cannot fill the shape \(shape)")
            }
            return Tensor(strings: elements[...], shape)
        }
    }

    /// One string as a scalar tensor.
    public init(scalar: String) { self.init(strings: [scalar], []) }

    /// A rank-2 tensor of these rows of strings, which must be of one length.
    public init(rows: [[String]], file: String = #fileID, line: Int = #line) {
        let width = rows.first?.count ?? 0
        guard let ragged = rows.firstIndex(where: { $0.count != width }) else {
            self.init(strings: Array(rows.joined()), shape: [rows.count, width], file: file, line: line)
            return
        }
        self.init(
            error: HornbillError(
                .shape, "row \(ragged) has \(rows[ragged].count) elements where row 0 has \(width)",
                site: CallSite(file, line)))
    }

    /// The strings, of which there are as many as the shape asks for.
    package init(strings elements: ArraySlice<String>, _ shape: Shape) {
        self.init(.strings(elements), TensorType(.string, shape))
    }

    /// The strings in row-major order.
    /// - Throws: the error that the tensor carries; kind `dtype` if it holds numbers, `state` for a traced one.
    public func strings() throws -> [String] { Array(try stringElements()) }

    /// The strings in row-major order, not copied.
    package func stringElements() throws -> ArraySlice<String> {
        if case .strings(let elements) = backing { return elements }
        try validated()
        if dtype == .string {
            throw HornbillError(
                .state, "strings cannot be read while a computation is being traced: they are \(type)")
        }
        throw HornbillError(.dtype, "strings are needed here, but the tensor is \(type)")
    }
}
