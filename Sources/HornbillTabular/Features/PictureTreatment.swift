import Hornbill

/// Pictures as arrays of numbers from 0 to 1: an input of their own.
package final class PictureTreatment: FeatureTreatment {
    package let columns: [Int]
    package let featureShape: Shape

    package init(column: Int, treatment: ImageTreatment) {
        columns = [column]
        featureShape = [treatment.height, treatment.width, treatment.channels]
    }

    package var storage: CodeStorage { .floats(featureShape) }
    package var summary: String { "pictures of \(featureShape[0]) × \(featureShape[1]) pixels" }

    package func observe(_ values: [RawValue], target: TargetValue?) {}
    package func finish() throws {}
    package func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T { raw[0] }
    package func encode(_ code: SymbolicTensor) -> SymbolicTensor { Rescaling(1.0 / 255)(code) }
}
