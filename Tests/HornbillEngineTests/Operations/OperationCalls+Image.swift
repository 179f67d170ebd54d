import HornbillEngine

/// The Swift calls of Tests/Reference/ops_image.py.
let imageCalls = merged([table(resizes), table(samplings), sizes, colors, others])

private func unary(_ body: @escaping @Sendable (Tensor) -> Tensor) -> OperationCall { { [body($0[0])] } }
private func binary(_ body: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> OperationCall {
    { [body($0[0], $0[1])] }
}

private let resizes: [(String, OperationCall)] = ResizeInterpolation.allCases.flatMap { method in
    [("up", 7, 9), ("down", 2, 3), ("mixed", 9, 2), ("one", 1, 1)].flatMap {
        name, height, width -> [(String, OperationCall)] in
        let key = "resize_\(method.rawValue)_\(name)"
        let plain: (String, OperationCall) = (
            key, unary { ops.image.resize($0, (height, width), interpolation: method) }
        )
        let smooth: (String, OperationCall) = (
            key + "_antialias", unary { ops.image.resize($0, (height, width), interpolation: method, antialias: true) }
        )
        return method == .nearest ? [plain] : [plain, smooth]
    }
}

private let sizes: [String: OperationCall] = [
    "resize_single": unary { ops.image.resize($0, (3, 5)) },
    "resize_first": unary { ops.image.resize($0, (3, 5), dataFormat: .channelsFirst) },
    "resize_single_first": unary { ops.image.resize($0, (6, 5), dataFormat: .channelsFirst) },
    "resize_same": unary { ops.image.resize($0, (4, 5)) },
    "resize_from_one": unary { ops.image.resize($0, (3, 2), interpolation: .bicubic) },
    "resize_nearest_int": unary { ops.image.resize($0, (3, 5), interpolation: .nearest) },
    "resize_crop_wide": unary { ops.image.resize($0, (3, 3), cropToAspectRatio: true) },
    "resize_pad_wide": unary { ops.image.resize($0, (3, 3), padToAspectRatio: true, fillValue: 0.5) },
    "resize_crop_tall": unary { ops.image.resize($0, (4, 6), cropToAspectRatio: true) },
    "resize_pad_tall": unary { ops.image.resize($0, (4, 6), padToAspectRatio: true, fillValue: 0.5) },
    "resize_crop_same": unary { ops.image.resize($0, (2, 2), cropToAspectRatio: true) },
    "resize_pad_same": unary { ops.image.resize($0, (2, 2), padToAspectRatio: true, fillValue: 0.5) },
    "resize_crop_first": unary {
        ops.image.resize($0, (2, 4), cropToAspectRatio: true, dataFormat: .channelsFirst)
    },
    "resize_pad_first": unary { ops.image.resize($0, (2, 4), padToAspectRatio: true, dataFormat: .channelsFirst) },
]

private let colors: [String: OperationCall] = [
    "rgb_to_grayscale": unary { ops.image.rgbToGrayscale($0) },
    "rgb_to_grayscale_single_first": unary { ops.image.rgbToGrayscale($0, dataFormat: .channelsFirst) },
    "rgb_to_grayscale_one": unary { ops.image.rgbToGrayscale($0) },
    "rgb_to_grayscale_int": unary { ops.image.rgbToGrayscale($0) }, "rgb_to_hsv": unary { ops.image.rgbToHsv($0) },
    "rgb_to_hsv_single_first": unary { ops.image.rgbToHsv($0, dataFormat: .channelsFirst) },
    "rgb_to_hsv_edges": unary { ops.image.rgbToHsv($0) }, "hsv_to_rgb": unary { ops.image.hsvToRgb($0) },
    "hsv_to_rgb_single_first": unary { ops.image.hsvToRgb($0, dataFormat: .channelsFirst) },
]

private let samplings: [(String, OperationCall)] = ImageFillMode.allCases.flatMap { mode -> [(String, OperationCall)] in
    let maps: [(String, OperationCall)] = [0, 1].map { order in
        (
            "map_coordinates_\(mode.rawValue)_\(order)",
            binary { ops.image.mapCoordinates($0, $1, order: order, fillMode: mode, fillValue: 0.25) }
        )
    }
    let affine: [(String, OperationCall)] = [ResizeInterpolation.nearest, .bilinear].map { method in
        (
            "affine_transform_\(mode.rawValue)_\(method.rawValue)",
            binary {
                ops.image.affineTransform($0, $1, interpolation: method, fillMode: mode, fillValue: 0.5)
            }
        )
    }
    return maps + affine
}

private let others: [String: OperationCall] = [
    "pad_images": unary {
        ops.image.padImages($0, topPadding: 1, leftPadding: 2, bottomPadding: 3, rightPadding: 0)
    },
    "pad_images_target": unary {
        ops.image.padImages($0, topPadding: 1, rightPadding: 2, targetHeight: 6, targetWidth: 7)
    },
    "pad_images_first": unary {
        ops.image.padImages(
            $0, topPadding: 1, leftPadding: 2, bottomPadding: 3, rightPadding: 4, dataFormat: .channelsFirst)
    },
    "crop_images": unary {
        ops.image.cropImages($0, topCropping: 1, leftCropping: 2, bottomCropping: 0, rightCropping: 1)
    },
    "crop_images_target": unary {
        ops.image.cropImages($0, topCropping: 1, rightCropping: 2, targetHeight: 2, targetWidth: 2)
    },
    "crop_images_first": unary {
        ops.image.cropImages(
            $0, topCropping: 1, leftCropping: 1, bottomCropping: 1, rightCropping: 1, dataFormat: .channelsFirst)
    },
    "extract_patches": unary { ops.image.extractPatches($0, [2, 3]) },
    "extract_patches_strides": unary { ops.image.extractPatches($0, [2, 2], strides: [1, 2], padding: "same") },
    "extract_patches_dilation": unary { ops.image.extractPatches($0, [2, 2], strides: [1, 1], dilationRate: 2) },
    "extract_patches_first": unary { ops.image.extractPatches($0, [2, 2], dataFormat: .channelsFirst) },
    "extract_patches_single": unary { ops.image.extractPatches($0, [3, 3]) },
    "extract_patches_volume": unary { ops.image.extractPatches($0, [2, 1, 2]) },
    "map_coordinates_1d": binary { ops.image.mapCoordinates($0, $1, order: 1) },
    "map_coordinates_3d": binary { ops.image.mapCoordinates($0, $1, order: 1) },
    "map_coordinates_int": binary { ops.image.mapCoordinates($0, $1, order: 1) },
    "affine_transform_batch": binary { ops.image.affineTransform($0, $1) },
    "affine_transform_single": binary { ops.image.affineTransform($0, $1) },
    "affine_transform_first": binary { ops.image.affineTransform($0, $1, dataFormat: .channelsFirst) },
    "perspective_transform_nearest": {
        [ops.image.perspectiveTransform($0[0], $0[1], $0[2], interpolation: .nearest, fillValue: 0.25)]
    },
    "perspective_transform_bilinear": { [ops.image.perspectiveTransform($0[0], $0[1], $0[2], fillValue: 0.25)] },
    "perspective_transform_batch": { [ops.image.perspectiveTransform($0[0], $0[1], $0[2])] },
    "gaussian_blur": unary { ops.image.gaussianBlur($0, kernelSize: (3, 5), sigma: (1, 2)) },
    "gaussian_blur_first": unary { ops.image.gaussianBlur($0, sigma: (0.8, 1.5), dataFormat: .channelsFirst) },
    "sobel_edges": unary { ops.image.sobelEdges($0) },
]
