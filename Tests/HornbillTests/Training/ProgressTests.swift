import Hornbill
import Synchronization
import Testing

@Suite struct ProgressTests {
    private final class Text: Sendable {
        let value = Mutex("")
        var written: String { value.withLock { $0 } }

        func output(isTerminal: Bool, isUnicode: Bool = false) -> ProgressOutput {
            ProgressOutput(isTerminal: isTerminal, isUnicodeTerminal: isUnicode) { text in
                self.value.withLock { $0 += text }
            }
        }
    }

    private func fitted(isTerminal: Bool, verbose: Verbosity, epochs: Int = 2) throws -> String {
        let text = Text()
        try ProgressOutput.$redirected.withValue(text.output(isTerminal: isTerminal)) {
            try Session.withNew(seed: 1) {
                let model = Architectures.mlp(1, [1])
                try model.compile(optimizer: "sgd", loss: "mse", metrics: ["mae"])
                let x = Tensor.ones([10, 1])
                try model.fit(x, x, epochs: epochs, batchSize: 2, verbose: verbose, validationData: (x, x))
            }
        }
        return text.written
    }

    @Test func `in a pipe each epoch is one plain line`() throws {
        let text = try fitted(isTerminal: false, verbose: 1)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 4 && text.hasSuffix("\n") && !text.contains("\r") && !text.contains("\u{1B}"))
        #expect(lines[0] == "Epoch 1/2" && lines[2] == "Epoch 2/2")
        let pattern = #/5\/5 \[={20}\] \d+s \d+(us|ms|s)\/step - loss: \S+ - mae: \S+ - val_loss: \S+ - val_mae: \S+/#
        #expect(lines[1].wholeMatch(of: pattern) != nil, "\(lines[1])")
    }

    @Test func `verbose 2 is a line without a bar, and 0 nothing`() throws {
        let lines = try fitted(isTerminal: false, verbose: 2).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[1].wholeMatch(of: #/5\/5 - \d+s - \d+(us|ms|s)\/step - loss: .*/#) != nil, "\(lines[1])")
        #expect(try fitted(isTerminal: true, verbose: 0).isEmpty)
        #expect(try !fitted(isTerminal: false, verbose: 1, epochs: 1).contains("Epoch"))
    }

    @Test func `on a terminal the line is redrawn and ends with the last state`() throws {
        let text = try fitted(isTerminal: true, verbose: 1, epochs: 1)
        #expect(text.hasPrefix("\r1/5 [====................]"))
        #expect(text.hasSuffix("\n"))
        let last = text.split(separator: "\r").last ?? ""
        #expect(last.hasPrefix("5/5 [====================]") && last.contains("val_loss"))
    }

    @Test func `a bar of an unknown number of steps counts them`() {
        let text = Text()
        let bar = ProgressBar(total: nil, verbosity: .bar, output: text.output(isTerminal: true, isUnicode: true))
        bar.stepDone()
        bar.update(1, ["loss": 0.5])
        bar.finish(2, ["loss": .nan, "tiny": 1e-5, "large": 1e30, "lost": -.infinity])
        let drawn = text.written
        #expect(drawn.contains("1/Unknown") && drawn.contains("━") && drawn.contains("loss: 0.5000"))
        #expect(drawn.contains("loss: nan - tiny: 1.0000e-05") && drawn.contains("lost: -inf"))
    }

    @Test func `durations and numbers are written as Keras writes them`() {
        #expect([2.4, 0.0123, 4.5e-5].map(ProgressBar.duration) == ["2s", "12ms", "45us"])
        #expect([59, 61, 3661].map(ProgressBar.remaining) == ["59s", "1:01", "1:01:01"])
        #expect([.nan, -3, .infinity].map(ProgressBar.remaining) == ["0s", "0s", "0s"])
        #expect([0.5, 0, -12].map(ProgressBar.number) == ["0.5000", "0.0000e+00", "-12.0000"])
    }

    @Test func `evaluate and predict show progress too, and unknown levels are a bar`() throws {
        let text = Text()
        try ProgressOutput.$redirected.withValue(text.output(isTerminal: false)) {
            try Session.withNew(seed: 1) {
                let model = Architectures.mlp(1, [1])
                try model.compile(optimizer: "sgd", loss: "mse")
                try model.evaluate(Tensor.ones([40, 1]), Tensor.ones([40, 1]))
                _ = try model.predict(Tensor.ones([40, 1]), verbose: 7) as Tensor
            }
        }
        let lines = text.written.split(separator: "\n")
        #expect(
            lines.count == 2 && lines[0].contains("2/2 [") && lines[0].contains("loss:") && lines[1].hasPrefix("2/2 ["))
    }
}
