/// The value of a computation, and its gradients with respect to variables.
///
/// ```swift
/// let (loss, gradients) = try valueAndGradients(of: [kernel, bias]) {
///     ops.mean(ops.square(ops.matmul(x, kernel.value) + bias.value - y))
/// }
/// ```
/// Inside a computation that is being traced the gradients become part of it; outside, they are computed at once, and
/// variables that `body` assigns are assigned.
/// - Parameter body: gives the loss; if that is not a scalar, its sum counts.
/// - Returns: the loss, and for each variable a tensor of its shape: zeros if the loss does not depend on it.
/// - Throws: kind `dtype` for a variable or a loss that is not floating point; the error that the loss carries.
public func valueAndGradients(
    of variables: [Variable], in body: () throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    for variable in variables where !variable.dtype.isFloatingPoint {
        throw HornbillError(.dtype, "the variable '\(variable.path)' is \(variable.dtype): it has no gradient")
    }
    guard let trace = Trace.current else {
        let results = try GraphRunner.trace([]) { _ in
            let (value, gradients) = try valueAndGradients(of: variables, in: body)
            return [value] + gradients
        }
        return (results[0], Array(results.dropFirst()))
    }
    let targets = variables.map(trace.read)
    let value = try body().validated()
    return (value, try trace.gradientsOrZeros(of: value, targets))
}

/// The gradient of `f` at `x`: a tensor of x's shape. If f's result is not a scalar, its sum counts.
///
/// ```swift
/// let slope = try gradient(at: Tensor([1.0, 2])) { x in ops.sum(x * x) }   // [2, 4]
/// ```
/// - Throws: kind `dtype` if `x` or `f(x)` is not floating point; what `f` throws.
public func gradient(at x: Tensor, of f: (Tensor) throws -> Tensor) throws -> Tensor {
    try valueAndGradients(at: [x]) { try f($0[0]) }.gradients[0]
}

/// The gradients of `f` with respect to each of several tensors.
public func gradients(at inputs: [Tensor], of f: ([Tensor]) throws -> Tensor) throws -> [Tensor] {
    try valueAndGradients(at: inputs, of: f).gradients
}

/// The value of `f` at `inputs`, and its gradients with respect to each.
/// - Throws: kind `dtype` if an input or the result is not floating point; what `f` throws.
public func valueAndGradients(
    at inputs: [Tensor], of f: ([Tensor]) throws -> Tensor
) throws -> (value: Tensor, gradients: [Tensor]) {
    for input in inputs where !(try input.validated().dtype.isFloatingPoint) {
        throw HornbillError(.dtype, "only floating-point tensors have gradients, not \(input.type)")
    }
    guard let trace = Trace.current else {
        let results = try GraphRunner.trace(inputs) { arguments in
            let (value, gradients) = try valueAndGradients(at: arguments, of: f)
            return [value] + gradients
        }
        return (results[0], Array(results.dropFirst()))
    }
    // Nodes of their own, so that uses of the inputs elsewhere do not count.
    let targets = try inputs.map { try trace.append(.reshape($0.shape), [$0])[0] }
    let value = try f(targets).validated()
    return (value, try trace.gradientsOrZeros(of: value, targets))
}

extension Trace {
    fileprivate func gradientsOrZeros(of value: Tensor, _ targets: [Tensor]) throws -> [Tensor] {
        try zip(gradients(of: value, withRespectTo: targets), targets).map { try $0 ?? filled(0, $1.type) }
    }
}
