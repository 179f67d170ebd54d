import Foundation
import HornbillEngine

/// Numbers for distinct tokens, in the order in which they were first met: the vocabulary of a lookup layer.
protocol TokenTable: Sendable {
    init()
    /// How many tokens it has.
    var count: Int { get }
    /// The number of each element of a tensor, a new one for a token that is new.
    /// - Throws: kind `dtype` for elements of another type.
    mutating func insert(_ tokens: Tensor) throws -> [Int]
    /// The number of each element of a tensor, -1 for an unknown token.
    func find(_ tokens: Tensor) throws -> [Int]
    /// The tokens of these numbers.
    func tokens(_ numbers: [Int]) -> Tensor
    /// Whether the token of one number sorts before that of another.
    func precedes(_ a: Int, _ b: Int) -> Bool
}

/// A table of integers.
struct IntegerTable: TokenTable {
    private var numbers: [Int64: Int] = [:]
    private var values: [Int64] = []

    var count: Int { values.count }

    mutating func insert(_ tokens: Tensor) throws -> [Int] {
        try Self.integers(tokens).map { value in
            if let known = numbers[value] { return known }
            numbers[value] = values.count
            values.append(value)
            return values.count - 1
        }
    }

    func find(_ tokens: Tensor) throws -> [Int] { try Self.integers(tokens).map { numbers[$0] ?? -1 } }
    func tokens(_ numbers: [Int]) -> Tensor { Tensor(numbers.map { values[$0] }) }
    func precedes(_ a: Int, _ b: Int) -> Bool { values[a] < values[b] }

    static func integers(_ tokens: Tensor) throws -> [Int64] {
        try tokens.validated()
        guard tokens.dtype != .string else {
            throw HornbillError(.dtype, "integers are needed here, but the tensor is \(tokens.type)")
        }
        return try tokens.cast(to: .int64).scalars(Int64.self)
    }
}

/// A table of strings, told apart by their bytes. Open addressing over one block of UTF-8, so that a word is looked up
/// without becoming a string of its own.
struct StringTable: TokenTable {
    private var bytes: [UInt8] = []
    /// Where each token begins in ``bytes``; one more for the end.
    private var starts: [Int] = [0]
    /// The number of a token plus one, at the place of its hash or after it; 0 is free.
    private var slots = [Int32](repeating: 0, count: 64)
    /// The hash of each token, so that the table grows without hashing again.
    private var hashes: [UInt64] = []

    var count: Int { hashes.count }

    mutating func insert(_ tokens: Tensor) throws -> [Int] {
        try tokens.stringElements().map { token in
            var token = token
            return token.withUTF8 { insert($0) }
        }
    }

    func find(_ tokens: Tensor) throws -> [Int] {
        try tokens.stringElements().map { token in
            var token = token
            return token.withUTF8 { find($0) }
        }
    }

    func tokens(_ numbers: [Int]) -> Tensor { Tensor(numbers.map(token)) }

    func token(_ number: Int) -> String {
        String(decoding: bytes[starts[number]..<starts[number + 1]], as: UTF8.self)
    }

    func precedes(_ a: Int, _ b: Int) -> Bool {
        bytes[starts[a]..<starts[a + 1]].lexicographicallyPrecedes(bytes[starts[b]..<starts[b + 1]])
    }

    mutating func insert(_ token: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = Self.hash(token)
        let slot = place(of: token, hash)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        bytes.append(contentsOf: token)
        starts.append(bytes.count)
        hashes.append(hash)
        slots[slot] = Int32(hashes.count)
        if hashes.count * 2 > slots.count { grow() }
        return hashes.count - 1
    }

    func find(_ token: UnsafeBufferPointer<UInt8>) -> Int { Int(slots[place(of: token, Self.hash(token))]) - 1 }

    /// The slot that holds the token, or the free one where it belongs.
    private func place(of token: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, starts[number + 1] - starts[number] == token.count,
                matches(token, at: starts[number])
            {
                return slot
            }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func matches(_ token: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard let other = token.baseAddress, !token.isEmpty else { return true }
        return bytes.withUnsafeBufferPointer { all in
            all.baseAddress.map { memcmp($0 + start, other, token.count) == 0 } ?? false
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(number + 1)
        }
    }

    private static func hash(_ token: UnsafeBufferPointer<UInt8>) -> UInt64 {
        FarmHash.fingerprint(UnsafeRawBufferPointer(token))
    }
}
