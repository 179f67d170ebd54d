/// A column to predict, as an architecture needs to know it.
public struct Target: Sendable, Codable, Hashable {
    /// The column's name.
    public var name: String
    /// The name of the model's output: the column's, unless it has a `/` in it or is that of an input.
    public var output: String
    public var type: PredictionType
    /// The classes in the order of their numbers; of two, the second is the positive one. Empty for a regression.
    public var classes: [String]

    /// - Parameter output: made of the column's name where it is nil.
    public init(name: String, type: PredictionType, classes: [String] = [], output: String? = nil) {
        self.name = name
        self.output = output ?? TensorNames.clean(name)
        self.type = type
        self.classes = classes
    }

    /// The number of classes; nil for a regression.
    public var nClasses: Int? { type.isClassification ? classes.count : nil }

    /// The name of the loss that fits the type and the head that goes with it.
    public var defaultLoss: String {
        switch type {
        case .regression: "mean_squared_error"
        case .binary: "binary_crossentropy"
        case .multiclass: "sparse_categorical_crossentropy"
        }
    }
}
