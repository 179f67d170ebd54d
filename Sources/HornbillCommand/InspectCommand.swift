import ArgumentParser
import Hornbill

/// `hornbill inspect`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Lists what is in a .keras or .h5 file, and what would be refused and why.")

    @ArgumentParser.Argument(help: "The file.") var file: String
    @Flag(help: "Print JSON, for programs to read.") var json = false

    func run() throws {
        let contents = try FileContents(file)
        print(json ? Report.json(contents.report) : contents.text, terminator: json ? "" : "\n")
    }
}

/// What lies in a file of a model or of weights.
private struct FileContents {
    private enum Kind: String { case archive, hdf5 }

    /// A line of the tree.
    private struct Node {
        var path: String
        var depth: Int
        var shape: [Int]?
        var dtype: String?
        var refusal: String?
    }

    private let kind: Kind
    private var entries: [(name: String, byteCount: Int)] = []
    private var nodes: [Node] = []
    private var verdict: Config = [:]

    init(_ path: String) throws {
        let bytes = try FileRange(path: path)
        var isModel = true
        if ZipArchive.isZip(bytes) {
            kind = .archive
            let archive = try ZipArchive(path: path)
            entries = archive.entries.map { ($0.name, $0.byteCount) }
            for entry in archive.entries where entry.name.hasSuffix(".h5") {
                do {
                    try list(HDF5Reader(archive.randomAccess(to: entry), named: entry.name).root)
                } catch {
                    nodes.append(Node(path: "/", depth: 0, refusal: "\(error)"))
                }
            }
        } else {
            kind = .hdf5
            let root = try HDF5Reader(bytes, named: path).root
            isModel = try root.attributes["model_config"] != nil
            list(root)
        }
        guard isModel else {
            verdict["weights_only"] = true
            return
        }
        do {
            let model = try loadModel(path)
            verdict["class_name"] = .string(model.kerasClassName)
            verdict["name"] = .string(model.name)
            verdict["parameters"] = .int(try model.countParams())
        } catch {
            verdict["refused"] = .string("\(error)")
        }
    }

    /// The groups and arrays, each level further in.
    private mutating func list(_ root: HDF5Group) {
        var open = root.names.reversed().map { (group: root, name: $0, depth: 0) }
        while let (group, name, depth) = open.popLast() {
            let path = group.path == "/" ? "/\(name)" : "\(group.path)/\(name)"
            var node = Node(path: path, depth: depth)
            do {
                switch try group.child(name) {
                case .group(let inner)?: open += inner.names.reversed().map { (inner, $0, depth + 1) }
                case .dataset(let dataset)?: (node.shape, node.dtype) = (dataset.shape, "\(dataset.type)")
                case nil: continue
                }
            } catch {
                node.refusal = "\(error)"
            }
            nodes.append(node)
        }
    }

    var text: String {
        var lines: [String] = []
        let tree = nodes.map { node in
            let margin = String(repeating: "  ", count: node.depth + (kind == .archive ? 1 : 0))
            let name = node.path.split(separator: "/").last.map(String.init) ?? "/"
            if let refusal = node.refusal { return "\(margin)\(name)  refused: \(refusal)" }
            guard let shape = node.shape else { return "\(margin)\(name)/" }
            return "\(margin)\(name)  \(Shape(shape))  \(node.dtype ?? "?")"
        }
        for entry in entries {
            lines.append("\(entry.name)  \(entry.byteCount) bytes")
            if entry.name.hasSuffix(".h5") { lines += tree }
        }
        if kind == .hdf5 { lines += tree }
        if let reason = verdict["refused"]?.stringValue {
            lines.append("would be refused: \(reason)")
        } else if let name = verdict["name"]?.stringValue {
            let count = verdict["parameters"]?.intValue ?? 0
            lines.append("loads as \(verdict["class_name"]?.stringValue ?? "?") '\(name)' with \(count) parameters")
        } else {
            lines.append("holds weights alone, for a model that is there")
        }
        return lines.map(Text.line).joined(separator: "\n")
    }

    var report: [(String, ConfigValue)] {
        let arrays = nodes.filter { $0.shape != nil }.map { node in
            ConfigValue.object([
                "path": .string(node.path), "shape": .list((node.shape ?? []).map(ConfigValue.int)),
                "dtype": .string(node.dtype ?? "?"),
            ])
        }
        let refused = nodes.compactMap { node in
            node.refusal.map { ConfigValue.object(["path": .string(node.path), "reason": .string($0)]) }
        }
        let files = entries.map { ConfigValue.object(["name": .string($0.name), "bytes": .int($0.byteCount)]) }
        return [
            ("format", .string(kind.rawValue)), ("entries", .list(files)), ("arrays", .list(arrays)),
            ("refused_arrays", .list(refused)), ("model", .object(verdict)),
        ]
    }
}
