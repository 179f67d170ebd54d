import CZlib
import Foundation

/// The bytes of a file one after the other; of a gzipped file, what is packed in it.
public final class ByteSource {
    private let file: gzFile
    private let path: String
    private let bufferSize: Int
    private var buffer: [UInt8] = []  // as long as bufferSize once a byte was asked for
    private var position = 0
    private var end = 0
    private var isFinished = false

    /// - Throws: kind `file` if there is no such file.
    public init(path: String, bufferSize: Int = 1 << 18) throws {
        guard let file = gzopen(path, "rbe") else { throw AtomicFile.failure("read", path) }
        gzbuffer(file, 1 << 17)
        self.file = file
        self.path = path
        self.bufferSize = max(bufferSize, 16)
    }

    deinit { gzclose_r(file) }

    /// The next byte; nil at the end.
    /// - Throws: kind `file` if the file is damaged, cut off, or cannot be read.
    @inline(__always)
    public func next() throws -> UInt8? {
        if position == end {
            guard try refill() else { return nil }
        }
        defer { position += 1 }
        return buffer[position]
    }

    /// Some of the bytes that follow, handed to `body` all at once; nil at the end.
    public func withChunk<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result? {
        if position == end {
            guard try refill() else { return nil }
        }
        let range = position..<end
        position = end
        return try buffer.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    /// Fills `target` with the bytes that follow, for a reader that has a buffer of its own; gives how many they are,
    /// fewer than fit at the end of the file only, zero behind it.
    package func read(into target: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        let kept = min(end - position, target.count)
        if kept > 0 { _ = target.update(from: buffer[position..<position + kept]) }
        position += kept
        return kept == target.count ? kept : kept + (try fill(target.extracting(kept...)))
    }

    /// All bytes that follow.
    /// - Throws: kind `file`, also if there are more than `limit`.
    public func readAll(limit: Int = 8 << 30) throws -> [UInt8] {
        var result: [UInt8] = []
        while try withChunk({ result.append(contentsOf: $0) }) != nil {
            guard result.count <= limit else { throw HornbillError(.file, "'\(path)' holds more than \(limit) bytes") }
        }
        return result
    }

    private func refill() throws -> Bool {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: bufferSize) }
        position = 0
        end = 0
        end = try buffer.withUnsafeMutableBufferPointer { try fill($0) }
        return end > 0
    }

    private func fill(_ target: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        if isFinished { return 0 }
        let count = gzread(file, target.baseAddress, UInt32(clamping: target.count))
        var code: Int32 = 0
        let message = gzerror(file, &code).map { String(cString: $0) } ?? ""
        // A gzipped file that is cut off gives what there is, and says so at its end only.
        guard count >= 0, code == Z_OK || code == Z_STREAM_END else {
            if code == Z_ERRNO { throw AtomicFile.failure("read", path) }
            throw HornbillError(.file, "'\(path)' is damaged or cut off: \(message)")
        }
        isFinished = count == 0
        return Int(count)
    }
}
