import Foundation
import Hornbill

/// How the text of a column becomes what the model takes by the column's name.
package struct RawColumn: Codable {
    package enum Format: Codable, Equatable {
        /// A number; NaN where it is missing.
        case number
        /// The text as it is; empty where it is missing.
        case text
        /// The parts of a date (``DateParser/partNames``); NaN where it is missing.
        case date
        /// As many numbers as said; NaN where they are missing.
        case vector(width: Int)
        /// How often words fall into each bin.
        case hashedWords(bins: Int, ngrams: Int)
        /// A picture's bytes, 0 … 255; zeros where it is missing.
        case image(height: Int, width: Int, channels: Int)
        /// What a user's processor makes of the text.
        case processed(FittedProcessor)
    }

    /// The column of the table.
    package let column: String
    /// The name of the model's input.
    package let input: String
    package let format: Format

    package init(column: String, input: String, format: Format) {
        self.column = column
        self.input = input
        self.format = format
    }

    /// The shape of one row's value.
    package var shape: Shape {
        switch format {
        case .number, .text: [1]
        case .date: [DateParser.partNames.count]
        case .vector(let width): [width]
        case .hashedWords(let bins, _): [bins]
        case .image(let height, let width, let channels): [height, width, channels]
        case .processed(let processor): processor.shape
        }
    }

    package var dtype: DType { format == .text ? .string : .float32 }

    /// The value of a field.
    /// - Parameters:
    ///   - text: nil where it is missing.
    ///   - row: the row's number in the file, for messages.
    ///   - folder: where pictures are looked for.
    /// - Throws: kind `data` for text that is not of the column's type, with row, column and text.
    package func value(_ text: String?, row: Int, folder: String) throws -> RawValue {
        if case .processed(let processor) = format {
            do {
                return try processor.value(text)
            } catch {
                let reason = (error as? HornbillError)?.message ?? "\(error)"
                throw HornbillError(
                    .data,
                    "row \(row), column '\(column)': the processor '\(processor.name)' fails on '\((text ?? "").prefix(60))': \(reason)"
                )
            }
        }
        guard let text else { return .missing }
        func failure(_ wanted: String) -> HornbillError {
            HornbillError(.data, "row \(row), column '\(column)': expected \(wanted), found '\(text.prefix(60))'")
        }
        switch format {
        case .number:
            guard let number = FieldParsing.number(text) else { throw failure("a number") }
            return .number(Float(number))
        case .text, .processed: return .text(text)
        case .date:
            guard let seconds = DateParser.seconds(text) else { throw failure("a date such as 2024-05-31") }
            return .numbers(DateParser.parts(seconds))
        case .vector(let width):
            guard let vector = FieldParsing.vector(text) else { throw failure("a list of numbers such as [1, 2.5]") }
            guard vector.count == width else { throw failure("\(width) numbers, not \(vector.count)") }
            return .numbers(vector)
        case .hashedWords(let bins, let ngrams):
            var counts = [Float](repeating: 0, count: bins)
            for word in Words.cut(text, ngrams: ngrams) { counts[Int(Words.hash(word) % UInt64(bins))] += 1 }
            return .numbers(counts)
        case .image(let height, let width, let channels):
            let path = text.hasPrefix("/") ? text : "\(folder)/\(text)"
            do {
                let image = try loadImage(
                    path, colorMode: channels == 1 ? .grayscale : .rgb, targetSize: (height, width))
                return .numbers(try imageToArray(image).floats())
            } catch {
                throw failure("the path of a PNG or JPEG file (\(error))")
            }
        }
    }
}

/// Values of one column, row after row, until they become a tensor.
struct RawBuffer {
    private let column: RawColumn
    private var floats: [Float] = []
    private var strings: [String] = []
    private(set) var rows = 0

    init(_ column: RawColumn) { self.column = column }

    mutating func append(_ value: RawValue) {
        rows += 1
        switch value {
        case .missing where column.dtype == .string: strings.append("")
        case .missing:
            var filling = Float.nan
            switch column.format {
            case .image, .hashedWords: filling = 0
            default: break
            }
            floats.append(contentsOf: repeatElement(filling, count: column.shape.count))
        case .text(let text): strings.append(text)
        case .number(let number): floats.append(number)
        case .numbers(let numbers): floats.append(contentsOf: numbers)
        }
    }

    /// All values so far, which are forgotten then.
    mutating func take() -> Tensor {
        defer {
            rows = 0
            floats.removeAll(keepingCapacity: true)
            strings.removeAll(keepingCapacity: true)
        }
        let shape = Shape([rows] + column.shape.dimensions)
        return column.dtype == .string ? Tensor(strings: strings, shape: shape) : Tensor(floats, shape: shape)
    }
}
