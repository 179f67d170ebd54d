import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct CSVReaderTests {
    /// The rows of a text as lists of fields.
    private func read(
        _ bytes: [UInt8], delimiter: Character = ",", header: [String]? = nil, raggedRows: CSVReader.RaggedRows = .fail
    ) throws -> (header: [String], rows: [[String]], skipped: Int) {
        try withFile(bytes) { path in
            let reader = try CSVReader(path: path, delimiter: delimiter, header: header, raggedRows: raggedRows)
            var rows: [[String]] = []
            while let row = try reader.next() { rows.append((0..<row.count).map { row[$0] }) }
            return (reader.header, rows, reader.skippedRows)
        }
    }

    private func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        try withTemporaryFolder { folder in
            let path = folder + "/rows.csv"
            try Data(bytes).write(to: URL(filePath: path))
            return try body(path)
        }
    }

    private func read(_ text: String, delimiter: Character = ",", raggedRows: CSVReader.RaggedRows = .fail) throws
        -> [[String]]
    {
        try read(Array(text.utf8), delimiter: delimiter, raggedRows: raggedRows).rows
    }

    static let texts: [(name: String, text: String, rows: [[String]])] = [
        ("plain", "a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
        ("no line break at the end", "a,b\n1,2", [["1", "2"]]),
        ("CRLF", "a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
        ("old Mac line breaks", "a,b\r1,2\r3,4", [["1", "2"], ["3", "4"]]),
        ("a byte order mark", "\u{FEFF}a,b\n1,2\n", [["1", "2"]]),
        ("quotes", "a,b\n\"1\",\"2,3\"\n", [["1", "2,3"]]),
        ("doubled quotes", "a,b\n\"say \"\"hi\"\"\",\"\"\n", [["say \"hi\"", ""]]),
        ("line breaks in quotes", "a,b\n\"1\n2\",\"3\r\n4\"\n", [["1\n2", "3\r\n4"]]),
        ("a quote within a field", "a,b\n1\"2,3\n", [["1\"2", "3"]]),
        ("text after a quote", "a,b\n\"1\"x,3\n", [["1x", "3"]]),
        ("a quote at the very end", "a,b\n1,\"2\"", [["1", "2"]]),
        ("empty fields", "a,b,c\n,,\n1,,\n", [["", "", ""], ["1", "", ""]]),
        ("blank lines", "a,b\n\n1,2\n\n\n3,4\n\n", [["1", "2"], ["3", "4"]]),
        ("one column with empty fields", "a\n1\n\n2\n", [["1"], [""], ["2"]]),
        ("letters beyond ASCII", "a,b\né,日本\n", [["é", "日本"]]),
        ("only a header", "a,b\n", []),
    ]

    @Test(arguments: texts.indices)
    func `reads what RFC 4180 and its habits allow`(_ index: Int) throws {
        let (name, text, rows) = Self.texts[index]
        #expect(try read(text) == rows, "\(name)")
    }

    @Test func `any one-byte delimiter separates fields`() throws {
        #expect(try read("a;b\n1,5;2\n", delimiter: ";") == [["1,5", "2"]])
        #expect(try read("a\tb\n1\t2\n", delimiter: "\t") == [["1", "2"]])
        for bad: Character in ["\"", "\n", "\r\n", "é", "日"] {
            expectError(.argument, "cannot delimit") { _ = try read("a\n", delimiter: bad) }
        }
    }

    @Test func `rows of a wrong length are an error with their number, or skipped and counted`() throws {
        let text = "a,b\n1,2\n3\n4,5,6\n7,8\n"
        expectError(.data, "row 3: 1 fields where the header has 2") { _ = try read(text) }
        let result = try read(Array(text.utf8), raggedRows: .skip)
        #expect(result.rows == [["1", "2"], ["7", "8"]])
        #expect(result.skipped == 2)
    }

    @Test func `a quote that is never closed, an empty and a missing file are errors`() {
        expectError(.data, "row 2: a quoted field is never closed") { _ = try read("a,b\n\"1,2\n3,4\n") }
        expectError(.data, "is empty") { _ = try read("") }
        expectError(.data, "is empty") { _ = try read(Array("\u{FEFF}".utf8)) }
        expectError(.data, "not UTF-8") { _ = try read([0xEF, 0x41, 0x42]) }
        expectError(.file, "nowhere.csv") { _ = try CSVReader(path: "/nowhere.csv") }
        expectError(.file) { _ = try CSVReader(path: "/").next() }
    }

    @Test func `columns are found by name, numbers read or missing`() throws {
        try withFile(Array("x,y\n 1.5 ,NA\nabc,\n".utf8)) { path in
            let reader = try CSVReader(path: path)
            #expect(try reader.column("y") == 1)
            expectError(.unknownName, "no column 'z'", "x, y") { _ = try reader.column("z") }
            let row = try #require(try reader.next())
            #expect(try row.number("x") == 1.5)
            #expect(try row.number("y") == nil)
            #expect(row[7] == "" && row[-1] == "")
            expectError(.unknownName, "no column 'z'") { _ = try row.text("z") }
            let next = try #require(try reader.next())
            expectError(.data, "row 3, column 'x': 'abc' is not a number") { _ = try next.number("x") }
        }
    }

    @Test func `a gzipped file reads as the plain one, and a cut one says that it is cut off`() throws {
        let golden = referencePath("Golden/npy/lines.csv.gz")
        let reader = try CSVReader(path: golden, raggedRows: .skip)
        var rows = 0
        while try reader.next() != nil { rows += 1 }
        #expect(rows + reader.skippedRows > 100)
        try withTemporaryFolder { folder in
            let cut = folder + "/cut.csv.gz"
            try Data(contentsOf: URL(filePath: golden)).prefix(5000).write(to: URL(filePath: cut))
            expectError(.file, "damaged or cut off") {
                let reader = try CSVReader(path: cut, raggedRows: .skip)
                while try reader.next() != nil {}
            }
        }
    }

    @Test func `text cut anywhere, and random bytes, never do worse than an error`() throws {
        let text = Array("a,b\r\n\"x\"\"y\",2\r\n3,\"4\n5\"\r\n".utf8)
        for length in text.indices { _ = try? read(Array(text.prefix(length)), raggedRows: .skip) }
        var state: UInt64 = 1
        for _ in 0..<300 {
            let bytes = (0..<40).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let choice = Int(state >> 60)
                return choice < 8 ? Array("\",\n\r\"a\u{0}b".utf8)[choice] : UInt8(truncatingIfNeeded: state >> 40)
            }
            _ = try? read(bytes, raggedRows: .skip)
        }
    }
}
