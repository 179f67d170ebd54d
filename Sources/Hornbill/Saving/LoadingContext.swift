import HornbillEngine

/// What the objects of one load share: the user's classes for it, and objects that several places refer to.
public final class LoadingContext {
    /// Classes and functions of the user for this load, by class name or registered name.
    public let customObjects: CustomObjects
    /// Whether arguments that an object does not know are passed over; by default they are an error.
    public let allowsUnknownArguments: Bool
    /// Whether layers get their weights as soon as they are made, where the file says for which shapes.
    public let buildsLayers: Bool
    private var shared: [Int: AnyObject] = [:]
    private var depth = 0

    public init(customObjects: CustomObjects = [:], allowsUnknownArguments: Bool = false, buildsLayers: Bool = true) {
        self.customObjects = customObjects
        self.allowsUnknownArguments = allowsUnknownArguments
        self.buildsLayers = buildsLayers
    }

    /// The object that was made before for this `shared_object_id`.
    func sharedObject<Object>(_ id: Int, as type: Object.Type) -> Object? {
        // In two steps: the optimiser casts an absent object as if it were there.
        guard let known = shared[id] else { return nil }
        return known as? Object
    }

    func remember(_ object: some Any, id: Int) {
        if type(of: object) is AnyClass { shared[id] = object as AnyObject }
    }

    /// How deep objects may lie in each other: each level takes memory of the stack, which is not without end.
    private static let deepest = 50

    /// Runs `body` one level deeper.
    /// - Throws: kind `argument` where objects lie too deep in each other.
    func nested<Result>(_ body: () throws -> Result) throws -> Result {
        guard depth < Self.deepest else {
            throw HornbillError(.argument, "objects lie in each other more than \(Self.deepest) levels deep")
        }
        depth += 1
        defer { depth -= 1 }
        return try body()
    }
}
