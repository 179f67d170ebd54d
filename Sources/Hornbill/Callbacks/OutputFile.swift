import Foundation
import HornbillEngine

/// A file that grows, piece by piece; closed when the last reference goes.
final class OutputFile {
    let path: String
    private let descriptor: Int32

    /// Opens a file, or makes it; what it holds stays.
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw AtomicFile.failure("write", path) }
    }

    deinit { close(descriptor) }

    /// Makes a folder, with those around it; one that is there already is left alone.
    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw HornbillError(.file, "cannot make the folder '\(path)': \(error.localizedDescription)")
        }
    }

    func size() throws -> Int {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw AtomicFile.failure("read", path) }
        return Int(end)
    }

    /// Cuts the file; the next write begins there.
    func truncate(to size: Int) throws {
        guard ftruncate(descriptor, off_t(size)) == 0, lseek(descriptor, off_t(size), SEEK_SET) >= 0 else {
            throw AtomicFile.failure("write", path)
        }
    }

    /// Writes at the current place, all or with an error.
    func write(_ data: Data) throws {
        try data.withUnsafeBytes { bytes in
            var rest = bytes
            while let base = rest.baseAddress, rest.count > 0 {
                let written = Foundation.write(descriptor, base, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw AtomicFile.failure("write", path) }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}
