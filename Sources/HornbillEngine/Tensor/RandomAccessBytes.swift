import Foundation

/// Bytes of known number that can be read from any place: a file, a part of one, or memory.
package protocol RandomAccessBytes: Sendable {
    var count: Int { get }
    /// Fills the buffer with the bytes from `offset` on.
    /// - Throws: kind `file` if there are not that many.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws
}

extension RandomAccessBytes {
    /// `count` bytes from `offset` on.
    /// - Throws: kind `file` before memory is taken, if there are not that many.
    package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        try checkRange(offset, count)
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            filled = count
        }
    }

    /// All bytes.
    package func allBytes() throws -> [UInt8] { try bytes(at: 0, count: count) }

    /// Hands all bytes to `body`, piece by piece.
    package func forEachPiece(size: Int = 1 << 20, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(max(count, 1), size), alignment: 64)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < count {
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, count - offset)])
            try read(at: offset, into: piece)
            try body(UnsafeRawBufferPointer(piece))
            offset += piece.count
        }
    }

    package func checkRange(_ offset: Int, _ size: Int) throws {
        guard offset >= 0, size >= 0, offset <= count, size <= count - offset else {
            throw HornbillError(.file, "\(size) bytes from the place \(offset) on are not there: there are \(count)")
        }
    }
}

/// Bytes in memory.
package struct MemoryBytes: RandomAccessBytes {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var count: Int { bytes.count }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        try checkRange(offset, buffer.count)
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
        }
    }
}

/// The memory of a tensor of numbers.
package struct TensorBytes: RandomAccessBytes {
    private let tensor: Tensor

    /// - Throws: the error that the tensor carries, or kind `dtype` for strings.
    package init(_ tensor: Tensor) throws {
        _ = try tensor.requirePointer()
        self.tensor = tensor
    }

    package var count: Int { tensor.type.byteCount }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        try checkRange(offset, buffer.count)
        let pointer = try tensor.requirePointer()
        withExtendedLifetime(tensor) {
            buffer.copyMemory(from: UnsafeRawBufferPointer(start: pointer + offset, count: buffer.count))
        }
    }
}

/// A regular file, or a part of one, open for as long as this lives.
package final class FileRange: RandomAccessBytes {
    package let count: Int
    private let start: Int
    private let file: OpenFile
    private let path: String

    private final class OpenFile: Sendable {
        let descriptor: Int32

        init(_ descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }
    }

    /// The whole file.
    /// - Throws: kind `file` if there is none, or if it is a folder, a pipe or the like.
    package init(path: String) throws {
        // Without O_NONBLOCK opening a pipe would wait for somebody who writes.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw AtomicFile.failure("read", path) }
        file = OpenFile(descriptor)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw AtomicFile.failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw HornbillError(.file, "'\(path)' is not a file") }
        self.path = path
        start = 0
        count = Int(status.st_size)
    }

    private init(_ file: OpenFile, _ path: String, _ start: Int, _ count: Int) {
        self.file = file
        self.path = path
        self.start = start
        self.count = count
    }

    /// A part of this one, which keeps the file open.
    /// - Throws: kind `file` if it is not all in here.
    package func part(at offset: Int, count: Int) throws -> FileRange {
        try checkRange(offset, count)
        return FileRange(file, path, start + offset, count)
    }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        try checkRange(offset, buffer.count)
        var rest = buffer
        var position = start + offset
        while let base = rest.baseAddress, rest.count > 0 {
            let count = pread(file.descriptor, base, min(rest.count, 1 << 30), off_t(position))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AtomicFile.failure("read", path) }
            guard count > 0 else { throw HornbillError(.file, "'\(path)' became shorter while it was read") }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
            position += count
        }
    }
}
