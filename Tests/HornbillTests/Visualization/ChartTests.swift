import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct ChartTests {
    private static let x = Tensor.linspace(-1, 1, count: 8).reshaped([8, 1])

    private func history(epochs: Int, validationFrequency: Int = 1) throws -> History {
        let model = Architectures.mlp(1, [3, 1])
        try model.compile(optimizer: "sgd", loss: "mse", metrics: ["mae"])
        return try model.fit(
            Self.x, Self.x, epochs: epochs, verbose: 0, validationData: (Self.x, Self.x),
            validationFrequency: validationFrequency)
    }

    /// How many curves a picture of gnuplot's has, by the titles in its keys.
    private func count(_ text: String, in path: String) throws -> Int {
        try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "<text>\(text)<").count - 1
    }

    @Test func `a history is drawn with a panel for each metric`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let history = try history(epochs: 5)
                try history.plot(to: "\(folder)/history.svg")
                #expect(try count("training", in: "\(folder)/history.svg") == 2)
                #expect(try count("validation", in: "\(folder)/history.svg") == 2)
                // The loss stands above its panel and beside its axis.
                #expect(try count("loss", in: "\(folder)/history.svg") == 2)
                let text = try String(contentsOfFile: "\(folder)/history.svg", encoding: .utf8)
                #expect(text.contains("<text> 4<") && !text.contains("<text> 4.5<"), "epochs are whole")
                try history.plot(to: "\(folder)/mae.svg", keys: ["mae"])
                #expect(try count("training", in: "\(folder)/mae.svg") == 1)
                try history.plot(to: "\(folder)/history.png")
                let size = try imageToArray(loadImage("\(folder)/history.png")).shape
                #expect(size == [420, 1120, 3])
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                        "history.png", "history.svg", "mae.svg",
                    ])
            }
        }
    }

    @Test func `validation that is not run after each epoch is drawn where it was run`() throws {
        try Session.withNew(seed: 1) {
            let history = try history(epochs: 6, validationFrequency: 2)
            let chart = try #require(try history.chart(keys: ["loss"]).panels.first)
            #expect(chart.curves.map(\.x) == [[1, 2, 3, 4, 5, 6], [2, 4, 6]])
        }
    }

    @Test func `odd values and odd names are drawn too`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let history = History()
                let name = "it's {a}_^@ `touch \(folder)/bad` \"$x\"\nEND_OF_DATA"
                let values: [Double] = [.nan, 1e300, -1e-300, .infinity, 2]
                for (epoch, value) in values.enumerated() {
                    history.onEpochEnd(epoch, [name: value, "flat": 3, "loss": .nan])
                }
                try history.plot(to: "\(folder)/odd.svg")
                let picture = try String(contentsOfFile: "\(folder)/odd.svg", encoding: .utf8)
                #expect(picture.contains("{a}_^@ `touch"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["odd.svg"])
                let one = History()
                one.onEpochEnd(0, ["loss": 0])
                try one.plot(to: "\(folder)/one.png")
                #expect(FileManager.default.fileExists(atPath: "\(folder)/one.png"))
            }
        }
    }

    @Test func `predictions are drawn beside the truth`() throws {
        try withTemporaryFolder { folder in
            let x = Tensor([Float(3), 1, 2])
            let y = Tensor([Float(9), 1, 4])
            let chart = try predictionChart([y], [y * 2.0], over: x, titles: ["squares"])
            #expect(chart.panels.map(\.title) == ["squares"])
            #expect(chart.panels[0].curves.map(\.x) == [[1, 2, 3], [1, 2, 3]])
            #expect(chart.panels[0].curves.map(\.y) == [[1, 4, 9], [2, 8, 18]])
            try plot(predictions: y, truth: y, over: x, to: "\(folder)/one.svg")
            #expect(try count("prediction", in: "\(folder)/one.svg") == 1)
            let wide = Tensor.ones([3, 2])
            try plot(predictions: [wide, y], truth: [wide, y], to: "\(folder)/several.svg")
            #expect(try count("truth", in: "\(folder)/several.svg") == 3)
        }
    }

    @Test func `what cannot be plotted is an error that says why`() throws {
        try withTemporaryFolder { folder in
            let y = Tensor.ones([3])
            expectError(.data, "nothing to plot") { try History().plot(to: "\(folder)/a.png") }
            let history = History()
            history.onEpochEnd(0, ["loss": 1])
            expectError(.unknownName, "'acc'", "loss") { try history.plot(to: "\(folder)/a.png", keys: ["acc"]) }
            expectError(.argument, ".pdf", ".png, .svg") { try history.plot(to: "\(folder)/a.pdf") }
            expectError(.shape, "(3,)", "(2,)") {
                try plot(predictions: y, truth: Tensor.ones([2]), to: "\(folder)/a.png")
            }
            expectError(.shape, "3 predictions", "2 places") {
                try plot(predictions: y, truth: y, over: Tensor.ones([2]), to: "\(folder)/a.png")
            }
            DrawingProgram.$searchPath.withValue("/nowhere") {
                expectError(.file, "'gnuplot'", "apt-get install gnuplot-nox") {
                    try history.plot(to: "\(folder)/a.png")
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }
}
