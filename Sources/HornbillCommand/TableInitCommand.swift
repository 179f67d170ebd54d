import ArgumentParser
import Foundation
import Hornbill
import HornbillTabular

/// `hornbill table init`
struct TableInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Writes a small Swift package in which the model's architecture can be changed.",
        discussion: "In it, `swift run -c release` trains; so does `hornbill table train … --architecture PACKAGE`.")

    @ArgumentParser.Argument(help: ArgumentHelp("The table: a CSV file, gzipped or not.", valueName: "data"))
    var path: String
    @Option(help: "A column to predict; give it more than once for several.") var target: [String]
    @Option(name: .shortAndLong, help: "The folder of the package: a new one.") var output: String
    @Option(help: "The folder with Hornbill's sources, whose build is shared.") var hornbill: String?
    @Option(help: "Without such a folder: the repository where Hornbill is.") var repository: String?
    @Option(help: "The repository's branch.") var branch = "main"

    func validate() throws {
        guard hornbill != nil || repository != nil else {
            throw ValidationError("say where Hornbill is: --hornbill FOLDER or --repository URL")
        }
    }

    func run() throws {
        let file = try TableFile(path: path)
        for name in target { _ = try file.position(of: name) }
        let source: ArchitecturePackage.Source
        if let hornbill {
            let folder = URL(filePath: hornbill).absoluteURL.standardizedFileURL.path
            guard FileManager.default.fileExists(atPath: "\(folder)/Sources/HornbillTabular") else {
                throw HornbillError(.file, "'\(hornbill)' does not have Hornbill's sources")
            }
            source = .folder(folder)
        } else {
            source = .repository(url: repository ?? "", branch: branch)
        }
        try ArchitecturePackage(path: output).write(
            data: URL(filePath: path).absoluteURL.standardizedFileURL.path, targets: target, source: source)
        print(
            "\(output)/Sources/\(ArchitecturePackage.product)/Net.swift has the architecture; swift run -c release trains it"
        )
    }
}
