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

    /// A part of these bytes.
    /// - Throws: kind `file` if it is not all in here.
    package func part(at offset: Int, count: Int) throws -> BytesPart {
        try checkRange(offset, count)
        return BytesPart(self, offset, count)
    }

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

/// A part of other bytes.
package struct BytesPart: RandomAccessBytes {
    package let count: Int
    private let start: Int
    private let whole: any RandomAccessBytes

    fileprivate init(_ whole: any RandomAccessBytes, _ start: Int, _ count: Int) {
        self.whole = whole
        self.start = start
        self.count = count
    }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        try checkRange(offset, buffer.count)
        try whole.read(at: start + offset, into: buffer)
    }
}

/// Pieces at their places, and zeros between them.
package struct ComposedBytes: RandomAccessBytes {
    package struct Piece: Sendable {
        var start: Int
        var bytes: any RandomAccessBytes

        package init(start: Int, bytes: any RandomAccessBytes) {
            self.start = start
            self.bytes = bytes
        }
    }

    package let count: Int
    private let pieces: [Piece]

    /// - Parameter pieces: in their order, none over another.
    package init(_ pieces: [Piece], count: Int) {
        self.pieces = pieces
        self.count = count
    }

    /// One behind the other.
    package init(joining all: [any RandomAccessBytes]) {
        var end = 0
        var pieces: [Piece] = []
        for bytes in all {
            pieces.append(Piece(start: end, bytes: bytes))
            end += bytes.count
        }
        self.init(pieces, count: end)
    }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        try checkRange(offset, buffer.count)
        let end = offset + buffer.count
        var (low, high) = (0, pieces.count)
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].start + pieces[middle].bytes.count <= offset { low = middle + 1 } else { high = middle }
        }
        func part(_ from: Int, _ to: Int) -> UnsafeMutableRawBufferPointer {
            UnsafeMutableRawBufferPointer(rebasing: buffer[(from - offset)..<(to - offset)])
        }
        var filled = offset
        while low < pieces.count, pieces[low].start < end {
            let (start, bytes) = (pieces[low].start, pieces[low].bytes)
            let (from, to) = (max(filled, start), min(end, start + bytes.count))
            if filled < from { part(filled, from).initializeMemory(as: UInt8.self, repeating: 0) }
            if from < to { try bytes.read(at: from - start, into: part(from, to)) }
            filled = max(filled, to)
            low += 1
        }
        if filled < end { part(filled, end).initializeMemory(as: UInt8.self, repeating: 0) }
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

/// A regular file, open for as long as this lives.
package final class FileRange: RandomAccessBytes {
    package let count: Int
    private let descriptor: Int32
    private let path: String

    /// The whole file.
    /// - Throws: kind `file` if there is none, or if it is a folder, a pipe or the like.
    package init(path: String) throws {
        // Without O_NONBLOCK opening a pipe would wait for somebody who writes.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw AtomicFile.failure("read", path) }
        self.path = path
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        count = isFile ? Int(status.st_size) : 0
        // From here on the descriptor is closed with this.
        guard isFile else { throw HornbillError(.file, "'\(path)' is not a file") }
    }

    deinit { close(descriptor) }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        try checkRange(offset, buffer.count)
        var rest = buffer
        var position = offset
        while let base = rest.baseAddress, rest.count > 0 {
            let count = pread(descriptor, base, min(rest.count, 1 << 30), off_t(position))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AtomicFile.failure("read", path) }
            guard count > 0 else { throw HornbillError(.file, "'\(path)' became shorter while it was read") }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
            position += count
        }
    }
}
