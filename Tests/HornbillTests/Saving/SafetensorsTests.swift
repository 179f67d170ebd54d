import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

@Suite struct SafetensorsTests {
    private let dtypes: [DType] = [.float32, .float64, .int32, .int64, .uint8, .bool, .float16, .bfloat16]

    private func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
        let text = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
    }

    @Test func `what it writes it reads again`() throws {
        try withTemporaryFolder { folder in
            var arrays: [String: Tensor] = ["scalar": Tensor(scalar: Float(2.5)), "empty": Tensor.zeros([0, 3])]
            for dtype in dtypes {
                arrays["größe/\(dtype)"] = Tensor((0..<6).map { Float($0) / 2 }, shape: [2, 3]).cast(to: dtype)
            }
            let path = folder + "/x.safetensors"
            try saveSafetensors(path, arrays, metadata: ["format": "hornbill"])
            let file = try SafetensorsFile(path: path)
            #expect(file.metadata == ["format": "hornbill"])
            #expect(file.names.sorted() == arrays.keys.sorted())
            for (name, tensor) in try loadSafetensors(path) {
                let expected = try #require(arrays[name])
                #expect(tensor.type == expected.type)
                #expect(try tensor.doubles() == expected.doubles())
            }
            #expect(try file.tensor("other") == nil)
            #expect(
                try safetensorsData(arrays, metadata: ["format": "hornbill"])
                    == Array(Data(contentsOf: URL(filePath: path))))
            // Elements begin where their size wants it.
            #expect((8 + Int(try Data(contentsOf: URL(filePath: path))[0])) % 8 == 0)
        }
    }

    @Test func `integers that tensors do not have come as wider ones`() throws {
        let header =
            #"{"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"#
            + #""b":{"dtype":"U16","shape":[1],"data_offsets":[2,4]},"c":{"dtype":"U64","shape":[],"data_offsets":[4,12]}}  "#
        let data: [UInt8] = [0xFF, 1, 0xFF, 0xFF] + [UInt8](repeating: 0xFF, count: 8)
        let read = try SafetensorsFile(data: file(header, data))
        #expect(read.names == ["a", "b", "c"])
        #expect(try read.tensor("a")?.scalars(Int32.self) == [-1, 1])
        #expect(try read.tensor("b")?.scalars(Int32.self) == [65535])
        expectError(.dtype, "18446744073709551615") { _ = try read.tensor("c") }
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "does not fit"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "does not begin where"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "4 bytes belong to no array"),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
            "'b' does not begin where"
        ),
        (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, "does not fit"),
        (#"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#, "a size that is none"),
        (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "a size that is none"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "does not fit"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, "does not fit"),
        (#"{"a":{"shape":[2],"data_offsets":[0,8]}}"#, "lacks its dtype"), (#"{"a":3}"#, "is no object"),
        (#"{"__metadata__":{"a":3}}"#, "not all texts"), (#"[1]"#, "does not begin with '{'"),
        (#"{"a":"#, "no valid JSON"),
    ])
    func `headers that do not fit the file are refused`(_ header: String, _ part: String) {
        expectError(.file, "the data", part) {
            _ = try SafetensorsFile(data: file(header, [UInt8](repeating: 0, count: 8)))
        }
    }

    @Test func `sizes beyond memory, unknown types and cut files are refused`() throws {
        let bomb = #"{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,8]}}"#
        expectError(.memory, "4611686018427387904") { _ = try SafetensorsFile(data: file(bomb, [])) }
        let type = #"{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}"#
        expectError(.dtype, "F8_E4M3") { _ = try SafetensorsFile(data: file(type, [0, 0])) }
        let good = try safetensorsData(["a": Tensor([1, 2, 3])])
        for count in 0..<good.count {
            expectError(.file, "no valid safetensors") { _ = try SafetensorsFile(data: Array(good.prefix(count))) }
        }
        expectError(.file, "header") { _ = try SafetensorsFile(data: [UInt8](repeating: 0xFF, count: 100)) }
        expectError(.argument, "__metadata__") { _ = try safetensorsData(["__metadata__": Tensor([1])]) }
        expectError(.dtype, "strings") { _ = try safetensorsData(["a": Tensor(["x"])]) }
    }
}
