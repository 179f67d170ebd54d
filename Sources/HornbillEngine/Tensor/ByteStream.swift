import Foundation

/// Bytes that come one after the other, their number known beforehand.
protocol ByteStream {
    /// How many bytes there are at most, from the beginning.
    var byteCount: Int { get }
    /// Fills the buffer.
    /// - Throws: kind `file` if there are not enough bytes.
    mutating func read(exactly buffer: UnsafeMutableRawBufferPointer) throws
}

extension ByteStream {
    /// The next `count` bytes; the caller has made sure that `count` is not absurd.
    mutating func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try read(exactly: $0) }
        return bytes
    }
}

/// Bytes in memory.
struct MemoryStream: ByteStream {
    let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var byteCount: Int { bytes.count }

    mutating func read(exactly buffer: UnsafeMutableRawBufferPointer) throws {
        guard buffer.count <= bytes.count - position else { throw HornbillError(.file, "the data ends too early") }
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + buffer.count]))
        }
        position += buffer.count
    }
}

/// Bytes of a file.
final class FileStream: ByteStream {
    let byteCount: Int
    private let file: Int32
    private let path: String

    init(_ path: String) throws {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw AtomicFile.failure("read", path) }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            let error = AtomicFile.failure("read", path)
            close(file)
            throw error
        }
        byteCount = Int(status.st_size)
    }

    deinit { close(file) }

    func read(exactly buffer: UnsafeMutableRawBufferPointer) throws {
        var rest = buffer
        while let base = rest.baseAddress, rest.count > 0 {
            let count = Foundation.read(file, base, Swift.min(rest.count, 1 << 30))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AtomicFile.failure("read", path) }
            guard count > 0 else { throw HornbillError(.file, "'\(path)' ends too early") }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
        }
    }
}
