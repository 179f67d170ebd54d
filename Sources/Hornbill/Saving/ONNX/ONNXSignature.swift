import HornbillEngine

/// The inputs of an exported model: their names and types, and the sizes with which its computation is traced.
struct ONNXSignature {
    struct Parameter {
        var name: String
        var dtype: DType
        var shape: PartialShape
    }

    /// The inputs in the structure in which the model takes them.
    let inputs: Structure<Parameter>
    var parameters: [Parameter] { inputs.leaves }

    /// What the model takes: as given, or as its graph or its first call says.
    /// - Throws: kind `state` if nothing says it; kind `argument` if what is given does not fit.
    init(_ model: Model, given: Structure<SymbolicTensor>?) throws {
        for symbol in given?.leaves ?? [] { try symbol.validated() }
        if let given { try Self.build(model, given) }
        var number = 0
        func parameter(_ name: String?, _ dtype: DType, _ shape: PartialShape) -> Parameter {
            defer { number += 1 }
            return Parameter(name: name ?? "input_\(number)", dtype: dtype, shape: shape)
        }
        if let network = model.network {
            let own = network.inputs.leaves
            let symbols = try given.map {
                try InputNames.align($0, names: own.map(\.name), structure: network.inputs)
            }
            inputs = network.inputs.replacingLeaves(
                zip(own, symbols ?? own).map { parameter($0.name, $1.dtype, $1.shape) })
            return
        }
        if let given {
            let names = Self.keys(of: given) ?? given.leaves.map(\.name)
            let parameters = zip(given.leaves, names).map { parameter($1, $0.dtype, $0.shape) }
            let structure = given.replacingLeaves(parameters)
            inputs = structure.single.map { given.isDictionary ? structure : .tensor($0) } ?? structure
            return
        }
        guard let observed = model.observed else {
            throw HornbillError(
                .state,
                "the shapes of the model's inputs are not known: build it, run it on data, or give an inputSignature",
                layer: model.label)
        }
        let keys = Self.keys(of: observed.inputs)
        let parameters = zip(observed.inputs.leaves, observed.dtypes).enumerated().map { index, type in
            parameter(keys?[index], type.1, type.0)
        }
        inputs = observed.inputs.replacingLeaves(parameters)
    }

    /// The names of tensors in a dictionary, in the order of its leaves.
    private static func keys<Leaf>(of structure: Structure<Leaf>) -> [String]? {
        guard case .dictionary(let entries) = structure, entries.values.allSatisfy(\.isTensor) else { return nil }
        return entries.keys.sorted()
    }

    /// A model that has not seen its inputs is built for those that are given.
    private static func build(_ model: Model, _ given: Structure<SymbolicTensor>) throws {
        let shapes = given.map(\.shape)
        let single = given.single.map { Structure.tensor($0.shape) }
        if let sequential = model as? Sequential {
            try sequential.build(inputShapes: single ?? shapes)
        } else if model.network == nil, model.observed == nil {
            try model.buildByTracing(given.isDictionary ? shapes : single ?? shapes, dtypes: given.leaves.map(\.dtype))
        }
    }

    // MARK: Sizes

    /// Names for the sizes that are open, as Keras has them: one for all batch axes.
    func sizeName(_ input: Int, _ axis: Int) -> String { axis == 0 ? "batch" : "dim_\(input)_\(axis)" }

    /// Sizes to trace with, in place of those that are open: three for each, since what is rounded down in a pool or by
    /// a stride is seen from odd and even ones. All are so large that a constant of such a size is no small one, which
    /// the trace would share with its equals.
    ///
    /// The later ones are tried where sizes made up like this do not fit what they meet: all inputs have one number of
    /// steps, or one that has many divisors, or that of an input which says it.
    var attempts: [[[Extent]]] {
        let primes = [83, 97, 109, 127, 139, 151, 163, 179, 191].map { [$0, $0 + 908, $0 * 12] }
        let divisible = [1, 3, 5, 7, 9, 11].map { [240 * $0, 480 * $0, 720 * $0] }
        func filled(_ size: (_ input: Int, _ axis: Int, _ number: Int) -> [Int]) -> [[Extent]] {
            var number = 0
            return parameters.enumerated().map { input, parameter in
                parameter.shape.dimensions.enumerated().map { axis, known in
                    if let known { return Extent(sizes: [known, known, known]) }
                    if axis == 0 { return Extent(sizes: [71, 211, 72]) }
                    defer { number += 1 }
                    return Extent(sizes: size(input, axis, number))
                }
            }
        }
        let shapes = parameters.map(\.shape)
        let others = filled { _, axis, _ in
            let known = shapes.lazy.compactMap { $0[axis] }.first { $0 > 1 }
            return known.map { [$0, $0, $0] } ?? primes[axis % primes.count]
        }
        return [
            filled { _, _, number in primes[number % primes.count] },
            filled { _, axis, _ in primes[axis % primes.count] },
            filled { _, _, number in divisible[number % divisible.count] },
            filled { _, axis, _ in divisible[axis % divisible.count] }, others,
        ]
    }
}

extension Structure {
    fileprivate var isDictionary: Bool { if case .dictionary = self { true } else { false } }
}
