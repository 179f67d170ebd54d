import HornbillEngine

/// What is written into one graph of a file while it is made: the model's, or that of a loop's body, which sees the
/// values of the graphs around it.
final class ONNXScope {
    private let parent: ONNXScope?
    private let names: Names
    private(set) var nodes: [ONNXNode] = []
    /// Axes that say at run time how large they are, by the size that was traced.
    private var axes: [Extent: (value: String, axis: Int)] = [:]
    /// In the order in which they came up, so that files do not differ from run to run.
    private var order: [Extent] = []
    /// Values of shape (1,) that hold sizes.
    private var computed: [Extent: String] = [:]

    /// Names and tensors of the whole file.
    private final class Names {
        var used: [String: Int] = [:]
        var initializers: [ONNXInitializer] = []
        var constants: [ConstantTensor: String] = [:]
    }

    init(inside parent: ONNXScope? = nil) {
        self.parent = parent
        names = parent?.names ?? Names()
    }

    var initializers: [ONNXInitializer] { names.initializers }

    // MARK: Names

    /// `wish`, or that with a number behind it.
    func unique(_ wish: String) -> String {
        var name = wish
        while names.used[name] != nil {
            let count = (names.used[wish] ?? 0) + 1
            names.used[wish] = count
            name = "\(wish)_\(count)"
        }
        names.used[name] = 0
        return name
    }

    // MARK: Nodes

    /// Appends an operation and gives the names of its results.
    /// - Parameter prefix: the layer in whose call it stands.
    func add(
        _ type: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)] = [],
        results: Int = 1, prefix: String
    ) -> [String] {
        let name = unique(prefix.isEmpty ? type : "\(prefix)/\(type)")
        let outputs = results == 1 ? [name] : (0..<results).map { unique("\(name):\($0)") }
        nodes.append(ONNXNode(type: type, name: name, inputs: inputs, outputs: outputs, attributes: attributes))
        return outputs
    }

    /// Gives a value a name that was promised: that of an output.
    func name(_ value: String, _ output: String) {
        nodes.append(
            ONNXNode(type: "Identity", name: output, inputs: [value], outputs: [output], attributes: []))
    }

    // MARK: Tensors

    /// A tensor in the file.
    func initializer(_ tensor: Tensor, named wish: String) -> String {
        let name = unique(wish)
        names.initializers.append(ONNXInitializer(name: name, tensor: tensor))
        return name
    }

    /// A constant; equal small ones are written once.
    func constant(_ tensor: Tensor) -> String {
        let key = ConstantTensor(tensor)
        if let known = names.constants[key] { return known }
        let name = initializer(tensor, named: "constant")
        names.constants[key] = name
        return name
    }

    func integers(_ values: [Int]) -> String { constant(Tensor(values)) }

    // MARK: Sizes

    /// Remembers where the sizes of a value can be read when the exported model runs.
    func observe(_ value: String, _ type: ExtentType) {
        for (axis, extent) in type.extents.enumerated() where extent.fixed == nil && place(of: extent) == nil {
            axes[extent] = (value, axis)
            order.append(extent)
        }
    }

    private func place(of extent: Extent) -> ONNXScope? {
        axes[extent] != nil ? self : parent?.place(of: extent)
    }

    private var known: [Extent] { (parent?.known ?? []) + order }

    /// An int64 value of shape (1,) that holds a size.
    /// - Throws: kind `graph` if it cannot be computed from sizes of values that are there.
    func size(_ extent: Extent) throws -> String {
        if let fixed = extent.fixed { return integers([fixed]) }
        if let name = stored(extent) { return name }
        if let scope = place(of: extent), let (value, axis) = scope.axes[extent] {
            let name = scope.add(
                "Shape", [value], [("start", .int(axis)), ("end", .int(axis + 1))], prefix: "sizes")[0]
            scope.computed[extent] = name
            return name
        }
        let name = try derived(extent)
        computed[extent] = name
        return name
    }

    private func stored(_ extent: Extent) -> String? { computed[extent] ?? parent?.stored(extent) }

    private func derived(_ extent: Extent) throws -> String {
        func add(_ type: String, _ a: String, _ b: Int) -> String {
            self.add(type, [a, integers([b])], prefix: "sizes")[0]
        }
        let known = known
        for other in known {
            guard let (factor, offset) = extent.line(over: other) else { continue }
            var name = try size(other)
            if factor != 1 { name = add("Mul", name, factor) }
            return offset == 0 ? name : add("Add", name, offset)
        }
        for other in known {
            guard let rest = extent.divided(by: other),
                rest.fixed != nil || known.contains(rest)
                    || known.contains(where: { rest.divided(by: $0)?.fixed != nil })
            else { continue }
            return self.add("Mul", [try size(other), try size(rest)], prefix: "sizes")[0]
        }
        for other in known {
            guard let (offset, divisor) = extent.quotient(of: other) else { continue }
            let name = offset == 0 ? try size(other) : add("Add", try size(other), offset)
            return add("Div", name, divisor)
        }
        throw HornbillError(
            .graph,
            "a size that depends on those of the inputs in an unknown way (\(extent.sizes.map(String.init).joined(separator: ", ")) while it was traced): give sizes in inputSignature that are known"
        )
    }

    /// An int64 value that holds a shape.
    func shape(_ extents: [Extent]) throws -> String {
        let fixed = extents.compactMap(\.fixed)
        if fixed.count == extents.count { return integers(fixed) }
        let parts = try extents.map(size)
        return parts.count == 1 ? parts[0] : add("Concat", parts, [("axis", .int(0))], prefix: "sizes")[0]
    }
}
