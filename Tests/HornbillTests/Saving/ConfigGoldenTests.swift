import Hornbill
import HornbillEngine
import Testing

@Suite struct ConfigGoldenTests {
    @Test(arguments: GoldenConfig.kinds)
    func `each object that Keras wrote is made again and written to the letter`(_ kind: String) throws {
        let all = try GoldenConfig.all(kind)
        for golden in all {
            Session.withNew(seed: 1) {
                check(golden, kind, "as written") {
                    try GoldenConfig.make(kind, golden.serialized).serialized.differences(from: golden.serialized)
                }
            }
        }
        print("Configurations of \(kind) made again and written as Keras does: \(all.count)")
        #expect(all.count >= (kind == "layers" ? 896 : 5))
    }

    @Test(arguments: GoldenConfig.kinds)
    func `what is not given has Keras's default`(_ kind: String) throws {
        // The tables of odd layers hold no arguments.
        for golden in try GoldenConfig.all(kind) where kind != "layers" || !golden.given.keys.isEmpty {
            if ["LossScaleOptimizer", "MultiOptimizer"].contains(golden.className) { continue }
            Session.withNew(seed: 1) {
                check(golden, kind, "by its arguments") {
                    let made = try GoldenConfig.make(kind, golden.brief).serialized.objectValue?["config"] ?? .null
                    let wanted = golden.serialized.objectValue?["config"] ?? .null
                    return made.differences(from: wanted).filter { !isPassing($0, golden) }
                }
            }
        }
    }

    /// What a layer knows only after a call, seeds that the tables do not give, and arguments that Keras forgets.
    private func isPassing(_ difference: String, _ golden: GoldenConfig) -> Bool {
        let forgotten = [
            "CosineSimilarity": #"["axis"]"#, "SparseCategoricalCrossentropy": #"["axis"]"#, "Huber": #"["delta"]"#,
            "Identity": #"["gain"]"#, "SimpleRNN": "activity_regularizer",
        ]
        if let what = forgotten[golden.className], difference.contains(what) { return true }
        return ["attention_axes", "build_config", ".seed:"].contains(where: difference.contains)
            || (golden.className == "GroupNormalization" && difference.contains(".groups"))
    }

    private func check(_ golden: GoldenConfig, _ kind: String, _ how: String, _ body: () throws -> [String]) {
        do {
            let differences = try body()
            if !differences.isEmpty {
                Issue.record(
                    "\(golden.className) '\(golden.name)' \(how): \(differences.prefix(6).joined(separator: "\n   "))")
            }
        } catch {
            Issue.record("\(golden.className) '\(golden.name)' \(how): \(error)")
        }
    }

    @Test(arguments: GoldenConfig.kinds)
    func `every public class of Keras has a configuration here, or a reason why not`(_ kind: String) throws {
        let counts = try GoldenConfig.all(kind).reduce(into: [:]) { $0[$1.className, default: 0] += 1 }
        let excluded = try Golden.names(kind, "excluded")
        let aliases = ["IdentityInitializer", "OrthogonalInitializer", "GroupedQueryAttention"]
        let missing = try Golden.names(kind, "classes").filter { name in
            counts[name] == nil && !excluded.contains(name) && !aliases.contains(name)
        }
        #expect(missing == [])
    }
}
