import HornbillEngine

/// A part of a model that has a place of its own in a weights file: a layer or an optimizer.
struct SavedPart {
    /// The group in the file, as `layers/dense`; empty for the model itself.
    let path: String
    /// The user's name of it, as `hidden`.
    let name: String
    /// What stands there: arrays "0", "1", ….
    let content: Content

    enum Content {
        case layer(Layer)
        case optimizer(Optimizer)
    }

    /// The variables, in the order of the file.
    var variables: [Variable] {
        switch content {
        case .layer(let layer): layer.savedVariables
        case .optimizer(let optimizer): optimizer.variables
        }
    }
}

/// Finds the parts of a model in the order in which Keras's `save` walks through it, and so their paths.
///
/// A layer's path is that of the attribute that holds it; in lists it is the snake-cased name of its class, numbered in
/// each list. Models made of layers begin with the list `layers`; others have their attributes in alphabetical order,
/// those with an underscore last, and each part lies where the walk meets it first.
struct SavedParts {
    private(set) var parts: [SavedPart] = []
    private var visited: Set<ObjectIdentifier> = []

    /// - Parameter optimizer: whether the optimizer's state is a part.
    static func of(_ model: Layer, optimizer: Bool = true) -> [SavedPart] {
        var walk = SavedParts()
        walk.includesOptimizer = optimizer
        walk.visit(model, "")
        return walk.parts
    }

    private var includesOptimizer = true

    private mutating func visit(_ layer: Layer, _ path: String) {
        guard visited.insert(ObjectIdentifier(layer)).inserted else { return }
        parts.append(SavedPart(path: path, name: layer.name, content: .layer(layer)))
        var attributes: [(name: String, content: LayerTree?)] = layer.trackedLayers.map {
            (pythonAttribute($0.name), $0.content)
        }
        if let model = layer as? Model {
            if model.hasListOfLayers {
                attributes.append(("layers", .list(of: model.children.map(\.layer))))
            }
            if includesOptimizer, model.compiled != nil { attributes.append(("optimizer", nil)) }
        }
        // By bytes, private names last. A name that is there twice keeps its order.
        let isGraph = (layer as? Model).map { $0.network != nil || $0 is Sequential } ?? false
        func rank(_ name: String) -> Int { isGraph && name == "layers" ? 0 : name.hasPrefix("_") ? 2 : 1 }
        let order = attributes.indices.sorted { first, second in
            let (a, b) = (attributes[first].name, attributes[second].name)
            if rank(a) != rank(b) { return rank(a) < rank(b) }
            return a == b ? first < second : a.utf8.lexicographicallyPrecedes(b.utf8)
        }
        for attribute in order.map({ attributes[$0] }) {
            let place = path.isEmpty ? attribute.name : "\(path)/\(attribute.name)"
            switch attribute.content {
            case .layer(let child)?: visit(child, place)
            case .list(let elements)?: visit(elements, place)
            case nil: if let optimizer = (layer as? Model)?.optimizer { visit(optimizer, place) }
            }
        }
    }

    /// The elements of a list: their classes' names, numbered, also those that were met before.
    private mutating func visit(_ elements: [LayerTree], _ path: String) {
        var used: [String: Int] = [:]
        for element in elements {
            let base: String
            switch element {
            case .layer(let layer): base = snakeCase(layer.pythonClassName)
            case .list: base = "container"
            }
            let number = used[base, default: 0]
            used[base] = number + 1
            let place = "\(path)/\(base)\(number == 0 ? "" : "_\(number)")"
            switch element {
            case .layer(let layer): visit(layer, place)
            case .list(let inner): visit(inner, place)
            }
        }
    }

    private mutating func visit(_ optimizer: Optimizer, _ path: String) {
        guard visited.insert(ObjectIdentifier(optimizer)).inserted else { return }
        parts.append(SavedPart(path: path, name: optimizer.displayName, content: .optimizer(optimizer)))
        for (name, inner) in optimizer.innerOptimizers { visit(inner, "\(path)/\(name)") }
    }
}

extension Layer {
    /// The name of the class in Keras's sources, which paths are made of; its public name may be another.
    fileprivate var pythonClassName: String {
        self is GroupedQueryAttention ? automaticName : isFunctionalModel ? "Functional" : kerasClassName
    }
}

/// A property's name as a Python class would have it: `keyDense` → `key_dense`; a leading underscore stays.
func pythonAttribute(_ name: String) -> String {
    let prefix = name.prefix { $0 == "_" }
    return prefix + snakeCase(String(name.dropFirst(prefix.count)))
}
