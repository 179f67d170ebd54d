import HornbillEngine

/// A weight for each class: `[0: 1.0, 1: 5.0]`, or for several outputs `.outputs(["department": [3: 2.0]])`. Classes that
/// are not named weigh 1. (Keras takes them for one output only.)
public enum ClassWeights: ExpressibleByDictionaryLiteral, Sendable {
    case classes([Int: Double])
    case outputs([String: [Int: Double]])

    public init(dictionaryLiteral elements: (Int, Double)...) {
        self = .classes(Dictionary(elements) { $1 })
    }

    /// Multiplies the sample weights by those of each sample's class.
    func apply(to data: inout StepData, names: [String]) throws {
        switch self {
        case .classes(let weights):
            guard names.count == 1 else {
                throw HornbillError(
                    .argument,
                    "the model has \(names.count) outputs: say to which the class weights belong, as .outputs([\"\(names.first ?? "")\": …])"
                )
            }
            try apply(weights, to: &data, output: 0, name: names[0])
        case .outputs(let all):
            for (name, weights) in all.sorted(by: { $0.key < $1.key }) {
                guard let index = names.firstIndex(of: name) else {
                    throw HornbillError(
                        .unknownName,
                        "there is no output '\(name)' for class weights; the outputs are: \(names.joined(separator: ", "))"
                    )
                }
                try apply(weights, to: &data, output: index, name: name)
            }
        }
    }

    private func apply(_ weights: [Int: Double], to data: inout StepData, output: Int, name: String) throws {
        guard let truth = data.y[output] else {
            throw HornbillError(.data, "class weights were given for the output '\(name)', which has no targets")
        }
        guard truth.rank <= 2 else {
            throw HornbillError(
                .argument,
                "class weights need one class for each sample, but the targets of the output '\(name)' have the shape \(truth.shape)"
            )
        }
        let isOneHot = truth.rank > 1 && (truth.shape.last ?? 1) > 1
        let classes = isOneHot ? ops.argmax(truth, axis: -1) : truth
        let labels = try classes.cast(to: .int64).scalars(Int64.self)
        let shape: Shape =
            isOneHot
            ? classes.shape
            : (truth.rank > 1 && truth.shape.last == 1 ? Shape(Array(truth.shape.dropLast())) : truth.shape)
        let values = labels.map { Float(weights[Int($0)] ?? 1) }
        let weight = Tensor(values, shape: shape)
        data.sampleWeights[output] = try
            (data.sampleWeights[output].map { matchRanks($0.cast(to: .float32), weight) }.map { $0 * $1 } ?? weight)
            .validated()
    }
}
