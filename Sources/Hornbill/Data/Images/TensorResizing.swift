import Foundation
import HornbillEngine

/// Resizing with TensorFlow's numbers, for data sets from directories.
///
/// Not `ops.image.resize`: the images of a directory have all sizes, and a plan for each would be used once.
struct TensorResizing {
    var height: Int
    var width: Int
    var interpolation: ImageInterpolation
    var cropsToAspectRatio = false
    var padsToAspectRatio = false

    /// Writes the picture to `target`, float32, channels last, of `height` × `width` pixels.
    func resize(_ image: Raster, to target: UnsafeMutablePointer<Float>) {
        if padsToAspectRatio { return pad(image, target) }
        var (rows, columns) = (0..<image.height, 0..<image.width)
        if cropsToAspectRatio {
            let (tall, wide) = (
                Int(Double(image.width * height) / Double(width)), Int(Double(image.height * width) / Double(height))
            )
            let (cutHeight, cutWidth) = (max(min(image.height, tall), 1), max(min(image.width, wide), 1))
            let (top, left) = ((image.height - cutHeight) / 2, (image.width - cutWidth) / 2)
            (rows, columns) = (top..<top + cutHeight, left..<left + cutWidth)
        }
        resize(image, rows, columns, height, width, target, rowStride: width)
    }

    /// The whole picture in the middle, zeros around it.
    private func pad(_ image: Raster, _ target: UnsafeMutablePointer<Float>) {
        target.update(repeating: 0, count: height * width * image.channels)
        let ratio = max(Float(image.width) / Float(width), Float(image.height) / Float(height))
        let (tall, wide) = (Float(image.height) / ratio, Float(image.width) / ratio)
        let (top, left) = (max(Int((Float(height) - tall) / 2), 0), max(Int((Float(width) - wide) / 2), 0))
        let rows = min(max(Int(tall), 1), height - top)
        let columns = min(max(Int(wide), 1), width - left)
        resize(
            image, 0..<image.height, 0..<image.width, rows, columns, target + (top * width + left) * image.channels,
            rowStride: width)
    }

    /// - Parameter rowStride: pixels from a row of the target to the next.
    private func resize(
        _ image: Raster, _ rows: Range<Int>, _ columns: Range<Int>, _ newHeight: Int, _ newWidth: Int,
        _ target: UnsafeMutablePointer<Float>, rowStride: Int
    ) {
        let channels = image.channels
        let vertical = weights(rows.count, newHeight)
        let horizontal = weights(columns.count, newWidth)
        let rowWidth = newWidth * channels
        // Rows of the source at their new width, made once each, when the first row of the result needs them.
        var made = [[Float]?](repeating: nil, count: rows.count)
        var oldest = 0
        image.samples.withUnsafeBufferPointer { samples in
            func widened(_ row: Int) -> [Float] {
                let start = ((rows.lowerBound + row) * image.width + columns.lowerBound) * channels
                return [Float](unsafeUninitializedCapacity: rowWidth) { line, count in
                    for (place, part) in horizontal.enumerated() {
                        for channel in 0..<channels {
                            var sum: Float = 0
                            var position = start + part.start * channels + channel
                            for weight in part.values {
                                sum += Float(samples[position]) * weight
                                position += channels
                            }
                            line[place * channels + channel] = sum
                        }
                    }
                    count = rowWidth
                }
            }
            for (place, part) in vertical.enumerated() {
                let line = target + place * rowStride * channels
                line.update(repeating: 0, count: rowWidth)
                while oldest < part.start {
                    made[oldest] = nil
                    oldest += 1
                }
                for (step, weight) in part.values.enumerated() {
                    let row = part.start + step
                    let values = made[row] ?? widened(row)
                    made[row] = values
                    values.withUnsafeBufferPointer { for item in 0..<rowWidth { line[item] += $0[item] * weight } }
                }
            }
        }
    }

    private struct Weights {
        var start: Int
        var values: [Float]
    }

    /// What makes each of `new` pixels out of `old` ones; starts never fall.
    private func weights(_ old: Int, _ new: Int) -> [Weights] {
        let scale = Double(old) / Double(new)
        let kernel: (Double) -> Double
        let radius: Double
        switch interpolation {
        case .nearest:
            return (0..<new).map { Weights(start: min(Int((Double($0) + 0.5) * scale), old - 1), values: [1]) }
        case .area:
            return (0..<new).map { place in
                let (start, end) = (Double(place) * scale, Double(place + 1) * scale)
                let (first, last) = (min(Int(start), old - 1), min(Int(end.rounded(.up)), old))
                let parts = (first..<max(last, first + 1)).map { pixel in
                    max(min(end, Double(pixel + 1)) - max(start, Double(pixel)), 0)
                }
                let total = parts.reduce(0, +)
                return Weights(start: first, values: parts.map { Float($0 / total) })
            }
        case .bicubic: (kernel, radius) = (Kernels.cubic, 2)
        case .lanczos3, .lanczos: (kernel, radius) = ({ Kernels.lanczos($0, 3) }, 3)
        case .lanczos5: (kernel, radius) = ({ Kernels.lanczos($0, 5) }, 5)
        case .gaussian: (kernel, radius) = (Kernels.gaussian, 1.5)
        case .mitchellcubic: (kernel, radius) = (Kernels.mitchell, 2)
        case .bilinear, .hamming, .box: (kernel, radius) = (Kernels.triangle, 1)
        }
        return (0..<new).map { place in
            let center = (Double(place) + 0.5) * scale
            let first = min(max(Int((center - radius - 0.5).rounded(.up)), 0), old - 1)
            let last = max(min(Int((center + radius - 0.5).rounded(.down)), old - 1), first)
            let raw = (first...last).map { kernel(Double($0) + 0.5 - center) }
            let total = raw.reduce(0, +)
            return Weights(start: first, values: raw.map { Float(total == 0 ? 0 : $0 / total) })
        }
    }
}
