import Foundation
import HornbillEngine
import HornbillTestSupport
import Testing

@Suite struct ByteSourceTests {
    @Test func `reads a plain and a gzipped file alike`() throws {
        #expect(
            String(decoding: try ByteSource(path: goldenPath("npy/lines.csv")).readAll(), as: UTF8.self) == "a,b\n1,2\n"
        )
        let text = String(
            decoding: try ByteSource(path: goldenPath("npy/lines.csv.gz"), bufferSize: 100).readAll(), as: UTF8.self)
        #expect(text.hasPrefix("a,b\n0,0\n1,1\n") && text.hasSuffix("19999,399960001\n"))
    }

    @Test func `gives the bytes one by one`() throws {
        let source = try ByteSource(path: goldenPath("npy/lines.csv"))
        var bytes: [UInt8] = []
        while let byte = try source.next() { bytes.append(byte) }
        #expect(bytes == Array("a,b\n1,2\n".utf8))
        #expect(try source.next() == nil)
    }

    @Test func `a file that is cut off or damaged is an error`() throws {
        let whole = try Data(contentsOf: URL(filePath: goldenPath("npy/lines.csv.gz")))
        try withTemporaryFolder { folder in
            var damaged = whole
            damaged[damaged.count / 2] ^= 0xFF
            for (name, data) in [
                ("cut", whole.prefix(whole.count / 2)), ("tail", whole.dropLast(4)), ("damaged", damaged),
            ] {
                let path = "\(folder)/\(name).gz"
                try data.write(to: URL(filePath: path))
                let error = #expect(throws: HornbillError.self) { try ByteSource(path: path).readAll() }
                #expect(error?.kind == .file && error?.message.contains(path) == true)
            }
        }
        #expect(throws: HornbillError.self) { try ByteSource(path: "/nowhere/x") }
        #expect(throws: HornbillError.self) {
            try ByteSource(path: goldenPath("npy/lines.csv.gz")).readAll(limit: 1000)
        }
    }
}
