import HornbillEngine

/// The layers whose build or call is under way: their names make the paths of the weights that are made meanwhile, as
/// in Keras.
struct NameScope: Sendable {
    @TaskLocal private static var current: [NameScope] = []

    private let name: String
    private let layer: ObjectIdentifier

    /// Runs `body` within a layer; a layer that is entered twice in a row counts once.
    static func enter<Result>(_ layer: Layer, _ body: () throws -> Result) rethrows -> Result {
        let scope = NameScope(name: layer.name, layer: ObjectIdentifier(layer))
        guard current.last?.layer != scope.layer else { return try body() }
        return try $current.withValue(current + [scope], operation: body)
    }

    /// The path of a layer: the names around it and its own.
    static func path(of layer: Layer) -> String {
        var names = current.map(\.name)
        if current.last?.layer != ObjectIdentifier(layer) { names.append(layer.name) }
        return names.joined(separator: "/")
    }
}
