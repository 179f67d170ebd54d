/// An image (height, width, channels) or a batch of them, in either data format: where its axes are.
struct ImageAxes {
    var x: Tensor
    let row: Int
    let column: Int
    let channel: Int
    let isBatch: Bool

    /// - Parameter format: the argument `data_format`; channels last where there is none.
    init(_ x: Tensor, _ format: Argument, _ name: String) throws {
        try x.validated()
        guard x.rank == 3 || x.rank == 4 else {
            throw HornbillError(
                .shape, "\(name) needs an image of three axes or a batch of four, not the shape \(x.shape)")
        }
        self.x = x
        isBatch = x.rank == 4
        let first = isBatch ? 1 : 0
        switch try ImageAxes.format(format, name) {
        case .channelsLast: (row, column, channel) = (first, first + 1, first + 2)
        case .channelsFirst: (row, column, channel) = (first + 1, first + 2, first)
        }
    }

    var height: Int { x.shape[row] }
    var width: Int { x.shape[column] }
    var channels: Int { x.shape[channel] }

    static func format(_ argument: Argument, _ name: String) throws -> DataFormat {
        switch argument {
        case .none: return .channelsLast
        case .string(let text):
            guard let format = DataFormat(rawValue: text) else {
                throw HornbillError(
                    .unknownName, "\(name): the data format is 'channels_last' or 'channels_first', not '\(text)'")
            }
            return format
        default: throw HornbillError(.argument, "\(name): a data format is a string, not \(argument)")
        }
    }

    /// A border of rows and of columns.
    func bordered(_ rows: (Int, Int), _ columns: (Int, Int), _ value: Double = 0) throws -> Tensor {
        var widths = [(Int, Int)](repeating: (0, 0), count: x.rank)
        (widths[row], widths[column]) = (rows, columns)
        return try x.padded(widths, .constant, value)
    }

    /// `body` of the batch with its channels last, and its result the way the image came.
    func channelsLastBatch(_ body: (Tensor) throws -> Tensor) throws -> Tensor {
        var batch = isBatch ? x : try x.reshape(Shape([1] + x.shape.dimensions))
        let isFirst = channel < row
        if isFirst { batch = try batch.transpose([0, 2, 3, 1]) }
        var result = try body(batch)
        if isFirst { result = try result.transpose([0, 3, 1, 2]) }
        return isBatch ? result : try result.reshape(Shape(Array(result.shape.dimensions.dropFirst())))
    }
}
