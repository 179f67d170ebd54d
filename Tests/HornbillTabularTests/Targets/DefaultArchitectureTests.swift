import Foundation
import Hornbill
import HornbillTabular
import HornbillTestSupport
import Testing

@Suite struct DefaultArchitectureTests {
    /// The two functions for one target, passed on to the default architecture.
    private struct Passed: Architecture {
        let base = DefaultArchitecture(learningRate: 1e-2)
        func buildModel(inputShapes: [String: Shape], nClasses: Int?) throws -> Model {
            try base.buildModel(inputShapes: inputShapes, nClasses: nClasses)
        }
        func compileModel(_ model: Model) throws { try base.compileModel(model) }
    }

    @Test(
        arguments: [
            (nil, "mean_squared_error", 1), (2, "binary_crossentropy", 1), (3, "sparse_categorical_crossentropy", 3),
        ] as [(Int?, String, Int)]) func theTwoFunctionsForOneTargetWork(_ classes: Int?, _ loss: String, _ width: Int)
        throws
    {
        let architecture = DefaultArchitecture(units: [8])
        let model = try architecture.buildModel(inputShapes: ["main": [4]], nClasses: classes)
        try architecture.compileModel(model)
        #expect(try LossForm.read(model, outputs: model.outputNames) == [LossForm(name: loss)])
        #expect(model.outputs[0].shape.last == width)
        let x = random.normal([32, 4], seed: 1)
        let y = ops.zeros([32, 1])
        let history = try model.fit(x, y, epochs: 1, verbose: 0)
        #expect(history["loss"].count == 1)
    }

    @Test(arguments: [PredictionType.regression, .binary, .multiclass])
    func anArchitectureMayPassThemOn(_ type: PredictionType) throws {
        try withTemporaryFolder { folder in
            var text = "a,y\n"
            for row in 0..<150 {
                let number = row * 7 % 23
                let target =
                    switch type {
                    case .regression: "\(Double(number) * 1.5)"
                    case .binary: number > 11 ? "yes" : "no"
                    case .multiclass: ["low", "mid", "high"][number / 8]
                    }
                text += "\(number),\(target)\n"
            }
            let path = try writeTable(text, folder)
            var options = TabularOptions(targets: ["y"])
            (options.epochs, options.split) = (60, .file(path))
            let report = try TabularTrainer(options, architecture: Passed()).train(path, output: "\(folder)/out")
            #expect(report.evaluations[0].type == type)
            #expect(try #require(report.evaluations[0].primaryMetric.value) > 0.8)
        }
    }

    @Test func anActivationBehindAnIdentityIsSeen() throws {
        let x = Input(shape: [3])
        let hidden = Activation("linear")(Dense(1, activation: .sigmoid)(x))
        let target = Target(name: "y", type: .regression)
        expectError(.argument, "'sigmoid'") { try Head(hidden, target: target).check(target) }
    }
}
