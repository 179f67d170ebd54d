/// What a node of the graph computes. A closed enumeration: a `switch` over it has no `default`, so that the compiler
/// lists the rooms to visit when a case is added (shape rule, gradient, reference kernel, CPU lowering, printer).
///
/// Operands of one element-wise operation have the same dtype and shape: promotion and broadcasting are explicit nodes.
public enum Operation: Sendable, Hashable {
    // Sources
    /// Argument number `index` of the graph.
    case input(index: Int)
    /// A value known when the graph is traced.
    case constant(ConstantTensor)
    /// What variable number `index` of the graph holds when a run begins.
    case variable(index: Int)

    // Element by element
    case unary(Unary)
    case binary(Binary)
    /// `condition ? a : b`, for (condition, a, b).
    case select
    case cast(DType)
    /// The operand itself, through which no gradient flows.
    case stopGradient
    /// An integer operand itself; the run fails where an element is not in `lower ..< upper`. `what` names it.
    case checkRange(lower: Int, upper: Int, what: String)

    /// A rarer element-wise function, which no fused program holds.
    case special(Special)

    // Linear algebra
    /// Product of the last two axes; leading axes are equal in both, or the second operand has only two.
    case matmul(transposeA: Bool, transposeB: Bool)
    /// A decomposition or a system of equations, of the matrices in the last two axes.
    case linearAlgebra(LinearAlgebra)

    // Over windows: channels last, one to three spatial axes
    /// (input, kernel) → (batch, spatial…, filters); the kernel is (window…, channels / groups, filters).
    case convolution(ConvolutionForm)
    /// (gradient of the output, kernel) → gradient of an input with these spatial sizes: transposed convolution.
    case convolutionInputGradient(ConvolutionForm, sizes: [Int])
    /// (input, gradient of the output) → gradient of a kernel with this window.
    case convolutionKernelGradient(ConvolutionForm, window: [Int])
    /// The largest element or the mean of each window.
    case pool(PoolForm)
    /// (input, gradient of the output) → gradient of the input; an average is linear and takes the second alone, with
    /// the input's spatial sizes from `sizes`.
    case poolGradient(PoolForm, sizes: [Int])
    /// (input, values of its shape) → for each window the value that stands where the input is largest: the adjoint of
    /// the gradient of the largest.
    case poolPick(PoolForm)

    // Along axes
    case reduce(Reduction, axes: [Int], keepDims: Bool)
    /// Position (int64) of the largest or smallest element along `axis`, the first of equals.
    case argReduce(smallest: Bool, axis: Int)
    case cumulative(Cumulative, axis: Int, reverse: Bool)
    /// Softmax or its logarithm over the last axis.
    case softmax(logarithm: Bool)
    /// (output, gradient of the output) → gradient of softmax's input.
    case softmaxGradient(logarithm: Bool)
    /// Batch, layer and RMS normalization, and their gradients.
    case normalization(NormalizationForm)
    /// Scaled dot-product attention: (queries, keys, values, and a bool mask of four axes if there is one) → (means of
    /// the values; for each row of weights the largest logit and one over the sum of the exponentials).
    case attention(AttentionForm)
    /// (operands of attention, its results, gradient of the first) → gradients of queries, keys and values.
    case attentionGradient(AttentionForm)
    /// The `count` largest along the last axis, in falling order: (values, int64 positions).
    case topK(count: Int)
    /// Sorted along the last axis: (values, int64 positions); stable.
    case sort(descending: Bool)

    // Shapes
    case reshape(Shape)
    case transpose([Int])
    /// NumPy's broadcasting to a larger shape.
    case broadcast(Shape)
    /// Elements start, start + stride, … (size of them) of every axis; strides may be negative.
    case slice(start: [Int], size: [Int], stride: [Int])
    /// A border of `value` of `low` before and `high` after each axis, and `interior` between neighbours.
    case pad(low: [Int], high: [Int], interior: [Int], value: Double)
    case concatenate(axis: Int)

    // By index
    /// (data, int32 or int64 indices) → slices of data's `axis`; negative indices count from the end.
    case gather(axis: Int)
    /// (updates, indices) → zeros of `size` along `axis` to which each update was added at its index: gather's adjoint.
    case scatterAdd(axis: Int, size: Int)
    /// Along the last axis element by element: (data, indices of the same rank) as NumPy's take_along_axis.
    case gatherElements
    /// Adjoint of `gatherElements`: (updates, indices) → zeros with a last axis of `size`, updates added.
    case scatterElements(size: Int)
    /// (data, indices of data's first axis) → for each of `size` indices the `max`, `min` or `prod` of its rows.
    case segmentReduce(Reduction, size: Int)
    /// Integer indices → a new last axis of `depth` with 1 at the index; indices outside give zeros.
    case oneHot(depth: Int, dtype: DType)

    // Randomness
    /// Numbers of the stream whose (seed, call) is the int64 operand of shape (2,).
    case random(Distribution, Shape)

    // Control flow
    /// (carries…, sequences…, captures…) → (last carries…, stacked results…).
    case scan(ScanBody)
    /// (predicate, captures…) → results of one of two graphs.
    case cond(Branches)
    /// (carries…, captures…) → the carries when the condition no longer holds.
    case whileLoop(WhileBody)

