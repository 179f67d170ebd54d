import Foundation
import Hornbill
import HornbillEngine
import Testing

/// Configurations in which one value is something else: an object or an error comes of them, never a trap.
@Suite struct MutationTests {
    static let extremes: [ConfigValue] = [
        .null, .int(-1), .int(0), .int(1 << 62), .int(.max), .int(.min), .double(.nan), .double(.infinity),
        .double(-1e300), "x", [], .list([.int(.max), .int(.max)]), .object([:]), true,
    ]

    @Test(arguments: GoldenConfig.kinds)
    func `a configuration with an odd value gives an object or an error`(_ kind: String) throws {
        var (made, refused) = (0, 0)
        var seen: [String: Int] = [:]
        for golden in try GoldenConfig.all(kind) {
            guard let config = golden.serialized.objectValue?["config"]?.objectValue else { continue }
            let number = seen[golden.className, default: 0]
            seen[golden.className] = number + 1
            // All configurations are made, a few of each class are built and called too.
            if number >= 6 { continue }
            for key in config.keys {
                for value in Self.extremes {
                    var mutant = golden.serialized.objectValue ?? [:]
                    var changed = config
                    changed[key] = value
                    mutant["config"] = .object(changed)
                    if number >= 2 { mutant["build_config"] = nil }
                    let log = "\(kind) \(golden.className) \(golden.name) \(key) \(value)"
                    if Self.skips(log) { continue }
                    do {
                        try Session.withNew(seed: 1) { try use(GoldenConfig.make(kind, .object(mutant)), golden) }
                        made += 1
                    } catch is HornbillError {
                        refused += 1
                    }
                }
            }
        }
        print("Mutants of \(kind): \(made) made, \(refused) refused")
        #expect(made > 0 && refused > 0)
    }

    private static let truth = Tensor([0, 1, 1, 0] as [Float], shape: [2, 2])
    private static let prediction = Tensor([0.2, 0.8, 0.6, 0.4] as [Float], shape: [2, 2])

    /// What is wrong may come to light when the object is used.
    private func use(_ object: any Configurable, _ golden: GoldenConfig) throws {
        switch object {
        case let layer as Layer:
            _ = layer.serialized
            if layer.builtShapes?.single != nil { _ = try? layer.countParams() }
        case let loss as Loss: _ = try loss(Self.truth, Self.prediction).validated()
        case let metric as Metric:
            try metric.updateState(Self.truth, Self.prediction)
            _ = try metric.result().validated()
        case let optimizer as Optimizer:
            let variable = try Variable(Self.prediction, name: "kernel")
            try optimizer.apply([Self.truth], to: [variable])
            _ = try variable.value.validated()
        case let schedule as any LearningRateSchedule: _ = try schedule(Tensor(scalar: Int64(3))).validated()
        case let initializer as Initializer: _ = try initializer([3, 4]).validated()
        case let regularizer as Regularizer: _ = try regularizer(Self.prediction).validated()
        case let constraint as Constraint: _ = try constraint(Self.prediction).validated()
        default: break
        }
    }

    /// For finding traps one after the other: what runs is written to a file, and what is known is passed over.
    private static let journal = ProcessInfo.processInfo.environment["HORNBILL_MUTATION_JOURNAL"]
    private static let known: Set<String> = {
        guard let journal, let text = try? String(contentsOfFile: journal + ".skip", encoding: .utf8) else { return [] }
        return Set(text.split(separator: "\n").map(String.init))
    }()

    private static func skips(_ line: String) -> Bool {
        guard let journal else { return false }
        if known.contains(line) { return true }
        try? line.write(toFile: journal, atomically: false, encoding: .utf8)
        return false
    }
}
