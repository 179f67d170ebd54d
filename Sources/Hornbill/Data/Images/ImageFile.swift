import Foundation
import HornbillEngine

/// The formats of image files.
public enum ImageFormat: String, Sendable, Hashable, CaseIterable {
    case png, jpeg

    /// By a file's name.
    init?(path: String) {
        switch (path as NSString).pathExtension.lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpeg
        default: return nil
        }
    }
}

/// Files of images, whole.
enum ImageFile {
    /// More than any image that is read can need.
    private static let maximumByteCount = 1 << 30

    /// The picture in a PNG or JPEG file, by what the file holds, not by its name.
    /// - Throws: kind `file`, with the path.
    static func read(_ path: String) throws -> Raster {
        let bytes = try FileBytes.read(path, limit: maximumByteCount)
        do {
            return try decode(bytes)
        } catch let error as HornbillError {
            throw HornbillError(error.kind, "cannot read the image '\(path)': \(error.message)")
        }
    }

    static func decode(_ bytes: [UInt8]) throws -> Raster {
        if bytes.starts(with: PNGFile.signature) { return try PNGFile.decode(bytes) }
        if bytes.starts(with: [0xFF, 0xD8]) { return try JPEGFile.decode(bytes) }
        let others: [(name: String, start: [UInt8])] = [
            ("BMP", Array("BM".utf8)), ("GIF", Array("GIF8".utf8)), ("TIFF", [0x49, 0x49, 0x2A, 0]),
            ("TIFF", [0x4D, 0x4D, 0, 0x2A]), ("WebP", Array("RIFF".utf8)),
        ]
        if let other = others.first(where: { bytes.starts(with: $0.start) }) {
            throw HornbillError(.file, "\(other.name) files are not read; convert it to PNG or JPEG")
        }
        throw HornbillError(
            .file,
            bytes.isEmpty ? "it is empty" : "it is neither PNG nor JPEG: it begins with \(Array(bytes.prefix(4)))")
    }

    /// Writes a picture; the file appears whole or not at all.
    static func write(_ path: String, _ raster: Raster, _ format: ImageFormat) throws {
        let bytes: [UInt8]
        do {
            switch format {
            case .png: bytes = try PNGFile.encode(raster)
            case .jpeg: bytes = try JPEGFile.encode(raster)
            }
        } catch let error as HornbillError {
            throw HornbillError(error.kind, "cannot write the image '\(path)': \(error.message)")
        }
        try bytes.withUnsafeBytes { try AtomicFile.write(path, [$0]) }
    }
}
