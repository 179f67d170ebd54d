import CKernels
import Foundation
import HornbillEngine

/// Cuts the bytes of a file into rows of fields. Rows that lie whole in the buffer and have no quotes, nearly all of
/// them, are found by the kernels; the state machine of `walk` reads any other.
struct CSVParser {
    /// How many rows were read, the one being read included.
    private(set) var row = 0
    private let source: ByteSource
    private let delimiter: UInt8
    private let path: String
    private var buffer: [UInt8]
    private var position = 0
    private var end = 0
    private var isAtStart = true
    private var fields = CSVFields()
    private var ends = [Int32](repeating: 0, count: 1024)
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    /// A row longer than this is a quote that was never closed, or a packed file that unpacks to no end.
    private static let longestRow = 16 << 20
    private static let mostFields = 1 << 20

    init(path: String, delimiter: UInt8, bufferSize: Int) throws {
        source = try ByteSource(path: path)
        self.delimiter = delimiter
        self.path = path
        buffer = [UInt8](repeating: 0, count: max(bufferSize, 3))
    }

    /// The next row; nil at the end.
    mutating func next() throws -> CSVFields? {
        guard try begin() else { return nil }
        row += 1
        fields.clear()
        if try !split() { try walk() }
        return fields
    }

    /// Reads the rows of plain numbers that follow in the buffer, at most `most`; gives how many they are. A row that it
    /// leaves is for `next`.
    mutating func numbers(fields: Int, slots: [hk_csv_slot], most: Int) throws -> Int {
        guard try begin() else { return 0 }
        let block = buffer.withUnsafeBufferPointer {
            hk_csv_numbers(
                $0.baseAddress! + position, Int64(end - position), delimiter, Int64(fields), slots, Int64(slots.count),
                Int64(most))
        }
        position += Int(block.bytes)
        row += Int(block.rows)
        return Int(block.rows)
    }

    /// Sees to it that there is a byte in the buffer; false at the end of the file.
    private mutating func begin() throws -> Bool {
        if position == end, try !refill() { return false }
        guard isAtStart else { return true }
        isAtStart = false
        if buffer[position] == 0xEF {
            // The byte order mark EF BB BF.
            guard try end - position >= 3 || refill(), end >= 3, buffer[position + 1] == 0xBB,
                buffer[position + 2] == 0xBF
            else { throw HornbillError(.data, "'\(path)' is not UTF-8 text") }
            position += 3
            if position == end { return try refill() }
        }
        return true
    }

    /// Moves what is left in the buffer to its beginning and reads on behind it; false if nothing fits or follows.
    private mutating func refill() throws -> Bool {
        let left = end - position
        let count = try buffer.withUnsafeMutableBufferPointer { buffer in
            guard left < buffer.count, let start = buffer.baseAddress else { return 0 }
            if position > 0 { start.update(from: start + position, count: left) }
            return try source.read(into: buffer.extracting(left...))
        }
        if left < buffer.count { position = 0 }
        end = position + left + count
        return count > 0
    }

    // MARK: A row as it lies in the buffer

    private mutating func split() throws -> Bool {
        while true {
            let size = end - position
            let row = buffer.withUnsafeBufferPointer {
                hk_csv_split($0.baseAddress! + position, Int64(size), delimiter, &ends, Int64(ends.count))
            }
            if row.fields > 0 {
                let count = Int(row.fields)
                fields.append(row: buffer[position..<position + Int(ends[count - 1])], ends: ends[..<count])
                position += Int(row.bytes)
                return true
            }
            guard row.bytes == size, try refill() else { return false }
        }
    }

    // MARK: Any row

    private enum State { case fieldStart, plain, quoted, quoteInQuotes }

    private mutating func walk() throws {
        var state = State.fieldStart
        while true {
            if position == end, try !refill() {
                if state == .quoted { throw unclosed() }
                break
            }
            let byte = buffer[position]
            switch state {
            case .quoted:
                take(quotedRun())
                guard fields.textSize < Self.longestRow else { throw unclosed() }
                if position < end {
                    position += 1
                    state = .quoteInQuotes
                }
            case .quoteInQuotes:
                if byte == Self.quote { take(1) }
                state = byte == Self.quote ? .quoted : .plain
            case .fieldStart where byte == Self.quote:
                position += 1
                state = .quoted
            case .fieldStart, .plain:
                take(plainRun())
                guard fields.textSize < Self.longestRow else { throw tooLong("\(Self.longestRow) bytes") }
                state = .plain
                guard position < end else { continue }
                switch buffer[position] {
                case delimiter:
                    position += 1
                    fields.endField(delimiter)
                    guard fields.count < Self.mostFields else { throw tooLong("\(Self.mostFields) fields") }
                    state = .fieldStart
                case Self.quote:
                    take(1)
                default:
                    try takeLineBreak()
                    fields.endRow()
                    return
                }
            }
        }
        fields.endRow()
    }

    /// Copies `count` bytes to the row.
    private mutating func take(_ count: Int) {
        fields.append(buffer[position..<position + count])
        position += count
    }

    /// How many bytes there are before the next quote, or in the rest of the buffer.
    private func quotedRun() -> Int {
        buffer.withUnsafeBytes { bytes in
            let start = bytes.baseAddress! + position
            return memchr(start, Int32(Self.quote), end - position).map { UnsafeRawPointer($0) - start }
                ?? end - position
        }
    }

    /// How many bytes there are before the next one that the format gives a meaning.
    private func plainRun() -> Int {
        buffer.withUnsafeBufferPointer {
            Int(hk_csv_scan($0.baseAddress! + position, Int64(end - position), delimiter))
        }
    }

    /// Goes on behind `\n`, `\r\n` or `\r`.
    private mutating func takeLineBreak() throws {
        position += 1
        guard buffer[position - 1] != Self.lineFeed else { return }
        if try position < end || refill(), buffer[position] == Self.lineFeed { position += 1 }
    }

    private func tooLong(_ limit: String) -> HornbillError {
        HornbillError(.data, "'\(path)', row \(row): it has more than \(limit)")
    }

    private func unclosed() -> HornbillError {
        HornbillError(.data, "'\(path)', row \(row): a quoted field is never closed")
    }
}

/// The fields of one row: their bytes one after the other, a byte between two of them, and where each ends.
struct CSVFields: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int32] = []

    var count: Int { ends.count }
    /// How many bytes the fields have, what is between them not included.
    var textSize: Int { bytes.count - ends.count }

    func isEmpty(_ index: Int) -> Bool { range(index).isEmpty }
    func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }
    func withBytes<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        let range = range(index)
        return try bytes.withUnsafeBufferPointer { try body($0.extracting(range)) }
    }

    private func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(ends[index - 1]) + 1)..<Int(ends[index])
    }

    /// Makes room for another row, in the same memory unless somebody keeps the row that is in it, or it is far longer
    /// than rows are.
    mutating func clear() {
        if bytes.capacity > 4 * bytes.count + 256 { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
        if ends.capacity > 4 * ends.count + 64 { ends = [] } else { ends.removeAll(keepingCapacity: true) }
    }

    mutating func append(row: ArraySlice<UInt8>, ends: ArraySlice<Int32>) {
        bytes.append(contentsOf: row)
        self.ends.append(contentsOf: ends)
    }

    mutating func append(_ run: ArraySlice<UInt8>) { bytes.append(contentsOf: run) }

    mutating func endField(_ delimiter: UInt8) {
        endRow()
        bytes.append(delimiter)
    }

    mutating func endRow() { ends.append(Int32(bytes.count)) }
}
