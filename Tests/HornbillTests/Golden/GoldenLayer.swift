import Hornbill

extension GoldenCase {
    /// The layer of the case's arguments, made as a file's is.
    func makeLayer() throws -> Layer {
        try ObjectRegistry.layer(GoldenConfig.object(className, config.configValue.objectValue ?? [:]))
    }
}

extension GoldenValue {
    /// As a configuration; whole numbers are integers.
    var configValue: ConfigValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value): Int(exactly: value).map(ConfigValue.int) ?? .double(value)
        case .string(let value): .string(value)
        case .list(let elements): .list(elements.map(\.configValue))
        case .object(let entries):
            .object(Config(entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value.configValue) }))
        }
    }
}
