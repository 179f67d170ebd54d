import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct CSVNumbersTests {
    /// Texts that the kernel reads, and texts that it leaves to Swift or to the error.
    static let texts = [
        "0", "-0", "+7", "00012", ".5", "5.", "1e5", "1E+05", "-2.5e-3", " 1.5 ", "16777217", "9007199254740993",
        "0.1000000000000000055511151231257827", "12345678901234567890123", "1e-45", "1e38", "3.4028236e38", "1e400",
        "1.00000005960464477539062", "0x10", "inf", "", "NA", "n/a", "NaN", "null", "-nan", "\"3\"", "\" 4\"",
    ]

    /// What a field is as a float, by nothing but Swift.
    private func value(_ field: String) -> Float? {
        let text = field.filter { $0 != "\"" }
        if text.isEmpty || ["na", "nan", "null", "n/a"].contains(text.lowercased()) { return .nan }
        return Double(text.trimmingCharacters(in: CharacterSet(charactersIn: " "))).map { Float($0) }
    }

    private func read(_ text: String, columns: [Int], bufferSize: Int, delimiter: Character = ",") throws -> [Float] {
        try withTemporaryFolder { folder in
            let path = folder + "/rows.csv"
            try Data(text.utf8).write(to: URL(filePath: path))
            let reader = try CSVReader(
                path: path, delimiter: delimiter, header: nil, raggedRows: .skip, bufferSize: bufferSize)
            var result: [Float] = []
            var block = [Float](repeating: 0, count: 7 * columns.count)
            while true {
                let rows = try block.withUnsafeMutableBufferPointer {
                    try reader.readNumbers(into: [.init(columns: columns, values: $0)], most: 7)
                }
                if rows == 0 { return result }
                result += block.prefix(rows * columns.count)
            }
        }
    }

    private func expectSame(_ actual: [Float], _ expected: [Float], _ comment: Comment) {
        let bits = { (values: [Float]) in values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern } }
        #expect(bits(actual) == bits(expected), comment)
    }

    @Test(arguments: texts)
    func `a field has the bits that its text has for Swift`(_ text: String) throws {
        let expected = try #require(value(text))
        for line in ["\(text),x,1\n", "2,x,\(text)\r\n"] {
            let actual = try read("a,b,c\n" + line, columns: [line.hasPrefix("2,") ? 2 : 0], bufferSize: 1 << 12)
            expectSame(actual, [expected], "'\(line)'")
        }
    }

    @Test(arguments: ["1", "1.5e3", "12345678.25", "NA"])
    func `a number that a delimiter cuts is cut`(_ text: String) throws {
        for delimiter: Character in ["e", ".", "5", "A", " ", ";", "\0"] {
            let fields = text.split(separator: delimiter, omittingEmptySubsequences: false).map(String.init)
            let header = fields.indices.map { "column\($0)".filter { $0 != delimiter } }
            // A name may lose all that tells it from another; only the numbers' places count here.
            let text = header.joined(separator: String(delimiter)) + "\n\(text)\n"
            let expected = fields.map(value)
            guard expected.allSatisfy({ $0 != nil }) else {
                expectError(.data, "is not a number") {
                    _ = try read(text, columns: Array(fields.indices), bufferSize: 64, delimiter: delimiter)
                }
                continue
            }
            expectSame(
                try read(text, columns: Array(fields.indices), bufferSize: 64, delimiter: delimiter),
                expected.map { $0! }, "\(delimiter)")
        }
    }

    @Test(arguments: [8, 64, 200, 1 << 16])
    func `random tables have the same numbers whatever the buffer's size`(_ bufferSize: Int) throws {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<40 {
            var text = "a,b,c,d\n"
            var expected: [Float] = []
            for _ in 0..<Int.random(in: 0..<60) {
                let row = (0..<4).map { _ in field(&generator) }
                if round % 4 == 1, Bool.random() { text += "1,2\n" }  // a ragged row
                if round % 4 == 2, Bool.random() { text += "\n" }
                text += row.joined(separator: ",") + (Bool.random() ? "\r\n" : "\n")
                expected += [3, 0, 3].map { value(row[$0])! }
            }
            if round % 4 == 3 { text = "\u{FEFF}" + text.dropLast() }
            expectSame(
                try read(text, columns: [3, 0, 3], bufferSize: bufferSize), expected, "\(text.debugDescription)")
        }
    }

    private func field(_ generator: inout some RandomNumberGenerator) -> String {
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: return Self.texts.randomElement(using: &generator)!
        case 1:
            let value = Double(bitPattern: generator.next())
            return value.isFinite ? "\(value)" : "0"
        case 2: return String(format: "%.10e", Float(bitPattern: UInt32.random(in: 0..<0x7F00_0000)))
        case 3...5: return "\(Double.random(in: -1...1, using: &generator))"
        case 6, 7: return String(format: "%.6f", Double.random(in: -1000...1000, using: &generator))
        default: return "\(Int.random(in: -100_000...100_000, using: &generator))"
        }
    }

    @Test func `text in a column that is asked for is an error with its row, and none in another column`() throws {
        let text = "a,b\n1,x\n2,y\nz,3\n"
        expectError(.data, "row 4, column 'a': 'z' is not a number") {
            _ = try read(text, columns: [0], bufferSize: 64)
        }
        expectError(.data, "row 2, column 'b': 'x' is not a number") {
            _ = try read(text, columns: [1], bufferSize: 64)
        }
        #expect(try read("a,b\n1,x\n2,\"y,\n\"\n", columns: [0], bufferSize: 64) == [1, 2])
    }

    @Test func `a row's numbers are found by position too`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/rows.csv"
            try Data("a,b\n0.1000000000000000055,NA\n".utf8).write(to: URL(filePath: path))
            let row = try #require(try CSVReader(path: path).next())
            #expect(try row.number(at: 0) == 0.1)
            #expect(try row.number(at: 1) == nil)
            for index in [-1, 2] { expectError(.argument, "2 columns") { _ = try row.number(at: index) } }
        }
    }
}
