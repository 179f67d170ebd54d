import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct ClassicDatasetTests {
    private func cache(_ name: String) -> String { DataGolden.path("keras/datasets/\(name)") }

    private func expect(_ name: String, _ data: datasets.Arrays, dtypes: Bool = true) throws {
        let parts = [
            ("x_train", data.train.x), ("y_train", data.train.y), ("x_test", data.test.x), ("y_test", data.test.y),
        ]
        for (part, tensor) in parts {
            let expected = try DataGolden.require("\(name)/\(part)")
            #expect(try distance(tensor, expected) == 0, "\(name) \(part)")
            if dtypes { #expect(tensor.dtype == expected.dtype, "\(name) \(part)") }
        }
    }

    @Test func `the arrays are those that Keras loads from the same files`() throws {
        try expect("mnist", datasets.mnist.loadData(path: cache("mnist.npz")))
        try expect("fashion_mnist", datasets.fashionMnist.loadData(path: cache("fashion-mnist")))
        try expect("boston", datasets.bostonHousing.loadData(path: cache("boston_housing.npz")))
        try expect(
            "boston_odd", datasets.bostonHousing.loadData(path: cache("boston_housing.npz"), testSplit: 0.45, seed: 5))
        try expect(
            "california", datasets.californiaHousing.loadData(version: .small, path: cache("california_housing.npz")))
        let large = try datasets.californiaHousing.loadData(path: cache("california_housing.npz"))
        #expect(large.train.x.shape == [489, 8] && large.test.y.shape == [123])
        try expect("cifar10", datasets.cifar10.loadData(path: cache("cifar-10-batches-py-target")))
        try expect("cifar10", datasets.cifar10.loadData(path: cache("cifar-10-batches-py-target/cifar-10-batches-py")))
        let first = try datasets.cifar10.loadData(path: cache("cifar-10-batches-py-target"), dataFormat: .channelsFirst)
        #expect(first.train.x.shape == [10, 3, 32, 32])
        let fine = try datasets.cifar100.loadData(path: cache("cifar-100-python.tar.gz"))
        let coarse = try datasets.cifar100.loadData(labelMode: .coarse, path: cache("cifar-100-python.tar.gz"))
        try expect("cifar100", (fine.train, coarse.test))
        #expect(try coarse.train.y.scalars(Int64.self) == [1, 19, 0])
    }

    @Test func `texts are shuffled, cut and filtered as Keras does it with the same arguments`() throws {
        let cases = try DataGolden.notes("texts")
        #expect(cases.count == 21)
        for fields in cases {
            let options = try #require(fields["options"])
            guard case .object(let given) = options else { continue }
            func optional(_ name: String, _ standard: Int) -> Int? {
                given[name] == .null ? nil : options[name]?.int ?? standard
            }
            let (numWords, skipTop, maxlen) = (
                options["num_words"]?.int, options["skip_top"]?.int ?? 0, options["maxlen"]?.int
            )
            let (start, oov) = (optional("start_char", 1), optional("oov_char", 2))
            let (from, seed) = (options["index_from"]?.int ?? 3, options["seed"]?.int ?? 113)
            let data =
                fields["name"]?.string == "imdb"
                ? try datasets.imdb.loadData(
                    path: cache("imdb.npz"), numWords: numWords, skipTop: skipTop, maxlen: maxlen, seed: seed,
                    startChar: start, oovChar: oov, indexFrom: from)
                : try datasets.reuters.loadData(
                    path: cache("reuters.npz"), numWords: numWords, skipTop: skipTop, maxlen: maxlen,
                    testSplit: options["test_split"]?.double ?? 0.2, seed: seed, startChar: start, oovChar: oov,
                    indexFrom: from)
            let expected = try #require(fields["result"]?.list)
            for (side, (x, y)) in zip(expected, [data.train, data.test]) {
                #expect(x == side.list?[0].list?.compactMap(\.ints), "\(options)")
                #expect(try y.scalars(Int64.self).map(Int.init) == side.list?[1].ints, "\(options)")
            }
        }
        #expect(try datasets.imdb.getWordIndex(path: cache("imdb_word_index.json")) == ["the": 1, "é": 2, "film": 300])
        #expect(try datasets.reuters.getWordIndex(path: cache("reuters_word_index.json"))["film"] == 300)
        let names = datasets.reuters.getLabelNames()
        #expect(names.count == 46 && names[3] == "earn" && names[45] == "lead")
    }

    @Test func `a file that is not there is an error that says where it belongs and where it comes from`() {
        expectError(.file, "datasets/mnist-nowhere.npz", "https://storage.googleapis.com", "KERAS_HOME") {
            _ = try datasets.mnist.loadData(path: "mnist-nowhere.npz")
        }
        expectError(.file, "/nowhere/train-images-idx3-ubyte.gz") {
            _ = try datasets.fashionMnist.loadData(path: "/nowhere")
        }
        expectError(.file, "/nowhere", "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz") {
            _ = try datasets.cifar10.loadData(path: "/nowhere")
        }
        expectError(.file, "/nowhere/imdb.npz") { _ = try datasets.imdb.loadData(path: "/nowhere/imdb.npz") }
        expectError(.file, "no array 'x_train'") { _ = try datasets.mnist.loadData(path: cache("boston_housing.npz")) }
        expectError(.file, "imdb.npz", "the array 'x'") { _ = try datasets.reuters.loadData(path: cache("imdb.npz")) }
        expectError(.argument, "testSplit", "1.0") {
            _ = try datasets.bostonHousing.loadData(path: cache("boston_housing.npz"), testSplit: 1)
        }
        expectError(.argument, "shorter than 1 words") {
            _ = try datasets.imdb.loadData(path: cache("imdb.npz"), maxlen: 1)
        }
    }

    @Test func `files that are cut off or damaged are errors, never a crash`() throws {
        try withTemporaryFolder { folder in
            let batches = (1...5).map { "data_batch_\($0)" } + ["test_batch"]
            for name in batches {
                let bytes = try DataGolden.bytes(
                    "keras/datasets/cifar-10-batches-py-target/cifar-10-batches-py/\(name)")
                try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            let bytes = try DataGolden.bytes("keras/datasets/cifar-10-batches-py-target/cifar-10-batches-py/test_batch")
            let path = "\(folder)/test_batch"
            for length in Array(0..<220) + [1000, bytes.count - 1] {
                try Data(bytes.prefix(length)).write(to: URL(filePath: path))
                expectError(.file, path) { _ = try datasets.cifar10.loadData(path: folder) }
            }
            for position in 0..<220 {
                var damaged = bytes
                damaged[position] ^= UInt8(1 << (position % 8))
                try Data(damaged).write(to: URL(filePath: path))
                do {
                    _ = try datasets.cifar10.loadData(path: folder)
                } catch let error as HornbillError {
                    #expect(error.message.contains(path))
                }
            }
            let archive = try DataGolden.bytes("keras/datasets/cifar-100-python.tar.gz")
            for length in stride(from: 0, to: archive.count - 100, by: 97) {
                let path = "\(folder)/cifar-100-python.tar.gz"
                try Data(archive.prefix(length)).write(to: URL(filePath: path))
                expectError(.file, path) { _ = try datasets.cifar100.loadData(path: path) }
            }
            for (name, keep) in [("train-labels-idx1-ubyte.gz", 9), ("train-images-idx3-ubyte.gz", 20)] {
                for part in ["train", "t10k"] {
                    for file in ["\(part)-labels-idx1-ubyte.gz", "\(part)-images-idx3-ubyte.gz"] {
                        let bytes = try DataGolden.bytes("keras/datasets/fashion-mnist/\(file)")
                        try Data(bytes).write(to: URL(filePath: "\(folder)/\(file)"))
                    }
                }
                let plain = try ByteSource(path: "\(folder)/\(name)").readAll()
                try Data(plain.prefix(keep)).write(to: URL(filePath: "\(folder)/\(name)"))
                expectError(.file, "\(folder)/\(name)", "no idx file") {
                    _ = try datasets.fashionMnist.loadData(path: folder)
                }
            }
        }
    }

    @Test func `a pickle that asks for anything else is refused by name`() throws {
        try withTemporaryFolder { folder in
            for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
                let call = "\u{80}\u{2}cos\nsystem\n(U\u{4}true" + "tR."
                try Data(call.unicodeScalars.map { UInt8($0.value) }).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            expectError(.file, "os.system", "refused") { _ = try datasets.cifar10.loadData(path: folder) }
            // A hundred thousand lists, each in the next: nothing recurses over them.
            let deep = [UInt8](repeating: 0x5D, count: 100_000) + [UInt8](repeating: 0x61, count: 99_999) + [0x2E]
            try Data(deep).write(to: URL(filePath: "\(folder)/data_batch_1"))
            expectError(.file, "no entries 'data' and 'labels'") { _ = try datasets.cifar10.loadData(path: folder) }
        }
    }
}
