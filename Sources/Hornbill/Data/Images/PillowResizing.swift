import Foundation
import HornbillEngine

/// How an image gets another size. Names and numbers are those of Pillow where files are loaded, and of TensorFlow's
/// `tf.image.resize` (which does not smooth when it shrinks) where directories are.
public enum ImageInterpolation: String, Sendable, Hashable, CaseIterable {
    case nearest, bilinear, bicubic
    /// Where single files are loaded.
    case hamming, box, lanczos
    /// Where directories are loaded.
    case area, lanczos3, lanczos5, gaussian, mitchellcubic

    static let ofFiles: [ImageInterpolation] = [.nearest, .bilinear, .bicubic, .hamming, .box, .lanczos]
    static let ofDirectories: [ImageInterpolation] = [
        .bilinear, .nearest, .bicubic, .area, .lanczos3, .lanczos5, .gaussian, .mitchellcubic,
    ]

    /// - Throws: kind `argument` for a way that Keras does not know there.
    func require(among known: [ImageInterpolation]) throws {
        guard known.contains(self) else {
            throw HornbillError(
                .argument,
                "the interpolation '\(rawValue)' is not known here: known are \(known.map(\.rawValue).joined(separator: ", "))"
            )
        }
    }
}

/// The part of an axis that is resized, and to how many pixels.
struct Span {
    var start: Double
    var end: Double
    var size: Int

    init(_ range: Range<Int>, to size: Int) {
        start = Double(range.lowerBound)
        end = Double(range.upperBound)
        self.size = size
    }

    var scale: Double { (end - start) / Double(size) }
}

extension Raster {
    /// The picture's part within `rows` and `columns` at another size, as Pillow's `resize` makes it, bit by bit.
    func resized(rows: Span, columns: Span, _ interpolation: ImageInterpolation) -> Raster {
        if interpolation == .nearest { return picked(rows, columns) }
        let kernel = PillowKernel(interpolation)
        let vertical = kernel.weights(rows, of: height)
        let horizontal = kernel.weights(columns, of: width)
        if let deep {
            let values = deep.map(Double.init)
            let wide = Self.along(values, height, width, 1, horizontal) { ($0 + 0.5).rounded(.down).clamped(65_535) }
            let whole = Self.along(wide, 1, height, columns.size, vertical) {
                ($0 + 0.5).rounded(.down).clamped(65_535)
            }
            return Raster(
                height: rows.size, width: columns.size, channels: 1, samples: [], deep: whole.map { UInt16($0) })
        }
        let hasOpacity = channels == 4
        let source = hasOpacity ? premultiplied() : samples
        // Weights in fixed point with 22 bits, and a rounding after each direction.
        func fixed(_ weights: [AxisWeights]) -> [AxisWeights] {
            weights.map { part in
                AxisWeights(
                    start: part.start,
                    values: part.values.map { ($0 * 4_194_304 + ($0 < 0 ? -0.5 : 0.5)).rounded(.towardZero) })
            }
        }
        func rounded(_ sum: Double) -> Double { ((sum + 2_097_152) / 4_194_304).rounded(.down).clamped(255) }
        var values = source.map(Double.init)
        if columns.scale != 1 || columns.start != 0 || columns.size != width {
            values = Self.along(values, height, width, channels, fixed(horizontal), rounded)
        }
        if rows.scale != 1 || rows.start != 0 || rows.size != height {
            values = Self.along(values, 1, height, columns.size * channels, fixed(vertical), rounded)
        }
        var result = Raster(
            height: rows.size, width: columns.size, channels: channels, samples: values.map { UInt8($0) })
        if hasOpacity { result.divideByOpacity() }
        return result
    }

    /// Sums along the middle axis of (outer, size, inner).
    private static func along(
        _ values: [Double], _ outer: Int, _ size: Int, _ inner: Int, _ weights: [AxisWeights],
        _ finish: (Double) -> Double
    ) -> [Double] {
        var result = [Double](repeating: 0, count: outer * weights.count * inner)
        values.withUnsafeBufferPointer { values in
            result.withUnsafeMutableBufferPointer { result in
                for block in 0..<outer {
                    for (place, part) in weights.enumerated() {
                        let target = (block * weights.count + place) * inner
                        for (step, weight) in part.values.enumerated() {
                            let source = (block * size + part.start + step) * inner
                            for item in 0..<inner { result[target + item] += values[source + item] * weight }
                        }
                        for item in 0..<inner { result[target + item] = finish(result[target + item]) }
                    }
                }
            }
        }
        return result
    }

