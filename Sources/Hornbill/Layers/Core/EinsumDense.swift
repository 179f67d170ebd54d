import HornbillEngine

/// A dense layer of any connection, written as Einstein's summation: `activation(einsum(equation, x, kernel) + bias)`.
///
/// ```swift
/// EinsumDense("abc,cd->abd", outputShape: [nil, 64], biasAxes: "d")  // the same for each step of a sequence
/// EinsumDense("...x,xy->...y", outputShape: [64], biasAxes: "y")     // the same for any number of axes
/// ```
/// The letters name axes: of the input before the comma, of the kernel after it, of the output behind the arrow.
/// Parameters: `kernel`, whose sizes are those of its letters in input and output; `bias`, with the sizes of
/// ``biasAxes``. Follows Keras's [EinsumDense](https://keras.io/api/layers/core_layers/einsum_dense/).
public final class EinsumDense: Layer {
    public let equation: String
    public let outputShape: [Int?]
    public let activation: ActivationFunction
    public let biasAxes: String?
    private let kernelInitializer: any InitializerConvertible
    private let biasInitializer: any InitializerConvertible
    private let kernelRegularizer: (any RegularizerConvertible)?
    private let biasRegularizer: (any RegularizerConvertible)?
    private let kernelConstraint: (any ConstraintConvertible)?
    private let biasConstraint: (any ConstraintConvertible)?
    public private(set) var kernel: Variable?
    public private(set) var bias: Variable?

    /// - Parameters:
    ///   - equation: `input,kernel->output`, with letters for axes; an ellipsis may begin or end input and output.
    ///   - outputShape: the output's shape without its batch axis (and without what an ellipsis stands for); nil where
    ///     the input tells.
    ///   - activation: applied at the end; none by default.
    ///   - biasAxes: the letters of the output's axes that the bias has; no bias if nil.
    public init(
        _ equation: String, outputShape: [Int?], activation: (any ActivationConvertible)? = nil,
        biasAxes: String? = nil, kernelInitializer: any InitializerConvertible = "glorot_uniform",
        biasInitializer: any InitializerConvertible = "zeros",
        kernelRegularizer: (any RegularizerConvertible)? = nil, biasRegularizer: (any RegularizerConvertible)? = nil,
        activityRegularizer: (any RegularizerConvertible)? = nil,
        kernelConstraint: (any ConstraintConvertible)? = nil, biasConstraint: (any ConstraintConvertible)? = nil,
        inputShape: PartialShape? = nil, name: String? = nil, trainable: Bool = true, dtype: DTypePolicy? = nil
    ) {
        self.equation = equation
        self.outputShape = outputShape
        self.activation = activation?.asActivation() ?? .linear
        self.biasAxes = biasAxes
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
        self.kernelRegularizer = kernelRegularizer
        self.biasRegularizer = biasRegularizer
        self.kernelConstraint = kernelConstraint
        self.biasConstraint = biasConstraint
        super.init(
            name: name, trainable: trainable, dtype: dtype, inputShape: inputShape,
            activityRegularizer: activityRegularizer)
    }

    override public func build(inputShape: PartialShape) throws {
        let sizes = try EinsumDenseSizes(equation, biasAxes: biasAxes, input: inputShape, output: outputShape)
        inputSpec = InputSpec(rank: inputShape.rank)
        kernel = try addWeight(
            name: "kernel", shape: sizes.kernel, initializer: initializer(sizes), regularizer: kernelRegularizer,
            constraint: kernelConstraint)
        if let shape = sizes.bias {
            bias = try addWeight(
                name: "bias", shape: shape, initializer: biasInitializer, regularizer: biasRegularizer,
                constraint: biasConstraint)
        }
    }

    /// The kernel's initializer; one that scales by the number of inputs and outputs is told which axes these are.
    private func initializer(_ sizes: EinsumDenseSizes) throws -> Initializer {
        let initializer = try kernelInitializer.asInitializer()
        guard let scaling = initializer as? Initializers.VarianceScaling,
            scaling.inputAxes == nil || scaling.outputAxes == nil
        else { return initializer }
        return scaling.counting(inputAxes: sizes.inputAxes, outputAxes: sizes.outputAxes)
    }

    override public func call(_ x: Tensor, context: CallContext) throws -> Tensor {
        var y = try ops.einsum(equation, x, kernel.required())
        if bias != nil { y = try y + bias.required() }
        return try activation(y)
    }

    override public func getConfig() -> Config {
        super.getConfig().merging([
            "output_shape": .list(outputShape.map { ConfigValue($0) }), "equation": .string(equation),
            "activation": .string(activation.name), "bias_axes": ConfigValue(biasAxes),
            "kernel_initializer": kernelInitializer.serialized, "bias_initializer": biasInitializer.serialized,
            "kernel_regularizer": kernelRegularizer?.serialized ?? .null,
            "bias_regularizer": biasRegularizer?.serialized ?? .null,
            "activity_regularizer": activityRegularizer?.serialized ?? .null,
            "kernel_constraint": kernelConstraint?.serialized ?? .null,
            "bias_constraint": biasConstraint?.serialized ?? .null,
        ])
    }
}

