import HornbillEngine

/// A metric: state that batches update and from which a result is read. Inherit from it for one of your own:
///
/// ```swift
/// final class RootMeanSquaredError: Metric {
///     private lazy var sum = addWeight(name: "sum")
///     private lazy var samples = addWeight(name: "samples")
///     init() { super.init(name: "rmse") }
///     override func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?) throws {
///         try sum.assignAdd(ops.sum(ops.square(yTrue - yPred)))
///         try samples.assignAdd(Tensor(scalar: Float(yPred.shape[0])))
///     }
///     override func result() throws -> Tensor { ops.sqrt(sum.value / samples.value) }
/// }
/// ```
/// The update is traced into the training step; it needs no gradient. Follows Keras's
/// [metrics](https://keras.io/api/metrics/).
open class Metric: MetricConvertible, Configurable {
    /// The key in `History` and on the progress line.
    public package(set) var name: String
    public let dtype: DType
    /// The state, in the order in which it was added.
    public private(set) var variables: [Variable] = []

    public init(name: String? = nil, dtype: DType = .float32) {
        self.dtype = dtype
        self.name = name ?? ""
        if name == nil { self.name = snakeCase(String(describing: type(of: self))) }
    }

    /// Makes the metric again from its configuration. A subclass reads its own arguments, then calls this.
    public init(config: ConfigReader) throws {
        dtype = try config.elementType("dtype", .float32)
        let name = try config.name
        self.name = name ?? ""
        if name == nil { self.name = snakeCase(String(describing: type(of: self))) }
    }

    open var kerasModule: String? { builtInModule("keras.metrics", self) }
    open var kerasClassName: String { String(describing: type(of: self)) }
    open func getConfig() -> Config { ["name": .string(name), "dtype": .string(dtype.rawValue)] }

    /// Adds a piece of state, zero at first and after ``resetState()``. An error (no memory) is thrown when it is used.
    public func addWeight(
        name: String, shape: Shape = [], initializer: any InitializerConvertible = "zeros", dtype: DType? = nil
    ) -> Variable {
        let type = dtype ?? self.dtype
        let variable = Trace.$current.withValue(nil) {
            do {
                return try Variable(initializer.asInitializer()(shape, dtype: type), name: name, trainable: false)
            } catch {
                return Variable(error: HornbillError.wrap(error), name: name)
            }
        }
        variable.path = "\(self.name)/\(name)"
        variables.append(variable)
        return variable
    }

    /// Takes a batch into the state.
    open func updateState(_ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil) throws {
        throw HornbillError(.state, "\(kerasClassName) does not override updateState(_:_:sampleWeight:)")
    }

    /// The value so far: a scalar.
    open func result() throws -> Tensor {
        throw HornbillError(.state, "\(kerasClassName) does not override result()")
    }

    /// Forgets all batches: by default sets all state to zero.
    open func resetState() throws {
        for variable in variables { try variable.assign(Tensor.zeros(variable.shape, dtype: variable.dtype)) }
    }

    /// Whether callbacks that watch the metric shall want it small or large; nil if they have to be told.
    open var direction: Direction? { Metrics.direction(of: self) }

    public func asMetric() throws -> MetricSpecification { .one(.metric(self)) }
}

/// Keras's metrics.
public enum Metrics {}

/// What `compile(metrics:)` was given: one metric, or several by position or output.
public indirect enum MetricSpecification {
    case one(MetricIdentifier)
    case list([MetricSpecification])
    case dictionary([String: MetricSpecification])
}

/// A metric, or a name that is resolved when the shapes are known (`"accuracy"`).
public enum MetricIdentifier {
    case metric(Metric)
    case name(String)
}

/// What can be given as a metric: `"accuracy"`, `.accuracy`, `Metrics.AUC()`, arrays and dictionaries of them.
public protocol MetricConvertible {
    func asMetric() throws -> MetricSpecification
}

extension String: MetricConvertible {
    public func asMetric() throws -> MetricSpecification { .one(.name(self)) }
}

extension Array: MetricConvertible where Element == any MetricConvertible {
    public func asMetric() throws -> MetricSpecification { .list(try map { try $0.asMetric() }) }
}

extension Dictionary: MetricConvertible where Key == String, Value == any MetricConvertible {
    public func asMetric() throws -> MetricSpecification { .dictionary(try mapValues { try $0.asMetric() }) }
}
