import Foundation

/// Files that appear whole or not at all: written beside their place, made durable, then moved there.
package enum AtomicFile {
    /// Removes what processes that were killed while they replaced the file have left beside it.
    package static func removeUnfinished(_ path: String) {
        let url = URL(filePath: path)
        let (folder, start) = (url.deletingLastPathComponent().path, url.lastPathComponent + ".")
        for entry in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where entry.hasPrefix(start) && entry.hasSuffix(".tmp") {
            let numbers = entry.dropFirst(start.count).dropLast(4).split(
                separator: "-", omittingEmptySubsequences: false)
            guard numbers.count == 2, let process = Int32(numbers[0]), process > 0, UInt32(numbers[1]) != nil,
                kill(process, 0) != 0, errno == ESRCH
            else { continue }
            unlink("\(folder)/\(entry)")
        }
    }

    /// Makes the file at `path` from what `write` leaves at the temporary path that it is given.
    /// - Throws: what `write` throws, or kind `file`; the file that was there before stays then.
    package static func replace(_ path: String, _ write: (_ temporaryPath: String) throws -> Void) throws {
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        do {
            try write(temporary)
            try synchronize(temporary)
            guard rename(temporary, path) == 0 else { throw failure("replace", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        let folder = (path as NSString).deletingLastPathComponent
        try? synchronize(folder.isEmpty ? "." : folder)  // not every file system can
    }

    /// Writes pieces of memory one after the other.
    package static func write(_ path: String, _ pieces: [UnsafeRawBufferPointer]) throws {
        try replace(path) { temporary in
            let file = try create(temporary, path)
            defer { close(file) }
            for piece in pieces { try write(piece, to: file, path) }
        }
    }

    /// Writes bytes that are read piece by piece, so that they are never in memory as a whole.
    package static func write(_ path: String, _ bytes: some RandomAccessBytes) throws {
        try replace(path) { temporary in
            let file = try create(temporary, path)
            defer { close(file) }
            try bytes.forEachPiece { try write($0, to: file, path) }
        }
    }

    static func create(_ temporary: String, _ path: String) throws -> Int32 {
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("write", path) }
        return file
    }

    static func write(_ piece: UnsafeRawBufferPointer, to file: Int32, _ path: String) throws {
        var rest = piece
        while let base = rest.baseAddress, rest.count > 0 {
            let written = Foundation.write(file, base, Swift.min(rest.count, 1 << 30))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// The system's word for what went wrong.
    package static func failure(_ action: String, _ path: String) -> HornbillError {
        HornbillError(.file, "cannot \(action) '\(path)': \(String(cString: strerror(errno)))")
    }

    private static func synchronize(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("write", path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("write", path) }
    }
}
