/// A tensor, or a symbol for one in a layer graph: every public operation is written once, for both.
public protocol TensorLike {
    /// Applies a function: at once or into a trace for ``Tensor``, as a node of the layer graph for a symbol.
    /// - Parameter inputs: the tensors among the arguments, in the order in which ``Argument/tensor(_:)`` numbers them.
    static func apply(_ function: TensorFunction, _ inputs: [Self], _ arguments: [Argument], site: CallSite) -> [Self]

    /// The element type.
    var dtype: DType { get }
    /// The number of axes.
    var rank: Int { get }
    /// Why there is no value, if an operation failed on the way to it.
    var error: HornbillError? { get }
    /// One that carries an error.
    init(error: any Error)
}

extension TensorLike {
    /// ``apply(_:_:_:site:)`` for a function with one result.
    package static func apply(
        _ function: TensorFunction, _ inputs: [Self], _ arguments: [Argument], _ file: String, _ line: Int
    ) -> Self {
        apply(function, inputs, arguments, site: CallSite(file, line))[0]
    }
}

/// One argument of a ``TensorFunction``, in a form that a file can hold.
public indirect enum Argument: Sendable, Hashable {
    case none
    /// Tensor number i of the inputs.
    case tensor(Int)
    /// A tensor known when the model is made.
    case value(ConstantTensor)
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case dtype(DType)
    case list([Argument])
    /// A subscript `start:stop:step`.
    case slice(start: Int?, stop: Int?, step: Int?)
    case ellipsis
}

/// A public operation: Keras's name for it, how its arguments are called, and what it computes. One such value serves
/// eager calls, tracing, nodes of the layer graph, and loading from a file.
public struct TensorFunction: Sendable {
    /// The module of Keras's class, as `keras.src.ops.numpy`.
    public let module: String
    /// Keras's class, as `Mean`.
    public let name: String
    /// Keras's names of the arguments, in order: those of the class's `call`, then those of its initializer.
    public let parameters: [String]
    /// How many of ``parameters`` belong to `call`; the others are what Keras keeps in the operation's config.
    public let callParameterCount: Int
    package let body: @Sendable (FunctionCall) throws -> [Tensor]

    package init(
        _ name: String, module: String = "keras.src.ops.numpy", _ parameters: [String], config: [String] = [],
        _ body: @escaping @Sendable (FunctionCall) throws -> Tensor
    ) {
        self.init(results: name, module: module, parameters, config: config) { [try body($0)] }
    }

    /// A function with several results.
    package init(
        results name: String, module: String = "keras.src.ops.numpy", _ parameters: [String], config: [String] = [],
        _ body: @escaping @Sendable (FunctionCall) throws -> [Tensor]
    ) {
        self.name = name
        self.module = module
        self.parameters = parameters + config
        callParameterCount = parameters.count
        self.body = body
    }
}

/// The operands and arguments of one application of a ``TensorFunction``.
public struct FunctionCall: Sendable {
    package let function: TensorFunction
    package let inputs: [Tensor]
    package let arguments: [Argument]

    package init(function: TensorFunction, inputs: [Tensor], arguments: [Argument]) {
        self.function = function
        self.inputs = inputs
        self.arguments = arguments
    }

    package func mismatch(_ index: Int, _ expected: String) -> HornbillError {
        let name = index < function.parameters.count ? function.parameters[index] : "#\(index)"
        let got = index < arguments.count ? "\(arguments[index])" : "nothing"
        return HornbillError(.argument, "\(function.name): the argument '\(name)' should be \(expected), not \(got)")
    }

    /// The argument as it came; `.none` where there is none.
    package func argument(_ index: Int) -> Argument { index < arguments.count ? arguments[index] : .none }

    /// A tensor operand.
    package func tensor(_ index: Int) throws -> Tensor {
        switch argument(index) {
        case .tensor(let number) where inputs.indices.contains(number): return inputs[number]
        case .value(let constant): return constant.tensor
        default: throw mismatch(index, "a tensor")
        }
    }

    /// A tensor, or a number in the dtype that it takes beside a tensor of `dtype` (JAX's weak types).
    package func operand(_ index: Int, beside dtype: DType) throws -> Tensor {
        switch argument(index) {
        case .int(let value): return Tensor(repeating: Double(value), shape: [], dtype: dtype == .bool ? .int32 : dtype)
        case .double(let value):
            return Tensor(repeating: value, shape: [], dtype: dtype.isFloatingPoint ? dtype : .float32)
        case .bool(let value): return Tensor(repeating: value ? 1 : 0, shape: [], dtype: dtype)
        default: return try tensor(index)
        }
    }

    /// Both operands of a function of two, either of which may be a number.
    package func operands() throws -> (Tensor, Tensor) {
        if case .tensor = argument(0) {
            let a = try tensor(0)
            return (a, try operand(1, beside: a.dtype))
        }
        let b = try tensor(1)
        return (try operand(0, beside: b.dtype), b)
    }

