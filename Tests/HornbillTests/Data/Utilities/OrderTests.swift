import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct OrderTests {
    @Test func `NumPy's seeded orders are met`() throws {
        for fields in try DataGolden.notes("orders") {
            let (count, seed) = (try #require(fields["count"]?.int), try #require(fields["seed"]?.int))
            // The housing loader shuffles in this order: its rows tell.
            try withTemporaryFolder { folder in
                let rows = Tensor.arange(0, count, dtype: .int64)
                try saveNpz("\(folder)/x.npz", ["x": ops.reshape(rows, [count, 1]), "y": rows])
                let data = try datasets.bostonHousing.loadData(path: "\(folder)/x.npz", testSplit: 0, seed: seed)
                #expect(try data.train.y.scalars(Int64.self).map(Int.init) == fields["order"]?.ints)
            }
        }
    }
}
