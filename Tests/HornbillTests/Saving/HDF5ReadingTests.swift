import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

@Suite struct HDF5ReadingTests {
    private func reader(_ name: String) throws -> HDF5Reader {
        try HDF5Reader(MemoryBytes(FormatGolden.bytes(name)), named: name)
    }

    @Test(arguments: FormatGolden.readable)
    func `sees what h5py sees`(_ name: String) throws {
        let expected = try #require(try FormatGolden.json("hdf5.json")[name])
        let found = try HDF5Contents.read(reader(name))
        #expect(found["groups"]?.object?.keys.isEmpty == false)
        #expect(HDF5Contents.sorted(found) == HDF5Contents.sorted(expected))
    }

    @Test func `names keep the file's order`() throws {
        #expect(try reader("ordered.h5").root.names == ["c", "a", "b"])
        let layers = try #require(try reader("many.h5").root.group("layers"))
        #expect(layers.names == (0..<600).map { "dense_\($0)" }.sorted())
    }

    @Test func `paths lead through groups, and nowhere where there is nothing`() throws {
        let root = try reader("keras.weights.h5").root
        #expect(try root.group("layers/dense/vars")?.path == "/layers/dense/vars")
        #expect(try root.group("layers")?.group("dense")?.dataset("vars/0")?.shape == [4, 3])
        #expect(try root.group("layers/dense_7") == nil)
        #expect(try root.dataset("layers/dense/vars/9") == nil)
        #expect(try root.dataset("layers/dense/vars/0/deeper") == nil)
        #expect(try root.group("layers/dense/vars")?.attributes["name"]?.string == "first")
        #expect(try root.group("layers/dense/vars")?.attributes["other"] == nil)
        expectError(.file, "/layers/dense/vars/0", "this is a dataset") { _ = try root.group("layers/dense/vars/0") }
        expectError(.file, "/layers", "this is a group") { _ = try root.dataset("layers") }
    }

    @Test func `elements are read into memory of their size, and converted only where asked`() throws {
        let root = try reader("everything.h5").root
        let dataset = try #require(try root.dataset("numbers/float32"))
        var elements = [Float](repeating: 0, count: 6)
        try elements.withUnsafeMutableBytes { try dataset.read(into: $0) }
        #expect(elements == [-2, -1, 0, 1, 2, 3])
        expectError(.shape, "24 bytes", "20 are to be filled") {
            try elements.withUnsafeMutableBytes {
                try dataset.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<20]))
            }
        }
        #expect(try dataset.tensor(as: .int32).scalars(Int32.self) == [-2, -1, 0, 1, 2, 3])
        #expect(try #require(try root.dataset("scalar")).tensor().item() == 2.5)
        #expect(try #require(try root.dataset("empty")).tensor().shape == [0, 4])
        expectError(.dtype, "text is expected") { _ = try dataset.strings() }
    }

    @Test func `a part of a file is read where it lies`() throws {
        try withTemporaryFolder { folder in
            let content = try FormatGolden.bytes("keras.weights.h5")
            let path = folder + "/padded"
            try Data([UInt8](repeating: 1, count: 1001) + content + [2, 3]).write(to: URL(filePath: path))
            let part = try FileRange(path: path).part(at: 1001, count: content.count)
            let found = try HDF5Contents.read(HDF5Reader(part, named: path))
            let expected = try HDF5Contents.read(reader("keras.weights.h5"))
            #expect(found == expected)
            expectError(.file, "not an HDF5 file") { _ = try HDF5Reader(FileRange(path: path), named: path) }
            expectError(.file, "not there") { _ = try FileRange(path: path).part(at: 1001, count: content.count + 3) }
        }
        expectError(.file, "/nowhere/x.h5") { _ = try FileRange(path: "/nowhere/x.h5") }
        expectError(.file, "not a file") { _ = try FileRange(path: "/tmp") }
    }
}
