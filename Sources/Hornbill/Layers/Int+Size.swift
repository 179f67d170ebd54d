import HornbillEngine

extension Int {
    /// - Throws: kind `argument` unless it can be the size of something: positive, and so small that a few times as much
    ///   can be counted too.
    func checkSize(_ what: String) throws {
        guard self > 0 else { throw HornbillError(.argument, "\(what) must be at least 1, not \(self)") }
        guard self < 1 << 31 else {
            throw HornbillError(.argument, "\(what) must be below 2147483648, not \(self)")
        }
    }

    /// - Throws: kind `memory` for a product that no Int holds.
    func times(_ other: Int, _ what: String) throws -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        guard !overflow else { throw HornbillError(.memory, "\(self) times \(other) \(what) are too many") }
        return product
    }
}
