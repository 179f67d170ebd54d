import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct ModelDrawingTests {
    static let cases = Golden.cases("drawings")

    @Test func `all golden drawings are there`() { #expect(Self.cases.count == 24) }

    @Test(arguments: cases)
    func `models are drawn as Keras draws them`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            let make = try #require(Architectures.all[golden.fields["architecture"]?.string ?? ""])
            let model = try make()
            if model.network == nil, golden.fields["architecture"]?.string == "subclassed" {
                let rows = Tensor.ones([2, 12])
                _ =
                    try model.predict(
                        ["title": rows, "text_body": Tensor.ones([2, 10]), "tags": Tensor.ones([2, 4])]) as [Tensor]
            }
            let arguments = golden.fields["arguments"]
            func flag(_ name: String, _ standard: Bool = false) -> Bool { arguments?[name]?.bool ?? standard }
            let text = try modelToDOT(
                model, showShapes: flag("show_shapes"), showDtype: flag("show_dtype"),
                showLayerNames: flag("show_layer_names", true), rankdir: arguments?["rankdir"]?.string ?? "TB",
                expandNested: flag("expand_nested"), dpi: arguments?["dpi"]?.int ?? 200,
                showLayerActivations: flag("show_layer_activations"), showTrainable: flag("show_trainable"),
                splines: arguments?["splines"]?.string ?? "ortho")
            let (own, expected) = (text.split(separator: "\n"), golden.fields["dot"]?.string?.split(separator: "\n"))
            #expect(own.count == expected?.count)
            for (line, wanted) in zip(own, expected ?? []) { #expect(line == wanted) }
        }
    }

    private func model() -> Model {
        Sequential([Input(shape: [4]), Dense(3, activation: .relu), Dense(2)])
    }

    @Test func `pictures are written in each form`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let beginnings = ["png": "\u{89}PNG", "svg": "<?xml", "pdf": "%PDF", "dot": "digraph G {"]
                for (ending, beginning) in beginnings {
                    let path = "\(folder)/model.\(ending)"
                    try plotModel(model(), to: path, showShapes: true, dpi: 50)
                    let data = Array(try Data(contentsOf: URL(filePath: path)))
                    let wanted = ending == "png" ? [0x89] + Array("PNG".utf8) : Array(beginning.utf8)
                    #expect(data.starts(with: wanted), "\(ending)")
                }
                let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                #expect(left == ["model.dot", "model.pdf", "model.png", "model.svg"], "and nothing else is left there")
            }
        }
    }

    @Test func `names cannot break out of the drawing`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                let odd = #"a<b>&"c\ ]; }"#
                let x = Input(shape: [2], name: "in")
                let inner = try Model(inputs: x, outputs: Dense(1, name: odd)(x), name: "1 \"odd\" name")
                let y = Input(shape: [2], name: "out{er}|")
                let model = try Model(inputs: y, outputs: inner(y))
                let text = try modelToDOT(model, expandNested: true)
                #expect(text.contains("<b>a&lt;b&gt;&amp;&quot;c&#92; ]; &#125;</b> (Dense)"))
                #expect(text.contains(#"subgraph "cluster_1 \"odd\" name" {"#))
                try plotModel(model, to: "\(folder)/odd.svg", showLayerNames: true, expandNested: true)
                let picture = try String(contentsOfFile: "\(folder)/odd.svg", encoding: .utf8)
                #expect(picture.contains("a&lt;b&gt;&amp;&quot;c") && picture.contains("out{er}|"))
                #expect(picture.contains(#"transform="scale(1 1)"#), "at another scale it would be cut off")
            }
        }
    }

    @Test func `what cannot be drawn is an error that says why`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                expectError(.argument, ".jpeg", ".png, .svg, .pdf, .dot") {
                    try plotModel(self.model(), to: "\(folder)/a.jpeg")
                }
                expectError(.argument, "rankdir", "UP", "TB, LR") {
                    try plotModel(self.model(), to: "\(folder)/a.png", rankdir: "UP")
                }
                expectError(.argument, "splines") { _ = try modelToDOT(self.model(), splines: "a]") }
                expectError(.argument, "dot an inch", "0") { _ = try modelToDOT(self.model(), dpi: 0) }
                expectError(.state, "not built yet") { _ = try modelToDOT(Sequential([Dense(1)])) }
                expectError(.file, "/nowhere/a.png") { try plotModel(self.model(), to: "/nowhere/a.png") }
                expectError(.file, "/nowhere/a.dot") { try plotModel(self.model(), to: "/nowhere/a.dot") }
                DrawingProgram.$searchPath.withValue("/nowhere") {
                    expectError(.file, "'dot'", "apt-get install graphviz") {
                        try plotModel(self.model(), to: "\(folder)/a.png")
                    }
                }
                let left = try FileManager.default.contentsOfDirectory(atPath: folder)
                #expect(left.isEmpty)
            }
        }
    }

    @Test func `a program that fails is quoted, and the picture that was there stays`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { folder in
                for (script, words) in [
                    ("echo 'no such font' >&2; exit 3", ["status 3", "no such font"]),
                    ("kill -9 $$", ["signal 9"]), ("exit 0", ["made no picture"]),
                ] {
                    try "#!/bin/sh\n\(script)\n".write(toFile: "\(folder)/dot", atomically: true, encoding: .utf8)
                    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/dot")
                    try "old".write(toFile: "\(folder)/a.png", atomically: true, encoding: .utf8)
                    DrawingProgram.$searchPath.withValue(folder) {
                        for word in words {
                            expectError(.file, word) { try plotModel(self.model(), to: "\(folder)/a.png") }
                        }
                    }
                    #expect(try String(contentsOfFile: "\(folder)/a.png", encoding: .utf8) == "old")
                }
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.png", "dot"])
            }
        }
    }
}
