/// Rows of numbers most of which are 0: the places and values of the others.
package struct SparseRows: Sendable {
    /// A number and its place in a row.
    package struct Entry: Sendable {
        package var place: Int32
        package var value: Float

        package init(place: Int32, value: Float) {
            self.place = place
            self.value = value
        }
    }

    /// How many places a row has.
    package let width: Int
    private var starts = [0]
    private var places: [Int32] = []
    private var values: [Float] = []

    package init(width: Int) { self.width = width }

    package var count: Int { starts.count - 1 }

    /// Adds a row. A place may occur several times: its values add up.
    package mutating func append(_ row: [Entry]) {
        places.append(contentsOf: row.lazy.map(\.place))
        values.append(contentsOf: row.lazy.map(\.value))
        starts.append(places.count)
    }

    /// The sum of a row's values, each multiplied by the weight of its place.
    package func product(_ row: Int, _ weights: [Double]) -> Double {
        (starts[row]..<starts[row + 1]).reduce(0) { $0 + Double(values[$1]) * weights[Int(places[$1])] }
    }

    /// Ridge regression without an intercept: the weights w with the least Σ (row · w − target)² + penalty · |w|², by
    /// conjugate gradients on the normal equations.
    ///
    /// - Parameters:
    ///   - rows: those that count.
    ///   - targets: of these rows, in their order.
    ///   - start: weights to begin at, of another penalty perhaps.
    ///   - precision: the search ends when the gradient is so much smaller than at weights 0.
    package func ridge(
        _ rows: [Int], targets: [Double], penalty: Double, from start: [Double], precision: Double = 1e-5
    ) -> [Double] {
        var weights = start
        let pull = gradients(rows, targets)
        let first = gradients(rows, rows.map { product($0, weights) })
        var residual = weights.indices.map { pull[$0] - first[$0] - penalty * weights[$0] }
        var direction = residual
        let enough = precision * precision * pull.reduce(0) { $0 + $1 * $1 }
        var size = residual.reduce(0) { $0 + $1 * $1 }
        // In exact arithmetic as many steps as there are weights are enough; a penalty makes far fewer do.
        for _ in 0..<500 where size > enough {
            var image = gradients(rows, rows.map { product($0, direction) })
            var curvature = 0.0
            for place in image.indices {
                image[place] += penalty * direction[place]
                curvature += image[place] * direction[place]
            }
            guard curvature > 0 else { break }
            let step = size / curvature
            var next = 0.0
            for place in weights.indices {
                weights[place] += step * direction[place]
                residual[place] -= step * image[place]
                next += residual[place] * residual[place]
            }
            let share = next / size
            for place in direction.indices { direction[place] = residual[place] + share * direction[place] }
            size = next
        }
        return weights
    }

    /// For each place the sum over rows of the value there, multiplied by the row's factor.
    private func gradients(_ rows: [Int], _ factors: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        sums.withUnsafeMutableBufferPointer { sums in
            for (row, factor) in zip(rows, factors) {
                for entry in starts[row]..<starts[row + 1] {
                    sums[Int(places[entry])] += Double(values[entry]) * factor
                }
            }
        }
        return sums
    }
}
