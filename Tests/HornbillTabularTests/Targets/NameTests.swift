import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct NameTests {
    /// Trains on two numbers, of which the targets are made, and expects that report and scores have the targets' names.
    private func train(
        targets: [String], columns: [String] = ["a", "b"], architecture: (any Architecture)? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Model {
        try withTemporaryFolder { folder in
            func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
            var text = (columns + targets).map(quoted).joined(separator: ",") + "\n"
            for row in 0..<120 {
                let numbers = columns.indices.map { row * (7 + 4 * $0) % 13 }
                let values = targets.indices.map { (numbers[0] + 3 * $0) % 13 > 5 ? "yes" : "no" }
                text += (numbers.map(String.init) + values).joined(separator: ",") + "\n"
            }
            let path = try writeTable(text, folder)
            var options = TabularOptions(targets: targets)
            (options.epochs, options.split) = (2, .file(path))
            let report = try TabularTrainer(options, architecture: architecture).train(path, output: "\(folder)/out")
            #expect(report.evaluations.map(\.target) == targets, sourceLocation: sourceLocation)
            let json = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
            #expect(
                Set((json?["targets"] as? [String: Any] ?? [:]).keys) == Set(targets), sourceLocation: sourceLocation)
            let model = try TabularModel(folder: "\(folder)/out")
            let evaluations = try model.evaluate(path)
            for (trained, saved) in zip(report.evaluations, evaluations) {
                #expect(trained.target == saved.target, sourceLocation: sourceLocation)
                let (a, b) = (trained.metric(named: "log_loss").value, saved.metric(named: "log_loss").value)
                #expect(abs(try #require(a) - (try #require(b))) < 1e-6, sourceLocation: sourceLocation)
            }
            try model.score(path, output: "\(folder)/scored.csv")
            let added = try TableFile(path: "\(folder)/scored.csv").columns.dropFirst(columns.count + targets.count)
            #expect(
                Array(added)
                    == targets.flatMap { target in
                        ["prediction", "probability_no", "probability_yes"].map {
                            targets.count > 1 ? "\(target)_\($0)" : $0
                        }
                    }, sourceLocation: sourceLocation)
            return model.model
        }
    }

    @Test(arguments: ["price/unit", "größe des Hauses 🏠", " ", "a\"b, c", "main", "code_0", "table", "training", "."])
    func aTargetMayHaveAnyName(_ name: String) throws {
        let model = try train(targets: [name])
        #expect(model.outputNames.count == 1 && !model.outputNames[0].contains("/"))
    }

    @Test func aTargetMayHaveNoName() throws {
        #expect(try train(targets: [""]).outputNames == ["column"])
    }

    @Test func targetsThatWouldBeCalledTheSameAreToldApart() throws {
        #expect(try train(targets: ["a/c", "a_c", "a//c"]).outputNames == ["a_c_2", "a_c", "a__c"])
        // The default architecture has layers of its own for each target.
        #expect(try train(targets: ["x_deep", "x"]).outputNames == ["x_deep", "x_2"])
    }

    @Test func columnsMayHaveTheNamesThatLayersAreGiven() throws {
        let names = [
            "rescaling", "cast", "where_1", "functional", "concatenate", "activation", "dense", "a/b", "a_b", "",
        ]
        let model = try train(targets: ["sum", "dense_1"], columns: names)
        #expect(Set(model.inputNames) == Set(names.dropLast(3) + ["a_b_2", "a_b", "column"]))
    }

    @Test func anArchitectureNamesOutputsByTheTargets() throws {
        struct Net: Architecture {
            func buildModel(inputShapes: [String: Shape], targets: [Target]) throws -> Model {
                let x = Input(shape: inputShapes["main"] ?? [], name: "main")
                let outputs = targets.reversed().map { Dense(1, activation: .sigmoid, name: $0.output)(x) }
                return try Model(inputs: x, outputs: outputs)
            }
            func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model {
                throw HornbillError(.state, "not called")
            }
            func compileModel(_ model: Model) throws {
                try model.compile(
                    optimizer: "adam", loss: ["a_c": "binary_crossentropy", "d": "binary_crossentropy"])
            }
        }
        #expect(try train(targets: ["a/c", "d"], architecture: Net()).outputNames == ["a_c", "d"])
    }
}
