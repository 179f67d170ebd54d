/// One tensor, or a list or dictionary of structures: what a layer takes and gives.
public indirect enum Structure<Leaf> {
    case tensor(Leaf)
    case list([Structure])
    case dictionary([String: Structure])

    /// All leaves: lists in order, dictionaries in the order of their sorted keys, as in Keras.
    public var leaves: [Leaf] {
        switch self {
        case .tensor(let leaf): [leaf]
        case .list(let elements): elements.flatMap(\.leaves)
        case .dictionary(let entries): entries.keys.sorted().flatMap { entries[$0]?.leaves ?? [] }
        }
    }

    public func map<Result>(_ transform: (Leaf) throws -> Result) rethrows -> Structure<Result> {
        switch self {
        case .tensor(let leaf): .tensor(try transform(leaf))
        case .list(let elements): .list(try elements.map { try $0.map(transform) })
        case .dictionary(let entries):
            .dictionary(
                Dictionary(
                    uniqueKeysWithValues: try entries.keys.sorted().map { ($0, try entries[$0]!.map(transform)) }))
        }
    }

    /// The same structure with these leaves, which must be as many.
    package func replacingLeaves<Other>(_ leaves: [Other]) -> Structure<Other> {
        var next = 0
        return map { _ in
            defer { next += 1 }
            return leaves[next]
        }
    }

    /// The only leaf, if the structure is one tensor or a list of one.
    public var single: Leaf? {
        let leaves = self.leaves
        return leaves.count == 1 ? leaves[0] : nil
    }

    /// Whether it is one tensor, not a container.
    public var isTensor: Bool { if case .tensor = self { true } else { false } }

    /// How it looks, with `*` for each tensor: for messages.
    package var outline: String {
        switch self {
        case .tensor: "*"
        case .list(let elements): "[" + elements.map(\.outline).joined(separator: ", ") + "]"
        case .dictionary(let entries):
            "{" + entries.keys.sorted().map { "\($0): \(entries[$0]!.outline)" }.joined(separator: ", ") + "}"
        }
    }
}

extension Structure: Sendable where Leaf: Sendable {}

/// Tensors in the structure that a layer's `call` takes and gives.
public typealias TensorStructure = Structure<Tensor>

extension Structure where Leaf: TensorLike {
    /// The entry of a dictionary; a tensor with an error if there is none.
    public subscript(key: String) -> Leaf {
        guard case .dictionary(let entries) = self else {
            return Leaf(
                error: HornbillError(
                    .unknownName, "there is no input '\(key)': the inputs are \(outline), no dictionary"))
        }
        guard let entry = entries[key]?.single else {
            return Leaf(
                error: HornbillError(
                    .unknownName, "there is no input '\(key)' among \(entries.keys.sorted().joined(separator: ", "))"))
        }
        return entry
    }

    /// The entry of a list; a tensor with an error if there is none.
    public subscript(index: Int) -> Leaf {
        let leaves = self.leaves
        guard leaves.indices.contains(index) else {
            return Leaf(error: HornbillError(.argument, "there is no input \(index): there are \(leaves.count)"))
        }
        return leaves[index]
    }

    /// The only tensor; one with an error if there are several.
    public var tensor: Leaf {
        single ?? Leaf(error: HornbillError(.argument, "one tensor was expected, not \(outline)"))
    }
}

extension Structure: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Leaf...) { self = .list(elements.map(Structure.tensor)) }
}

extension Structure: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Leaf)...) {
        self = .dictionary(Dictionary(elements.map { ($0, .tensor($1)) }) { $1 })
    }
}

/// What can be given to a layer: a tensor, a symbol, arrays and dictionaries of them.
public protocol StructureConvertible<Leaf> {
    associatedtype Leaf: LayerOperand
    var structure: Structure<Leaf> { get }
}

extension Structure: StructureConvertible where Leaf: LayerOperand {
    public var structure: Structure<Leaf> { self }
}

extension Array: StructureConvertible where Element: StructureConvertible {
    public var structure: Structure<Element.Leaf> { .list(map(\.structure)) }
}

extension Dictionary: StructureConvertible where Key == String, Value: StructureConvertible {
    public var structure: Structure<Value.Leaf> { .dictionary(mapValues(\.structure)) }
}

extension Tensor: StructureConvertible {
    public var structure: TensorStructure { .tensor(self) }
}

extension SymbolicTensor: StructureConvertible {
    public var structure: Structure<SymbolicTensor> { .tensor(self) }
}
