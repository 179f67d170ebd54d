import CTurboJPEG
import HornbillEngine

/// JPEG through TurboJPEG, whose errors are values.
enum JPEGFile {
    static func decode(_ bytes: [UInt8]) throws -> Raster {
        guard let decoder = tjInitDecompress() else { throw HornbillError(.memory, "there is no memory for a decoder") }
        defer { tjDestroy(decoder) }
        let size = UInt(bytes.count)
        var (width, height, subsampling, colors) = (Int32(0), Int32(0), Int32(0), Int32(0))
        return try bytes.withUnsafeBufferPointer { bytes in
            guard tjDecompressHeader3(decoder, bytes.baseAddress, size, &width, &height, &subsampling, &colors) == 0
            else { throw failure(decoder) }
            let (columns, rows) = (Int(width), Int(height))
            try Raster.check(width: columns, height: rows)
            // Each block of 64 pixels takes at least one bit.
            guard columns * rows / 512 <= bytes.count else {
                throw HornbillError(
                    .file, "it says that \(bytes.count) bytes unpack to \(columns) × \(rows) pixels, which cannot be")
            }
            let (format, channels): (TJPF, Int)
            switch colors {
            case Int32(TJCS_GRAY.rawValue): (format, channels) = (TJPF_GRAY, 1)
            case Int32(TJCS_CMYK.rawValue), Int32(TJCS_YCCK.rawValue): (format, channels) = (TJPF_CMYK, 4)
            default: (format, channels) = (TJPF_RGB, 3)
            }
            var samples = [UInt8](repeating: 0, count: columns * rows * channels)
            let result = samples.withUnsafeMutableBufferPointer {
                tjDecompress2(
                    decoder, bytes.baseAddress, size, $0.baseAddress, width, 0, height, format.rawValue,
                    TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
            }
            // Bytes between the markers are harmless, and cameras write them.
            if result != 0, !(isWarning(decoder) && message(decoder).contains("extraneous bytes")) {
                throw failure(decoder)
            }
            if format == TJPF_CMYK { samples = withoutBlack(samples) }
            return Raster(height: rows, width: columns, channels: channels == 4 ? 3 : channels, samples: samples)
        }
    }

    /// Pillow's settings: quality 75, colours at half the resolution.
    static func encode(_ raster: Raster) throws -> [UInt8] {
        guard raster.width <= 65_500, raster.height <= 65_500 else {
            throw HornbillError(
                .argument, "JPEG images have at most 65500 pixels a side, not \(raster.width) × \(raster.height)")
        }
        let raster = raster.channels == 1 ? raster : raster.converted(to: .rgb)
        guard let encoder = tjInitCompress() else { throw HornbillError(.memory, "there is no memory for an encoder") }
        defer { tjDestroy(encoder) }
        let isGray = raster.channels == 1
        var output: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        defer { tjFree(output) }
        let result = raster.samples.withUnsafeBufferPointer {
            tjCompress2(
                encoder, $0.baseAddress, Int32(raster.width), 0, Int32(raster.height),
                (isGray ? TJPF_GRAY : TJPF_RGB).rawValue, &output, &size,
                Int32((isGray ? TJSAMP_GRAY : TJSAMP_420).rawValue), 75, TJFLAG_ACCURATEDCT)
        }
        guard result == 0, let output else { throw failure(encoder) }
        return Array(UnsafeBufferPointer(start: output, count: Int(size)))
    }

    /// Cyan, magenta, yellow and black, stored inverted as Adobe does, to red, green and blue as Pillow does it.
    private static func withoutBlack(_ samples: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(samples.count / 4 * 3)
        for pixel in stride(from: 0, to: samples.count, by: 4) {
            let light = Int(samples[pixel + 3])
            for channel in 0..<3 {
                let product = (255 - Int(samples[pixel + channel])) * light + 128
                result.append(UInt8(clamping: light - ((product >> 8) + product) >> 8))
            }
        }
        return result
    }

    private static func isWarning(_ handle: tjhandle) -> Bool {
        tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)
    }

    private static func message(_ handle: tjhandle) -> String {
        tjGetErrorStr2(handle).map { String(cString: $0) } ?? ""
    }

    private static func failure(_ handle: tjhandle) -> HornbillError {
        HornbillError(.file, "the JPEG data is damaged or cut off: \(message(handle))")
    }
}
