import Logging

/// A function of tensors that is traced and compiled for each signature (dtypes and shapes) of its arguments, and then
/// run as one plan.
///
/// ```swift
/// let step = compiled { (x: Tensor, y: Tensor) in
///     let (loss, gradients) = try valueAndGradients(of: [kernel]) { ops.mean(ops.square(ops.matmul(x, kernel.value) - y)) }
///     try kernel.assignSubtract(gradients[0] * 0.01)
///     return loss
/// }
/// let loss = try step(x, y)
/// ```
/// The closure runs once a signature, not once a call: Swift values that it captures (numbers, arrays, tensors, the
/// result of `print` or of a clock) are constants from then on. What should change from call to call is an argument or
/// a ``Variable``: variables are read when the plan runs, and assignments in the closure take effect each time.
///
/// Like a variable, it is used by one thread at a time.
public final class CompiledFunction {
    private let name: String
    private let threads: Int?
    private let body: ([Tensor]) throws -> [Tensor]
    private var plans = BoundedCache<[TensorType], Plan>(capacity: 32)
    private let arenas = ArenaPool()
    /// How many signatures it was compiled for.
    public private(set) var compilations = 0

    private static let logger = Logger(label: "hornbill.compiler")

    init(_ name: String, threads: Int?, _ body: @escaping ([Tensor]) throws -> [Tensor]) {
        self.name = name
        self.threads = threads
        self.body = body
    }

    /// The function's results. Within a computation that is being traced it becomes part of that.
    /// - Throws: the error that an argument carries, what the closure throws while it is traced, or what a step of the
    ///   plan throws; no variable has then changed.
    public func callAsFunction(_ inputs: [Tensor]) throws -> [Tensor] {
        for input in inputs { try input.validated() }
        if Trace.current != nil { return try body(inputs) }
        return try plan(for: inputs.map(\.type)).run(inputs)
    }

    /// The first result, for one argument.
    public func callAsFunction(_ x: Tensor) throws -> Tensor { try single([x]) }
    /// The first result, for two arguments.
    public func callAsFunction(_ x: Tensor, _ y: Tensor) throws -> Tensor { try single([x, y]) }
    /// The first result, for three arguments.
    public func callAsFunction(_ x: Tensor, _ y: Tensor, _ z: Tensor) throws -> Tensor { try single([x, y, z]) }

    private func single(_ inputs: [Tensor]) throws -> Tensor {
        guard let result = try self(inputs).first else {
            throw HornbillError(.argument, "the compiled function \(name) has no result")
        }
        return result
    }

    /// The plan for arguments of these types, compiled if there is none yet.
    public func plan(for types: [TensorType]) throws -> Plan {
        if let plan = plans[types] { return plan }
        compilations += 1
        let signature = types.map(\.description).joined(separator: ", ")
        if compilations == 1 {
            Self.logger.debug("compiling \(name) for (\(signature))")
        } else {
            Self.logger.notice("compiling \(name) again, for (\(signature)): compilation \(compilations)")
        }
        let trace = Trace()
        defer { trace.abandon() }
        let arguments = try types.map(trace.input)
        let graph = try trace.run { try trace.finish(try body(arguments)) }
        let plan = try Plan.compile(graph, CompileOptions(threads: threads), sharing: arenas)
        plans.insert(plan, for: types)
        return plan
    }
}

/// A compiled function of any number of tensors with any number of results.
/// - Parameters:
///   - name: what messages about compilations call it.
///   - threads: the size of the thread team; by default one thread a core.
public func compiled(
    name: String = "function", threads: Int? = nil, _ body: @escaping ([Tensor]) throws -> [Tensor]
) -> CompiledFunction {
    CompiledFunction(name, threads: threads, body)
}

/// A compiled function of one tensor.
public func compiled(
    name: String = "function", threads: Int? = nil, _ body: @escaping (Tensor) throws -> Tensor
) -> CompiledFunction {
    CompiledFunction(name, threads: threads) { inputs in
        try inputs.expect(1, name)
        return [try body(inputs[0])]
    }
}

/// A compiled function of two tensors.
public func compiled(
    name: String = "function", threads: Int? = nil, _ body: @escaping (Tensor, Tensor) throws -> Tensor
) -> CompiledFunction {
    CompiledFunction(name, threads: threads) { inputs in
        try inputs.expect(2, name)
        return [try body(inputs[0], inputs[1])]
    }
}

/// A compiled function of three tensors.
public func compiled(
    name: String = "function", threads: Int? = nil, _ body: @escaping (Tensor, Tensor, Tensor) throws -> Tensor
) -> CompiledFunction {
    CompiledFunction(name, threads: threads) { inputs in
        try inputs.expect(3, name)
        return [try body(inputs[0], inputs[1], inputs[2])]
    }
}

extension [Tensor] {
    fileprivate func expect(_ number: Int, _ name: String) throws {
        guard count == number else {
            throw HornbillError(.argument, "the compiled function \(name) takes \(number) tensors, not \(count)")
        }
    }
}
