import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct TableFileTests {
    @Test(arguments: [",", ";", "\t", "|"]) func theDelimiterIsFoundInTheHeader(_ delimiter: String) throws {
        try withTemporaryFolder { folder in
            let path = try writeTable(
                ["a b", "c", "d"].joined(separator: delimiter) + "\n" + ["1", "x", ""].joined(separator: delimiter)
                    + "\n", folder)
            let file = try TableFile(path: path)
            #expect(file.columns == ["a b", "c", "d"])
            let row = try #require(try file.makeRows().next())
            #expect(row[0] == "1")
            #expect(row[2] == nil)
        }
    }

    @Test func missingMarksAreThoseOfPandasOrOnesOwn() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable("a,b\nNA,?\n", folder)
            let usual = try #require(try TableFile(path: path).makeRows().next())
            #expect(usual[0] == nil)
            #expect(usual[1] == "?")
            let own = try #require(try TableFile(path: path, missingMarks: ["?"]).makeRows().next())
            #expect(own[0] == "NA")
            #expect(own[1] == nil)
        }
    }

    @Test func twoColumnsOfOneNameAreAnError() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable("a,b,a\n1,2,3\n", folder)
            expectError(.data, "two columns named 'a'") { _ = try TableFile(path: path) }
        }
    }

    @Test func aRaggedRowIsAnErrorWithItsNumberOrIsSkippedAndCounted() throws {
        try withTemporaryFolder { folder in
            let path = try writeTable("a,b\n1,2\n3\n4,5\n", folder)
            let strict = try TableFile(path: path).makeRows()
            _ = try strict.next()
            expectError(.data, "row 3", "1 fields where the header has 2") { _ = try strict.next() }
            let lenient = try TableFile(path: path, skipsBadRows: true).makeRows()
            var numbers: [Int] = []
            while let row = try lenient.next() { numbers.append(row.number) }
            #expect(numbers == [2, 4])
            #expect(lenient.skippedRows == 1)
        }
    }
}
