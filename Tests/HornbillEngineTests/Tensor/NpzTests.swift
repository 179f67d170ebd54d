import Foundation
import HornbillEngine
import HornbillTestSupport
import Testing

@Suite struct NpzTests {
    @Test func `reads NumPy's archives, stored and deflated, in their order`() throws {
        let stored = try NpzArchive(path: goldenPath("npy/stored.npz"))
        #expect(stored.names == ["b", "a"])
        #expect(try stored["b"]?.scalars(Int64.self) == [0, 1, 2, 3, 4, 5])
        let deflated = try loadNpz(goldenPath("npy/deflated.npz"))
        #expect(deflated["zeros"]?.shape == [1000, 100])
        #expect(try deflated["zeros"]?.floats().allSatisfy { $0 == 0 } == true)
    }

    @Test(arguments: [false, true])
    func `what it writes it reads again`(_ compressed: Bool) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/weights.npz"
            let arrays = [
                (name: "z/kernel", tensor: Tensor.zeros([100, 100])), (name: "a", tensor: Tensor([true, false])),
            ]
            try saveNpz(path, arrays, compressed: compressed)
            let archive = try NpzArchive(path: path)
            #expect(archive.names == ["z/kernel", "a"])
            #expect(try archive["a"]?.scalars(Bool.self) == [true, false])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["weights.npz"])
            let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
            #expect(compressed == (size < 10_000))
            let bytes = try npzData(arrays, compressed: compressed)
            #expect(bytes == Array(try Data(contentsOf: URL(filePath: path))), "the same arrays give the same file")
            #expect(try NpzArchive(data: bytes).names == archive.names)
            try saveNpz(path, ["only": Tensor([1])])
            #expect(try loadNpz(path).keys.sorted() == ["only"])
        }
    }

    @Test func `an archive of nothing is one`() throws {
        try withTemporaryFolder { folder in
            try saveNpz(folder + "/x.npz", [String: Tensor]())
            #expect(try loadNpz(folder + "/x.npz").isEmpty)
        }
    }

    @Test func `a flipped byte is noticed`() throws {
        let bytes = try npzData([(name: "a", tensor: Tensor((0..<1000).map(Float.init)))])
        for position in [200, 1000, 4000] {
            var damaged = bytes
            damaged[position] ^= 1
            let error = #expect(throws: HornbillError.self) { try NpzArchive(data: damaged) }
            #expect(error?.kind == .file)
        }
    }

    @Test func `a size that no packing reaches is refused before memory is taken`() throws {
        let bytes = try npzData([(name: "a", tensor: Tensor.zeros([10_000]))], compressed: true)
        var lying = bytes
        // The unpacked size stands 24 bytes into the central directory's entry, whose signature is PK 1 2.
        let entry = try #require((0..<lying.count - 4).first { Array(lying[$0..<$0 + 4]) == [0x50, 0x4B, 1, 2] })
        for (offset, byte) in [0, 0, 0, 0xF0].enumerated() { lying[entry + 24 + offset] = UInt8(byte) }
        let error = #expect(throws: HornbillError.self) { try NpzArchive(data: lying) }
        #expect(error?.message.contains("which cannot be") == true, "\(error?.message ?? "")")
    }

    @Test func `no bytes make the reader trap`() throws {
        let good = try npzData(
            [(name: "a", tensor: Tensor([1, 2, 3])), (name: "b", tensor: Tensor([Float(1)]))], compressed: true)
        for round in 0..<3000 {
            var bytes = good
            if round % 3 == 0 {
                bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count)))
            } else {
                for _ in 0..<(round % 5 + 1) { bytes[Int.random(in: 0..<bytes.count)] = UInt8.random(in: 0...255) }
            }
            _ = try? NpzArchive(data: bytes)
        }
    }

    @Test func `a missing file is named`() {
        let error = #expect(throws: HornbillError.self) { try loadNpz("/nowhere/x.npz") }
        #expect(error?.kind == .file && error?.message.contains("/nowhere/x.npz") == true)
        #expect(throws: HornbillError.self) { try saveNpz("/nowhere/x.npz", ["a": Tensor([1])]) }
        #expect(throws: HornbillError.self) { try loadNpz(goldenPath("npy/float32.npy")) }
    }
}
