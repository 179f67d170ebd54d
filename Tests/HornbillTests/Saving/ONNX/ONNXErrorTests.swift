import Foundation
import Hornbill
import HornbillTestSupport
import Testing

/// What cannot be exported is refused by name, and leaves no file.
@Suite struct ONNXErrorTests {
    private func refused(
        _ kind: HornbillError.Kind, _ parts: [String], sourceLocation: SourceLocation = #_sourceLocation,
        _ export: (String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/m.onnx"
            do {
                try export(path)
                Issue.record("nothing was thrown", sourceLocation: sourceLocation)
            } catch let error as HornbillError {
                #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
                for part in parts {
                    #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [], sourceLocation: sourceLocation)
        }
    }

    @Test func `a layer on strings is named`() throws {
        try refused(.graph, ["'words' (StringLookup)", "what comes after it"]) { path in
            let x = Input(shape: [1], dtype: .string)
            let ids = StringLookup(vocabulary: ["a", "b"], name: "words")(x)
            try Model(inputs: x, outputs: Embedding(4, 2)(ids)).exportONNX(to: path)
        }
    }

    @Test func `an operation that ONNX lacks is named with its layer`() throws {
        try refused(.graph, ["erfinv", "'odd'"]) { path in
            let model = Sequential([Input(shape: [2]), Odd(name: "odd")])
            try model.exportONNX(to: path)
        }
    }

    @Test func `random numbers at inference are refused`() throws {
        try refused(.graph, ["random", "'noise'"]) { path in
            let x = Input(shape: [2])
            let model = try Model(inputs: x, outputs: Dropout(0.5, name: "noise")(x, training: true))
            try model.exportONNX(to: path)
        }
    }

    @Test func `state that lasts from run to run is refused`() throws {
        try refused(.graph, ["keeps nothing"]) { path in
            let x = Input(shape: [3, 2], batchSize: 4)
            try Model(inputs: x, outputs: LSTM(2, stateful: true)(x)).exportONNX(to: path)
        }
    }

    @Test func `a model that has not seen its inputs asks for a signature`() throws {
        try refused(.state, ["inputSignature"]) { try Sequential([Dense(2)]).exportONNX(to: $0) }
    }

    @Test func `other formats and opsets are refused`() throws {
        let model = Sequential([Input(shape: [2]), Dense(1)])
        try refused(.argument, ["\"onnx\"", "tf_saved_model"]) { try model.export($0, format: "tf_saved_model") }
        try refused(.argument, ["18 to 23", "not 12"]) { try model.exportONNX(to: $0, opsetVersion: 12) }
    }

    @Test func `a file that would be too large is refused`() throws {
        let model = Sequential([Input(shape: [200]), Dense(200)])
        try refused(.file, ["at most 100000"]) { try model.onnxFile(nil, 18).write(to: $0, limit: 100_000) }
    }
}

/// The inverse of the error function, which ONNX does not have.
private final class Odd: Layer {
    override func call(_ x: Tensor, context: CallContext) throws -> Tensor { ops.erfinv(x) }
}
