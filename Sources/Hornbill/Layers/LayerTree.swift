/// What a property of a layer holds: a layer, or an array or dictionary of such.
public indirect enum LayerTree {
    case layer(Layer)
    case list([LayerTree])

    /// All layers, in order.
    public var layers: [Layer] {
        switch self {
        case .layer(let layer): [layer]
        case .list(let elements): elements.flatMap(\.layers)
        }
    }

    /// An array of layers.
    public static func list(of layers: [Layer]) -> LayerTree { .list(layers.map(LayerTree.layer)) }

    /// The layers in a value of any type: itself, or in arrays, tuples and dictionaries (in the order of their sorted
    /// keys); nil if there are none.
    init?(reflecting value: Any, without owner: Layer) {
        if let layer = value as? Layer {
            if layer === owner { return nil }
            self = .layer(layer)
            return
        }
        let mirror = Mirror(reflecting: value)
        let elements: [Any]
        switch mirror.displayStyle {
        case .optional:
            guard let wrapped = mirror.children.first else { return nil }
            self.init(reflecting: wrapped.value, without: owner)
            return
        case .collection, .tuple: elements = mirror.children.map(\.value)
        case .dictionary:
            guard let entries = value as? [String: Any] else { return nil }
            elements = entries.keys.sorted().compactMap { entries[$0] }
        default: return nil
        }
        let found = elements.compactMap { LayerTree(reflecting: $0, without: owner) }
        if found.isEmpty { return nil }
        self = .list(found)
    }
}
