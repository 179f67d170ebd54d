import ArgumentParser
import Hornbill

/// `hornbill inspect`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Lists what is in a .keras or .h5 file, and what would be refused and why.")

    @ArgumentParser.Argument(help: "The file.") var file: String

    func run() throws {
        let bytes = try FileRange(path: file)
        guard ZipArchive.isZip(bytes) else {
            show(try HDF5Reader(bytes, named: file).root, 0)
            return
        }
        let archive = try ZipArchive(path: file)
        for entry in archive.entries {
            print("\(entry.name)  \(entry.byteCount) bytes")
            if entry.name.hasSuffix(".h5") {
                do {
                    show(try HDF5Reader(archive.randomAccess(to: entry), named: entry.name).root, 1)
                } catch {
                    print("  refused: \(error)")
                }
            }
        }
        do {
            let model = try loadModel(file)
            print("loads as \(model.kerasClassName) '\(model.name)' with \(try model.countParams()) parameters")
        } catch {
            print("would be refused: \(error)")
        }
    }

    /// The groups and arrays, each level further in.
    private func show(_ group: HDF5Group, _ depth: Int) {
        let margin = String(repeating: "  ", count: depth)
        for name in group.names {
            do {
                switch try group.child(name) {
                case .group(let inner)?:
                    print("\(margin)\(name)/")
                    show(inner, depth + 1)
                case .dataset(let dataset)?: print("\(margin)\(name)  \(Shape(dataset.shape))  \(dataset.type)")
                case nil: break
                }
            } catch {
                print("\(margin)\(name)  refused: \(error)")
            }
        }
    }
}
