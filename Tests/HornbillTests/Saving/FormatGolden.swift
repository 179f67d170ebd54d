import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport

/// The files of Golden/formats, which `formats.py` writes.
enum FormatGolden {
    static let reference = URL(filePath: referencePath(""))

    static func path(_ name: String) -> String { reference.appending(path: "Golden/formats/\(name)").path }

    /// A file that is kept gzipped.
    static func bytes(_ name: String) throws -> [UInt8] { try ByteSource(path: path(name + ".gz")).readAll() }

    static func json(_ name: String) throws -> ConfigValue {
        try JSON.parse(Data(contentsOf: URL(filePath: path(name))))
    }

    static let readable = [
        "everything.h5", "many.h5", "ordered.h5", "latest.h5", "keras.weights.h5", "legacy.h5", "bfloat16.weights.h5",
    ]
}

extension ConfigValue {
    var object: Config? { if case .object(let config) = self { config } else { nil } }
    var list: [ConfigValue]? { if case .list(let elements) = self { elements } else { nil } }
    var text: String? { if case .string(let text) = self { text } else { nil } }
    subscript(key: String) -> ConfigValue? { object?[key] }
}

/// What is in an HDF5 file, as `read_hdf5.py` prints it.
enum HDF5Contents {
    static func read(_ reader: HDF5Reader) throws -> ConfigValue {
        var groups = Config()
        var datasets = Config()
        var open = [try reader.root]
        while let group = open.popLast() {
            groups[group.path] = .object([
                "names": .list(group.names.map(ConfigValue.string)), "attributes": try attributes(group.attributes),
            ])
            for name in group.names {
                switch try group.child(name) {
                case .group(let child): open.append(child)
                case .dataset(let dataset): datasets[dataset.path] = try contents(dataset)
                case nil: throw HornbillError(.file, "'\(name)' is not there")
                }
            }
        }
        return .object(["groups": .object(groups), "datasets": .object(datasets)])
    }

    private static func contents(_ dataset: HDF5Dataset) throws -> ConfigValue {
        let tensor = try dataset.tensor()
        let values: [ConfigValue]
        switch tensor.dtype {
        case .string: values = try tensor.strings().map(ConfigValue.string)
        case .bool: values = try tensor.scalars(Bool.self).map(ConfigValue.bool)
        case .float32, .float64, .float16, .bfloat16: values = try tensor.doubles().map(ConfigValue.double)
        case .int32, .int64, .uint8: values = try tensor.doubles().map { .int(Int($0)) }
        }
        return .object([
            "shape": .list(dataset.shape.map(ConfigValue.int)),
            "dtype": .string(tensor.dtype == .string ? "string" : dataset.type.description), "values": .list(values),
            "attributes": try attributes(dataset.attributes),
        ])
    }

    private static func attributes(_ attributes: HDF5Attributes) throws -> ConfigValue {
        var result = Config()
        for name in try attributes.names() {
            result[name] =
                switch try attributes[name] {
                case .string(let text), .fixedString(let text): .string(text)
                case .int(let value): .int(value)
                case .double(let value): .double(value)
                case .bool(let flag): .bool(flag)
                case .strings(let texts): .list(texts.map(ConfigValue.string))
                case .ints(let values): .list(values.map(ConfigValue.int))
                case .doubles(let values): .list(values.map(ConfigValue.double))
                case .null, nil: .null
                }
        }
        return .object(result)
    }

    /// The same with every object's keys in order, since Python and files have orders of their own.
    static func sorted(_ value: ConfigValue) -> ConfigValue {
        switch value {
        case .object(let config):
            .object(Config(config.keys.sorted().map { ($0, sorted(config[$0] ?? .null)) }))
        case .list(let elements): .list(elements.map(sorted))
        default: value
        }
    }
}
