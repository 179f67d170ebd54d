import CZip
import Foundation

/// A zip archive that is read: its entries one after the other, each checked against its CRC.
///
/// What the archive says about itself is not believed: sizes are capped, ratios that deflate cannot reach are refused.
package final class ZipArchive {
    package struct Entry: Sendable {
        package var name: String
        package var byteCount: Int
        fileprivate var index: UInt64
    }

    /// The most that all entries together may hold, unpacked.
    package static let maximumByteCount = 64 << 30
    private static let maximumEntryCount = 1 << 16
    /// Deflate packs at most 1032 to 1.
    private static let maximumRatio = 1100

    private let archive: OpaquePointer
    private let memory: UnsafeMutableRawPointer?
    package let entries: [Entry]

    package convenience init(path: String) throws {
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
            var error = zip_error_t()
            zip_error_init_with_code(&error, code)
            defer { zip_error_fini(&error) }
            throw HornbillError(
                .file, "cannot read the archive '\(path)': \(String(cString: zip_error_strerror(&error)))")
        }
        try self.init(archive, memory: nil)
    }

    package convenience init(_ bytes: [UInt8]) throws {
        // libzip keeps the pointer, so the bytes must stay where they are.
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        bytes.withUnsafeBytes {
            memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
        }
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        let source = zip_source_buffer_create(memory, UInt64(bytes.count), 0, &error)
        guard let source, let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            let reason = String(cString: zip_error_strerror(&error))
            zip_source_free(source)
            memory.deallocate()
            throw HornbillError(.file, "cannot read the archive: \(reason)")
        }
        try self.init(archive, memory: memory)
    }

    private init(_ archive: OpaquePointer, memory: UnsafeMutableRawPointer?) throws {
        self.archive = archive
        self.memory = memory
        do {
            entries = try Self.entries(of: archive)
        } catch {
            zip_discard(archive)
            memory?.deallocate()
            throw error
        }
    }

    deinit {
        zip_discard(archive)
        memory?.deallocate()
    }

    private static func entries(of archive: OpaquePointer) throws -> [Entry] {
        let count = zip_get_num_entries(archive, 0)
        guard count >= 0, count <= maximumEntryCount else {
            throw HornbillError(.file, "the archive has \(count) entries; at most \(maximumEntryCount) are read")
        }
        var total = 0
        return try (0..<UInt64(count)).map { index in
            var status = zip_stat_t()
            zip_stat_init(&status)
            let needed = UInt64(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD)
            guard zip_stat_index(archive, index, 0, &status) == 0, status.valid & needed == needed,
                let name = status.name
            else { throw HornbillError(.file, "entry \(index) of the archive cannot be read") }
            let text = String(cString: name)
            guard status.comp_method == 0 || status.comp_method == 8 else {
                throw HornbillError(
                    .file,
                    "the entry '\(text)' is packed by the method \(status.comp_method); known are 0 (stored) and 8 (deflated)"
                )
            }
            let (size, packed) = (Int(clamping: status.size), Int(clamping: status.comp_size))
            guard size <= maximumByteCount, total + size <= maximumByteCount else {
                throw HornbillError(.file, "the archive says that it holds more than \(maximumByteCount) bytes")
            }
            guard size / maximumRatio <= packed else {
                throw HornbillError(
                    .file, "the entry '\(text)' says that \(packed) bytes unpack to \(size), which cannot be")
            }
            total += size
            return Entry(name: text, byteCount: size, index: index)
        }
    }

    /// Reads an entry. `body` need not read it to the end, but the rest is read and checked, too.
    package func read<Result>(_ entry: Entry, _ body: (inout EntryStream) throws -> Result) throws -> Result {
        var stream = try EntryStream(archive, entry)
        let result: Result
        do {
            result = try body(&stream)
        } catch let error as HornbillError {
            throw HornbillError(error.kind, "the entry '\(entry.name)' of the archive: \(error.message)")
        }
        try stream.finish()
        return result
    }

    /// All bytes of an entry.
    package func bytes(of entry: Entry) throws -> [UInt8] {
        try read(entry) { stream in try stream.read(entry.byteCount) }
    }

    /// The unpacked bytes of an entry.
    package final class EntryStream: ByteStream {
        package let byteCount: Int
        private let file: OpaquePointer
        private let name: String

        fileprivate init(_ archive: OpaquePointer, _ entry: Entry) throws {
            guard let file = zip_fopen_index(archive, entry.index, 0) else {
                throw HornbillError(
                    .file,
                    "the entry '\(entry.name)' of the archive cannot be opened: \(String(cString: zip_strerror(archive)))"
                )
            }
            self.file = file
            byteCount = entry.byteCount
            name = entry.name
        }

        deinit { zip_fclose(file) }

        private func failure() -> HornbillError {
            let reason = zip_file_get_error(file).map { String(cString: zip_error_strerror($0)) } ?? ""
            return HornbillError(.file, "the entry '\(name)' of the archive is damaged: \(reason)")
        }

        package func read(exactly buffer: UnsafeMutableRawBufferPointer) throws {
            var rest = buffer
            while let base = rest.baseAddress, rest.count > 0 {
                let count = zip_fread(file, base, UInt64(rest.count))
                guard count >= 0 else { throw failure() }
                guard count > 0 else { throw HornbillError(.file, "the entry '\(name)' of the archive ends too early") }
                rest = UnsafeMutableRawBufferPointer(rebasing: rest[Int(count)...])
            }
        }

        /// Reads what is left: libzip compares the CRC when it meets the end.
        fileprivate func finish() throws {
            var scratch = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = scratch.withUnsafeMutableBytes { zip_fread(file, $0.baseAddress, UInt64($0.count)) }
                guard count >= 0 else { throw failure() }
                if count == 0 { return }
            }
        }
    }
}
