import HornbillEngine

/// How often a callback acts: at the end of each epoch, or after so many batches.
public enum CallbackFrequency: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case epoch
    case batches(Int)
    /// A word that stands for neither: an error where training starts.
    case other(String)

    public init(integerLiteral value: Int) { self = .batches(value) }

    public init(stringLiteral value: String) {
        switch value {
        case "epoch": self = .epoch
        case "batch": self = .batches(1)
        default: self = .other(value)
        }
    }

    /// - Throws: kind `argument` for what is no frequency.
    func check(_ name: String, of callback: Callback) throws {
        switch self {
        case .epoch: return
        case .batches(let count):
            if count > 0 { return }
            throw HornbillError(.argument, "\(callback.displayName) needs a \(name) of at least 1 batch, not \(count)")
        case .other(let word):
            throw HornbillError(
                .argument, "\(callback.displayName) needs \"epoch\" or a number of batches as \(name), not \"\(word)\"")
        }
    }
}
