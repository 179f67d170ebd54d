import HornbillEngine

// Images in and out: Keras's `load_img`, `img_to_array`, `array_to_img` and `save_img`. Where Python has images of
// Pillow beside its arrays, here a tensor of bytes is the image.

/// A PNG or JPEG file as a tensor of shape `(height, width, channels)` (Keras's `utils.load_img`).
///
/// ```swift
/// let image = imageToArray(try loadImage("cat.jpg", targetSize: (224, 224)))   // float32, 0 to 255
/// ```
/// uint8; gray images of 16 bits read as ``ColorMode/grayscale`` are int32, 0 to 65535.
/// - Parameters:
///   - targetSize: height and width that the image is given; its own if nil.
///   - interpolation: nearest, bilinear, bicubic, hamming, box or lanczos, as Pillow does them.
///   - keepAspectRatio: whether the middle of the image is cut out so that nothing is distorted.
/// - Throws: kind `file`, with the path, for a file that is missing, damaged, cut off, or neither PNG nor JPEG;
///   `argument` for a size below 1 or another interpolation.
public func loadImage(
    _ path: String, colorMode: ColorMode = .rgb, targetSize: (height: Int, width: Int)? = nil,
    interpolation: ImageInterpolation = .nearest, keepAspectRatio: Bool = false
) throws -> Tensor {
    var raster = try ImageFile.read(path).converted(to: colorMode)
    if let (height, width) = targetSize, height != raster.height || width != raster.width {
        try interpolation.require(among: ImageInterpolation.ofFiles)
        try requireSize(height, width)
        var (rows, columns) = (0..<raster.height, 0..<raster.width)
        if keepAspectRatio {
            let cutHeight = min(raster.height, raster.width * height / width)
            let cutWidth = min(raster.width, raster.height * width / height)
            guard cutHeight > 0, cutWidth > 0 else {
                throw HornbillError(
                    .argument,
                    "'\(path)', \(raster.height) × \(raster.width), has no part of the proportions \(height) to \(width)"
                )
            }
            let (top, left) = ((raster.height - cutHeight) / 2, (raster.width - cutWidth) / 2)
            (rows, columns) = (top..<top + cutHeight, left..<left + cutWidth)
        }
        raster = raster.resized(rows: Span(rows, to: height), columns: Span(columns, to: width), interpolation)
    }
    let shape: Shape = [raster.height, raster.width, raster.channels]
    if let deep = raster.deep { return try Tensor(deep.map(Int32.init), shape: shape).validated() }
    return try Tensor(raster.samples, shape: shape).validated()
}

/// Checks a size that images are to have.
/// - Throws: kind `argument`.
func requireSize(_ height: Int, _ width: Int) throws {
    guard height > 0, width > 0, width <= Raster.maximumPixels / height else {
        throw HornbillError(.argument, "an image cannot be \(height) × \(width) pixels")
    }
}

/// An image as numbers to compute with (Keras's `utils.img_to_array`): shape `(height, width, channels)`, or channels
/// first.
/// - Parameter image: of shape `(height, width, channels)` or `(height, width)`.
public func imageToArray(
    _ image: Tensor, dataFormat: DataFormat = .channelsLast, dtype: DType = .float32, file: String = #fileID,
    line: Int = #line
) -> Tensor {
    Tensor.deferring(CallSite(file, line)) {
        guard try [2, 3].contains(image.validated().rank) else {
            throw HornbillError(.shape, "an image has the shape (height, width, channels), not \(image.shape)")
        }
        let whole = image.rank == 3 ? image : ops.expandDims(image, axis: 2)
        let numbers = whole.cast(to: dtype)
        return try (dataFormat == .channelsLast ? numbers : ops.transpose(numbers, axes: [2, 0, 1])).validated()
    }
}

/// Numbers as an image (Keras's `utils.array_to_img`): uint8 of shape `(height, width, channels)`.
/// - Parameters:
///   - x: of rank 3 with 1, 3 or 4 channels.
///   - scale: whether the numbers are spread over 0 to 255; if not, they are cut off there. Gray numbers above 255
///     stay, as int32, and are cut off at 65535.
public func arrayToImage(
    _ x: Tensor, dataFormat: DataFormat = .channelsLast, scale: Bool = true, file: String = #fileID, line: Int = #line
) -> Tensor {
    Tensor.deferring(CallSite(file, line)) {
        guard try x.validated().rank == 3 else {
            throw HornbillError(.shape, "an image has the shape (height, width, channels), not \(x.shape)")
        }
        var numbers = x.cast(to: .float32)
        if dataFormat == .channelsFirst { numbers = ops.transpose(numbers, axes: [1, 2, 0]) }
        let shape = try numbers.validated().shape
        guard [1, 3, 4].contains(shape[2]), shape.count > 0 else {
            throw HornbillError(
                .shape, "an image has at least one pixel and 1, 3 or 4 channels, not the shape \(shape)")
        }
        var values = try numbers.scalars(Float.self)
        guard values.allSatisfy(\.isFinite) else {
            throw HornbillError(.numeric, "an image cannot hold NaN or infinity")
        }
        if scale {
            let least = values.min() ?? 0
            let span = (values.max() ?? 0) - least
            values = values.map { span == 0 ? $0 - least : ($0 - least) / span * 255 }
        }
        if shape[2] == 1, let most = values.max(), most > 255 {
            return Tensor(values.map { Int32(min(max($0, 0), 65_535)) }, shape: shape)
        }
        return Tensor(values.map { UInt8(min(max($0, 0), 255)) }, shape: shape)
    }
}

/// Writes numbers as an image file (Keras's `utils.save_img`), which appears whole or not at all.
///
/// JPEG has no opacity: a fourth channel is dropped there.
/// - Parameters:
///   - x: as for ``arrayToImage(_:dataFormat:scale:file:line:)``.
///   - fileFormat: PNG or JPEG; by the path's ending if nil.
/// - Throws: kind `argument` for an ending that says nothing; the error that `x` carries; `file`.
public func saveImage(
    _ path: String, _ x: Tensor, dataFormat: DataFormat = .channelsLast, fileFormat: ImageFormat? = nil,
    scale: Bool = true
) throws {
    guard let format = fileFormat ?? ImageFormat(path: path) else {
        throw HornbillError(
            .argument, "'\(path)' ends neither in .png nor in .jpg or .jpeg: say which fileFormat is meant")
    }
    let image = try arrayToImage(x, dataFormat: dataFormat, scale: scale).validated()
    var raster = Raster(height: image.shape[0], width: image.shape[1], channels: image.shape[2], samples: [])
    if image.dtype == .int32 {
        let deep = try image.scalars(Int32.self)
        raster.deep = format == .png ? deep.map { UInt16(clamping: $0) } : nil
        if format == .jpeg { raster.samples = deep.map { UInt8(clamping: $0) } }
    } else {
        raster.samples = try image.scalars(UInt8.self)
    }
    try ImageFile.write(path, raster, format)
}
