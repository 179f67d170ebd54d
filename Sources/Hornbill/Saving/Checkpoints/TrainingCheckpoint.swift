import HornbillEngine

/// The file in which a run's state survives: a zip of `training.json` and `state.h5`. It appears whole or not at all, and
/// reading compares the checksums.
enum TrainingCheckpoint {
    private static let table = "training.json"
    private static let tensors = "state.h5"
    private static let format = 1
    private static let maximumTableSize = 256 << 20

    // MARK: Writing

    static func write(_ state: TrainingState, to path: String) throws {
        var arrays = HDF5Writer()
        for (index, variable) in state.variables.enumerated() {
            try arrays.dataset("variables/\(index)", variable.value)
        }
        var callbacks: [ConfigValue] = []
        for (index, callback) in state.callbacks.enumerated() {
            var counts = Config()
            for (name, list) in callback.tensors.sorted(by: { $0.key < $1.key }) {
                counts[name] = .int(list.count)
                for (place, tensor) in list.enumerated() {
                    try arrays.dataset("callbacks/\(index)/\(name)/\(place)", tensor)
                }
            }
            callbacks.append(
                .object([
                    "owner": .string(callback.owner), "values": .object(callback.values), "tensors": .object(counts),
                ]))
        }
        let config: Config = [
            "format": .int(format), "epoch": .int(state.epoch), "step": .int(state.step),
            "is_within_epoch": .bool(state.isWithinEpoch), "stop_training": .bool(state.stopTraining),
            "data": .object(config(state.position, of: state.dataIdentity)),
            "generators": config(state.generators),
            "variables": .list(state.variables.map { .string($0.path) }),
            "callbacks": .list(callbacks),
            "logs": .object(Config(state.logs.keys.map { ($0, .double(state.logs[$0] ?? .nan)) })),
        ]
        var archive = ZipWriter()
        archive.add(table, Array(JSON.text(.object(config), indent: 1).utf8))
        archive.add(tensors, try arrays.image())
        try archive.write(to: path)
    }

    private static func config(_ position: EpochFeeder.Position, of data: String) -> Config {
        [
            "identity": .string(data), "pass": ConfigValue(position.pass), "taken": .int(position.taken),
            "seed": ConfigValue(position.origin.seed.map { Int($0) }),
            "generators": config(position.origin.generators),
        ]
    }

    private static func config(_ generators: [Int: [Int64]]) -> ConfigValue {
        .object(
            Config(generators.sorted { $0.key < $1.key }.map { ("\($0)", .list($1.map { .int(Int($0)) })) }))
    }

    // MARK: Reading

    /// - Throws: kind `file` for what is no whole checkpoint of this format.
    static func read(_ path: String) throws -> TrainingState {
        do {
            let archive = try ZipArchive(path: path)
            guard let entry = archive[table], let arrays = archive[tensors], entry.byteCount <= maximumTableSize,
                case .object(let config) = try JSON.parse(archive.bytes(of: entry))
            else { throw HornbillError(.file, "it has no \(table) or no \(tensors)") }
            let reader = ConfigReader(config, className: "training checkpoint")
            let format = try reader.int("format")
            guard format == Self.format else {
                throw HornbillError(.file, "it has the format \(format), and this program reads \(Self.format)")
            }
            let root = try HDF5Reader(archive.randomAccess(to: arrays), named: tensors).root
            return try state(reader, root)
        } catch {
            var error = HornbillError.wrap(error)
            error.message = "'\(path)' is no checkpoint to resume from: \(error.message)"
            throw error
        }
    }

    private static func state(_ reader: ConfigReader, _ root: HDF5Group) throws -> TrainingState {
        func tensor(_ place: String) throws -> Tensor {
            guard let dataset = try root.dataset(place) else {
                throw HornbillError(.file, "it has no array '\(place)'")
            }
            return try dataset.tensor()
        }
        let data = ConfigReader(try object(reader, "data"), className: "training checkpoint")
        let position = EpochFeeder.Position(
            pass: try data.optionalInt("pass"), taken: try count(data, "taken"),
            origin: BatchOrigin(
                seed: try data.optionalInt("seed").map { Int64($0) },
                generators: try generators(object(data, "generators"))))
        let variables = try reader.strings("variables").enumerated().map { index, path in
            TrainingState.StoredVariable(path: path, value: try tensor("variables/\(index)"))
        }
        guard case .list(let entries)? = reader.value("callbacks") else {
            throw HornbillError(.file, "its list of callbacks is missing")
        }
        let callbacks = try entries.enumerated().map { index, entry in
            guard case .object(let config) = entry else {
                throw HornbillError(.file, "a callback's state is no object")
            }
            let entry = ConfigReader(config, className: "training checkpoint")
            var state = CallbackState(owner: try entry.string("owner"), try object(entry, "values"))
            let counts = try object(entry, "tensors")
            for name in counts.keys {
                guard let count = counts[name]?.intValue, count >= 0 else {
                    throw HornbillError(.file, "the tensors of \(state.owner) are not counted")
                }
                state.tensors[name] = []
                for place in 0..<count {
                    state.tensors[name]?.append(try tensor("callbacks/\(index)/\(name)/\(place)"))
                }
            }
            return state
        }
        let values = try object(reader, "logs")
        var logs = Logs()
        for key in values.keys { logs[key] = values[key]?.doubleValue }
        return TrainingState(
            epoch: try count(reader, "epoch"), step: try count(reader, "step"),
            isWithinEpoch: try reader.bool("is_within_epoch"), stopTraining: try reader.bool("stop_training"),
            dataIdentity: try data.string("identity"), position: position,
            generators: try generators(object(reader, "generators")), variables: variables, callbacks: callbacks,
            logs: logs)
    }

    private static func object(_ reader: ConfigReader, _ key: String) throws -> Config {
        guard let object = reader.value(key)?.objectValue else { throw HornbillError(.file, "'\(key)' is no object") }
        return object
    }

    private static func count(_ reader: ConfigReader, _ key: String) throws -> Int {
        let value = try reader.int(key)
        guard value >= 0 else { throw HornbillError(.file, "'\(key)' is \(value)") }
        return value
    }

    private static func generators(_ config: Config) throws -> [Int: [Int64]] {
        var result: [Int: [Int64]] = [:]
        for key in config.keys {
            guard let number = Int(key), let position = config[key]?.intList, position.count == 2 else {
                throw HornbillError(.file, "the random generator '\(key)' has no place")
            }
            result[number] = position.map { Int64($0) }
        }
        return result
    }
}
