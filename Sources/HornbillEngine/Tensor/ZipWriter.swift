import CZip
import Foundation

/// A zip archive that is written, as a file that appears whole or not at all, or in memory.
package struct ZipWriter {
    private var entries: [(name: String, bytes: [UInt8])] = []
    /// Whether entries are packed; weights hardly shrink.
    package var isDeflated: Bool

    package init(deflated: Bool = false) { isDeflated = deflated }

    /// Adds an entry. Later entries with its name replace it.
    package mutating func add(_ name: String, _ bytes: [UInt8]) {
        entries.removeAll { $0.name == name }
        entries.append((name, bytes))
    }

    /// Writes the file.
    /// - Throws: kind `file`.
    package func write(to path: String) throws {
        try AtomicFile.replace(path) { temporary in
            var code: Int32 = 0
            guard let archive = zip_open(temporary, ZIP_CREATE | ZIP_EXCL, &code) else {
                var error = zip_error_t()
                zip_error_init_with_code(&error, code)
                defer { zip_error_fini(&error) }
                throw HornbillError(.file, "cannot write '\(path)': \(String(cString: zip_error_strerror(&error)))")
            }
            try fill(archive, path)
        }
    }

    /// The archive as bytes.
    package func data() throws -> [UInt8] {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(nil, 0, 0, &error) else { throw Self.failure(&error) }
        zip_source_keep(source)  // the archive lets go of it when it is closed
        defer { zip_source_free(source) }
        guard let archive = zip_open_from_source(source, ZIP_TRUNCATE, &error) else {
            zip_source_free(source)
            throw Self.failure(&error)
        }
        try fill(archive, "memory")
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_source_stat(source, &status) == 0, zip_source_open(source) == 0 else {
            throw HornbillError(.file, "cannot write an archive into memory")
        }
        defer { zip_source_close(source) }
        var bytes = [UInt8](repeating: 0, count: Int(status.size))
        let count = bytes.withUnsafeMutableBytes { zip_source_read(source, $0.baseAddress, UInt64($0.count)) }
        guard count == bytes.count else { throw HornbillError(.file, "cannot write an archive into memory") }
        return bytes
    }

    private static func failure(_ error: inout zip_error_t) -> HornbillError {
        HornbillError(.file, "cannot write an archive: \(String(cString: zip_error_strerror(&error)))")
    }

    /// Adds the entries and closes the archive, which writes it.
    private func fill(_ archive: OpaquePointer, _ path: String) throws {
        func failure() -> HornbillError {
            let error = HornbillError(.file, "cannot write '\(path)': \(String(cString: zip_strerror(archive)))")
            zip_discard(archive)
            return error
        }
        // libzip reads the bytes when the archive is closed: they are kept in one place until then.
        var kept: [UnsafeMutableRawPointer] = []
        defer { for memory in kept { memory.deallocate() } }
        for (name, bytes) in entries {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
            kept.append(memory)
            bytes.withUnsafeBytes {
                memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
            }
            guard let source = zip_source_buffer(archive, memory, UInt64(bytes.count), 0) else { throw failure() }
            let index = zip_file_add(archive, name, source, UInt32(ZIP_FL_ENC_UTF_8))
            guard index >= 0 else {
                zip_source_free(source)
                throw failure()
            }
            // The same entries give the same file: no clock, and the date that zip's own begins with.
            guard zip_set_file_compression(archive, UInt64(index), isDeflated ? 8 : 0, 0) == 0,
                zip_file_set_dostime(archive, UInt64(index), 0, 0x21, 0) == 0
            else { throw failure() }
        }
        guard zip_close(archive) == 0 else { throw failure() }
    }
}
