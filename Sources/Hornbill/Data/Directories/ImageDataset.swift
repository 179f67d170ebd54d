import Foundation
import HornbillEngine
import Synchronization

/// The images below a directory as a data set (Keras's `utils.image_dataset_from_directory`).
///
/// ```swift
/// let data = try imageDatasetFromDirectory("flowers", imageSize: (180, 180), seed: 1)
/// try model.fit(data, epochs: 3)   // data.classNames: ["daisy", "rose", …]
/// ```
/// Images are float32, 0 to 255, of shape `(batch, height, width, channels)`, read and decoded batch by batch ahead of
/// their use. Files are found, ordered and shared out as Keras does with the same seed; each pass then has an order of
/// its own. BMP and GIF files are found too, and are an error when they are read.
/// - Parameters:
///   - labels: taken from the names of the folders in it, or one for each file; nil for images alone.
///   - labelMode: the form of the labels; nil for images alone.
///   - classNames: the folders to read, and their order, which numbers the classes.
///   - batchSize: nil gives single images.
///   - shuffle: whether the files are shuffled, once, and the images again in each pass.
///   - validationSplit: the share of the files, the last ones, that are for validation.
///   - subset: which part to give; `.both` gives two data sets.
///   - interpolation: bilinear, nearest, bicubic, area, lanczos3, lanczos5, gaussian or mitchellcubic, as TensorFlow
///     does them.
///   - followLinks: whether links to folders are followed.
///   - cropToAspectRatio: whether the middle of each image is cut out so that nothing is distorted.
///   - padToAspectRatio: whether each image is put whole amid zeros so that nothing is distorted.
///   - verbose: whether the numbers of files and classes are printed.
/// - Throws: kind `argument` for what does not go together, `file` for a directory that cannot be read, `data` for one
///   without images. A file that cannot be read is an error of the pass that reads it.
public func imageDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, colorMode: ColorMode = .rgb, batchSize: Int? = 32,
    imageSize: (height: Int, width: Int) = (256, 256), shuffle: Bool = true, seed: Int? = nil,
    validationSplit: Double? = nil, subset: DirectorySubset? = nil, interpolation: ImageInterpolation = .bilinear,
    followLinks: Bool = false, cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false,
    dataFormat: DataFormat = .channelsLast, verbose: Bool = true
) throws -> Dataset {
    try DirectoryIndex.check(
        validationSplit: validationSplit, hasSubset: subset != nil, shuffle: shuffle, seed: seed)
    let images = try DirectoryImages(
        imageSize, colorMode, interpolation, cropToAspectRatio, padToAspectRatio, dataFormat, labelMode)
    let reading = try DirectoryReading(batchSize: batchSize, shuffle: shuffle, seed: seed)
    var index = try DirectoryIndex(
        directory,
        DirectoryIndex.Options(
            labels: labels, labelMode: labelMode, classNames: classNames, formats: DirectoryImages.formats,
            shuffleSeed: reading.seed, followLinks: followLinks, verbose: verbose))
    if let subset, let validationSplit { index = try index.part(subset, validationSplit, verbose: verbose) }
    return try reading.dataset(index, of: "images", in: directory, images.element)
}

/// The images below a directory as two data sets, one for training and one for validation.
public func imageDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, colorMode: ColorMode = .rgb, batchSize: Int? = 32,
    imageSize: (height: Int, width: Int) = (256, 256), shuffle: Bool = true, seed: Int? = nil,
    validationSplit: Double, subset: BothSubsets, interpolation: ImageInterpolation = .bilinear,
    followLinks: Bool = false, cropToAspectRatio: Bool = false, padToAspectRatio: Bool = false,
    dataFormat: DataFormat = .channelsLast, verbose: Bool = true
) throws -> (training: Dataset, validation: Dataset) {
    try DirectoryIndex.check(validationSplit: validationSplit, hasSubset: true, shuffle: shuffle, seed: seed)
    let images = try DirectoryImages(
        imageSize, colorMode, interpolation, cropToAspectRatio, padToAspectRatio, dataFormat, labelMode)
    let reading = try DirectoryReading(batchSize: batchSize, shuffle: shuffle, seed: seed)
    let index = try DirectoryIndex(
        directory,
        DirectoryIndex.Options(
            labels: labels, labelMode: labelMode, classNames: classNames, formats: DirectoryImages.formats,
            shuffleSeed: reading.seed, followLinks: followLinks, verbose: verbose))
    return try reading.datasets(index, validationSplit, verbose, of: "images", in: directory, images.element)
}

/// How the files of an index are read: in which order, and how many at once.
struct DirectoryReading: Sendable {
    let batchSize: Int?
    /// nil leaves the files in order.
    let seed: Int?

