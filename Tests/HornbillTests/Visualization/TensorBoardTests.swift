import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct TensorBoardTests {
    static let trainings = Golden.cases("tensorboard_events").filter { $0.className == "TensorBoard" }
    private static let x = Tensor.linspace(-1, 1, count: 8).reshaped([8, 1])

    private func files(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix("events.out.tfevents.") && $0.hasSuffix(".v2") }.sorted().map {
            "\(folder)/\($0)"
        }
    }

    private func read(_ root: String) throws -> [(folder: String, value: EventFile.Value)] {
        try ["train", "validation"].flatMap { folder in
            try files("\(root)/\(folder)").flatMap { try EventFile.read($0).values.map { (folder, $0) } }
        }
    }

    // MARK: Keras's numbers

    @Test(arguments: trainings)
    func `the callback writes what Keras's writes`(_ golden: GoldenCase) throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { root in
                let arguments = golden.fields["arguments"]
                var frequency = CallbackFrequency.epoch
                if let word = arguments?["update_freq"]?.string { frequency = CallbackFrequency(stringLiteral: word) }
                if let count = arguments?["update_freq"]?.int { frequency = .batches(count) }
                let board = TensorBoard(
                    logDir: root, histogramFreq: arguments?["histogram_freq"]?.int ?? 0,
                    writeGraph: arguments?["write_graph"]?.bool ?? true,
                    writeImages: arguments?["write_images"]?.bool ?? false,
                    writeStepsPerSecond: arguments?["write_steps_per_second"]?.bool ?? false, updateFreq: frequency)
                try train(golden, board)
                let own = try read(root).filter { !["graph_keras_model", "text"].contains($0.value.plugin) }
                let expected = (golden.fields["entries"]?.list ?? []).filter {
                    $0["plugin"]?.string != "graph_keras_model"
                }
                for entry in expected {
                    let match = own.first { folder, value in
                        folder == entry["folder"]?.string && value.tag == entry["tag"]?.string
                            && value.step == entry["step"]?.int
                    }
                    try expect(#require(match, "\(entry)").value, entry)
                }
                // Keras leaves values of the evaluation out where the batch's number is no multiple of the frequency.
                let rest = own.filter { frequency != .batches(2) || !$0.value.tag.hasPrefix("evaluation_") }
                let wanted = expected.filter {
                    frequency != .batches(2) || $0["tag"]?.string?.hasPrefix("evaluation_") != true
                }
                #expect(rest.count == wanted.count)
            }
        }
    }

    private func train(_ golden: GoldenCase, _ board: TensorBoard) throws {
        let digits = try #require(Architectures.all["digits"])
        let model = try digits()
        try model.setWeights(golden.arrays("weight_"))
        try model.compile(
            optimizer: Optimizers.SGD(learningRate: 0.25), loss: "sparse_categorical_crossentropy",
            metrics: ["accuracy"])
        let (x, y) = (try golden.require("x"), try golden.require("y"))
        try model.fit(
            x, y, epochs: 3, batchSize: 5, verbose: 0, callbacks: [board], validationData: (x[0..<4], y[0..<4]),
            shuffle: false)
    }

    private func expect(_ value: EventFile.Value, _ entry: GoldenValue) throws {
        #expect(value.plugin == entry["plugin"]?.string)
        #expect(value.content == entry["content"]?.string)
        #expect(value.dataClass == entry["data_class"]?.int)
        #expect(value.dtype == entry["dtype"]?.int)
        #expect(value.shape == entry["shape"]?.ints)
        if let numbers = entry["values"]?.doubles {
            if value.plugin == "histograms" {
                // A value near an edge may lie on its other side.
                try expectClose(Tensor(edges(value.numbers)), Tensor(edges(numbers)), value.tag)
                let moved = zip(counts(value.numbers), counts(numbers)).map { abs($0 - $1) }.reduce(0, +)
                #expect(moved <= 2 && counts(value.numbers).reduce(0, +) == counts(numbers).reduce(0, +))
            } else {
                try expectClose(Tensor(value.numbers), Tensor(numbers), value.tag)
            }
        }
        if let size = entry["size"]?.list?.compactMap(\.string) {
            #expect(value.strings.prefix(2).map { String(decoding: $0, as: UTF8.self) } == size)
        }
        if let pixels = entry["pixels"]?.ints {
            try withTemporaryFolder { folder in
                let file = folder + "/image.png"
                try Data(value.strings[2]).write(to: URL(filePath: file))
                let own = try imageToArray(loadImage(file, colorMode: .grayscale)).floats()
                #expect(own.count == pixels.count && zip(own, pixels).allSatisfy { abs(Double($0) - Double($1)) <= 1 })
            }
        }
    }

    private func edges(_ rows: [Double]) -> [Double] { rows.enumerated().filter { $0.offset % 3 != 2 }.map(\.element) }
    private func counts(_ rows: [Double]) -> [Double] { rows.enumerated().filter { $0.offset % 3 == 2 }.map(\.element) }

    @Test func `histograms have TensorFlow's edges and counts`() throws {
        let cases = Golden.cases("tensorboard_events").filter { $0.className == "histogram" }
        #expect(cases.count == 5)
        for golden in cases {
            let values = golden.fields["values"]?.doubles ?? []
            let expected = golden.fields["entries"]?.list?.first?["values"]?.doubles ?? []
            try expectClose(Tensor(Histogram.rows(values, count: 30)), Tensor(expected), golden.name)
        }
        #expect(Histogram.rows([.nan, 1, .infinity], count: 2) == [1, 1, 0, 1, 1, 1])
    }

    @Test func `records and events are TensorFlow's bytes`() throws {
        let golden = try #require(Golden.cases("tensorboard_events").first { $0.className == "records" })
        let records = (golden.fields["records"]?.list ?? []).compactMap { $0.string.map(bytes) }
        let file = try #require(golden.fields["file"]?.string)
        #expect(records.flatMap { Array(RecordFile.frame($0)) } == bytes(file))
        #expect(try EventFile.records(bytes(file)) == records)
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(EventRecord.version(at: 1.5) == bytes(golden.fields["version_event"]?.string ?? ""))
        // TensorFlow's class writes the kind of the data, its callback does not.
        let scalar = EventRecord.summaries([.scalar("epoch_loss", 0.25)], step: 300, at: 1.5)
        let wanted = bytes(golden.fields["scalar_event"]?.string ?? "")
        #expect(scalar.count + 2 == wanted.count)
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8).map { $0 >= 97 ? $0 - 87 : $0 - 48 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    // MARK: Behaviour

    private func model() throws -> Model {
        let model = Architectures.mlp(1, [3, 1])
        try model.compile(optimizer: "sgd", loss: "mse")
        return model
    }

    @Test func `the graph of the layers is written once a training`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { root in
                let left = Input(shape: [2], name: "left")
                let right = Input(shape: [2], name: "right")
                let shared = Dense(3, name: "shared")
                let model = try Model(
                    inputs: [left, right], outputs: Dense(1, name: "out")(shared(left) + shared(right)))
                try model.compile(optimizer: "sgd", loss: "mse")
                let data = Tensor.ones([4, 2])
                try model.fit([data, data], Tensor.ones([4, 1]), verbose: 0, callbacks: [TensorBoard(logDir: root)])
                let written = try EventFile.read(#require(files("\(root)/train").first))
                #expect(written.version == "brain.Event:2")
                let config = try #require(written.values.first { $0.tag == "keras" })
                #expect(config.plugin == "graph_keras_model" && config.content == "1" && config.step == 0)
                let json = String(decoding: config.strings.first ?? [], as: UTF8.self)
                #expect(try json == model.toJSON() && json.contains("\"class_name\": \"Functional\""))
                let text = try #require(written.values.first { $0.plugin == "text" })
                #expect(String(decoding: text.strings.first ?? [], as: UTF8.self).hasPrefix("```json\n{"))
                let nodes = written.nodes.map { "\($0.name) \($0.operation) \($0.inputs)" }
                #expect(
                    Set(nodes) == [
                        #"left InputLayer []"#, #"right InputLayer []"#, #"shared Dense ["left"]"#,
                        #"shared/call_1 Dense ["right"]"#, #"add Add ["shared", "shared/call_1"]"#,
                        #"out Dense ["add"]"#,
                    ])
            }
        }
    }

    @Test func `events can be read while training goes on`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { root in
                var seen: [Int] = []
                let reader = LambdaCallback(onTrainBatchEnd: { batch, _ in
                    let values = try self.read(root).map(\.value).filter { $0.tag == "batch_loss" }
                    seen.append(values.count)
                    #expect(values.last?.step == batch + 1)
                })
                try model().fit(
                    Self.x, Self.x, batchSize: 2, verbose: 0,
                    callbacks: [TensorBoard(logDir: root, updateFreq: "batch"), reader])
                #expect(seen == [1, 2, 3, 4])
            }
        }
    }

    @Test func `a file that was cut off in the middle of a record is read up to there`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { root in
                try model().fit(
                    Self.x, Self.x, epochs: 2, verbose: 0, callbacks: [TensorBoard(logDir: root, writeGraph: false)])
                let bytes = Array(try Data(contentsOf: URL(filePath: #require(files("\(root)/train").first))))
                let whole = try EventFile.records(bytes).count
                #expect(whole == 3)
                #expect(try EventFile.records(Array(bytes.dropLast(3))).count == whole - 1)
            }
        }
    }

    @Test func `each training has files of its own, and an evaluation only the validation's`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { root in
                let (model, board) = (try model(), TensorBoard(logDir: root))
                try model.evaluate(Self.x, Self.x, verbose: 0, callbacks: [board])
                #expect(files("\(root)/train").isEmpty && files("\(root)/validation").count == 1)
                for _ in 0..<2 { try model.fit(Self.x, Self.x, verbose: 0, callbacks: [board]) }
                #expect(files("\(root)/train").count == 2 && files("\(root)/validation").count == 1)
            }
        }
    }

    @Test func `tables of embeddings are written for the projector`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { root in
                let model = Sequential([
                    Input(shape: [2], dtype: .int32), Embedding(3, 2, name: "words"), Flatten(), Dense(1),
                ])
                try model.compile(optimizer: "sgd", loss: "mse")
                let ids = Tensor([Int32(0), 1, 2, 0], shape: [2, 2])
                let board = TensorBoard(
                    logDir: root, embeddingsFreq: 1, embeddingsMetadata: ["words": "a \"list\".tsv"])
                try model.fit(ids, Tensor.ones([2, 1]), verbose: 0, callbacks: [board])
                let page = try String(contentsOfFile: "\(root)/projector_config.pbtxt", encoding: .utf8)
                #expect(page.contains(#"tensor_path: "words.tsv""#))
                #expect(page.contains(#"metadata_path: "a \"list\".tsv""#))
                let table = try String(contentsOfFile: "\(root)/words.tsv", encoding: .utf8)
                let rows = table.split(separator: "\n").map { $0.split(separator: "\t").compactMap { Float($0) } }
                #expect(try rows.flatMap { $0 } == model.layers[0].weights[0].value.floats() && rows.count == 3)
                expectError(.unknownName, "'letters'", "words") {
                    try model.fit(
                        ids, Tensor.ones([2, 1]), verbose: 0,
                        callbacks: [
                            TensorBoard(logDir: root, embeddingsFreq: 1, embeddingsMetadata: ["letters": "a.tsv"])
                        ])
                }
            }
        }
    }

    @Test func `what cannot be done is said before training`() throws {
        try Session.withNew(seed: 1) {
            let model = try model()
            func fit(_ board: TensorBoard) throws { try model.fit(Self.x, Self.x, verbose: 0, callbacks: [board]) }
            expectError(.argument, "updateFreq", "\"never\"") { try fit(TensorBoard(updateFreq: "never")) }
            expectError(.argument, "updateFreq", "0") { try fit(TensorBoard(updateFreq: 0)) }
            expectError(.file, "/proc/nothing") { try fit(TensorBoard(logDir: "/proc/nothing")) }
            #expect(try model.optimizer?.iterations.value.item() == 0)
        }
    }

    // MARK: TensorBoard's own reader

    @Test(.enabled(if: Python.path != nil, "set HORNBILL_PYTHON to a Python that has TensorBoard"))
    func `TensorBoard's own reader reads the events`() throws {
        try Session.withNew(seed: 1) {
            try withTemporaryFolder { root in
                let golden = try #require(Self.trainings.first)
                try train(
                    golden,
                    TensorBoard(logDir: root, histogramFreq: 1, writeImages: true, updateFreq: "batch"))
                let script = URL(filePath: referencePath("read_events.py"))
                let process = Process()
                let result = "\(root)/read.json"
                process.executableURL = URL(filePath: try #require(Python.path))
                process.arguments = [script.path, root, result]
                try process.run()
                process.waitUntilExit()
                #expect(process.terminationStatus == 0)
                let found = try JSONDecoder().decode(GoldenValue.self, from: Data(contentsOf: URL(filePath: result)))
                let own = try read(root)
                let listed = found["values"]?.list ?? []
                #expect(listed.count == own.count && own.count > 40)
                for entry in listed {
                    let match = own.first { folder, value in
                        folder == entry["folder"]?.string && value.tag == entry["tag"]?.string
                            && value.step == entry["step"]?.int && value.plugin == entry["plugin"]?.string
                    }
                    let value = try #require(match, "\(entry)").value
                    #expect(entry["shape"]?.ints == value.shape)
                    if !value.numbers.isEmpty { #expect(entry["values"]?.doubles == value.numbers) }
                }
                #expect(found["nodes"]?.list?.compactMap(\.string) == ["dense", "dense_1", "input_layer"])
            }
        }
    }

}
