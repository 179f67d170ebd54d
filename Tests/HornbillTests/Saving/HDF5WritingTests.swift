import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

@Suite struct HDF5WritingTests {
    /// Every type, texts, an empty array, and `count` groups side by side.
    private func example(_ count: Int) throws -> HDF5Writer {
        var writer = HDF5Writer()
        try writer.group(
            "",
            attributes: [
                "text": .string("Ünïcödé 😀"), "no text": .string(""), "texts": .strings(["a", "", "ccc"]),
                "fixed": .fixedString("abc"), "int": .int(-3), "ints": .ints([1, 2]), "float": .double(0.5),
                "flag": .bool(true), "no list": .doubles([]),
                "long": .string(String(repeating: "0123456789", count: 1000)),
            ])
        try writer.group("layers/dense/vars", attributes: ["name": .string("priority")])
        let dtypes: [DType] = [.float32, .float64, .int32, .int64, .uint8, .bool, .float16, .bfloat16]
        for (index, dtype) in dtypes.enumerated() {
            let tensor = Tensor((0..<6).map { Float($0) / 2 }, shape: [2, 3]).cast(to: dtype)
            try writer.dataset("layers/dense/vars/\(index)", tensor)
        }
        try writer.dataset("scalar", Tensor(scalar: Float(2.5)), attributes: ["unit": .string("m")])
        try writer.dataset("empty", Tensor.zeros([0, 4]))
        try writer.dataset("größe/名前", Tensor([Int32(1), 2]))
        try writer.dataset("bytes", type: .opaque(3), shape: [2], bytes: MemoryBytes([1, 2, 3, 4, 5, 6]))
        for index in 0..<count { try writer.dataset("many/dense_\(index)", Tensor(scalar: Int32(index))) }
        return writer
    }

    @Test(arguments: [0, 1, 8, 9, 256, 257, 600])
    func `what it writes it reads again`(_ count: Int) throws {
        let image = try example(count).image()
        let root = try HDF5Reader(image, named: "memory").root
        #expect(try root.attributes["text"] == .string("Ünïcödé 😀"))
        #expect(try root.attributes["texts"] == .strings(["a", "", "ccc"]))
        #expect(try root.attributes["fixed"] == .fixedString("abc"))
        #expect(try root.attributes["long"]?.string?.count == 10_000)
        let many = try root.group("many")
        #expect(many?.names ?? [] == (0..<count).map { "dense_\($0)" }.sorted())
        for index in 0..<count {
            #expect(try many?.dataset("dense_\(index)")?.tensor().item() == Double(index))
        }
        let half = try #require(try root.dataset("layers/dense/vars/7"))
        #expect(try half.type == .bfloat16 && half.tensor().floats() == [0, 0.5, 1, 1.5, 2, 2.5])
        expectError(.dtype, "opaque of 3 bytes") { _ = try root.dataset("bytes")?.tensor() }
    }

    @Test(
        .enabled(if: Python.path != nil, Comment(rawValue: Python.reason)), arguments: [0, 1, 9, 257, 600])
    func `h5py sees what it wrote, and can add to it`(_ count: Int) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/example.h5"
            var writer = try example(count)
            #expect(throws: HornbillError.self) { try writer.dataset("scalar/deeper", Tensor([1])) }
            try writer.write(to: path)
            let seen = try JSON.parse(try Python.run(["read_hdf5.py", path]))
            var found = try HDF5Reader(FileRange(path: path), named: path)
            // Bytes without meaning are no tensor.
            let datasets = try #require(seen["datasets"]?.object)
            #expect(datasets["/bytes"]?["shape"] == [2])
            for name in datasets.keys where name != "/bytes" {
                let dataset = try #require(try found.root.dataset(name))
                #expect(ConfigValue.list(dataset.shape.map(ConfigValue.int)) == datasets[name]?["shape"])
                #expect(.string(dataset.type.description) == datasets[name]?["dtype"])
            }
            #expect(seen["groups"]?["/"]?["attributes"]?["texts"] == ["a", "", "ccc"])
            #expect(seen["groups"]?["/layers/dense/vars"]?["attributes"]?["name"] == "priority")
            #expect(seen["datasets"]?["/scalar"]?["attributes"]?["unit"] == "m")
            let halves: ConfigValue = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
            for index in [0, 1, 6, 7] { #expect(datasets["/layers/dense/vars/\(index)"]?["values"] == halves) }
            #expect(datasets["/layers/dense/vars/5"]?["values"] == [false, true, true, true, true, true])
            for index in 0..<count { #expect(datasets["/many/dense_\(index)"]?["values"] == .list([.int(index)])) }
            let script = """
                import h5py, sys
                with h5py.File(sys.argv[1], "a") as file:
                    for i in range(40): file[f"many/added_{i}"] = i
                    file.attrs["more"] = "text"
                    del file["layers/dense/vars/0"]
                """
            _ = try Python.run(["-c", script, path])
            found = try HDF5Reader(FileRange(path: path), named: path)
            #expect(try found.root.group("many")?.names.count == count + 40)
            #expect(try found.root.dataset("many/added_39")?.tensor().item() == 39)
            #expect(try found.root.attributes["more"]?.string == "text")
            #expect(try found.root.dataset("layers/dense/vars/0") == nil)
        }
    }

    @Test func `paths and attributes that cannot be are refused`() throws {
        var writer = HDF5Writer()
        try writer.dataset("a/b", Tensor([1]))
        expectError(.argument, "a/b") { try writer.dataset("a/b", Tensor([1])) }
        expectError(.argument, "a/b/c") { try writer.dataset("a/b/c", Tensor([1])) }
        expectError(.argument, "a/b") { try writer.group("a/b") }
        expectError(.argument, "a") { try writer.dataset("a", Tensor([1])) }
        expectError(.argument, "name") { try writer.dataset("", Tensor([1])) }
        expectError(.argument, "path") { try writer.group("a/\0") }
        expectError(.dtype, "strings") { try writer.dataset("texts", Tensor(["a"])) }
        expectError(.shape, "cannot fill") { try writer.dataset("failed", Tensor([1, 2], shape: [3])) }
        expectError(.argument, "of shape (3,)") {
            try writer.dataset("short", type: .float32, shape: [3], bytes: MemoryBytes([1]))
        }
        try writer.group("a", attributes: ["x": .int(1)])
        expectError(.argument, "'x'") { try writer.group("a", attributes: ["x": .int(2)]) }
        let before = try writer.image().allBytes()
        try writer.group("a", attributes: ["many": .strings([String](repeating: "x", count: 5000))])
        expectError(.argument, "'many'", "80") { _ = try writer.image() }
        #expect(try HDF5Reader(MemoryBytes(before), named: "x").root.group("a")?.names == ["b"])
        var zero = HDF5Writer()
        try zero.group("a", attributes: ["x": .string("a\0b")])
        expectError(.argument, "zero character") { _ = try zero.image() }
    }

    @Test func `the same tree gives the same bytes, whatever pieces they are read in`() throws {
        let image = try example(20).image()
        let whole = try image.allBytes()
        #expect(try example(20).image().allBytes() == whole)
        var pieces: [UInt8] = []
        try image.forEachPiece(size: 7) { pieces += $0 }
        #expect(pieces == whole)
        expectError(.file, "not there") { _ = try image.bytes(at: whole.count - 1, count: 2) }
    }
}
