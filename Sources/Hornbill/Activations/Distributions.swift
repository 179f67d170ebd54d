import HornbillEngine

// Activations that turn an axis into a probability distribution.

extension ActivationConvertible where Self == ActivationFunction {
    /// Exponentials divided by their sum along the last axis.
    public static var softmax: ActivationFunction { .softmax(axis: -1) }
    /// Exponentials divided by their sum along `axis`.
    public static func softmax(axis: Int) -> ActivationFunction {
        ActivationFunction("softmax", [("axis", Double(axis), -1)]) { ops.softmax($0, axis: Axes(axis)) }
    }

    /// The logarithm of the softmax along the last axis.
    public static var logSoftmax: ActivationFunction { .logSoftmax(axis: -1) }
    /// The logarithm of the softmax along `axis`.
    public static func logSoftmax(axis: Int) -> ActivationFunction {
        ActivationFunction("log_softmax", [("axis", Double(axis), -1)]) { ops.logSoftmax($0, axis: Axes(axis)) }
    }

    /// Like softmax along the last axis, with exact zeros.
    public static var sparsemax: ActivationFunction { .sparsemax(axis: -1) }
    /// Like softmax along `axis`, with exact zeros.
    public static func sparsemax(axis: Int) -> ActivationFunction {
        ActivationFunction("sparsemax", [("axis", Double(axis), -1)]) { ops.sparsemax($0, axis: axis) }
    }
}
