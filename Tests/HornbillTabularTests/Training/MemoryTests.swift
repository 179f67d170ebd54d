import Foundation
import HornbillTestSupport
import Testing

/// A table is read in passes: what a training holds of it must stay far below its size.
@Suite(.serialized) struct MemoryTests {
    /// Numbers, categories and dates, `bytes` of them, from a linear congruence.
    private func write(bytes: Int, to path: String) throws {
        try Data().write(to: URL(filePath: path))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        var state: UInt64 = 1
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var (text, written) = ("size,weight,age,city,kind,day,price\n", 0)
        while written + text.utf8.count < bytes {
            let (size, weight, age, kind) = (below(10_000), below(100_000), below(90), below(5))
            text += "\(size).25,\(weight).125,\(age),city\(below(200)),kind\(kind),20\(10 + below(14))-0\(1 + below(9))"
            text += "-\(10 + below(18)),\(size * 3 + weight / 100 - age + kind * 500).5\n"
            guard text.utf8.count > 1 << 20 else { continue }
            try file.write(contentsOf: Data(text.utf8))
            written += text.utf8.count
            text = ""
        }
        try file.write(contentsOf: Data(text.utf8))
    }

    /// The most memory that a training of one epoch took, in bytes.
    private func peak(_ path: String, _ folder: String) throws -> Int {
        let process = BuiltProgram("hornbill").process([
            "table", "train", path, "--target", "price", "--output", "\(folder)/out", "--epochs", "1",
        ])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        var peak = 0
        while process.isRunning {
            // The mark only rises; the last one before the end is the peak but for some milliseconds.
            if let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
                let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
            {
                peak = max(peak, kilobytes << 10)
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return peak
    }

    /// A gigabyte has to do with a gigabyte. What does not depend on the table's size is what a small one takes.
    @Test func aLargeTableTakesLessMemoryThanItsText() throws {
        try withTemporaryFolder { folder in
            try write(bytes: 2_000_000, to: "\(folder)/small.csv")
            try write(bytes: 50_000_000, to: "\(folder)/large.csv")
            let small = try peak("\(folder)/small.csv", folder)
            let large = try peak("\(folder)/large.csv", folder)
            #expect(small > 10_000_000)
            #expect(large < 50_000_000 + small, "\(large) bytes, \(small) for a small table")
        }
    }
}
