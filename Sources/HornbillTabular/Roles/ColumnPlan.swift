/// What is done with a column: its role and, for an input, its type, treatment and way into the model.
public struct ColumnPlan: Sendable, Codable, Hashable {
    /// The input of the model that gets a column's features where nothing else is said.
    public static let mainInput = "main"

    public var name: String
    /// What the column is called in the model, as an input or output: its name, unless that has a `/` in it.
    public var tensor: String
    public var role: ColumnRole
    /// Nil for a column from which nothing can be learnt.
    public var type: ColumnType?
    /// The name of the model's input that gets the features.
    public var input: String
    /// Whether rows in which the value is missing are left out.
    public var dropsMissing = false
    public var numerical = NumericalTreatment()
    public var categorical = CategoricalTreatment()
    public var text = TextTreatment()
    public var image = ImageTreatment()
    /// The name of a ``FeatureProcessor`` that makes the features instead of a treatment.
    public var processor: String?

    /// - Parameter tensor: made of the name where it is nil.
    public init(
        name: String, role: ColumnRole, type: ColumnType?, input: String = mainInput, tensor: String? = nil
    ) {
        self.name = name
        self.tensor = tensor ?? TensorNames.clean(name)
        self.role = role
        self.type = type
        self.input = input
    }
}
