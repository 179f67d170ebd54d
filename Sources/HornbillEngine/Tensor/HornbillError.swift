/// The one error type of Hornbill: a kind that a program can act on, and a message that a person can.
public struct HornbillError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, for a program to act on.
    public enum Kind: String, Sendable, Hashable {
        /// Shapes that do not fit each other or the layer.
        case shape
        /// An element type that cannot be used here.
        case dtype
        /// An argument outside of what the function accepts.
        case argument
        /// A name that is not known: a loss, a metric, an input, a column.
        case unknownName
        /// Data that cannot be trained on: empty, ragged, of differing sample counts, labels out of range.
        case data
        /// Something was asked of a model or layer that is not built or compiled yet.
        case state
        /// A layer graph that does not hang together.
        case graph
        /// NaN or infinity where a number was needed.
        case numeric
        /// An allocation that failed, or a size beyond what memory can hold.
        case memory
        /// A file that is missing, cannot be read or written, or is not what it claims to be.
        case file
        /// A fault of Hornbill itself, or of a library it calls; please report it.
        case `internal`
    }

    public var kind: Kind
    /// What was expected and what came, without the place.
    public var message: String
    /// The layer in whose call it happened, as `'name' (Class)`.
    public var layer: String?
    /// The line of user code that made the call.
    public var site: CallSite?

    public init(_ kind: Kind, _ message: String, layer: String? = nil, site: CallSite? = nil) {
        self.kind = kind
        self.message = message
        self.layer = layer
        self.site = site
    }

    public var description: String {
        var text = layer.map { "layer \($0): " } ?? ""
        text += message
        if let site { text += " (\(site))" }
        return text
    }

    /// The same error with the place filled in, where it has none yet: the innermost place wins.
    package func at(_ site: CallSite?, layer: String? = nil) -> HornbillError {
        var error = self
        if error.site == nil { error.site = site }
        if error.layer == nil { error.layer = layer }
        return error
    }

    /// Any error as a `HornbillError`.
    package static func wrap(_ error: any Error) -> HornbillError {
        (error as? HornbillError) ?? HornbillError(.argument, "\(error)")
    }
}

/// A line of source: where a layer or an operation was called.
public struct CallSite: Sendable, Hashable, CustomStringConvertible {
    public var file: String
    public var line: Int

    public init(_ file: String, _ line: Int) {
        self.file = file
        self.line = line
    }

    public var description: String { "\(file):\(line)" }
}
