import ArgumentParser
import Foundation
import Hornbill
import HornbillTabular

/// `hornbill table init`
struct TableInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Writes a small Swift package in which the model's architecture can be changed.",
        discussion: """
            `hornbill table train … --architecture PACKAGE` builds and trains it, and so does `swift run -c release` in it. \
            Where Hornbill is a folder, its build is used: the first does so by itself, `swift run` takes --scratch-path, \
            or compiles Hornbill once more.
            """)

    @ArgumentParser.Argument(help: ArgumentHelp("The table: a CSV file, gzipped or not.", valueName: "data"))
    var path: String
    @Option(help: "A column to predict; give it more than once for several.") var target: [String]
    @Option(name: .shortAndLong, help: "The folder of the package: a new one.") var output: String
    @Option(
        help: """
            The folder with Hornbill's sources, whose build is shared; by default the one in which this program was built.
            """) var hornbill: String?
    @Option(help: "In place of such a folder: the repository where Hornbill is.") var repository: String?
    @Option(help: "The repository's branch (default: main).") var branch: String?
    @Option(help: "In place of a branch: the first of the repository's versions that will do, such as 1.0.0.")
    var from: String?

    func validate() throws {
        guard hornbill == nil || repository == nil else {
            throw ValidationError("Hornbill is in one place: --hornbill FOLDER or --repository URL")
        }
        guard repository != nil || (branch == nil && from == nil) else {
            throw ValidationError("--branch and --from speak of a repository: give --repository URL too")
        }
        guard branch == nil || from == nil else {
            throw ValidationError("one of them is enough: --branch NAME or --from VERSION")
        }
    }

    func run() throws {
        let file = try TableFile(path: path)
        for name in target { _ = try file.position(of: name) }
        let source: ArchitecturePackage.Source
        if let repository {
            let requirement =
                from.map { "from: \(ArchitecturePackage.literal($0))" }
                ?? "branch: \(ArchitecturePackage.literal(branch ?? "main"))"
            source = .repository(url: repository, requirement: requirement)
        } else if let hornbill {
            let folder = URL(filePath: hornbill).absoluteURL.standardizedFileURL
            guard Self.hasSources(folder) else {
                throw HornbillError(.file, "'\(hornbill)' does not have Hornbill's sources")
            }
            source = .folder(folder.path)
        } else {
            guard let folder = Self.folderOfThisBuild else {
                throw HornbillError(
                    .argument,
                    "this program does not lie where it was built: say where Hornbill is, --hornbill FOLDER or --repository URL"
                )
            }
            source = .folder(folder)
        }
        let template =
            target.count == 1 ? ArchitectureTemplate.one(try PredictionType(of: target[0], in: file)) : .several
        let command = try ArchitecturePackage(path: output).write(
            data: URL(filePath: path).absoluteURL.standardizedFileURL.path, targets: target, template: template,
            source: source)
        print(
            "\(output)/Sources/\(ArchitecturePackage.product)/Net.swift has the architecture; in \(output), this trains it:"
        )
        print("  \(command)")
    }

    private static func hasSources(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "Sources/HornbillTabular").path)
    }

    /// The folder with the sources above the program, which is in its `.build`.
    private static var folderOfThisBuild: String? {
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        while folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
            if hasSources(folder) { return folder.path }
        }
        return nil
    }
}
