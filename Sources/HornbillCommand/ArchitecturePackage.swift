import Foundation
import Hornbill
import HornbillTabular

/// A Swift package with an architecture of a user's own, as `hornbill table init` writes it.
struct ArchitecturePackage {
    /// The executable that trains.
    static let product = "Train"

    let path: String

    /// A program that was built of it.
    struct Program {
        let path: String

        /// Trains as is asked for, with what the program prints passed on.
        /// - Throws: kind `state` if the program fails; it says itself why.
        func run(_ request: TabularRequest) throws {
            let file = FileManager.default.temporaryDirectory.appending(
                path: "hornbill-request-\(UUID().uuidString).json"
            ).path
            try request.write(to: file)
            defer { unlink(file) }
            let status = try ArchitecturePackage.execute(path, [file])
            guard status == 0 else {
                throw HornbillError(.state, "the training of '\(path)' ended with status \(status)")
            }
        }
    }

    /// Builds the package.
    /// - Throws: kind `state` if it does not compile; the compiler says why.
    func build() throws -> Program {
        guard FileManager.default.fileExists(atPath: "\(path)/Package.swift") else {
            throw HornbillError(.file, "'\(path)' is no Swift package: `hornbill table init` writes one")
        }
        let arguments = ["swift", "build", "-c", "release", "--package-path", path, "--product", Self.product]
        let status = try Self.execute("/usr/bin/env", arguments)
        guard status == 0 else { throw HornbillError(.state, "the package '\(path)' does not build") }
        return Program(path: "\(path)/.build/release/\(Self.product)")
    }

    private static func execute(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        do {
            try process.run()
        } catch {
            throw HornbillError(.file, "'\(program)' cannot be run: \(error.localizedDescription)")
        }
        process.waitUntilExit()
        return process.terminationStatus
    }

    // MARK: Writing one

    /// Where a package finds Hornbill.
    enum Source {
        /// A folder with its sources, whose build is shared.
        case folder(String)
        /// A repository.
        case repository(url: String, branch: String)
    }

    /// Writes a package for a table.
    /// - Throws: kind `file` if the folder is there already or cannot be written.
    func write(data: String, targets: [String], source: Source) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw HornbillError(.file, "'\(path)' is there already: a package is written into a new folder")
        }
        let name = URL(filePath: path).lastPathComponent
        let dependency: String
        let identity: String
        switch source {
        case .folder(let folder):
            dependency = ".package(path: \(Self.literal(folder)))"
            identity = URL(filePath: folder).lastPathComponent
        case .repository(let url, let branch):
            dependency = ".package(url: \(Self.literal(url)), branch: \(Self.literal(branch)))"
            identity = URL(filePath: url).deletingPathExtension().lastPathComponent
        }
        try Self.write(
            """
            // swift-tools-version: 6.2
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
        try Self.write(Self.architecture, to: "\(path)/Sources/\(Self.product)/Net.swift")
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
        if case .folder(let folder) = source, FileManager.default.isWritableFile(atPath: "\(folder)/.build") {
            // Hornbill is compiled once for all such packages.
            try? FileManager.default.createSymbolicLink(
                atPath: "\(path)/.build", withDestinationPath: "\(folder)/.build")
        }
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
    private static func literal(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static let architecture = """
        import Hornbill
        import HornbillTabular

        /// The model and how it is trained: change it as you like.
        struct Net: Architecture {
            /// Makes the model.
            /// - Parameters:
            ///   - inputShapes: by the input's name, the shape of one row's features; `main` has those of all columns that
            ///     were not routed elsewhere.
            ///   - targets: what is predicted: each has an output, named `output`.
            func buildModel(inputShapes: [String: Shape], targets: [Target]) throws -> Model {
                let inputs = inputShapes.keys.sorted().map { Input(shape: inputShapes[$0] ?? [], name: $0) }
                var x = inputs.count == 1 ? inputs[0] : Concatenate()(inputs)
                x = Dense(64, activation: .relu)(x)
                x = Dense(64, activation: .relu)(x)
                let outputs = targets.map { target in
                    switch target.type {
                    case .regression: Dense(1, name: target.output)(x)
                    case .binary: Dense(1, activation: .sigmoid, name: target.output)(x)
                    case .multiclass: Dense(target.classes.count, activation: .softmax, name: target.output)(x)
                    }
                }
                return try Model(inputs: inputs, outputs: outputs)
            }

            /// The same for one target, as Dataiku has it.
            func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model {
                throw HornbillError(.state, "this architecture is made for targets")
            }

            /// Calls the model's `compile`. A loss that does not fit a target is told before training.
            func compileModel(_ model: Model, targets: [Target]) throws {
                var losses: [String: any LossConvertible] = [:]
                for target in targets { losses[target.output] = target.defaultLoss }
                try model.compile(optimizer: .adam(learningRate: 1e-3), loss: losses)
            }

            func compileModel(_ model: Model) throws {
                throw HornbillError(.state, "this architecture is compiled for targets")
            }
        }

        """
}