    /// The nearest pixels.
    private func picked(_ rows: Span, _ columns: Span) -> Raster {
        func positions(_ span: Span, _ size: Int) -> [Int] {
            // Sums round otherwise than products: Pillow has both ways.
            var place = span.start + span.scale * 0.5
            return (0..<span.size).map { index in
                defer { place += span.scale }
                let exact = deep == nil ? place : (Double(index) + 0.5) * span.scale + span.start
                return min(max(Int(exact), 0), size - 1)
            }
        }
        let (vertical, horizontal) = (positions(rows, height), positions(columns, width))
        func pick<Sample>(_ values: [Sample]) -> [Sample] {
            guard !values.isEmpty else { return [] }
            var result: [Sample] = []
            result.reserveCapacity(rows.size * columns.size * channels)
            for row in vertical {
                for column in horizontal {
                    let start = (row * width + column) * channels
                    result.append(contentsOf: values[start..<start + channels])
                }
            }
            return result
        }
        return Raster(
            height: rows.size, width: columns.size, channels: channels, samples: pick(samples), deep: deep.map(pick))
    }

    /// Colours times opacity, so that what is not seen does not bleed into what is.
    private func premultiplied() -> [UInt8] {
        var result = samples
        for pixel in stride(from: 0, to: result.count, by: 4) {
            let opacity = Int(result[pixel + 3])
            for channel in pixel..<pixel + 3 {
                let product = Int(result[channel]) * opacity + 128
                result[channel] = UInt8(((product >> 8) + product) >> 8)
            }
        }
        return result
    }

    private mutating func divideByOpacity() {
        for pixel in stride(from: 0, to: samples.count, by: 4) {
            let opacity = Int(samples[pixel + 3])
            guard opacity != 0, opacity != 255 else { continue }
            for channel in pixel..<pixel + 3 {
                samples[channel] = UInt8(min(255 * Int(samples[channel]) / opacity, 255))
            }
        }
    }
}

extension Double {
    fileprivate func clamped(_ most: Double) -> Double { Swift.min(Swift.max(self, 0), most) }
}

/// The weights with which neighbouring pixels from `start` on make one of the result.
struct AxisWeights {
    var start: Int
    var values: [Double]
}

/// Pillow's filters, widened when they shrink.
private struct PillowKernel {
    let support: Double
    let value: (Double) -> Double

    init(_ interpolation: ImageInterpolation) {
        switch interpolation {
        case .box: (support, value) = (0.5, { $0 > -0.5 && $0 <= 0.5 ? 1 : 0 })
        case .hamming:
            support = 1
            value = { x in
                let x = abs(x)
                if x == 0 { return 1 }
                return x >= 1 ? 0 : sin(x * .pi) / (x * .pi) * (0.54 + 0.46 * cos(x * .pi))
            }
        case .bicubic: (support, value) = (2, Kernels.cubic)
        case .lanczos: (support, value) = (3, { Kernels.lanczos($0, 3) })
        default: (support, value) = (1, Kernels.triangle)
        }
    }

    func weights(_ span: Span, of size: Int) -> [AxisWeights] {
        let widening = max(span.scale, 1)
        let reach = support * widening
        return (0..<span.size).map { place in
            let center = span.start + (Double(place) + 0.5) * span.scale
            let first = max(Int(center - reach + 0.5), 0)
            let last = min(Int(center + reach + 0.5), size)
            let raw = (first..<max(last, first)).map { value((Double($0) - center + 0.5) / widening) }
            let total = raw.reduce(0, +)
            return AxisWeights(start: first, values: total == 0 ? raw : raw.map { $0 / total })
        }
    }
}

/// The functions that interpolation weighs with.
enum Kernels {
    static func triangle(_ x: Double) -> Double { max(1 - abs(x), 0) }

    /// Keys's cubic with a = −½ (1981).
    static func cubic(_ x: Double) -> Double {
        let x = abs(x)
        if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    }

    static func lanczos(_ x: Double, _ radius: Double) -> Double {
        guard abs(x) < radius else { return 0 }
        return x == 0 ? 1 : radius * sin(.pi * x) * sin(.pi * x / radius) / (.pi * .pi * x * x)
    }

    static func gaussian(_ x: Double) -> Double { abs(x) < 1.5 ? exp(-x * x / 0.5) : 0 }

    /// Mitchell and Netravali's cubic with B = C = ⅓ (1988).
    static func mitchell(_ x: Double) -> Double {
        let x = abs(x)
        if x < 1 { return (7 / 6.0 * x - 2) * x * x + 16 / 18.0 }
        return x < 2 ? ((-7 / 18.0 * x + 2) * x - 10 / 3.0) * x + 16 / 9.0 : 0
    }
}
