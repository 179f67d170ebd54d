import CPNG
import HornbillEngine

/// PNG through libpng's simplified interface, whose errors are values.
///
/// The chunks are walked here first: sizes are checked before memory is taken, and what would change the values of the
/// pixels (gamma, colour profiles, backgrounds) is left out, as Pillow leaves it out.
enum PNGFile {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// What the header says.
    private struct Header {
        var width: Int
        var height: Int
        var depth: Int
        var colorType: Int
        var hasTransparency = false

        var isColor: Bool { colorType & 2 != 0 }
        var hasOpacity: Bool { colorType & 4 != 0 || hasTransparency }
        var channels: Int { (isColor ? 3 : 1) + (hasOpacity ? 1 : 0) }
    }

    static func decode(_ bytes: [UInt8]) throws -> Raster {
        let (header, chunks) = try essentials(bytes)
        // Values of 16 bits come as they are where they are taken for linear light, but then opacity is multiplied in.
        let isDeep = header.depth == 16 && !header.hasOpacity
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        let count = header.width * header.height * header.channels
        var format = header.isColor ? PNG_FORMAT_FLAG_COLOR : 0
        if header.hasOpacity { format |= PNG_FORMAT_FLAG_ALPHA }
        if isDeep { format |= PNG_FORMAT_FLAG_LINEAR }
        return try chunks.withUnsafeBytes { chunks in
            guard png_image_begin_read_from_memory(&image, chunks.baseAddress, chunks.count) != 0 else {
                throw failure(image)
            }
            guard Int(image.width) == header.width, Int(image.height) == header.height else {
                throw HornbillError(.file, "its header changes while it is read")
            }
            image.format = png_uint_32(format)
            if !isDeep { image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB) }
            if isDeep {
                let deep = try [UInt16](unsafeUninitializedCapacity: count) { buffer, filled in
                    guard png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil) != 0 else {
                        throw failure(image)
                    }
                    filled = count
                }
                // Colours of 16 bits are read as Pillow and TensorFlow read them: their upper 8.
                let samples = header.isColor ? deep.map { UInt8($0 >> 8) } : []
                return Raster(
                    height: header.height, width: header.width, channels: header.channels, samples: samples,
                    deep: header.isColor ? nil : deep)
            }
            let samples = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                guard png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil) != 0 else { throw failure(image) }
                filled = count
            }
            return Raster(height: header.height, width: header.width, channels: header.channels, samples: samples)
        }
    }

    static func encode(_ raster: Raster) throws -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(raster.width)
        image.height = png_uint_32(raster.height)
        var format = raster.channels > 2 ? PNG_FORMAT_FLAG_COLOR : 0
        if raster.channels % 2 == 0 { format |= PNG_FORMAT_FLAG_ALPHA }
        if raster.deep != nil { format |= PNG_FORMAT_FLAG_LINEAR }
        image.format = png_uint_32(format)
        defer { png_image_free(&image) }
        func write(_ pixels: UnsafeRawPointer?) throws -> [UInt8] {
            // The most that deflate may need, and the chunks around it.
            let rowBytes = raster.width * raster.channels * (raster.deep == nil ? 1 : 2) + 1
            var size = png_alloc_size_t(rowBytes * raster.height * 101 / 100 + 4096)
            return try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
                guard png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, pixels, 0, nil) != 0 else {
                    throw failure(image)
                }
                count = Int(size)
            }
        }
        let written: [UInt8]
        if let deep = raster.deep {
            written = try deep.withUnsafeBytes { try write($0.baseAddress) }
        } else {
            written = try raster.samples.withUnsafeBytes { try write($0.baseAddress) }
        }
        return try essentials(written).chunks
    }

    private static func failure(_ image: png_image) -> HornbillError {
        let text = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return HornbillError(.file, "the PNG data is damaged or cut off: \(text)")
    }

    /// The header, and the file without what is not needed for the pixels.
    private static func essentials(_ bytes: [UInt8]) throws -> (header: Header, chunks: [UInt8]) {
        func number(_ position: Int) -> Int { bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) } }
        var header: Header?
        var kept = signature
        var position = signature.count
        var packed = 0
        while true {
            guard position + 12 <= bytes.count else { throw HornbillError(.file, "the PNG data is cut off") }
            let length = number(position)
            let type = String(decoding: bytes[position + 4..<position + 8], as: UTF8.self)
            guard length <= bytes.count - position - 12 else {
                throw HornbillError(.file, "the PNG data is cut off in its chunk '\(type)'")
            }
            if (header == nil) != (type == "IHDR") {
                throw HornbillError(.file, "the PNG data does not begin with one header")
            }
            switch type {
            case "IHDR": header = try self.header(bytes[position + 8..<position + 8 + length])
            case "tRNS": header?.hasTransparency = true
            case "IDAT": packed += length
            default: break
            }
            // Chunks that may be skipped have a small first letter.
            if type == "tRNS" || bytes[position + 4] & 0x20 == 0 { kept += bytes[position..<position + 12 + length] }
            position += 12 + length
            if type == "IEND" { break }
        }
        guard let header else { throw HornbillError(.file, "the PNG data has no header") }
        // Deflate packs at most 1032 to 1.
        let samples = header.colorType == 3 || !header.isColor ? 1 : 3
        let unpacked = (header.width * samples * header.depth / 8 + 1) * header.height
        guard unpacked / 1032 <= packed else {
            throw HornbillError(
                .file,
                "it says that \(packed) bytes unpack to \(header.width) × \(header.height) pixels, which cannot be")
        }
        return (header, kept)
    }

    private static func header(_ bytes: ArraySlice<UInt8>) throws -> Header {
        let bytes = Array(bytes)
        guard bytes.count == 13 else { throw HornbillError(.file, "the PNG header has \(bytes.count) bytes, not 13") }
        let header = Header(
            width: bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }, height: bytes[4..<8].reduce(0) { $0 << 8 | Int($1) },
            depth: Int(bytes[8]), colorType: Int(bytes[9]))
        guard [0, 2, 3, 4, 6].contains(header.colorType), [1, 2, 4, 8, 16].contains(header.depth) else {
            throw HornbillError(
                .file, "PNG data of the colour type \(header.colorType) and \(header.depth) bits is not known")
        }
        try Raster.check(width: header.width, height: header.height)
        return header
    }
}
