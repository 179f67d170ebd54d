import HornbillEngine

/// What a callback has to remember for a run that is resumed to go on as if it had never stopped.
public struct CallbackState: Sendable {
    /// The class of the callback.
    public var owner: String
    /// Numbers and texts.
    public var values: Config
    /// Tensors by name, such as the best weights.
    public var tensors: [String: [Tensor]]

    public init(_ owner: Callback, _ values: Config = [:], tensors: [String: [Tensor]] = [:]) {
        self.owner = owner.displayName
        self.values = values
        self.tensors = tensors
    }

    /// A state as a file has it.
    init(owner: String, _ values: Config) {
        self.owner = owner
        self.values = values
        tensors = [:]
    }

    /// - Throws: kind `file` if there is no such whole number.
    public func int(_ key: String) throws -> Int {
        guard case .int(let value)? = values[key] else { throw missing(key, "whole number") }
        return value
    }

    /// A number, or nil where there was none.
    /// - Throws: kind `file` if there is no such number.
    public func double(_ key: String) throws -> Double? {
        switch values[key] {
        case .double(let value)?: return value
        case .int(let value)?: return Double(value)
        case .null?: return nil
        default: throw missing(key, "number")
        }
    }

    /// - Throws: kind `file` if there is no such truth value.
    public func bool(_ key: String) throws -> Bool {
        guard case .bool(let value)? = values[key] else { throw missing(key, "truth value") }
        return value
    }

    func missing(_ key: String, _ what: String) -> HornbillError {
        HornbillError(.file, "the state of \(owner) has no \(what) '\(key)'")
    }
}

/// A callback with state that a checkpoint keeps.
///
/// ``state`` is asked for between two steps or two epochs. A run that is resumed calls `onTrainBegin` first, which most
/// callbacks start afresh with, and ``restore(_:)`` then.
public protocol ResumableCallback: Callback {
    var state: CallbackState { get }
    /// - Throws: kind `file` if the state is not of this callback.
    func restore(_ state: CallbackState) throws
}
