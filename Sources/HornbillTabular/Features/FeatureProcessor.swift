import Hornbill

/// A way to make features of a column that no treatment has: it learns from the training rows and turns each value into
/// numbers.
///
/// ```swift
/// /// How often each letter occurs that occurs in training.
/// struct Letters: FeatureProcessor {
///     var letters: [String] = []
///     mutating func observe(_ value: String?) {
///         for letter in value ?? "" where !letters.contains(String(letter)) { letters.append(String(letter)) }
///     }
///     var shape: Shape { [letters.count] }
///     func transform(_ value: String?) -> [Float] {
///         letters.map { letter in Float((value ?? "").count { String($0) == letter }) }
///     }
/// }
///
/// var options = TabularOptions(targets: ["survived"])
/// options.columns["cabin", default: ColumnSettings()].processor = "letters"
/// try TabularTrainer(options, processors: ["letters": Letters()]).train("titanic.csv", output: "titanic")
/// let model = try TabularModel(folder: "titanic", processors: ["letters": Letters()])
/// ```
/// Give a structure, since each column and each fold gets a copy of its own. What it has learnt is coded into
/// `table.json`, since Keras has no layer for it, and the program that uses the model has to know the type by the same name.
public protocol FeatureProcessor: Codable, Sendable {
    /// Takes in the value of a training row; nil where it is missing. By default nothing is learnt.
    mutating func observe(_ value: String?) throws

    /// Ends the learning: called once, before ``shape`` is asked for. By default it does nothing.
    mutating func finish() throws

    /// The shape of one value's features. Those of one axis go beside other features; those of more axes need an input of
    /// their own (``ColumnSettings/input``).
    var shape: Shape { get }

    /// The features of a value: as many finite numbers as ``shape`` has, the last axis running fastest.
    /// - Parameter value: the field's text; nil where it is missing.
    /// - Throws: whatever says what is wrong with the value; row and column are added to it.
    func transform(_ value: String?) throws -> [Float]
}

extension FeatureProcessor {
    public mutating func observe(_ value: String?) throws {}
    public mutating func finish() throws {}
}