    /// All tensors of a list argument.
    package func tensors(_ index: Int) throws -> [Tensor] {
        guard case .list(let elements) = argument(index) else { throw mismatch(index, "a list of tensors") }
        return try elements.map { element in
            switch element {
            case .tensor(let number) where inputs.indices.contains(number): return inputs[number]
            case .value(let constant): return constant.tensor
            default: throw mismatch(index, "a list of tensors")
            }
        }
    }

    package func bool(_ index: Int) throws -> Bool {
        guard case .bool(let value) = argument(index) else { throw mismatch(index, "true or false") }
        return value
    }

    package func int(_ index: Int) throws -> Int {
        guard case .int(let value) = argument(index) else { throw mismatch(index, "an integer") }
        return value
    }

    package func double(_ index: Int) throws -> Double {
        switch argument(index) {
        case .double(let value): return value
        case .int(let value): return Double(value)
        default: throw mismatch(index, "a number")
        }
    }

    package func string(_ index: Int) throws -> String {
        guard case .string(let value) = argument(index) else { throw mismatch(index, "a string") }
        return value
    }

    package func dtype(_ index: Int) throws -> DType {
        switch argument(index) {
        case .dtype(let value): return value
        case .string(let name):
            guard let value = DType(rawValue: name) else { throw mismatch(index, "a dtype") }
            return value
        default: throw mismatch(index, "a dtype")
        }
    }

    package func optionalString(_ index: Int) throws -> String? {
        if case .none = argument(index) { return nil }
        return try string(index)
    }

    package func optionalDouble(_ index: Int) throws -> Double? {
        if case .none = argument(index) { return nil }
        return try double(index)
    }

    package func optionalTensor(_ index: Int) throws -> Tensor? {
        if case .none = argument(index) { return nil }
        return try tensor(index)
    }

    package func optionalInt(_ index: Int) throws -> Int? {
        if case .none = argument(index) { return nil }
        return try int(index)
    }

    package func optionalDType(_ index: Int) throws -> DType? {
        if case .none = argument(index) { return nil }
        return try dtype(index)
    }

    package func ints(_ index: Int) throws -> [Int] {
        switch argument(index) {
        case .int(let value): return [value]
        case .list(let elements):
            return try elements.map { element in
                guard case .int(let value) = element else { throw mismatch(index, "integers") }
                return value
            }
        default: throw mismatch(index, "integers")
        }
    }

    /// Axes; nil stands for all.
    package func axes(_ index: Int) throws -> [Int]? {
        if case .none = argument(index) { return nil }
        return try ints(index)
    }

    /// The elements of a list argument, uninterpreted.
    package func list(_ index: Int) throws -> [Argument] {
        guard case .list(let elements) = argument(index) else { throw mismatch(index, "a list") }
        return elements
    }
}

extension Tensor: TensorLike {
    public static func apply(
        _ function: TensorFunction, _ inputs: [Tensor], _ arguments: [Argument], site: CallSite
    ) -> [Tensor] {
        do {
            let results = try function.body(FunctionCall(function: function, inputs: inputs, arguments: arguments))
            return results.map { result in
                // Some give an operand back as it is; its mask may not fit what it is now.
                guard let error = result.error, error.site == nil else {
                    return result.mask == nil ? result : result.withMask(nil)
                }
                return Tensor(error: error.at(site.known))
            }
        } catch {
            let failure = Tensor(error: HornbillError.wrap(error).at(site.known))
            return Array(repeating: failure, count: function.maximumResults)
        }
    }
}

extension CallSite {
    /// Itself, or nil where the caller could not tell (an operator).
    fileprivate var known: CallSite? { file.isEmpty ? nil : self }
}

extension TensorFunction {
    /// As many results as any call asks for: a failed one gives this many tensors with the error.
    package var maximumResults: Int { 64 }
}

extension Argument {
    package static func ints(_ values: some Sequence<Int>) -> Argument { .list(values.map(Argument.int)) }
    package static func optional(_ value: Int?) -> Argument { value.map(Argument.int) ?? .none }
    package static func optional(_ value: Double?) -> Argument { value.map(Argument.double) ?? .none }
    package static func optional(_ value: DType?) -> Argument { value.map(Argument.dtype) ?? .none }
    /// Tensors number `range` of the inputs.
    package static func tensors(_ range: Range<Int>) -> Argument { .list(range.map(Argument.tensor)) }
}

// swift-format-ignore: TypeNamesShouldBeCapitalized
/// Keras's operations, for tensors and for symbols: `ops.mean(x, axis: 1)`.
public enum ops {}

/// One axis, several, or all: `axis: 1`, `axis: [0, 1]`, `.all`.
public struct Axes: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// nil: all.
    public let axes: [Int]?

    public init(_ axes: [Int]?) { self.axes = axes }
    public init(_ axis: Int) { axes = [axis] }
    public init(integerLiteral value: Int) { axes = [value] }
    public init(arrayLiteral elements: Int...) { axes = elements }
    public static let all = Axes(nil)

    package var argument: Argument {
        guard let axes else { return .none }
        return axes.count == 1 ? .int(axes[0]) : .list(axes.map(Argument.int))
    }
}
