import Foundation
import Hornbill
import Timing

/// How a step's time grows with one size of a model or its data.
struct Series {
    struct Point {
        var size: Int
        /// The median time of a training step in seconds.
        var step: Double
        /// The first step as well, from the call of `fit`: tracing and compiling.
        var first: Double
    }

    let title: String
    private(set) var points: [Point] = []

    init(_ title: String) { self.title = title }

    /// Trains a model on random numbers for a second or so.
    mutating func measure(_ size: Int, _ model: Model, _ x: Tensor, _ y: Tensor, batchSize: Int) throws {
        let start = Timing.now
        try model.fit(x[0..<batchSize], y[0..<batchSize], batchSize: batchSize, verbose: 0)
        let first = Timing.now - start
        let steps = Double((x.shape[0] + batchSize - 1) / batchSize)
        let step = try Timing.epoch(of: model, x, y, batchSize: batchSize, duration: 0.7) / steps
        points.append(Point(size: size, step: step, first: first))
    }

    /// p in time ~ sizeᵖ, by least squares over the logarithms of the points from `start` on.
    private func exponent(from start: Int) -> Double {
        let logs = points[start...].map { (x: log(Double($0.size)), y: log($0.step)) }
        let (x, y) = (logs.map(\.x).reduce(0, +), logs.map(\.y).reduce(0, +))
        let count = Double(logs.count)
        let covariance = logs.reduce(0) { $0 + ($1.x - x / count) * ($1.y - y / count) }
        return covariance / logs.reduce(0) { $0 + ($1.x - x / count) * ($1.x - x / count) }
    }

    /// A table in Markdown. The law is that of the upper half, where what is the same in every step no longer counts.
    var table: String {
        var lines = ["### \(title)", "", "| size | step, ms | growth | first step, ms |", "|---:|---:|---:|---:|"]
        for (index, point) in points.enumerated() {
            let growth = index == 0 ? "" : String(format: "%.2f", exponent(from: index - 1, to: index))
            lines.append(
                String(
                    format: "| %d | %.4f | %@ | %.1f |", point.size, point.step * 1e3, growth, point.first * 1e3))
        }
        if points.count > 2 {
            lines += ["", String(format: "Time ~ size to the power of %.2f.", exponent(from: points.count / 2))]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The exponent between two points.
    private func exponent(from first: Int, to last: Int) -> Double {
        log(points[last].step / points[first].step) / log(Double(points[last].size) / Double(points[first].size))
    }
}
