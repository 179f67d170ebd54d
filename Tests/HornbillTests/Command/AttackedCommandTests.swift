import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// The tool on all files that were made to do harm: an error of one line each, and what that takes.
@Suite struct AttackedCommandTests {
    private struct Measured {
        var status: Int
        var output: String
        var errors: String
        var seconds: Double
        var kilobytes: Int

        init?(_ value: ConfigValue) {
            guard let status = value["status"]?.intValue, let output = value["output"]?.text,
                let errors = value["errors"]?.text, let seconds = value["seconds"]?.doubleValue,
                let kilobytes = value["kilobytes"]?.intValue
            else { return nil }
            (self.status, self.output, self.errors) = (status, output, errors)
            (self.seconds, self.kilobytes) = (seconds, kilobytes)
        }
    }

    /// A process has the memory of the one that started it for a moment: so a small one starts them.
    private func measure(_ commands: [[String]], in folder: String) throws -> [Measured] {
        let list = ConfigValue.list(commands.map { .list(([Tool.path] + $0).map(ConfigValue.string)) })
        try JSON.text(list).write(toFile: folder + "/commands.json", atomically: false, encoding: .utf8)
        let text = try Python.run([referencePath("measure.py"), folder + "/commands.json"])
        return try JSON.parse(text).list?.compactMap(Measured.init) ?? []
    }

    /// The files of the corpus in a folder.
    private func write(_ attacks: [Attack], to folder: String) throws -> [String] {
        try attacks.enumerated().map { index, attack in
            let path = "\(folder)/\(index).\(attack.ending)"
            try Data(attack.bytes()).write(to: URL(filePath: path))
            return path
        }
    }

    #if DEBUG
        private static let mostSeconds = 10.0
    #else
        private static let mostSeconds = 1.0
    #endif

