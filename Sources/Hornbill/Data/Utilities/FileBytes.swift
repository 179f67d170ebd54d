import Foundation
import HornbillEngine

/// Files read whole.
enum FileBytes {
    /// All bytes of a regular file.
    /// - Throws: kind `file`, also if there are more than `limit`.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        // Without O_NONBLOCK opening a pipe would wait for somebody who writes.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw AtomicFile.failure("read", path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw AtomicFile.failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw HornbillError(.file, "'\(path)' is not a file") }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw HornbillError(.file, "'\(path)' has \(size) bytes; at most \(limit) are read")
        }
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let read = Foundation.read(file, buffer.baseAddress.map { $0 + count }, size - count)
                if read < 0, errno == EINTR { continue }
                guard read >= 0 else { throw AtomicFile.failure("read", path) }
                if read == 0 { break }
                count += read
            }
        }
    }
}
