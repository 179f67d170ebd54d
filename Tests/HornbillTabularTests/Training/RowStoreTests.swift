import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

/// Rows that training keeps, in memory and in a temporary file.
@Suite struct RowStoreTests {
    /// Records of one width, or of a width of their own each.
    private func record(_ row: Int, regular: Bool) -> [UInt32] {
        (0..<(regular ? 7 : row * 5 % 13)).map { UInt32(row * 100 + $0) }
    }

    @Test(arguments: [true, false], [1 << 20, 4096]) func `rows come back as they were, in any order`(
        _ regular: Bool, _ memory: Int
    ) throws {
        try withTemporaryFolder { folder in
            // More rows than the places of one block of them.
            let rows = 9000
            let builder = RowStoreBuilder(memory: memory, folder: folder)
            for row in 0..<rows { try builder.append(record(row, regular: regular)) }
            let store = try builder.finish()
            #expect(store.count == rows)
            var scratch: [UInt32] = []
            for step in 0..<rows {
                let row = step * 7919 % rows
                try store.withRecord(row, scratch: &scratch) { #expect(Array($0) == record(row, regular: regular)) }
            }
        }
    }

    @Test func `a record that is longer than the memory is kept too`() throws {
        try withTemporaryFolder { folder in
            let builder = RowStoreBuilder(memory: 4096, folder: folder)
            let records = [1, 5000, 0, 3].map { [UInt32](repeating: 9, count: $0) }
            for record in records { try builder.append(record) }
            let store = try builder.finish()
            var scratch: [UInt32] = []
            for (row, record) in records.enumerated() {
                try store.withRecord(row, scratch: &scratch) { #expect(Array($0) == record) }
            }
        }
    }

    /// Whatever ends the program, nothing is left: the file has no name from the beginning.
    @Test func `the temporary file has no name while it is used`() throws {
        try withTemporaryFolder { folder in
            let builder = RowStoreBuilder(memory: 4096, folder: folder)
            for row in 0..<5000 { try builder.append(record(row, regular: true)) }
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").contains {
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
                return target?.hasPrefix("\(folder)/hornbill-table-") == true
            }
            #expect(open)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            _ = try builder.finish()
        }
    }

    @Test func `a folder or disk that takes no more is named`() throws {
        expectError(.file, "no temporary file can be made in '/nowhere'") {
            let builder = RowStoreBuilder(memory: 4096, folder: "/nowhere")
            for row in 0..<5000 { try builder.append(record(row, regular: true)) }
        }
        try withTemporaryFolder { folder in
            let file = try TemporaryFile(folder: folder)
            // No file system has files of this size.
            expectError(.file, "cannot write the temporary file of encoded rows in '\(folder)'", "TMPDIR") {
                try [UInt32](repeating: 0, count: 9).withUnsafeBytes { try file.write($0, at: Int.max - 64) }
            }
        }
    }
}
