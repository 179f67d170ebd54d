import HornbillEngine

/// The key of a hash: two integers, or one that serves as both.
public struct Salt: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// As they were given.
    public let values: [Int]

    public init(_ first: Int, _ second: Int) { values = [first, second] }
    public init(integerLiteral value: Int) { values = [value, value] }
    public init(arrayLiteral elements: Int...) { values = elements }
    public init(_ values: [Int]) { self.values = values }

    /// - Throws: kind `argument` unless there are two.
    func check() throws {
        guard values.count == 2 else {
            throw HornbillError(.argument, "a salt is one integer or two, not \(values)")
        }
    }

    /// TensorFlow's hash of a text: FarmHash's fingerprint, or SipHash where there is a salt.
    static func hash(_ text: String, _ salt: Salt?) -> UInt64 {
        guard let values = salt?.values, values.count == 2 else { return FarmHash.fingerprint(text) }
        return SipHash.hash(text, key: (UInt64(bitPattern: Int64(values[0])), UInt64(bitPattern: Int64(values[1]))))
    }
}
