import Foundation
import Hornbill

/// Encoded rows, each a record of 32-bit words, in memory while they are few and in a temporary file when they are many.
///
/// Rows are appended while a table is read; then batches of any rows are taken. A record is the words of its dense fields
/// and, for each sparse field, a count and so many places and values.
package final class RowStoreBuilder {
    /// As many bytes are kept in memory.
    package static let usualMemory = 16 << 20
    /// What is written to the file at a time.
    private static let writtenWords = 1 << 18

    private let folder: String
    private let mostWords: Int
    private var words: [UInt32] = []
    private var starts = RecordStarts()
    private var file: TemporaryFile?
    private var written = 0
    /// The width of all records, while they are equally wide.
    private var width: Int?
    private var isRegular = true
    package private(set) var count = 0

    /// - Parameter folder: where the temporary file would be.
    package init(memory: Int = usualMemory, folder: String = FileManager.default.temporaryDirectory.path) {
        self.folder = folder
        mostWords = max(memory / 4, 1 << 10)
        // Memory that is not used yet costs nothing; growing by copies would need it twice.
        words.reserveCapacity(mostWords)
    }

    /// Adds a record.
    package func append(_ record: [UInt32]) throws {
        if width == nil { width = record.count }
        if isRegular, record.count != width {
            isRegular = false
            starts = RecordStarts(count: count, width: width ?? 0)
        }
        if words.count + record.count > (file == nil ? mostWords : Self.writtenWords), !words.isEmpty {
            let target = try file ?? TemporaryFile(folder: folder)
            file = target
            try flush(to: target)
        }
        words.append(contentsOf: record)
        count += 1
        if !isRegular { starts.append(written + words.count) }
    }

    private func flush(to target: TemporaryFile) throws {
        try words.withUnsafeBytes { try target.write($0, at: written * 4) }
        written += words.count
        words.removeAll(keepingCapacity: words.capacity <= 2 * Self.writtenWords)
    }

    /// All records; nothing can be added then.
    package func finish() throws -> RowStore {
        if let file { try flush(to: file) }
        return RowStore(
            words: words, starts: isRegular ? nil : starts, width: width ?? 0, count: count, file: file)
    }
}

/// Rows that were encoded; see ``RowStoreBuilder``.
package final class RowStore: Sendable {
    package let count: Int
    private let words: [UInt32]
    /// Where records begin, where they are not equally wide.
    private let starts: RecordStarts?
    private let width: Int
    private let file: TemporaryFile?

    fileprivate init(words: [UInt32], starts: RecordStarts?, width: Int, count: Int, file: TemporaryFile?) {
        self.words = words
        self.starts = starts
        self.width = width
        self.count = count
        self.file = file
    }

    /// Calls `body` with the words of a record; `scratch` is memory to read into.
    package func withRecord(_ row: Int, scratch: inout [UInt32], _ body: (UnsafeBufferPointer<UInt32>) throws -> Void)
        throws
    {
        let range = starts.map { $0[row]..<$0[row + 1] } ?? row * width..<(row + 1) * width
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

/// Where records of different widths begin, in half the memory that a number each would take.
private struct RecordStarts: Sendable {
    private static let block = 4096
    private var bases = [0]
    /// From the base of the block.
    private var offsets: [UInt32] = [0]

    init() {}

    /// Those of equally wide records, and where the next one begins.
    init(count: Int, width: Int) { for place in 0..<count { append((place + 1) * width) } }

    mutating func append(_ start: Int) {
        if offsets.count % Self.block == 0 { bases.append(start) }
        offsets.append(UInt32(start - bases[bases.count - 1]))
    }

    subscript(row: Int) -> Int { bases[row / Self.block] + Int(offsets[row]) }
}

/// A file without a name, which is gone when nobody holds it any more.
package final class TemporaryFile: Sendable {
    private let descriptor: Int32
    private let folder: String

    /// - Throws: kind `file` if the folder cannot be written to.
    package init(folder: String) throws {
        self.folder = folder
        var name = Array("\(folder)/hornbill-table-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw HornbillError(
                .file, "no temporary file can be made in '\(folder)': \(String(cString: strerror(errno)))")
        }
        unlink(name)
    }

    deinit { close(descriptor) }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
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
        HornbillError(
            .file,
            "cannot \(what) the temporary file of encoded rows in '\(folder)' (TMPDIR names another folder): \(String(cString: strerror(errno)))"
        )
    }
}
