import HornbillEngine
import HornbillTabular
import Testing

@Suite struct HistogramTests {
    @Test(arguments: [1, 2, 7, 20])
    func everyFiniteNumberLiesInTheBinOfItsEdges(_ bins: Int) throws {
        let values = (0..<100).map { Double($0 * $0 % 37) - 11 } + [.nan, .infinity]
        let histogram = try #require(Histogram(of: values, bins: bins))
        #expect(histogram.edges.first == -11 && histogram.edges.last == values.filter(\.isFinite).max())
        for bin in 0..<bins {
            let (low, high) = (histogram.edges[bin], histogram.edges[bin + 1])
            let inside = values.filter { $0 >= low && ($0 < high || (bin == bins - 1 && $0 == high)) }
            #expect(histogram.counts[bin] == Double(inside.count))
        }
    }

    @Test(arguments: [
        [3.0], [0, 0], [-2.5, -2.5], [1e300, 1e300], [-1.7e308, 1.7e308], [0, .leastNonzeroMagnitude],
    ])
    func numbersThatAreAllTheSameOrFarApartHaveAHistogram(_ values: [Double]) throws {
        let histogram = try #require(Histogram(of: values, bins: 5))
        #expect(histogram.edges.count == 6 && histogram.edges.allSatisfy(\.isFinite))
        #expect(histogram.counts.reduce(0, +) == Double(values.count))
    }

    @Test func withoutFiniteNumbersThereIsNone() {
        #expect(Histogram(of: []) == nil && Histogram(of: [.nan, .infinity]) == nil)
    }

    @Test func weightsAreSummedUp() throws {
        let histogram = try #require(Histogram(of: [0, 0, 1], weights: [0.5, 0.25, 4], bins: 2))
        #expect(histogram.counts == [0.75, 4])
    }

    @Test func countsFromElsewhereMustFitTheirEdges() throws {
        #expect(try Histogram(edges: [0, 1, 3], counts: [4, 5]).counts == [4, 5])
        for (edges, counts) in [([0.0, 1], [1.0, 2]), ([1, 0], [1]), ([0, .nan], [1]), ([0, 1], [-1]), ([], [])] {
            let error = #expect(throws: HornbillError.self) { try Histogram(edges: edges, counts: counts) }
            #expect(error?.kind == .data)
        }
    }
}