/// The sizes of the weights that an equation needs.
struct EinsumDenseSizes {
    let kernel: Shape
    let bias: Shape?
    /// The kernel's axes that the sum runs over, and those that stay.
    let inputAxes: [Int]
    let outputAxes: [Int]

    /// - Throws: kind `argument` for an equation of another form, or letters without a place; `shape` for sizes that do
    ///   not fit or are not known.
    init(_ equation: String, biasAxes: String?, input: PartialShape, output: [Int?]) throws {
        let (inputLetters, kernelLetters, outputLetters, ellipsis) = try Self.parse(equation)
        let hidden = input.rank - inputLetters.count
        guard ellipsis == .none ? hidden == 0 : hidden >= 0 else {
            throw HornbillError(.shape, "\"\(equation)\" does not describe an input of the shape \(input)")
        }
        let inputStart = ellipsis == .left ? hidden : 0
        // What an ellipsis stands for is in the output as in the input, and so is the batch axis.
        var full = output
        if ellipsis == .left, hidden > 0 {
            full.insert(contentsOf: input.dimensions.prefix(hidden), at: 0)
        } else {
            full.insert(input[0], at: 0)
        }
        let outputStart = ellipsis == .left ? hidden : 0
        guard full.count == outputStart + outputLetters.count else {
            throw HornbillError(
                .argument,
                "outputShape must have a size for each axis of \"\(equation)\"'s output after the batch's, not \(output.count)"
            )
        }
        /// nil: the letter is nowhere; nil inside: its size is not known.
        func size(_ letter: Character) -> Int?? {
            let given: Int? = inputLetters.firstIndex(of: letter).flatMap { input[inputStart + $0] }
            if let place = outputLetters.firstIndex(of: letter) { return .some(full[outputStart + place] ?? given) }
            return inputLetters.contains(letter) ? .some(given) : .none
        }
        for (place, letter) in inputLetters.enumerated() {
            guard let other = outputLetters.firstIndex(of: letter), let wanted = full[outputStart + other],
                let given = input[inputStart + place], wanted != given
            else { continue }
            throw HornbillError(
                .shape,
                "the axis '\(letter)' of \"\(equation)\" has size \(given) in the input and \(wanted) in the output")
        }
        for letter in outputLetters where !inputLetters.contains(letter) && !kernelLetters.contains(letter) {
            throw HornbillError(
                .argument, "the output's axis '\(letter)' of \"\(equation)\" is neither in the input nor in the kernel")
        }
        kernel = try Shape(
            kernelLetters.map { letter in
                guard let found = size(letter) else {
                    throw HornbillError(
                        .argument,
                        "the kernel's axis '\(letter)' of \"\(equation)\" is neither in the input nor in the output")
                }
                guard let known = found else {
                    throw HornbillError(
                        .shape, "the size of the kernel's axis '\(letter)' of \"\(equation)\" must be known")
                }
                return known
            })
        inputAxes = kernelLetters.indices.filter { !outputLetters.contains(kernelLetters[$0]) }
        outputAxes = kernelLetters.indices.filter { outputLetters.contains(kernelLetters[$0]) }
        bias = try biasAxes.map { axes in
            let places = try axes.map { letter in
                guard let place = outputLetters.firstIndex(of: letter) else {
                    throw HornbillError(.argument, "the bias's axis '\(letter)' is not in the output of \"\(equation)\"")
                }
                return place
            }
            guard let first = places.min() else { return [1] }
            let sizes = try (first..<outputLetters.count).map { place in
                guard places.contains(place) else { return 1 }
                guard let known = size(outputLetters[place]).flatMap({ $0 }) else {
                    throw HornbillError(.shape, "the size of the bias's axis '\(outputLetters[place])' must be known")
                }
                return known
            }
            return Shape(sizes + Array(repeating: 1, count: ellipsis == .right ? hidden : 0))
        }
    }

    private enum Ellipsis { case none, left, right }

    private static func parse(
        _ equation: String
    ) throws -> (input: [Character], kernel: [Character], output: [Character], Ellipsis) {
        let error = HornbillError(
            .argument, "\"\(equation)\" is not of the form ab,bc->ac, ...ab,bc->...ac or ab...,bc->ac...")
        let sides = equation.replacing("...", with: "0").split(
            separator: "->", maxSplits: 2, omittingEmptySubsequences: false)
        guard sides.count == 2 else { throw error }
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
        guard terms.count == 2 else { throw error }
        var (input, kernel, output) = (terms[0], terms[1], Array(sides[1]))
        var ellipsis = Ellipsis.none
        if input.first == "0", output.first == "0" {
            ellipsis = .left
            input.removeFirst()
            output.removeFirst()
        } else if input.last == "0", output.last == "0" {
            ellipsis = .right
            input.removeLast()
            output.removeLast()
        }
        kernel.removeAll { $0 == " " }
        guard ![input, kernel, output].contains(where: { $0.isEmpty || !$0.allSatisfy { $0.isASCII && $0.isLetter } })
        else { throw error }
        return (input, kernel, output, ellipsis)
    }
}
