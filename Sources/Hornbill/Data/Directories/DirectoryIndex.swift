import Foundation
import HornbillEngine

/// The files of a directory and their labels, in Keras's order.
struct DirectoryIndex: Sendable {
    var paths: [String]
    /// nil for data without labels.
    var labels: [Int]?
    var classNames: [String]

    /// What to look for.
    struct Options {
        var labels: DirectoryLabels?
        var labelMode: LabelMode?
        var classNames: [String]?
        var formats: [String]
        /// nil leaves the files in order.
        var shuffleSeed: Int?
        var followLinks: Bool
        var verbose: Bool
    }

    /// - Throws: kind `file` for a directory that cannot be read, `argument` for names and labels that do not fit it.
    init(_ directory: String, _ options: Options) throws {
        let labelled = options.labels != nil && options.labelMode != nil
        var found: [(path: String, label: Int)] = []
        if labelled, options.labels == .inferred {
            let folders = try Self.entries(directory).filter {
                !$0.hasPrefix(".") && Self.isFolder(Self.join(directory, $0))
            }
            if let names = options.classNames {
                if let stranger = names.first(where: { !folders.contains($0) }) {
                    throw HornbillError(
                        .argument,
                        "'\(directory)' has no folder '\(stranger)' as classNames say; it has: \(folders.joined(separator: ", "))"
                    )
                }
                guard Set(names).count == names.count else {
                    throw HornbillError(.argument, "classNames say a name twice: \(names.joined(separator: ", "))")
                }
            }
            classNames = options.classNames ?? folders
            for (label, name) in classNames.enumerated() {
                found += try Self.files(Self.join(directory, name), options).map { ($0, label) }
            }
        } else {
            guard options.classNames == nil else {
                throw HornbillError(.argument, "classNames can be given only where labels are inferred")
            }
            found = try Self.files(directory, options).map { ($0, 0) }
            classNames = []
            if labelled, case .given(let labels)? = options.labels {
                guard labels.count == found.count else {
                    throw HornbillError(
                        .argument, "there are \(labels.count) labels for the \(found.count) files of '\(directory)'")
                }
                for (index, label) in labels.enumerated() { found[index].label = label }
                classNames = Set(labels).sorted().map(String.init)
                let known = 0..<classNames.count
                if options.labelMode == .categorical, let stranger = labels.first(where: { !known.contains($0) }) {
                    throw HornbillError(.argument, "the label \(stranger) is none of the classes \(known)")
                }
            }
        }
        if options.labelMode == .binary, labelled, classNames.count != 2 {
            throw HornbillError(
                .argument,
                "labelMode .binary needs two classes, not \(classNames.count): \(classNames.joined(separator: ", "))")
        }
        if options.verbose {
            let ending = labelled ? " belonging to \(classNames.count) classes." : "."
            print("Found \(found.count) files\(ending)")
        }
        if let seed = options.shuffleSeed {
            var generator = try MersenneTwister(numPySeed: seed)
            generator.numPyShuffle(&found)
        }
        paths = found.map(\.path)
        labels = labelled ? found.map(\.label) : nil
    }

    /// The first files for training, or the last for validation.
    /// - Throws: kind `argument` for a share that leaves a part empty.
    func part(_ subset: DirectorySubset, _ validationSplit: Double, verbose: Bool) throws -> DirectoryIndex {
        let held = Int(validationSplit * Double(paths.count))
        guard held > 0 else {
            throw HornbillError(
                .argument, "a validationSplit of \(validationSplit) leaves none of \(paths.count) files for validation")
        }
        let cut = paths.count - held
        let range = subset == .training ? 0..<cut : cut..<paths.count
        if verbose { print("Using \(range.count) files for \(subset.rawValue).") }
        var part = self
        part.paths = Array(paths[range])
        part.labels = labels.map { Array($0[range]) }
        return part
    }

    /// Checks what belongs together.
    /// - Throws: kind `argument`.
    static func check(validationSplit: Double?, hasSubset: Bool, shuffle: Bool, seed: Int?) throws {
        guard (validationSplit != nil) == hasSubset else {
            throw HornbillError(.argument, "validationSplit and subset are given both or not at all")
        }
        guard let validationSplit else { return }
        guard validationSplit > 0, validationSplit < 1 else {
            throw HornbillError(.argument, "validationSplit must be between 0 and 1, not \(validationSplit)")
        }
        guard !shuffle || seed != nil else {
            throw HornbillError(
                .argument, "a validationSplit of shuffled files needs a seed, or training and validation would overlap")
        }
    }

    /// The labels of some files in the form that is wanted.
    func labels(_ rows: [Int], _ mode: LabelMode?) throws -> Tensor? {
        guard let labels, let mode else { return nil }
        let chosen = rows.map { Int32(clamping: labels[$0]) }
        switch mode {
        case .int: return try Tensor(chosen).validated()
        case .binary: return try Tensor(chosen.map(Float.init), shape: [rows.count, 1]).validated()
        case .categorical: return try toCategorical(Tensor(chosen), numClasses: classNames.count).validated()
        }
    }

    // MARK: Walking

    /// All files below a folder that end as they should: folder by folder, each in order, as Python sorts.
    private static func files(_ folder: String, _ options: Options) throws -> [String] {
        var folders = [folder]
        var waiting = [(path: folder, depth: 0)]
        var files: [String: [String]] = [:]
        while let (path, depth) = waiting.popLast() {
            guard depth < 100 else { throw HornbillError(.file, "'\(path)' lies too deep: its links go in a circle") }
            for name in try entries(path) {
                let whole = join(path, name)
                if isFolder(whole) {
                    guard options.followLinks || !isLink(whole) else { continue }
                    folders.append(whole)
                    waiting.append((whole, depth + 1))
                } else if options.formats.contains(where: name.lowercased().hasSuffix) {
                    files[path, default: []].append(whole)
                }
            }
        }
        return folders.sorted(by: precedes).flatMap { files[$0] ?? [] }
    }

    private static func entries(_ folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted(by: precedes)
        } catch {
            throw HornbillError(.file, "cannot read the directory '\(folder)': it is not there, is none, or is locked")
        }
    }

    /// Python's order of strings: by code points, which UTF-8 keeps.
    private static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

    private static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
