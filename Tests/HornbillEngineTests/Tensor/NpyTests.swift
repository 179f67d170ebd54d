import Foundation
import HornbillEngine
import HornbillTestSupport
import Testing

/// A golden file of Tests/Reference.
func goldenPath(_ name: String) -> String { referencePath("Golden/\(name)") }

@Suite struct NpyTests {
    @Test(
        arguments: zip(
            [
                "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
                "uint64", "bool",
            ],
            [.float16, .float32, .float64, .int32, .int32, .int32, .int64, .uint8, .int32, .int64, .int64, .bool]
                as [DType]))
    func `reads NumPy's files, widening what it has no type for`(_ name: String, _ dtype: DType) throws {
        let tensor = try Tensor(npy: goldenPath("npy/\(name).npy"))
        #expect(tensor.type == TensorType(dtype, [2, 3]))
        #expect(try tensor.doubles() == (dtype == .bool ? [0, 1, 1, 1, 1, 1] : [0, 1, 2, 3, 4, 5]))
    }

    @Test(arguments: [1, 2, 3])
    func `reads every version of the header`(_ version: Int) throws {
        #expect(try Tensor(npy: goldenPath("npy/version\(version).npy")).scalars(Int64.self) == [0, 1, 2, 3, 4, 5])
    }

    @Test func `reads Fortran order, scalars and empty arrays`() throws {
        let fortran = try Tensor(npy: goldenPath("npy/fortran.npy"))
        #expect(fortran.shape == [2, 3, 4])
        #expect(try fortran.floats() == (0..<24).map(Float.init))
        let scalar = try Tensor(npy: goldenPath("npy/scalar.npy"))
        #expect(scalar.shape == [])
        #expect(try scalar.item() == 2.5)
        #expect(try Tensor(npy: goldenPath("npy/empty.npy")).shape == [0, 3])
    }

    @Test(
        arguments: zip(
            ["bigendian", "strings", "bytes", "objects", "records", "complex", "dates", "uint64_large"],
            [
                "big-endian", "strings are no numbers", "strings are no numbers", "Python objects", "records",
                "complex", "dates", "does not fit",
            ]))
    func `says why it cannot read other dtypes`(_ name: String, _ reason: String) throws {
        let error = #expect(throws: HornbillError.self) { try Tensor(npy: goldenPath("npy/\(name).npy")) }
        #expect(error?.kind == .dtype)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("\(name).npy") == true)
    }

    @Test(arguments: DType.allCases)
    func `what it writes it reads again, bit by bit`(_ dtype: DType) throws {
        let tensor = Tensor([-1, 0, 1, 2.5, 100, 0.1], shape: [3, 1, 2]).cast(to: dtype)
        let again = try Tensor(npyData: tensor.npyData())
        #expect(again.type == tensor.type)
        #expect(try again.doubles() == tensor.doubles())
        try withTemporaryFolder { folder in
            try tensor.write(npy: folder + "/x.npy")
            #expect(try Tensor(npy: folder + "/x.npy").doubles() == tensor.doubles())
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.npy"])
        }
    }

    @Test func `writes what NumPy writes, byte for byte`() throws {
        for name in ["float32", "int64", "uint8", "bool", "scalar", "empty"] {
            let path = goldenPath("npy/\(name).npy")
            #expect(try Tensor(npy: path).npyData() == Array(Data(contentsOf: URL(filePath: path))), "\(name)")
        }
    }

    @Test func `a missing file and a full path are errors`() throws {
        let missing = #expect(throws: HornbillError.self) { try Tensor(npy: "/nowhere/x.npy") }
        #expect(missing?.kind == .file && missing?.message.contains("/nowhere/x.npy") == true)
        #expect(throws: HornbillError.self) { try Tensor.ones([2]).write(npy: "/nowhere/x.npy") }
        #expect(throws: HornbillError.self) { try Tensor(error: HornbillError(.shape, "x")).npyData() }
        #expect(throws: HornbillError.self) { try Tensor(npy: "/") }
    }

    @Test func `a failed write leaves the file that was there`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/x.npy"
            try Tensor([1]).write(npy: path)
            #expect(throws: HornbillError.self) {
                try AtomicFile.replace(path) { _ in throw HornbillError(.file, "disk full") }
            }
            #expect(try Tensor(npy: path).scalars(Int64.self) == [1])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.npy"])
        }
    }

    @Test func `no bytes make the reader trap or believe a size`() throws {
        var generator = SystemRandomNumberGenerator()
        let good = try Tensor([1, 2, 3, 4, 5, 6].map(Float.init), shape: [2, 3]).npyData()
        var survivors = 0
        for round in 0..<20_000 {
            var bytes = good
            switch round % 4 {
            case 0: bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator)))
            case 1:
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            case 2:
                bytes.insert(
                    contentsOf: (0..<4).map { _ in UInt8.random(in: 32...126) },
                    at: Int.random(in: 10..<80, using: &generator))
            default:
                let digits = Array("999999999999999999".utf8).prefix(Int.random(in: 1...18, using: &generator))
                bytes.replaceSubrange(62..<62 + digits.count, with: digits)
            }
            if let tensor = try? Tensor(npyData: bytes) {
                survivors += 1
                #expect(tensor.count * tensor.dtype.byteCount <= 8 * bytes.count)
            }
        }
        #expect(survivors > 0)
    }

    @Test(
        arguments: [
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "{'descr': '<f4', 'shape': (1,), }",
            "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }",
            "{'descr': '<f9', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", "{", "", "{}", "{'descr': '<f4",
            "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (1,)}", "{'x': 1}",
        ])
    func `a header that lies is an error`(_ header: String) throws {
        let length = UInt16(header.utf8.count)
        let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
        #expect(throws: HornbillError.self) { try Tensor(npyData: bytes + [UInt8](repeating: 0, count: 16)) }
    }
}
