import Hornbill

/// Pictures as arrays of numbers from 0 to 1: an input of their own.
final class PictureTreatment: FeatureTreatment {
    let columns: [Int]
    let featureShape: Shape

    init(column: Int, treatment: ImageTreatment) {
        columns = [column]
        featureShape = [treatment.height, treatment.width, treatment.channels]
    }

    var storage: CodeStorage { .floats(featureShape) }
    var summary: String { "pictures of \(featureShape[0]) × \(featureShape[1]) pixels" }

    func observe(_ values: [RawValue], target: TargetValue?) {}
    func finish() throws {}
    func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T { raw[0] }
    func encode(_ code: SymbolicTensor) -> SymbolicTensor { Rescaling(1.0 / 255)(code) }
}
