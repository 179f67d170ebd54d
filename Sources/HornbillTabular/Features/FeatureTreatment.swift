import Hornbill

/// What layers and operations take: values or symbols.
package typealias Operand = LayerOperand & StructureConvertible

/// The way of one or more columns into the model, learnt from the training rows.
///
/// It has two halves, both made of Keras's layers and operations. `code` works on raw values, with tables of words; its
/// results, which are small, are what training keeps of a row. `encode` makes features of them in the compiled step. The
/// saved model has both, so that what is trained and what is saved cannot differ.
package protocol FeatureTreatment: AnyObject {
    /// The columns, by their positions among the model's raw inputs, in the order in which `code` takes them. Fixed by
    /// `finish`.
    var columns: [Int] { get }
    /// How codes are kept.
    var storage: CodeStorage { get }
    /// The shape of one row's features.
    var featureShape: Shape { get }
    /// What is done, in words.
    var summary: String { get }

    /// Takes in a training row: the columns' values in the order that the initializer was given, and the target's.
    func observe(_ values: [RawValue], target: TargetValue?) throws
    /// Makes the layers of what was seen.
    func finish() throws
    /// Raw values to codes.
    func code<T: Operand>(_ raw: [T]) -> T where T.Leaf == T
    /// Codes to features.
    func encode(_ code: SymbolicTensor) -> SymbolicTensor
}

/// A treatment that learns from the targets of single rows, so that what it says of a row it learnt from must come from
/// other rows: a model that is trained on it would believe it too much otherwise. Its codes are floats.
package protocol CrossFittedTreatment: FeatureTreatment {
    /// Takes in a training row: the columns' values, all targets' and the row's place in the table.
    func observe(_ values: [RawValue], targets: [TargetValue?], row: Int)
    /// The code of a row that was learnt from, as the others have it; nil for one that nothing was learnt from.
    func crossFitted(_ values: [RawValue], row: Int) -> [Float]?
}

/// How the codes of a treatment are kept, row by row.
package enum CodeStorage: Sendable, Hashable {
    /// float32 of this shape.
    case floats(Shape)
    /// int32 of this shape.
    case integers(Shape)
    /// float32, most of which are 0: places and values of the others.
    case sparse(width: Int)

    /// The input of the model that is trained.
    package func makeInput(name: String) -> SymbolicTensor {
        switch self {
        case .floats(let shape): Input(shape: shape, name: name)
        case .integers(let shape): Input(shape: shape, dtype: .int32, name: name)
        case .sparse(let width): Input(shape: [width], name: name)
        }
    }
}

/// What a training row's target is, for features that are made of it.
package enum TargetValue {
    case number(Double)
    case category(Int)
}
