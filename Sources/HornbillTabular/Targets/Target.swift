/// A column to predict, as an architecture needs to know it.
public struct Target: Sendable, Codable, Hashable {
    /// The column's name, which is that of the model's output too.
    public var name: String
    public var type: PredictionType
    /// The classes in the order of their numbers; of two, the second is the positive one. Empty for a regression.
    public var classes: [String]

    public init(name: String, type: PredictionType, classes: [String] = []) {
        self.name = name
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