    init(batchSize: Int?, shuffle: Bool, seed: Int?) throws {
        if let batchSize, batchSize < 1 {
            throw HornbillError(.argument, "the batch size must be at least 1, not \(batchSize)")
        }
        self.batchSize = batchSize
        self.seed = shuffle ? seed ?? Session.current.nextSeed() % 1_000_000 : nil
    }

    /// Makes a batch (or, where there are no batches, one sample) of these files.
    typealias Maker = @Sendable (_ index: DirectoryIndex, _ rows: [Int], _ isBatched: Bool) throws -> Dataset.Element

    func dataset(
        _ index: DirectoryIndex, of what: String, in directory: String, shuffled: Bool = true, _ make: @escaping Maker
    ) throws -> Dataset {
        guard !index.paths.isEmpty else { throw HornbillError(.data, "there are no \(what) in '\(directory)'") }
        var order = Dataset(Tensor(Array(index.paths.indices)))
        if shuffled, let seed { order = order.shuffle(bufferSize: index.paths.count, seed: seed) }
        if let batchSize { order = order.batch(batchSize) }
        let isBatched = batchSize != nil
        let elements = order.map { try make(index, try $0.x.tensor.scalars(Int64.self).map { Int($0) }, isBatched) }
        var result = elements.prefetch(2)
        result.classNames = index.classNames
        result.filePaths = index.paths
        return result
    }

    /// The training data, in a new order each pass, and the validation data, always in the same.
    func datasets(
        _ index: DirectoryIndex, _ validationSplit: Double, _ verbose: Bool, of what: String, in directory: String,
        _ make: @escaping Maker
    ) throws -> (training: Dataset, validation: Dataset) {
        let training = try index.part(.training, validationSplit, verbose: verbose)
        let validation = try index.part(.validation, validationSplit, verbose: verbose)
        return (
            try dataset(training, of: what, in: directory, make),
            try dataset(validation, of: what, in: directory, shuffled: false, make)
        )
    }
}

/// Makes tensors of image files.
private struct DirectoryImages: Sendable {
    static let formats = [".bmp", ".gif", ".jpeg", ".jpg", ".png"]
    let resizing: TensorResizing
    let colorMode: ColorMode
    let dataFormat: DataFormat
    let labelMode: LabelMode?

    init(
        _ size: (height: Int, width: Int), _ colorMode: ColorMode, _ interpolation: ImageInterpolation, _ crop: Bool,
        _ pad: Bool, _ dataFormat: DataFormat, _ labelMode: LabelMode?
    ) throws {
        try requireSize(size.height, size.width)
        try interpolation.require(among: ImageInterpolation.ofDirectories)
        guard !crop || !pad else {
            throw HornbillError(.argument, "images are cropped or padded to the aspect ratio, not both")
        }
        resizing = TensorResizing(
            height: size.height, width: size.width, interpolation: interpolation, cropsToAspectRatio: crop,
            padsToAspectRatio: pad)
        self.colorMode = colorMode
        self.dataFormat = dataFormat
        self.labelMode = labelMode
    }

    /// Images and labels of these files, decoded on all cores.
    func element(_ index: DirectoryIndex, _ rows: [Int], _ isBatched: Bool) throws -> Dataset.Element {
        let shape: Shape = [rows.count, resizing.height, resizing.width, colorMode.channels]
        let type = TensorType(.float32, try shape.validated())
        let buffer = try HostBuffer(byteCount: type.byteCount)
        let failure = Mutex<(row: Int, error: HornbillError)?>(nil)
        let imageBytes = type.byteCount / max(rows.count, 1)
        DispatchQueue.concurrentPerform(iterations: rows.count) { row in
            do {
                var image = try ImageFile.read(index.paths[rows[row]])
                // Gray images of 16 bits are read with their upper 8, as the others of a directory are.
                if let deep = image.deep {
                    image.samples = deep.map { UInt8($0 >> 8) }
                    image.deep = nil
                }
                let pixels = (buffer.pointer + row * imageBytes).assumingMemoryBound(to: Float.self)
                resizing.resize(image.converted(to: colorMode), to: pixels)
            } catch {
                // Of several, the first file's is thrown, whichever thread is faster.
                failure.withLock { known in
                    if known.map({ row < $0.row }) ?? true { known = (row, HornbillError.wrap(error)) }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure.error }
        var images = Tensor(buffer: buffer, type)
        if dataFormat == .channelsFirst { images = try ops.transpose(images, axes: [0, 3, 1, 2]).validated() }
        let labels = try index.labels(rows, labelMode)
        func shaped(_ tensor: Tensor) -> TensorStructure {
            .tensor(isBatched ? tensor : tensor.hostReshaped(Shape(Array(tensor.shape.dimensions.dropFirst()))))
        }
        return Dataset.Element(shaped(images), labels.map(shaped))
    }
}
