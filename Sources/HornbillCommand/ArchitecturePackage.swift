import Foundation
import Hornbill
import HornbillTabular

/// A Swift package with an architecture of a user's own, as `hornbill table init` writes it.
struct ArchitecturePackage {
    /// The executable that trains.
    static let product = "Train"

    /// Packages that share a build folder must not share the plan of a build, which SwiftPM keeps there.
    private static let planAnew = "--disable-build-manifest-caching"

    let path: String

    /// A program that was built of it.
    struct Program {
        let path: String

        /// Becomes the program, which trains as is asked for: signals, the terminal and the exit status are its own then.
        /// - Throws: kind `file` if it cannot be run.
        func become(_ request: TabularRequest) throws -> Never {
            // The program reads the request from an open file without a name, of which nothing is left behind.
            let file = FileManager.default.temporaryDirectory.appending(path: "hornbill-request-\(UUID().uuidString)")
                .path
            try request.write(to: file)
            let descriptor = open(file, O_RDONLY)
            unlink(file)
            guard descriptor >= 0 else { throw HornbillError(.file, "'\(file)' cannot be read") }
            let words: [String] = [path, "/proc/self/fd/\(descriptor)"]
            let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
            fflush(nil)
            execv(path, arguments)
            throw HornbillError(.file, "'\(path)' cannot be run: \(String(cString: strerror(errno)))")
        }
    }

    /// Builds the package, in the build folder of the Hornbill that its Package.swift names by path, if it does so.
    /// - Throws: kind `state` if it does not compile; the compiler has said why on the standard error.
    func build() throws -> Program {
        guard let text = try? String(contentsOfFile: "\(path)/Package.swift", encoding: .utf8) else {
            throw HornbillError(.file, "'\(path)' is no Swift package: `hornbill table init` writes one")
        }
        let folder = Self.sharedBuild(text) ?? "\(path)/.build"
        let status = try Self.execute([
            "swift", "build", "-c", "release", "--package-path", path, "--scratch-path", folder, Self.planAnew,
            "--product", Self.product,
        ])
        guard status == 0 else {
            throw HornbillError(.state, "the package '\(path)' does not build: the lines above say why")
        }
        return Program(path: "\(folder)/release/\(Self.product)")
    }

    /// The build folder of the Hornbill that a Package.swift names by its path: what was compiled there need not be
    /// compiled again. Nil where there is none that may be written to.
    private static func sharedBuild(_ package: String) -> String? {
        guard let match = package.firstMatch(of: /\.package\(path: "((?:[^"\\]|\\.)*)"\)/) else { return nil }
        return sharedBuild(of: String(match.1).replacing(/\\(.)/) { String($0.1) })
    }

    private static func sharedBuild(of folder: String) -> String? {
        FileManager.default.isWritableFile(atPath: "\(folder)/.build") ? "\(folder)/.build" : nil
    }

    /// Runs a program and waits for it. All that it prints goes to the standard error.
    private static func execute(_ arguments: [String]) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        let environment = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
        let words = arguments.map { strdup($0) } + [nil]
        defer {
            posix_spawn_file_actions_destroy(&actions)
            for text in environment + words { free(text) }
        }
        var child = pid_t()
        // Foundation's Process would put the program where Ctrl-C does not reach it.
        let code = posix_spawnp(&child, arguments[0], &actions, nil, words, environment)
        guard code == 0 else {
            throw HornbillError(.file, "'\(arguments[0])' cannot be run: \(String(cString: strerror(code)))")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else {
                throw HornbillError(.state, "'\(arguments[0])' is lost: \(String(cString: strerror(errno)))")
            }
        }
        return status
    }

    // MARK: Writing one

    /// Where a package finds Hornbill.
    enum Source {
        /// A folder with its sources, whose build is shared.
        case folder(String)
        /// A repository, and what is taken of it: `branch: "main"`, or `from: "1.0.0"` for a version.
        case repository(url: String, requirement: String)
    }

    /// Writes a package for a table.
    /// - Parameter template: the two functions to begin with.
    /// - Returns: the command that runs it.
    /// - Throws: kind `file` if the folder is there already or cannot be written.
    func write(
        data: String, targets: [String], template: ArchitectureTemplate, source: Source
    ) throws -> String {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw HornbillError(.file, "'\(path)' is there already: a package is written into a new folder")
        }
        let name = URL(filePath: path).lastPathComponent
        let dependency: String
        let identity: String
        var command = "swift run -c release"
        switch source {
        case .folder(let folder):
            dependency = ".package(path: \(Self.literal(folder)))"
            identity = URL(filePath: folder).lastPathComponent
            if let build = Self.sharedBuild(of: folder) {
                command += " \(Self.planAnew) --scratch-path " + (build.contains(" ") ? "'\(build)'" : build)
            }
        case .repository(let url, let requirement):
            dependency = ".package(url: \(Self.literal(url)), \(requirement))"
            identity = URL(filePath: url).deletingPathExtension().lastPathComponent
        }
        try Self.write(
            """
            // swift-tools-version: 6.2
            // To be run by:  \(command.replacing("\n", with: " "))
            import PackageDescription

            let package = Package(
                name: \(Self.literal(name)),
                dependencies: [\(dependency)],
                targets: [
                    .executableTarget(
                        name: "\(Self.product)",
                        dependencies: [.product(name: "HornbillTabular", package: \(Self.literal(identity)))])
                ]
            )

            """, to: "\(path)/Package.swift")
        try Self.write(template.text, to: "\(path)/Sources/\(Self.product)/Net.swift")
        try Self.write(
            "import HornbillTabular\n\nTabularProgram.run(Net())\n", to: "\(path)/Sources/\(Self.product)/main.swift")
        try Self.write(
            """
            # What is trained on, and how: `hornbill table train --help` and the guide on tables say what else may stand here.
            data: \(Self.literal(data))
            output: trained
            targets: [\(targets.map(Self.literal).joined(separator: ", "))]

            """, to: "\(path)/table.yaml")
        try Self.write(".build\ntrained\n", to: "\(path)/.gitignore")
        // The packages on which Hornbill was built: with others it would be compiled again.
        if case .folder(let folder) = source,
            let resolved = try? String(contentsOfFile: "\(folder)/Package.resolved", encoding: .utf8)
        {
            try Self.write(resolved, to: "\(path)/Package.resolved")
        }
        return command
    }

    private static func write(_ text: String, to path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw HornbillError(.file, "'\(path)' cannot be written: \(error.localizedDescription)")
        }
    }

    /// A text as Swift, YAML and JSON write it.
    static func literal(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            .replacing("\r", with: "\\r").replacing("\t", with: "\\t")
        return "\"\(escaped)\""
    }
}
