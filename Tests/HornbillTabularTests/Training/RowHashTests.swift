import Foundation
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct RowHashTests {
    private struct Linear: Decodable {
        var splits: [String: [[Int]]]
    }

    /// The first test rows of each seed, as Tests/Reference/tabular_linear.py finds them.
    @Test func aSplitIsTheSameInAnotherProgram() throws {
        let data = try Data(contentsOf: URL(filePath: referencePath("Golden/tabular/linear.json")))
        let splits = try JSONDecoder().decode(Linear.self, from: data).splits
        let seeds = try #require(splits["titanic"])
        #expect(seeds.count == 5)
        for (seed, rows) in seeds.enumerated() {
            let hash = RowHash(seed: UInt64(seed), stream: .test)
            #expect(Array((0..<1316).lazy.filter { hash.unit($0) < 0.2 }.prefix(20)) == rows)
        }
    }

    @Test func streamsHaveNothingToDoWithEachOther() {
        let (a, b) = (RowHash(seed: 3, stream: .test), RowHash(seed: 3, stream: .validation))
        let both = (0..<20_000).count { a.unit($0) < 0.2 && b.unit($0) < 0.1 }
        // 400 are expected, with a deviation of 20.
        #expect((320...480).contains(both))
    }
}
