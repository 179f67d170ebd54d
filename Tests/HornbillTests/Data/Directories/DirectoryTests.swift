import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct DirectoryTests {
    private let root = DataGolden.path("pictures")

    private func images(_ data: Dataset, pass: Int = 0) throws -> (x: Tensor, y: [Double]) {
        let stream = try data.makeStream(pass: pass)
        var (parts, labels): ([Tensor], [Double]) = ([], [])
        while let element = try stream() {
            parts.append(element.x.tensor)
            labels += try element.y?.tensor.doubles() ?? []
        }
        return (try (data.isBatched ? ops.concatenate(parts, axis: 0) : ops.stack(parts, axis: 0)).validated(), labels)
    }

    private func names(_ data: Dataset) -> [String] { data.filePaths.map { String($0.dropFirst(root.count + 1)) } }

    @Test func `files are found, numbered, shuffled and shared out as Keras does it`() throws {
        let cases = try DataGolden.notes("directories")
        #expect(cases.count == 12)
        for fields in cases {
            let labels: DirectoryLabels?
            switch fields["labels"] {
            case .string?: labels = .inferred
            case let given?: labels = .given(given.ints ?? [])
            case nil: labels = nil
            }
            let classNames = fields["class_names"]?.list?.compactMap(\.string)
            let seed = fields["seed"]?.int
            let parts = try #require(fields["parts"])
            func check(_ data: Dataset, _ part: String) throws {
                let expected = try #require(parts[part])
                #expect(names(data) == expected["paths"]?.list?.compactMap(\.string), "\(fields)")
                #expect(data.classNames == fields["classes"]?.list?.compactMap(\.string) ?? [])
                guard seed == nil else { return }
                #expect(try images(data).y.map { Int($0) } == expected["labels"]?.ints ?? [], "\(fields)")
            }
            func dataset(_ split: Double?, _ subset: DirectorySubset?) throws -> Dataset {
                try imageDatasetFromDirectory(
                    root, labels: labels, classNames: classNames, imageSize: (2, 2), shuffle: seed != nil, seed: seed,
                    validationSplit: split, subset: subset, verbose: false)
            }
            try check(dataset(nil, nil), "all")
            try check(dataset(0.3, .training), "training")
            try check(dataset(0.3, .validation), "validation")
            let (training, validation) = try imageDatasetFromDirectory(
                root, labels: labels, classNames: classNames, imageSize: (2, 2), shuffle: seed != nil, seed: seed,
                validationSplit: 0.3, subset: .both, verbose: false)
            try check(training, "training")
            try check(validation, "validation")
        }
    }

    @Test func `images are resized with TensorFlow's numbers`() throws {
        let cases = DataGolden.arrays("directory").filter { $0.parts.count == 3 }
        #expect(cases.count == 42)
        for (parts, expected) in cases {
            let size = parts[2].split(separator: "x").compactMap { Int($0) }
            let data = try imageDatasetFromDirectory(
                root, labels: nil, batchSize: 5, imageSize: (size[0], size[1]), shuffle: false,
                interpolation: try #require(ImageInterpolation(rawValue: parts[0])),
                cropToAspectRatio: parts[1] == "crop",
                padToAspectRatio: parts[1] == "pad", verbose: false)
            // TensorFlow takes the weights of bicubic interpolation from a table of 1024.
            let tolerance = parts[0] == "bicubic" ? 0.3 : 2e-3
            let apart = try distance(images(data).x, expected)
            #expect(apart <= tolerance, "\(parts)")
        }
    }

    @Test func `channels, labels and batches come in every form`() throws {
        func dataset(
            _ mode: LabelMode? = .int, _ color: ColorMode = .rgb, batch: Int? = 4, _ format: DataFormat = .channelsLast,
            names: [String]? = nil
        ) throws -> Dataset {
            try imageDatasetFromDirectory(
                root, labelMode: mode, classNames: names, colorMode: color, batchSize: batch, imageSize: (4, 6),
                shuffle: false, dataFormat: format, verbose: false)
        }
        let plain = try images(dataset())
        #expect(plain.x.type == TensorType(.float32, [10, 4, 6, 3]))
        #expect(plain.y == [0, 0, 1, 1, 1, 1, 1, 2, 2, 2])
        #expect(try dataset().count == 3)
        let first = try images(dataset(.int, .rgb, batch: 3, .channelsFirst)).x
        #expect(try distance(ops.transpose(first, axes: [0, 2, 3, 1]), plain.x) == 0)
        #expect(try distance(images(dataset(.int, .rgb, batch: nil)).x, plain.x) == 0)
        let gray = try imageDatasetFromDirectory(
            root, labels: nil, colorMode: .grayscale, imageSize: (4, 6), shuffle: false, verbose: false)
        // TensorFlow's gray is rounded otherwise than Pillow's.
        #expect(try distance(images(gray).x, DataGolden.require("directory/grayscale")) <= 1.5)
        #expect(try images(dataset(.int, .rgba)).x.shape == [10, 4, 6, 4])
        let categorical = try #require(try dataset(.categorical).makeStream()()?.y?.tensor)
        #expect(categorical.type == TensorType(.float32, [4, 3]))
        #expect(try categorical.floats() == [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0])
        let binary = try #require(try dataset(.binary, names: ["dogs", "cats"]).makeStream()()?.y?.tensor)
        #expect(binary.type == TensorType(.float32, [4, 1]))
        #expect(try binary.floats() == [0, 0, 0, 1])
        let single = try #require(try dataset(.int, batch: nil).makeStream()())
        #expect(single.x.tensor.shape == [4, 6, 3] && single.y?.tensor.type == TensorType(.int32, []))
        #expect(try dataset(nil).makeStream()()?.y == nil)
    }

    @Test func `each pass has an order of its own, with each image at its label`() throws {
        let data = try imageDatasetFromDirectory(root, imageSize: (4, 6), seed: 3, verbose: false)
        let passes = try (0..<3).map { try images(data, pass: $0) }
        #expect(Set(passes.map(\.y)).count > 1)
        #expect(try distance(images(data, pass: 1).x, passes[1].x) == 0)
        let still = try images(
            imageDatasetFromDirectory(root, imageSize: (4, 6), shuffle: false, verbose: false))
        func labelled(_ pass: (x: Tensor, y: [Double])) throws -> Set<[Double]> {
            let pixels = try pass.x.doubles()
            return Set(pass.y.indices.map { Array(pixels[($0 * 72)..<($0 * 72 + 72)]) + [pass.y[$0]] })
        }
        #expect(try labelled(passes[0]) == labelled(still))
        #expect(try labelled(passes[2]) == labelled(still))
    }

    private func texts(_ data: Dataset) throws -> [String] {
        var texts: [String] = []
        try data.forEach { texts += try $0.x.tensor.strings() }
        return texts
    }

    @Test func `texts are strings, cut where they are too long`() throws {
        let root = DataGolden.path("texts")
        let data = try textDatasetFromDirectory(root, batchSize: 3, shuffle: false, verbose: false)
        #expect(try texts(data) == ["", "dull", "what a film", "ça alors\n"])
        #expect(data.classNames == ["neg", "pos"] && data.count == 2)
        let first = try #require(try data.makeStream()())
        #expect(first.x.tensor.type == TensorType(.string, [3]))
        #expect(try first.y?.tensor.scalars(Int32.self) == [0, 0, 1])
        let short = try textDatasetFromDirectory(root, labelMode: nil, maxLength: 2, shuffle: false, verbose: false)
        #expect(try texts(short) == ["", "du", "wh", "ça"])
        let single = try textDatasetFromDirectory(
            root, labelMode: .binary, batchSize: nil, shuffle: false, verbose: false)
        let element = try #require(try single.skip(3).makeStream()())
        #expect(element.x.tensor.type == TensorType(.string, []) && element.y?.tensor.shape == [1])
        let (training, validation) = try textDatasetFromDirectory(
            root, seed: 4, validationSplit: 0.5, subset: .both, verbose: false)
        #expect(try Set(texts(training) + texts(validation)).count == 4)
        expectError(.argument, "maxLength", "-1") {
            _ = try textDatasetFromDirectory(root, maxLength: -1, verbose: false)
        }
        expectError(.data, "no texts") { _ = try textDatasetFromDirectory(root + "/pos", verbose: false) }
    }

    @Test func `what does not go together is an error that says so`() throws {
        func read(_ arguments: (String) throws -> Dataset) throws { try arguments(root).forEach { _ in } }
        expectError(.file, "/nowhere") { _ = try imageDatasetFromDirectory("/nowhere", verbose: false) }
        expectError(.data, "no images") { _ = try imageDatasetFromDirectory(DataGolden.path("texts"), verbose: false) }
        expectError(.argument, "'fish'", "birds, cats, dogs") {
            _ = try imageDatasetFromDirectory(root, classNames: ["fish"], verbose: false)
        }
        expectError(.argument, "two classes, not 3") {
            _ = try imageDatasetFromDirectory(root, labelMode: .binary, verbose: false)
        }
        expectError(.argument, "2 labels for the 12 files") {
            _ = try imageDatasetFromDirectory(root, labels: [0, 1], verbose: false)
        }
        expectError(.argument, "both or not at all") {
            _ = try imageDatasetFromDirectory(root, seed: 1, validationSplit: 0.5, verbose: false)
        }
        expectError(.argument, "needs a seed") {
            _ = try imageDatasetFromDirectory(root, validationSplit: 0.5, subset: .training, verbose: false)
        }
        expectError(.argument, "between 0 and 1, not 1.5") {
            _ = try imageDatasetFromDirectory(root, seed: 1, validationSplit: 1.5, subset: .both, verbose: false)
        }
        expectError(.argument, "leaves none of 10 files") {
            _ = try imageDatasetFromDirectory(root, seed: 1, validationSplit: 0.01, subset: .training, verbose: false)
        }
        expectError(.argument, "not both") {
            _ = try imageDatasetFromDirectory(root, cropToAspectRatio: true, padToAspectRatio: true, verbose: false)
        }
        expectError(.argument, "'lanczos'", "mitchellcubic") {
            _ = try imageDatasetFromDirectory(root, interpolation: .lanczos, verbose: false)
        }
        expectError(.argument, "0 × 5") { _ = try imageDatasetFromDirectory(root, imageSize: (0, 5), verbose: false) }
        expectError(.argument, "at least 1, not 0") {
            _ = try imageDatasetFromDirectory(root, batchSize: 0, verbose: false)
        }
        expectError(.argument, "from 0 to") { _ = try imageDatasetFromDirectory(root, seed: -1, verbose: false) }
        try withTemporaryFolder { folder in
            try Data("no picture".utf8).write(to: URL(filePath: folder + "/a.png"))
            let data = try imageDatasetFromDirectory(folder, labels: nil, imageSize: (2, 2), verbose: false)
            expectError(.file, "\(folder)/a.png", "neither PNG nor JPEG") { try data.forEach { _ in } }
        }
    }
}
