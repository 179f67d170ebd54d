import HornbillEngine

/// The texts below a directory as a data set of strings (Keras's `utils.text_dataset_from_directory`).
///
/// ```swift
/// let data = try textDatasetFromDirectory("reviews/train", batchSize: 32, seed: 1)
/// try vectorize.adapt(data.map { Dataset.Element($0.x) })
/// ```
/// Files ending in `.txt` are found, ordered and shared out as Keras does with the same seed, and read as UTF-8 batch by
/// batch ahead of their use: strings of shape `(batch,)`. The arguments that are not named here are those of
/// `imageDatasetFromDirectory`.
/// - Parameter maxLength: where longer texts are cut off, in characters (Unicode scalars).
/// - Throws: kind `argument` for what does not go together, `file` for a directory that cannot be read, `data` for one
///   without texts.
public func textDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, batchSize: Int? = 32, maxLength: Int? = nil, shuffle: Bool = true, seed: Int? = nil,
    validationSplit: Double? = nil, subset: DirectorySubset? = nil, followLinks: Bool = false, verbose: Bool = true
) throws -> Dataset {
    try DirectoryIndex.check(
        validationSplit: validationSplit, hasSubset: subset != nil, shuffle: shuffle, seed: seed)
    let texts = try DirectoryTexts(maxLength: maxLength, labelMode: labelMode)
    let reading = try DirectoryReading(batchSize: batchSize, shuffle: shuffle, seed: seed)
    var index = try DirectoryIndex(
        directory,
        DirectoryIndex.Options(
            labels: labels, labelMode: labelMode, classNames: classNames, formats: [".txt"],
            shuffleSeed: reading.seed, followLinks: followLinks, verbose: verbose))
    if let subset, let validationSplit { index = try index.part(subset, validationSplit, verbose: verbose) }
    return try reading.dataset(index, of: "texts", in: directory, texts.element)
}

/// The texts below a directory as two data sets, one for training and one for validation.
public func textDatasetFromDirectory(
    _ directory: String, labels: DirectoryLabels? = .inferred, labelMode: LabelMode? = .int,
    classNames: [String]? = nil, batchSize: Int? = 32, maxLength: Int? = nil, shuffle: Bool = true, seed: Int? = nil,
    validationSplit: Double, subset: BothSubsets, followLinks: Bool = false, verbose: Bool = true
) throws -> (training: Dataset, validation: Dataset) {
    try DirectoryIndex.check(validationSplit: validationSplit, hasSubset: true, shuffle: shuffle, seed: seed)
    let texts = try DirectoryTexts(maxLength: maxLength, labelMode: labelMode)
    let reading = try DirectoryReading(batchSize: batchSize, shuffle: shuffle, seed: seed)
    let index = try DirectoryIndex(
        directory,
        DirectoryIndex.Options(
            labels: labels, labelMode: labelMode, classNames: classNames, formats: [".txt"],
            shuffleSeed: reading.seed, followLinks: followLinks, verbose: verbose))
    return try reading.datasets(index, validationSplit, verbose, of: "texts", in: directory, texts.element)
}

/// Makes tensors of text files.
private struct DirectoryTexts: Sendable {
    let maxLength: Int?
    let labelMode: LabelMode?

    init(maxLength: Int?, labelMode: LabelMode?) throws {
        guard maxLength ?? 0 >= 0 else {
            throw HornbillError(.argument, "maxLength cannot be \(maxLength ?? 0)")
        }
        self.maxLength = maxLength
        self.labelMode = labelMode
    }

    func element(_ index: DirectoryIndex, _ rows: [Int], _ isBatched: Bool) throws -> Dataset.Element {
        let texts = try rows.map { row in
            let text = String(decoding: try FileBytes.read(index.paths[row], limit: 1 << 28), as: UTF8.self)
            guard let maxLength else { return text }
            return String(String.UnicodeScalarView(text.unicodeScalars.prefix(maxLength)))
        }
        let labels = try index.labels(rows, labelMode)
        func shaped(_ tensor: Tensor) -> TensorStructure {
            .tensor(isBatched ? tensor : tensor.hostReshaped(Shape(Array(tensor.shape.dimensions.dropFirst()))))
        }
        return Dataset.Element(shaped(Tensor(texts)), labels.map(shaped))
    }
}
