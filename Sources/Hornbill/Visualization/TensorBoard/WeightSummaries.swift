import Foundation
import HornbillEngine

/// What TensorBoard shows of a weight.
enum WeightSummaries {
    /// A histogram, and images where the weight can be looked at.
    static func of(_ weight: Variable, images: Bool) throws -> [EventSummary] {
        guard weight.dtype != .string else { return [] }
        let path = weight.path.replacingOccurrences(of: ":", with: "_")
        var values: [EventSummary] = [.histogram("\(path)/histogram", try weight.value.doubles())]
        if images, let picture = try picture(weight.value, "\(path)/image") { values.append(picture) }
        return values
    }

    /// Images of at most this many kernels.
    private static let limit = 3

    /// A vector as a column of pixels, a matrix as a picture that is wider than high, three axes as a picture for each place
    /// on the last. Black is 0, white is 1 and what is above.
    private static func picture(_ value: Tensor, _ tag: String) throws -> EventSummary? {
        let shape = value.shape.dimensions.filter { $0 != 1 }
        var image = ops.reshape(value, Shape(shape))
        switch shape.count {
        case 1: image = ops.reshape(image, [1, shape[0], 1, 1])
        case 2:
            if shape[0] > shape[1] { image = ops.transpose(image) }
            image = ops.expandDims(ops.expandDims(image, axis: 0), axis: -1)
        case 3: image = ops.expandDims(ops.transpose(image, axes: [2, 0, 1]), axis: -1)
        case 4 where [1, 3, 4].contains(shape[3]): break
        default: return nil
        }
        let sizes = try image.validated().shape.dimensions
        guard sizes[0] * sizes[1] * sizes[2] > 0 else { return nil }
        let pixels = try image.floats().map { UInt8(max(0, min($0.isNaN ? 0 : $0, 1)) * 255.5) }
        let each = sizes[1] * sizes[2] * sizes[3]
        let files = try (0..<min(sizes[0], limit)).map { index in
            try PNGFile.encode(
                Raster(
                    height: sizes[1], width: sizes[2], channels: sizes[3],
                    samples: Array(pixels[index * each..<(index + 1) * each])))
        }
        return .images(tag, width: sizes[2], height: sizes[1], files)
    }
}
