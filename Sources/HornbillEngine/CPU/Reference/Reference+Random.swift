import Foundation

extension Reference.Call {
    /// Elements of the stream (seed, call), each a function of its own position alone.
    func random(_ distribution: Distribution) {
        let stream = input(0, as: Int64.self)
        let philox = Philox(seed: UInt64(bitPattern: stream[0]), call: UInt64(bitPattern: stream[1]))
        switch distribution {
        case .bits:
            let out = output(0, as: Int64.self)
            for i in 0..<count { out[i] = Int64(philox.word(i)) }
        case .uniform:
            let out = output(0, as: Float.self)
            for i in 0..<count { out[i] = Float(philox.word(i) >> 8) * 0x1p-24 }
        case .normal:
            let out = output(0, as: Float.self)
            for i in 0..<count { out[i] = philox.normal(i) }
        case .truncatedNormal:
            let out = output(0, as: Float.self)
            for i in 0..<count {
                var attempt = 0
                repeat {
                    out[i] = philox.normal(i, attempt)
                    attempt += 1
                } while abs(out[i]) > 2
            }
        }
    }
}

/// Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
struct Philox {
    var seed: UInt64
    var call: UInt64

    /// The four words of a block.
    func block(_ index: UInt64) -> SIMD4<UInt32> {
        func low(_ x: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: x) }
        func high(_ x: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: x >> 32) }
        var counter = SIMD4(low(index), high(index), low(call), high(call))
        var key = SIMD2(low(seed), high(seed))
        for _ in 0..<10 {
            let a = UInt64(counter[0]) * 0xD251_1F53
            let b = UInt64(counter[2]) * 0xCD9E_8D57
            counter = SIMD4(high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a))
            key = SIMD2(key[0] &+ 0x9E37_79B9, key[1] &+ 0xBB67_AE85)
        }
        return counter
    }

    func word(_ i: Int) -> UInt32 { block(UInt64(i / 4))[i % 4] }

    /// By Box and Muller, from a block of its own.
    func normal(_ i: Int, _ attempt: Int = 0) -> Float {
        let words = block(UInt64(i) | UInt64(attempt + 1) << 48)
        let (u, v) = ((Double(words[0]) + 1) * 0x1p-32, Double(words[1]) * 0x1p-32)
        return Float((-2 * log(u)).squareRoot() * cos(2 * .pi * v))
    }
}
