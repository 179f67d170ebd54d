import Foundation
import Testing

/// Runs every program as a user would; each ends with an error if what it promises is not so.
@Suite(.serialized) struct ExamplesTests {
    static let programs = [
        ("Styles", "Total params: 256"), ("Tickets", "department_accuracy"), ("FeatureExtraction", "difficulty"),
        ("TicketSubclass", "customer_ticket_model has"), ("Sine", "Epoch 2/"), ("SineFunctional", "validation loss"),
        ("TwoInputs", "(Concatenate)"), ("ThreeInputs", "validation error"), ("TwoOutputs", "predicted"),
        ("BetterTwoOutputs", "best validation losses"), ("CustomMetric", "val_rmse"),
        ("Validation", "val_binary_accuracy"),
        ("Heads", "multiclass"), ("Shapes", "as expected"), ("CustomLoop", "epoch 10"),
        ("DigitsCNN", "accuracy on digits"), ("ResNet", "accuracy on textures"), ("Inception", "inception"),
        ("Siamese", "accuracy on pairs"), ("Autoencoder", "mean squared error"),
        ("Reviews", "transformer: held-out accuracy"), ("NumberReader", "lines read without a fault"),
        ("Movies", "val_genre_accuracy"),
    ]

    @Test("The program runs and keeps its promises", arguments: programs)
    func runs(_ name: String, _ expected: String) throws {
        let process = Process()
        process.executableURL = Self.binaries.appendingPathComponent(name)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output)")
        #expect(output.contains(expected), "\(output)")
    }

    /// Where the package's products are: beside the bundle of the tests.
    static let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
}
