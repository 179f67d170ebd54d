/// What kind of answer a target asks for: it decides the head of the model, the loss, the metrics and the report.
public enum PredictionType: String, Sendable, Codable, CaseIterable {
    /// A number.
    case regression
    /// One of two classes.
    case binary
    /// One of three or more classes.
    case multiclass

    public var isClassification: Bool { self != .regression }
}
