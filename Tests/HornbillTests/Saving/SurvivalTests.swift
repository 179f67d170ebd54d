import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// The program of Tests/Survivor.
private enum Survivor {
    static let program = BuiltProgram("Survivor")

    static func run(_ arguments: String...) throws -> BuiltProgram.Run { try program.run(arguments) }
}

@Suite(.serialized) struct SurvivalTests {
    /// Steps of the whole run, none of which is the last.
    private static let steps = [
        "arrays": 1...30, "stream": 1...44, "passes": 1...47, "subclass": 1...29,
    ]

    @Test(arguments: ["arrays", "stream", "passes", "subclass"])
    func `a run that is killed at any step and run again ends with the same bits`(kind: String) throws {
        let whole = try withTemporaryFolder { try Survivor.run("train", kind, $0) }
        #expect(whole.status == 0, "\(whole.errors)")
        let again = try withTemporaryFolder { try Survivor.run("train", kind, $0) }
        #expect(again.output == whole.output, "the run is the same each time")
        var random = SystemRandomNumberGenerator()
        let range = try #require(Self.steps[kind])
        for trial in 0..<(isThorough ? 20 : 1) {
            try withTemporaryFolder { folder in
                // Killed twice, the second time with a signal that lets it write a checkpoint in the middle of an epoch.
                let first = Int.random(in: range.lowerBound...(range.upperBound - 1), using: &random)
                let second = Int.random(in: (first + 1)...range.upperBound, using: &random)
                let killed = try Survivor.run("train", kind, folder, "\(first)")
                #expect(killed.status == -SIGKILL)
                let stopped = try Survivor.run("train", kind, folder, "\(second)", "15")
                #expect(stopped.status == 143, "\(stopped.errors)")
                #expect(stopped.errors.contains("Stopped by SIGTERM"))
                let resumed = try Survivor.run("train", kind, folder)
                #expect(resumed.status == 0, "\(resumed.errors)")
                #expect(resumed.output == whole.output, "killed at step \(first), stopped at \(second), trial \(trial)")
            }
        }
    }

    @Test func `a save that is killed at any moment leaves the file before it or its own`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.keras"
            var known = 0
            for _ in 0..<(isThorough ? 1000 : 10) {
                let output = Pipe()
                let process = Survivor.program.process(["save", path])
                process.standardOutput = output
                try process.run()
                // From the first save on; a save takes about a millisecond.
                _ = output.fileHandleForReading.availableData
                usleep(.random(in: 0..<20_000))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                let numbers = try loadModel(path).getWeights().map { try Set($0.doubles()) }
                let number = try #require(numbers.first?.first)
                #expect(number >= 1 && numbers.allSatisfy { $0 == [number] }, "all weights are of one save")
                known += 1
            }
            #expect(known == (isThorough ? 1000 : 10))
        }
    }

    @Test func `a full disk leaves the old file, and an error with the path`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/model.keras"
            let model = Sequential([Input(shape: 3), Dense(1)])
            try model.save(path)
            let before = try Data(contentsOf: URL(filePath: path))
            let result = try Survivor.run("fill", path, "50000")
            #expect(result.status == 1 && result.errors.contains(path), "\(result.errors)")
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.keras"], "nothing else is left")
        }
    }
}
