import Foundation
import Hornbill

/// Encoded rows, each a record of 32-bit words, in memory while they are few and in a temporary file when they are many.
///
/// Rows are appended while a table is read; then batches of any rows are taken. A record is the words of its dense fields
/// and, for each sparse field, a count and so many places and values.
final class RowStoreBuilder {
    /// As many bytes are kept in memory.
    static let usualMemory = 256 << 20

    private let mostWords: Int
    private var words: [UInt32] = []
    private var starts: [Int] = [0]
    private var file: TemporaryFile?
    private var written = 0
    /// The width of all records, while they are equally wide.
    private var width: Int?
    private var isRegular = true
    private(set) var count = 0

    init(memory: Int = usualMemory) { mostWords = max(memory / 4, 1 << 10) }

    /// Adds a record.
    func append(_ record: [UInt32]) throws {
        if width == nil { width = record.count }
        if isRegular, record.count != width {
            isRegular = false
            starts = (0...count).map { $0 * (width ?? 0) }
        }
        words.append(contentsOf: record)
        count += 1
        if !isRegular { starts.append(written + words.count) }
        if words.count > (file == nil ? mostWords : 1 << 18) {
            let target = try file ?? TemporaryFile()
            file = target
            try flush(to: target)
        }
    }

    private func flush(to target: TemporaryFile) throws {
        try words.withUnsafeBytes { try target.write($0, at: written * 4) }
        written += words.count
        words.removeAll(keepingCapacity: words.count <= 1 << 18)
    }

    /// All records; nothing can be added then.
    func finish() throws -> RowStore {
        if let file { try flush(to: file) }
        return RowStore(
            words: words, starts: isRegular ? [] : starts, width: width ?? 0, count: count, file: file)
    }
}

/// Rows that were encoded; see ``RowStoreBuilder``.
final class RowStore: Sendable {
    let count: Int
    private let words: [UInt32]
    /// Where records begin, where they are not equally wide.
    private let starts: [Int]
    private let width: Int
    private let file: TemporaryFile?

    fileprivate init(words: [UInt32], starts: [Int], width: Int, count: Int, file: TemporaryFile?) {
        self.words = words
        self.starts = starts
        self.width = width
        self.count = count
        self.file = file
    }

    /// Calls `body` with the words of a record; `scratch` is memory to read into.
    func withRecord(_ row: Int, scratch: inout [UInt32], _ body: (UnsafeBufferPointer<UInt32>) throws -> Void) throws {
        let range = starts.isEmpty ? row * width..<(row + 1) * width : starts[row]..<starts[row + 1]
        guard let file else {
            return try words.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
        }
        if scratch.count < range.count { scratch = [UInt32](repeating: 0, count: range.count) }
        try scratch.withUnsafeMutableBytes { bytes in
            let part = UnsafeMutableRawBufferPointer(rebasing: bytes[0..<range.count * 4])
            try file.read(into: part, at: range.lowerBound * 4)
        }
        try scratch.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[0..<range.count])) }
    }
}

/// A file without a name, which is gone when nobody holds it any more.
final class TemporaryFile: Sendable {
    private let descriptor: Int32

    /// - Throws: kind `file` if the folder of temporary files cannot be written to.
    init() throws {
        let folder = FileManager.default.temporaryDirectory.path
        var name = Array("\(folder)/hornbill-table-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw HornbillError(
                .file, "no temporary file can be made in '\(folder)': \(String(cString: strerror(errno)))")
        }
        unlink(name)
    }

    deinit { close(descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
            guard count > 0 else { throw failure("write") }
            done += count
        }
    }

    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let count = pread(
                descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
            guard count > 0 else { throw failure("read") }
            done += count
        }
    }

    private func failure(_ what: String) -> HornbillError {
        HornbillError(.file, "cannot \(what) the temporary file of encoded rows: \(String(cString: strerror(errno)))")
    }
}
