import Foundation
import Hornbill

/// The processor of one column: taught first, and then asked for features. It is coded with what it has learnt.
package final class FittedProcessor: Codable, Equatable {
    /// Processors by name, as they are before they have learnt.
    typealias Known = [String: any FeatureProcessor]

    /// Where a decoder has the ``Known`` ones.
    private static let knownKey = CodingUserInfoKey(rawValue: "processors")
    private enum Key: String, CodingKey { case name, state }

    let name: String
    private var processor: any FeatureProcessor
    private(set) var isFitted = false

    /// - Throws: kind `unknownName` for a processor that is not known, `argument` for one that columns would share.
    init(_ name: String, known: Known, column: String) throws {
        self.name = name
        processor = try Self.find(name, known, "the column '\(column)' asks for")
        guard !(type(of: processor) is AnyClass) else {
            throw HornbillError(
                .argument,
                "the processor '\(name)' (\(type(of: processor))) is a class: it has to be a structure, so that each column and each fold learns on its own"
            )
        }
    }

    private static func find(_ name: String, _ known: Known, _ who: String) throws -> any FeatureProcessor {
        if let processor = known[name] { return processor }
        let names =
            known.isEmpty
            ? "there is none: TabularTrainer, TabularModel and TabularProgram take them, in Swift, as 'processors'"
            : "those given are: \(known.keys.sorted().joined(separator: ", "))"
        throw HornbillError(.unknownName, "\(who) the processor '\(name)'; \(names)")
    }

    package static func == (a: FittedProcessor, b: FittedProcessor) -> Bool { a === b }

    // MARK: Use

    func observe(_ text: String?) throws {
        do {
            try processor.observe(text)
        } catch {
            throw HornbillError(
                .data, "the processor '\(name)' cannot learn from '\((text ?? "").prefix(60))': \(error)")
        }
    }

    /// - Throws: kind `shape` for a processor that then gives no features.
    func finish() throws {
        do {
            try processor.finish()
        } catch {
            throw HornbillError(.data, "the processor '\(name)' cannot learn: \(error)")
        }
        isFitted = true
        guard shape.rank > 0, shape.dimensions.allSatisfy({ $0 > 0 }) else {
            throw HornbillError(
                .shape, "the processor '\(name)' gives features of the shape \(shape): there are none in it")
        }
    }

    var shape: Shape { processor.shape }

    /// The features of a field; the text itself while the processor still learns.
    /// - Throws: what is wrong, in words that follow the row and the column.
    func value(_ text: String?) throws -> RawValue {
        guard isFitted else { return text.map(RawValue.text) ?? .missing }
        let numbers = try processor.transform(text)
        guard numbers.count == shape.count else {
            throw HornbillError(
                .shape, "it gave \(numbers.count) numbers, but its shape \(shape) has \(shape.count)")
        }
        if let wrong = numbers.first(where: { !$0.isFinite }) {
            throw HornbillError(.data, "it gave \(wrong), which is no number to train on")
        }
        return .numbers(numbers)
    }

    // MARK: Coding

    /// A decoder that knows these processors.
    static func decoder(_ known: Known) -> JSONDecoder {
        let decoder = JSONDecoder()
        if let key = knownKey { decoder.userInfo[key] = known }
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }

    /// An encoder for what a decoder reads.
    static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(String.self, forKey: .name)
        let known = Self.knownKey.flatMap { decoder.userInfo[$0] as? Known } ?? [:]
        let prototype = try Self.find(name, known, "the model was trained with")
        self.name = name
        processor = try type(of: prototype).init(from: container.superDecoder(forKey: .state))
        isFitted = true
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try processor.encode(to: container.superEncoder(forKey: .state))
    }
}
