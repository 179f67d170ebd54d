// The public forms of the operations on images.

extension ops {
    // swift-format-ignore: TypeNamesShouldBeCapitalized
    /// Keras's operations on images: `ops.image.resize(x, (64, 64))`. An image has the axes (height, width, channels), or
    /// (channels, height, width) with `.channelsFirst`; a batch of them has one axis more in front.
    public enum image {}
}

extension ops.image {
    /// Images in another height and width.
    /// - Parameters:
    ///   - antialias: whether a smaller image is of weighted means over all of the original.
    ///   - cropToAspectRatio: whether the middle of the original that has the target's proportions is taken.
    ///   - padToAspectRatio: whether a border gives the original the target's proportions.
    ///   - fillValue: what the border is filled with.
    public static func resize<T: TensorLike>(
        _ images: T, _ size: (Int, Int), interpolation: ResizeInterpolation = .bilinear, antialias: Bool = false,
        cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false, fillMode: String = "constant",
        fillValue: Double = 0, dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [
            .ints([size.0, size.1]), .string(interpolation.rawValue), .bool(antialias), .bool(cropToAspectRatio),
            .bool(padToAspectRatio), .string(fillMode), .double(fillValue), .string(dataFormat.rawValue),
        ]
        return T.one(.resizeImages, images, arguments, file, line)
    }

    /// The brightness of colours, one channel.
    public static func rgbToGrayscale<T: TensorLike>(
        _ images: T, dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.rgbToGrayscale, images, [.string(dataFormat.rawValue)], file, line)
    }

    /// Red, green and blue (0 … 1) as hue, saturation and value (0 … 1).
    public static func rgbToHsv<T: TensorLike>(
        _ images: T, dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.rgbToHSV, images, [.string(dataFormat.rawValue)], file, line)
    }

    /// Hue, saturation and value (0 … 1) as red, green and blue (0 … 1).
    public static func hsvToRgb<T: TensorLike>(
        _ images: T, dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.hsvToRGB, images, [.string(dataFormat.rawValue)], file, line)
    }

    /// Images with borders of zeros; for each direction two of both borders and the target's size are given.
    public static func padImages<T: TensorLike>(
        _ images: T, topPadding: Int? = nil, leftPadding: Int? = nil, bottomPadding: Int? = nil,
        rightPadding: Int? = nil, targetHeight: Int? = nil, targetWidth: Int? = nil,
        dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        let numbers = [topPadding, leftPadding, bottomPadding, rightPadding, targetHeight, targetWidth]
        return T.one(
            .padImages, images, numbers.map { .optional($0) } + [.string(dataFormat.rawValue)], file, line)
    }

    /// Parts of images; for each direction two of what is cut off on both sides and the target's size are given.
    public static func cropImages<T: TensorLike>(
        _ images: T, topCropping: Int? = nil, leftCropping: Int? = nil, bottomCropping: Int? = nil,
        rightCropping: Int? = nil, targetHeight: Int? = nil, targetWidth: Int? = nil,
        dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        let numbers = [topCropping, leftCropping, bottomCropping, rightCropping, targetHeight, targetWidth]
        return T.one(
            .cropImages, images, numbers.map { .optional($0) } + [.string(dataFormat.rawValue)], file, line)
    }

    /// Patches of (height, width) pixels, each as the channels of one pixel; by default side by side.
    /// - Parameter size: two numbers, or three for patches of volumes.
    public static func extractPatches<T: TensorLike>(
        _ images: T, _ size: [Int], strides: [Int]? = nil, dilationRate: Int = 1, padding: String = "valid",
        dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [
            .ints(size), strides.map { .ints($0) } ?? .none, .int(dilationRate), .string(padding),
            .string(dataFormat.rawValue),
        ]
        return T.one(.extractPatches, images, arguments, file, line)
    }

    /// For each new pixel (x, y) the old one at (t₀ x + t₁ y + t₂, t₃ x + t₄ y + t₅); the last two of the eight numbers
    /// do nothing.
    /// - Parameter transform: (8,) for all images, or (batch, 8).
    public static func affineTransform<T: TensorLike>(
        _ images: T, _ transform: T, interpolation: ResizeInterpolation = .bilinear,
        fillMode: ImageFillMode = .constant, fillValue: Double = 0, dataFormat: DataFormat = .channelsLast,
        file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [
            .tensor(0), .tensor(1), .string(interpolation.rawValue), .string(fillMode.rawValue), .double(fillValue),
            .string(dataFormat.rawValue),
        ]
        return T.apply(.affineTransform, [images, transform], arguments, file, line)
    }

    /// Images as seen when four points, given as (x, y), move.
    /// - Parameters:
    ///   - startPoints: where they are: (4, 2), or (batch, 4, 2).
    ///   - endPoints: where they go.
    public static func perspectiveTransform<T: TensorLike>(
        _ images: T, _ startPoints: T, _ endPoints: T, interpolation: ResizeInterpolation = .bilinear,
        fillValue: Double = 0, dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [
            .tensor(0), .tensor(1), .tensor(2), .string(interpolation.rawValue), .double(fillValue),
            .string(dataFormat.rawValue),
        ]
        return T.apply(.perspectiveTransform, [images, startPoints, endPoints], arguments, file, line)
    }

    /// The values of a tensor at places between its elements.
    /// - Parameters:
    ///   - coordinates: along the first axis one number for each axis of `inputs`.
    ///   - order: 0 for the nearest element, 1 for a linear blend.
    public static func mapCoordinates<T: TensorLike>(
        _ inputs: T, _ coordinates: T, order: Int, fillMode: ImageFillMode = .constant, fillValue: Double = 0,
        file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [
            .tensor(0), .tensor(1), .int(order), .string(fillMode.rawValue), .double(fillValue),
        ]
        return T.apply(.mapCoordinates, [inputs, coordinates], arguments, file, line)
    }

    /// Images blurred by a bell-shaped kernel.
    public static func gaussianBlur<T: TensorLike>(
        _ images: T, kernelSize: (Int, Int) = (3, 3), sigma: (Double, Double) = (1, 1),
        dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        let arguments: [Argument] = [
            .ints([kernelSize.0, kernelSize.1]), .list([.double(sigma.0), .double(sigma.1)]),
            .string(dataFormat.rawValue),
        ]
        return T.one(.gaussianBlur, images, arguments, file, line)
    }

    /// How fast a batch of images changes downwards and to the right (Sobel's filters): a new last axis of two.
    public static func sobelEdges<T: TensorLike>(
        _ images: T, dataFormat: DataFormat = .channelsLast, file: String = #fileID, line: Int = #line
    ) -> T {
        T.one(.sobelEdges, images, [.string(dataFormat.rawValue)], file, line)
    }
}

extension TensorFunction {
    static let images: [TensorFunction] =
        [resizeImages] + imageColors + imageBorders + imageSampling + imageFilters
}