    @Test(.enabled(if: Python.path != nil, Comment(rawValue: Python.reason)))
    func `every file is an error of one line, within a second and 32 MiB`() throws {
        try withTemporaryFolder { folder in
            let good = folder + "/good.keras"
            try Data(Victim.archive(JSON.text(Victim.config))).write(to: URL(filePath: good))
            let attacks = AttackCorpusTests.models + WeightAttacks.all("legacy")
            let paths = try write(attacks, to: folder)
            let runs = try measure([["summary", good]] + paths.map { ["summary", $0] }, in: folder)
            let base = try #require(runs.first)
            #expect(base.status == 0 && runs.count == attacks.count + 1, "\(base)")
            var worst = (seconds: ("", 0.0), memory: ("", 0))
            let bombs = Set(ArchiveAttacks.bombs.map(\.name))
            for ((attack, run), path) in zip(zip(attacks, runs.dropFirst()), paths) {
                #expect(run.status == 1 && run.output.isEmpty, "\(attack.name): \(run)")
                let isOneLine = run.errors.hasSuffix("\n") && run.errors.split(separator: "\n").count == 1
                #expect(isOneLine, "\(attack.name): \(run.errors)")
                for part in attack.says { #expect(run.errors.contains(part), "\(attack.name): \(run.errors)") }
                let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
                let memory = run.kilobytes - base.kilobytes
                // A configuration of megabytes is read before it is refused: a value takes twenty times its text.
                #expect(memory <= (32 << 10) + 20 * size >> 10, "\(attack.name) takes \(memory) KB")
                #expect(run.seconds <= Self.mostSeconds, "\(attack.name) takes \(run.seconds) s")
                guard bombs.contains(attack.name) else { continue }
                if run.seconds > worst.seconds.1 { worst.seconds = (attack.name, run.seconds) }
                if memory > worst.memory.1 { worst.memory = (attack.name, memory) }
            }
            print(
                "\(attacks.count) files are refused. Of the bombs, '\(worst.seconds.0)' takes longest, \(worst.seconds.1) s with the start of the process (a good file: \(base.seconds) s), and '\(worst.memory.0)' takes most, \(worst.memory.1) KB more than a good file"
            )
        }
    }

    @Test(.enabled(if: Python.path != nil, Comment(rawValue: Python.reason)))
    func `arrays for the tool that lie are errors of one line too`() throws {
        try withTemporaryFolder { folder in
            let good = folder + "/good.keras"
            try Data(Victim.archive(JSON.text(Victim.config))).write(to: URL(filePath: good))
            let inputs = ArrayAttacks.npzFiles
            let weights = ArrayAttacks.npzFiles + ArrayAttacks.safetensorsFiles + WeightAttacks.all("weights")
            let paths = try write(inputs + weights, to: folder)
            let commands = paths.enumerated().map { index, path in
                index < inputs.count
                    ? ["predict", good, "--inputs", path, "--output", folder + "/p.npz"]
                    : ["convert", good, "--weights", path, "--output", folder + "/c.keras"]
            }
            let runs = try measure([["summary", good]] + commands, in: folder)
            let base = try #require(runs.first)
            for (attack, run) in zip(inputs + weights, runs.dropFirst()) {
                #expect(run.status == 1 && run.output.isEmpty, "\(attack.name): \(run)")
                #expect(run.errors.split(separator: "\n").count == 1, "\(attack.name): \(run.errors)")
                for part in attack.says { #expect(run.errors.contains(part), "\(attack.name): \(run.errors)") }
                #expect(run.kilobytes - base.kilobytes <= 32 << 10, "\(attack.name) takes \(run.kilobytes) KB")
                #expect(run.seconds <= Self.mostSeconds, "\(attack.name) takes \(run.seconds) s")
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/p.npz"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/c.keras"))
        }
    }

    @Test
    func `inspect says of every archive and file of weights what would be refused, and does not fail in its midst`()
        throws
    {
        for attack in WeightAttacks.all("legacy").prefix(8) + ArchiveAttacks.all.suffix(6)
            + WeightAttacks.archives.suffix(4)
        {
            try attack.withFile { path in
                let run = try Tool.run("inspect", path)
                let text = run.output + run.errors
                #expect(run.status == 0 || run.status == 1 && run.complaints.count == 1, "\(attack.name): \(run)")
                // What is no archive is read as HDF5.
                if attack.says == ["no model"] { return }
                for part in attack.says { #expect(text.contains(part), "\(attack.name): \(text)") }
            }
        }
    }

    // MARK: What is opened

    private static let strace = ["/usr/bin/strace", "/bin/strace"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The files that a run of the tool opens, and whatever else it does beyond reading.
    private func opened(_ arguments: [String], in folder: String) throws -> Set<String> {
        let log = folder + "/strace.log"
        let process = Process()
        process.executableURL = URL(filePath: Self.strace ?? "/nowhere")
        process.arguments =
            [
                "-f", "-qq", "-e",
                "trace=open,openat,openat2,creat,socket,connect,execve,execveat,fork,vfork,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat",
                "-o", log, Tool.path,
            ] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        return Set(
            lines.compactMap { line -> String? in
                guard let call = line.split(separator: " ", maxSplits: 1).last, call.contains("(") else { return nil }
                let name = call.prefix { $0 != "(" }
                let parts = call.split(separator: "\"", omittingEmptySubsequences: false)
                return "\(name) \(parts.count > 1 ? String(parts[1]) : String(call))"
            })
    }

    @Test(.enabled(if: strace != nil && isThorough, "make verify runs it, with strace"), .timeLimit(.minutes(30)))
    func `no file but the one given is opened, and no socket`() throws {
        try withTemporaryFolder { folder in
            let good = folder + "/good.keras"
            try Data(Victim.archive(JSON.text(Victim.config))).write(to: URL(filePath: good))
            let usual = try opened(["summary", good], in: folder).subtracting(["openat \(good)"])
            #expect(!usual.contains { $0.hasPrefix("socket") })
            let attacks = AttackCorpusTests.models + WeightAttacks.all("legacy") + [ArchiveAttacks.harmlessLookup]
            let paths = try write(attacks, to: folder)
            for (attack, path) in zip(attacks, paths) {
                // The processors are counted when the first computation begins, which not every file comes to.
                let extra = try opened(["summary", path], in: folder).subtracting(usual).subtracting(["openat \(path)"])
                    .filter { !$0.hasPrefix("openat /sys/devices/system/cpu") }
                #expect(extra.isEmpty, "\(attack.name): \(extra.sorted())")
            }
            print(
                "strace: \(attacks.count) files; beside the one given the tool opens only what it opens for a good one: \(usual.count) calls"
            )
        }
    }
}
