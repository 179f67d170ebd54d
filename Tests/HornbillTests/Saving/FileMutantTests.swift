import Foundation
import Hornbill
import HornbillEngine
import HornbillTestSupport
import Testing

/// Files of Keras's, damaged as disks and attackers do it: flipped bits and cut ends of the archive; odd and borrowed
/// values in the configuration; odd numbers among the weights' metadata, with checksums that fit again.
@Suite struct FileMutantTests {

    /// A file that Keras saved, in its parts.
    private struct Original {
        let name: String
        let bytes: [UInt8]
        let config: ConfigValue
        let weights: [UInt8]
        let assets: [(name: String, bytes: [UInt8])]
        /// Where there is something among the weights' bytes: most are zero.
        let filled: [Int]
        let values: [[Float]]
        let layers: String

        init(_ golden: GoldenCase) throws {
            name = golden.name
            bytes = Array(try Data(contentsOf: URL(filePath: golden.file)))
            let archive = try ZipArchive(bytes)
            config = try JSON.parse(archive.bytes(of: try #require(archive["config.json"])))
            let weights = try archive.bytes(of: try #require(archive["model.weights.h5"]))
            self.weights = weights
            filled = weights.indices.filter { weights[$0] != 0 }
            assets = try archive.entries.filter { $0.name.hasPrefix("assets/") }.map {
                ($0.name, try archive.bytes(of: $0))
            }
            let model = try Session.withNew(seed: 1) { try loadModel(golden.file) }
            values = try model.getWeights().map { try $0.cast(to: .float32).floats() }
            layers = JSON.text(model.archiveConfig())
        }

        func archive(_ config: ConfigValue, _ weights: [UInt8]) throws -> [UInt8] {
            var writer = ZipWriter()
            writer.add("config.json", Array(JSON.text(config).utf8))
            writer.add("model.weights.h5", weights)
            for (name, bytes) in assets { writer.add(name, bytes) }
            return try writer.data()
        }
    }

    private static let extremes: [ConfigValue] = [
        .null, .int(-1), .int(0), .int(1 << 20), .int(1 << 40), .int(.max), .int(.min), .double(.nan),
        .double(.infinity), "x", "", [], .list([.int(.max), .int(.max)]), .object([:]), true, false, "relu",
        "/etc/passwd",
    ]

    /// The places of all values in a configuration.
    private static func paths(_ value: ConfigValue, _ path: [Int] = []) -> [[Int]] {
        let inner: [ConfigValue] =
            switch value {
            case .list(let elements): elements
            case .object(let object): object.keys.map { object[$0] ?? .null }
            default: []
            }
        return [path] + inner.enumerated().flatMap { paths($1, path + [$0]) }
    }

    private static func value(_ value: ConfigValue, _ path: ArraySlice<Int>) -> ConfigValue {
        guard let first = path.first else { return value }
        switch value {
        case .list(let elements): return Self.value(elements[first], path.dropFirst())
        case .object(let object): return Self.value(object[object.keys[first]] ?? .null, path.dropFirst())
        default: return value
        }
    }

    private static func replacing(_ value: ConfigValue, _ path: ArraySlice<Int>, _ new: ConfigValue?) -> ConfigValue {
        guard let first = path.first else { return new ?? .null }
        let isLast = path.count == 1
        switch value {
        case .list(var elements):
            if isLast, new == nil {
                elements.remove(at: first)
            } else {
                elements[first] = replacing(elements[first], path.dropFirst(), new)
            }
            return .list(elements)
        case .object(var object):
            let key = object.keys[first]
            object[key] = isLast && new == nil ? nil : replacing(object[key] ?? .null, path.dropFirst(), new)
            return .object(object)
        default: return value
        }
    }

    /// A configuration in which a few values are odd, missing, or another's.
    private func config(_ original: Original, _ all: [Original], _ generator: inout SplitMix) -> ConfigValue {
        var config = original.config
        for _ in 0..<1 + generator.next(below: 2) {
            let paths = Self.paths(config).dropFirst()
            let path = paths[paths.startIndex + generator.next(below: paths.count)]
            let new: ConfigValue?
            switch generator.next(below: 4) {
            case 0: new = nil
            case 1:
                let other = all[generator.next(below: all.count)].config
                let others = Self.paths(other)
                new = Self.value(other, others[generator.next(below: others.count)][...])
            default: new = Self.extremes[generator.next(below: Self.extremes.count)]
            }
            config = Self.replacing(config, path[...], new)
        }
        return config
    }

    private func flipped(_ bytes: [UInt8], _ places: [Int], _ generator: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        let odd: [UInt64] = [0, 1, 0xFF, 0xFFFF, 0xFFFF_FFFF, 1 << 32, 1 << 40, UInt64(Int.max), 1 << 63, .max]
        for _ in 0..<1 + generator.next(below: 3) {
            let place = places[generator.next(below: places.count)]
            switch generator.next(below: 3) {
            case 0: bytes[place] ^= 1 << UInt8(generator.next(below: 8))
            case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            default:
                let value = odd[generator.next(below: odd.count)]
                for index in 0..<8 where place / 8 * 8 + index < bytes.count {
                    bytes[place / 8 * 8 + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
                }
            }
        }
        return bytes
    }

    /// Which mutant runs, for finding traps: its file is written before it is read.
    private static let journal = ProcessInfo.processInfo.environment["HORNBILL_MUTATION_JOURNAL"]

    @Test(.timeLimit(.minutes(60)))
    func `damaged files are refused, or are what they were`() throws {
        let names = [
            "sequential_mlp", "sequential_classifier", "cnn", "conv_1d", "resnet", "normalizations", "lstm_embedding",
            "recurrent_variants", "bidirectional", "encoder_decoder", "custom_cells", "conv_lstm", "transformer",
            "tickets", "siamese", "operators", "nested_functional", "preprocessing_numbers", "preprocessing_categories",
            "optimizer_loss_scale",
        ]
        let originals = try SavedModelTests.cases.filter { names.contains($0.name) }.map { try Original($0) }
        #expect(originals.count == 20)
        var generator = SplitMix(seed: 2026)
        var counts = ["archive": (0, 0), "config": (0, 0), "weights": (0, 0)]
        var slowest = 0.0
        try withTemporaryFolder { folder in
            let path = Self.journal.map { $0 + ".keras" } ?? folder + "/mutant.keras"
            for number in 0..<(isThorough ? 10_000 : 300) {
                let original = originals[generator.next(below: originals.count)]
                let kind = ["archive", "config", "weights"][generator.next(below: 3)]
                let bytes: [UInt8]
                switch kind {
                case "archive":
                    let cut =
                        generator.next(below: 10) == 0
                        ? generator.next(below: original.bytes.count) : original.bytes.count
                    let whole = flipped(original.bytes, Array(original.bytes.indices), &generator)
                    bytes = Array(whole.prefix(cut))
                case "config": bytes = try original.archive(config(original, originals, &generator), original.weights)
                default:
                    bytes = try original.archive(
                        original.config, flipped(original.weights, original.filled, &generator))
                }
                try Data(bytes).write(to: URL(filePath: path))
                let start = ContinuousClock.now
                do {
                    let model = try Session.withNew(seed: 1) { try loadModel(path) }
                    counts[kind]?.0 += 1
                    guard kind == "archive" else { continue }
                    // A checksum stands for every byte that means something.
                    let values = try model.getWeights().map { try $0.cast(to: .float32).floats() }
                    #expect(values == original.values, "mutant \(number) of \(original.name)")
                    #expect(JSON.text(model.archiveConfig()) == original.layers, "mutant \(number) of \(original.name)")
                } catch is HornbillError {
                    counts[kind]?.1 += 1
                }
                let time = ContinuousClock.now - start
                let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
                slowest = max(slowest, seconds)
                #expect(seconds < Self.mostSeconds, "mutant \(number) of \(original.name) takes \(seconds) s")
            }
        }
        for (kind, count) in counts.sorted(by: { $0.key < $1.key }) {
            print("Mutants of the \(kind): \(count.0) read, \(count.1) refused")
            #expect(count.1 > 10)
        }
        print("The slowest took \(slowest) s")
    }

    #if DEBUG
        private static let mostSeconds = 10.0
    #else
        private static let mostSeconds = 1.0
    #endif
}
