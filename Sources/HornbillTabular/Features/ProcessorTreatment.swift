import Hornbill

/// The features that a user's processor makes of a column. They are made before the model, which takes them as they are.
final class ProcessorTreatment: FeatureTreatment {
    let columns: [Int]
    private let processor: FittedProcessor

    init(column: Int, processor: FittedProcessor) {
        columns = [column]
        self.processor = processor
    }

    var storage: CodeStorage { .floats(featureShape) }
    var featureShape: Shape { processor.shape }
    var summary: String { "what the processor '\(processor.name)' makes of it, \(featureShape)" }

    func observe(_ values: [RawValue], target: TargetValue?) throws {
        if case .text(let text)? = values.first { try processor.observe(text) } else { try processor.observe(nil) }
    }

    func finish() throws { try processor.finish() }
    func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T { raw[0] }
    func encode(_ code: SymbolicTensor) -> SymbolicTensor { code }
}
