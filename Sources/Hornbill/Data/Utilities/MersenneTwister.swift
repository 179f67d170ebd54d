import HornbillEngine

/// The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998): what NumPy's `RandomState` and Python's `random` draw
/// from. Here for the orders that Keras draws with a seed, so that the same seed gives the same order.
struct MersenneTwister {
    private var state: [UInt32]
    private var position = 624

    /// As `numpy.random.RandomState(seed)`.
    /// - Throws: kind `argument` for a seed that is negative or beyond 32 bits.
    init(numPySeed seed: Int) throws {
        guard let seed = UInt32(exactly: seed) else {
            throw HornbillError(.argument, "a seed must be from 0 to \(UInt32.max), not \(seed)")
        }
        state = Self.initial(seed)
    }

    /// As `random.seed(seed)` of Python.
    init(pythonSeed seed: Int) {
        let magnitude = UInt64(seed.magnitude)
        let key =
            magnitude >> 32 == 0
            ? [UInt32(magnitude)] : [UInt32(truncatingIfNeeded: magnitude), UInt32(magnitude >> 32)]
        state = Self.initial(19_650_218)
        var (i, j) = (1, 0)
        for _ in 0..<624 {
            let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_664_525
            state[i] = (state[i] ^ mixed) &+ key[j] &+ UInt32(j)
            i += 1
            j = (j + 1) % key.count
            wrap(&i)
        }
        for _ in 0..<623 {
            let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_566_083_941
            state[i] = (state[i] ^ mixed) &- UInt32(i)
            i += 1
            wrap(&i)
        }
        state[0] = 0x8000_0000
    }

    private mutating func wrap(_ index: inout Int) {
        guard index >= 624 else { return }
        state[0] = state[623]
        index = 1
    }

    private static func initial(_ seed: UInt32) -> [UInt32] {
        var state = [seed]
        state.reserveCapacity(624)
        for index in 1..<624 {
            let last = state[index - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
        }
        return state
    }

    /// The next 32 bits.
    mutating func next() -> UInt32 {
        if position == 624 {
            for index in 0..<624 {
                let bits = (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7FFF_FFFF)
                state[index] = state[(index + 397) % 624] ^ (bits >> 1) ^ (bits & 1 == 0 ? 0 : 0x9908_B0DF)
            }
            position = 0
        }
        var value = state[position]
        position += 1
        value ^= value >> 11
        value ^= (value << 7) & 0x9D2C_5680
        value ^= (value << 15) & 0xEFC6_0000
        return value ^ (value >> 18)
    }

    /// As `RandomState.shuffle`.
    mutating func numPyShuffle<Item>(_ items: inout [Item]) {
        for index in items.indices.dropFirst().reversed() {
            let mask = UInt32.max >> UInt32(index).leadingZeroBitCount
            var other = next() & mask
            while other > UInt32(index) { other = next() & mask }
            items.swapAt(index, Int(other))
        }
    }

    /// As `random.shuffle` of Python.
    mutating func pythonShuffle<Item>(_ items: inout [Item]) {
        for index in items.indices.dropFirst().reversed() {
            let shift = UInt32(UInt32(index + 1).leadingZeroBitCount)
            var other = next() >> shift
            while other > UInt32(index) { other = next() >> shift }
            items.swapAt(index, Int(other))
        }
    }

    /// The numbers 0 ..< `count` as NumPy shuffles them.
    mutating func numPyOrder(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        numPyShuffle(&order)
        return order
    }
}