    /// An operation of the user's.
    case custom(CustomOperationBox)

    // Made by the compiler only
    /// A chain of element-wise operations run tile by tile.
    case fused(FusedProgram)
    /// A product followed by a bias row (third operand, if `bias`) and an activation.
    case fusedMatmul(transposeA: Bool, transposeB: Bool, bias: Bool, activation: FusedActivation)
    /// A convolution to which a bias row (third operand) is added.
    case fusedConvolution(ConvolutionForm)
    /// (input, gradient of the output) → (gradient of the kernel, sum of the second over all axes but the last).
    case fusedKernelGradient(ConvolutionForm, window: [Int])
}

/// Element-wise functions of one operand.
public enum Unary: String, Sendable, Hashable, CaseIterable {
    case negate, abs, sign, exp, expm1, log, log1p, sqrt, rsqrt, square, reciprocal, sin, cos, tan, asin, acos, atan
    case sinh, cosh, tanh, sigmoid, erf, relu, softplus, floor, ceil
    /// To the nearest integer, halves to even.
    case round
    case trunc, logicalNot, isNaN, isFinite, isInfinite

    /// Whether the result is bool whatever the operand.
    package var isPredicate: Bool {
        switch self {
        case .logicalNot, .isNaN, .isFinite, .isInfinite: true
        default: false
        }
    }
}

/// Element-wise functions of two operands.
public enum Binary: String, Sendable, Hashable, CaseIterable {
    case add, subtract, multiply, divide, maximum, minimum, power
    /// Remainder with the sign of the divisor, and the quotient rounded down that belongs to it.
    case floorMod, floorDivide
    case atan2
    case equal, notEqual, less, lessEqual, greater, greaterEqual
    case logicalAnd, logicalOr, logicalXor

    package var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: true
        default: false
        }
    }

    package var isLogical: Bool {
        switch self {
        case .logicalAnd, .logicalOr, .logicalXor: true
        default: false
        }
    }
}

public enum Reduction: String, Sendable, Hashable, CaseIterable { case sum, mean, max, min, prod }
public enum Cumulative: String, Sendable, Hashable, CaseIterable { case sum, prod, max, min }

/// How random numbers are spread.
public enum Distribution: String, Sendable, Hashable, CaseIterable {
    /// Uniform int64 in 0 ..< 2³².
    case bits
    /// Uniform float32 in [0, 1).
    case uniform
    /// Standard normal float32.
    case normal
    /// Standard normal float32, redrawn beyond two standard deviations.
    case truncatedNormal
}

/// Activations that a matrix product can apply before its result leaves the cache.
public enum FusedActivation: String, Sendable, Hashable, CaseIterable { case none, relu, sigmoid, tanh }

/// A host tensor inside a graph; equal when it is the same memory, type and shape, or bitwise equal and small.
public struct ConstantTensor: Sendable, Hashable {
    public let tensor: Tensor

    package init(_ tensor: Tensor) { self.tensor = tensor }

    /// The bytes of small constants take part in equality, so that `x * 2` written twice is found to be the same.
    private var smallBytes: [UInt8]? {
        guard tensor.type.byteCount <= 64, let pointer = tensor.hostPointer else { return nil }
        return Array(UnsafeRawBufferPointer(start: pointer, count: tensor.type.byteCount))
    }

    public static func == (a: Self, b: Self) -> Bool {
        guard a.tensor.type == b.tensor.type else { return false }
        if case .strings(let x) = a.tensor.backing, case .strings(let y) = b.tensor.backing { return x == y }
        if a.tensor.hostPointer == b.tensor.hostPointer { return true }
        guard let x = a.smallBytes, let y = b.smallBytes else { return false }
        return x == y
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(tensor.type)
        if let bytes = smallBytes { hasher.combine(bytes) } else { hasher.combine(tensor.hostPointer) }
    }
}

/// The body of a `scan`: inputs (carries, one step of each sequence, captures) → outputs (carries, step results).
public final class ScanBody: Sendable, Hashable {
    public let graph: Graph
    public let carryCount: Int
    public let sequenceCount: Int
    public let length: Int
    /// Whether steps run from the last to the first (results keep their places).
    public let reverse: Bool

    package init(graph: Graph, carryCount: Int, sequenceCount: Int, length: Int, reverse: Bool) {
        self.graph = graph
        self.carryCount = carryCount
        self.sequenceCount = sequenceCount
        self.length = length
        self.reverse = reverse
    }

    public static func == (a: ScanBody, b: ScanBody) -> Bool { a === b }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// The two graphs of a `cond`: same inputs, same output types.
public final class Branches: Sendable, Hashable {
    public let then: Graph
    public let otherwise: Graph

    package init(then: Graph, otherwise: Graph) {
        self.then = then
        self.otherwise = otherwise
    }

    public static func == (a: Branches, b: Branches) -> Bool { a === b }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// The graphs of a while loop: both take the carries and then the captures; the condition gives a bool scalar, the body
/// the next carries.
public final class WhileBody: Sendable, Hashable {
    public let condition: Graph
    public let body: Graph
    public let carryCount: Int

    package init(condition: Graph, body: Graph, carryCount: Int) {
        self.condition = condition
        self.body = body
        self.carryCount = carryCount
    }

    public static func == (a: WhileBody, b: WhileBody) -> Bool { a === b }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
