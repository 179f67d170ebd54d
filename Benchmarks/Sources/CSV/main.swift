// Reads a CSV file of numbers into tensors once, and prints how long it took, beside plain reading, a pass that only
// counts line breaks, and one over all rows.
import Foundation
import Hornbill

let path = CommandLine.arguments[1]

func report(_ name: String, _ body: () throws -> Int) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let count = try body()
    let passed = start.duration(to: clock.now).components
    print("\(name) \(Double(passed.seconds) + Double(passed.attoseconds) * 1e-18) \(count)")
}

try report("plain-reading") {
    let source = try ByteSource(path: path)
    var bytes = 0
    while let count = try source.withChunk({ $0.count }) { bytes += count }
    return bytes
}
try report("counting-lines") {
    let source = try ByteSource(path: path)
    var lines = 0
    while let count = try source.withChunk({ $0.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 } }) {
        lines += count
    }
    return lines - 1
}
try report("hornbill-rows") {
    let reader = try CSVReader(path: path)
    var rows = 0
    while try reader.next() != nil { rows += 1 }
    return rows
}
try report("hornbill-tensors") {
    var rows = 0
    try Dataset.csv(path).batch(1024).forEach { rows += $0.x.tensor.shape[0] }
    return rows
}
