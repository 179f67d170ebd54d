import Foundation
import Hornbill

/// Clocks, medians and memory of this process.
public enum Timing {
    /// Seconds that one timing lasts, and the least number of times that are measured within.
    public static let (duration, least) = (1.5, 3)

    /// Seconds of the clock that all processes share.
    public static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The median time of a body in seconds; it is run often enough, the first time for nothing.
    public static func median(duration: Double = Timing.duration, of body: () throws -> Void) rethrows -> Double {
        try body()
        var times: [Double] = []
        var total = 0.0
        while total < duration || times.count < least {
            let start = now
            try body()
            times.append(now - start)
            total += now - start
        }
        return median(times)
    }

    public static func median(_ times: [Double]) -> Double {
        let sorted = times.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The median time of an epoch of `fit` in seconds, over one run of it: with shuffling, metrics and history.
    public static func epoch(
        of model: Model, _ x: any TrainingData, _ y: any TrainingData, batchSize: Int,
        duration: Double = Timing.duration
    ) throws -> Double {
        /// Seconds of each epoch but the first, which compiles the step for the rest of the rows.
        func epochs(_ count: Int) throws -> [Double] {
            var ends: [Double] = []
            let clock = LambdaCallback(onEpochEnd: { _, _ in ends.append(now) })
            try model.fit(x, y, epochs: count + 1, batchSize: batchSize, verbose: 0, callbacks: [clock])
            return zip(ends.dropFirst(), ends).map { $0 - $1 }
        }
        let once = try epochs(1)[0]
        return median(try epochs(min(2000, max(least, Int((duration / once).rounded())))))
    }

    /// The most memory that the process has had so far, in bytes.
    public static var peakMemory: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}
