import HornbillEngine

/// How the pixels of an image are given: Keras's `color_mode`.
public enum ColorMode: String, Sendable, Hashable, CaseIterable {
    /// One channel.
    case grayscale
    /// Red, green, blue.
    case rgb
    /// Red, green, blue, opacity.
    case rgba

    /// The number of channels.
    public var channels: Int {
        switch self {
        case .grayscale: 1
        case .rgb: 3
        case .rgba: 4
        }
    }
}

/// The pixels of an image as a file holds them: rows from the top, channels last.
struct Raster {
    var height: Int
    var width: Int
    /// 1 gray, 2 gray and opacity, 3 colour, 4 colour and opacity.
    var channels: Int
    var samples: [UInt8]
    /// The samples of a gray image of 16 bits, instead of ``samples``.
    var deep: [UInt16]?

    init(height: Int, width: Int, channels: Int, samples: [UInt8], deep: [UInt16]? = nil) {
        self.height = height
        self.width = width
        self.channels = channels
        self.samples = samples
        self.deep = deep
    }

    /// Pillow's limit for images that it refuses as bombs.
    static let maximumPixels = 178_956_970

    /// Checks a size that a file declares, before memory is taken for it.
    /// - Throws: kind `file`.
    static func check(width: Int, height: Int) throws {
        guard width > 0, height > 0 else {
            throw HornbillError(.file, "its size of \(width) × \(height) pixels is none")
        }
        guard width <= maximumPixels / height else {
            throw HornbillError(
                .file, "it says that it has \(width) × \(height) pixels; at most \(maximumPixels) are read")
        }
    }

    /// The same picture with these channels. Gray is made of colours as Pillow makes it (ITU-R 601-2); opacity that is
    /// not wanted is dropped; gray images of 16 bits stay so, but as colours they keep the upper 8.
    func converted(to mode: ColorMode) -> Raster {
        if mode == .grayscale, deep != nil { return self }
        guard channels != mode.channels || deep != nil else { return self }
        let count = height * width
        let source = deep.map { $0.map { UInt8($0 >> 8) } } ?? samples
        let (from, to) = (channels, mode.channels)
        var result = [UInt8](repeating: 255, count: count * to)
        source.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { result in
                for pixel in 0..<count {
                    let (old, new) = (pixel * from, pixel * to)
                    let red = source[old]
                    let (green, blue) = from > 2 ? (source[old + 1], source[old + 2]) : (red, red)
                    if to == 1 {
                        let weighted = Int(red) * 19_595 + Int(green) * 38_470 + Int(blue) * 7_471
                        result[new] = from > 2 ? UInt8((weighted + 0x8000) >> 16) : red
                        continue
                    }
                    (result[new], result[new + 1], result[new + 2]) = (red, green, blue)
                    if to == 4, from == 2 || from == 4 { result[new + 3] = source[old + from - 1] }
                }
            }
        }
        return Raster(height: height, width: width, channels: to, samples: result)
    }
}
