import Hornbill
import HornbillTabular
import Testing

/// The rules of the last layer: regression 1 unit without activation; two classes 1 unit with sigmoid or 2 with softmax;
/// more classes as many units with softmax.
@Suite struct HeadTests {
    private let price = Target(name: "price", type: .regression)
    private let deny = Target(name: "deny", type: .binary, classes: ["no", "yes"])
    private let mpaa = Target(name: "mpaa", type: .multiclass, classes: ["PG", "PG-13", "R"])

    private func head(_ layers: Layer...) throws -> Head {
        let input = Input(shape: [4], name: "main")
        var x = input
        for layer in layers { x = layer(x) }
        let model = try Model(inputs: input, outputs: x)
        return try Head(model.outputs[0], target: price)
    }

    @Test func headsThatKeepTheRulesPass() throws {
        try head(Dense(1)).check(price)
        try head(Dense(1, activation: .sigmoid)).check(deny)
        try head(Dense(2, activation: .softmax)).check(deny)
        try head(Dense(3, activation: .softmax)).check(mpaa)
        try head(Dense(3), Softmax()).check(mpaa)
        try head(Dense(1), Activation("sigmoid")).check(deny)
    }

    @Test func aRegressionWithSeveralUnitsIsTold() throws {
        expectError(.argument, "'price' (regression)", "1 unit, not 3", "Write Dense(1)") {
            try head(Dense(3)).check(price)
        }
    }

    @Test func aRegressionWithAnActivationIsTold() throws {
        expectError(.argument, "'price'", "has no activation", "'relu'", "Write Dense(1)") {
            try head(Dense(1, activation: .relu)).check(price)
        }
    }

    @Test func twoClassesWithThreeUnitsAreTold() throws {
        expectError(.argument, "'deny' (binary)", "1 unit with sigmoid or 2 with softmax, not 3") {
            try head(Dense(3, activation: .softmax)).check(deny)
        }
    }

    @Test func twoClassesWithAWrongActivationAreTold() throws {
        expectError(.argument, "'deny'", "'sigmoid', not 'linear'", "Dense(1, activation: .sigmoid)") {
            try head(Dense(1)).check(deny)
        }
        expectError(.argument, "'softmax', not 'sigmoid'", "Dense(2, activation: .softmax)") {
            try head(Dense(2, activation: .sigmoid)).check(deny)
        }
    }

    @Test func classesWithAnotherNumberOfUnitsAreTold() throws {
        expectError(.argument, "'mpaa' (multiclass)", "3 units, not 2", "Dense(nClasses, activation: .softmax)") {
            try head(Dense(2, activation: .softmax)).check(mpaa)
        }
    }

    @Test func classesWithoutSoftmaxAreTold() throws {
        expectError(.argument, "'mpaa'", "'softmax', not 'sigmoid'", "no distribution") {
            try head(Dense(3, activation: .sigmoid)).check(mpaa)
        }
    }

    @Test func lossesThatDoNotFitAreTold() throws {
        expectError(.argument, "'price'", "binary_crossentropy", "mse") {
            _ = try head(Dense(1)).layout(price, loss: LossForm(name: "binary_crossentropy"))
        }
        expectError(.argument, "'deny'", "sparse_categorical_crossentropy", "binary_crossentropy") {
            _ = try head(Dense(1, activation: .sigmoid)).layout(
                deny, loss: LossForm(name: "sparse_categorical_crossentropy"))
        }
        expectError(.argument, "'mpaa'", "binary_crossentropy", "sparse_categorical_crossentropy") {
            _ = try head(Dense(3, activation: .softmax)).layout(mpaa, loss: LossForm(name: "binary_crossentropy"))
        }
        expectError(.argument, "fromLogits") {
            _ = try head(Dense(1, activation: .sigmoid)).layout(
                deny, loss: LossForm(name: "binary_crossentropy", fromLogits: true))
        }
    }

    @Test func lossesAreReadFromACompiledModel() throws {
        let input = Input(shape: [4], name: "main")
        let outputs = [Dense(1, name: "a")(input), Dense(1, activation: .sigmoid, name: "b")(input)]
        let model = try Model(inputs: input, outputs: outputs)
        try model.compile(
            optimizer: "adam", loss: ["a": "mse", "b": Losses.BinaryCrossentropy(fromLogits: true)])
        let forms = try LossForm.read(model, outputs: ["a", "b"])
        #expect(forms.map(\.name) == ["mse", "binary_crossentropy"])
        #expect(forms.map(\.fromLogits) == [false, true])
    }
}
