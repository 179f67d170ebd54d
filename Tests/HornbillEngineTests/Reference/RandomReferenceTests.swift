import Foundation
import HornbillEngine
import Testing

@Suite struct RandomReferenceTests {
    /// Philox 4×32-10 once more, one block at a time (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
    /// 2011).
    private func block(_ index: UInt64, seed: UInt64, call: UInt64) -> [UInt32] {
        func low(_ x: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: x) }
        func high(_ x: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: x >> 32) }
        var counter = [low(index), high(index), low(call), high(call)]
        var key = [low(seed), high(seed)]
        for _ in 0..<10 {
            let (a, b) = (UInt64(counter[0]) * 0xD251_1F53, UInt64(counter[2]) * 0xCD9E_8D57)
            counter = [high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)]
            key = [key[0] &+ 0x9E37_79B9, key[1] &+ 0xBB67_AE85]
        }
        return counter
    }

    /// The words of a stream lie in groups of sixty-four: first words of sixteen blocks, then the second ones, and so on.
    private func words(_ count: Int, seed: UInt64, call: UInt64) -> [UInt32] {
        (0..<count).map { i in
            let (group, place) = (i / 64, i % 64)
            return block(UInt64(group * 16 + place % 16), seed: seed, call: call)[place / 16]
        }
    }

    private func draw(_ distribution: Distribution, _ shape: Shape, seed: UInt64 = 5, call: UInt64 = 6) throws -> Tensor
    {
        let stream = Tensor([Int64(bitPattern: seed), Int64(bitPattern: call)])
        return try Reference.execute(.random(distribution, shape), [stream])[0]
    }

    @Test func `the published test vectors hold`() {
        // From the kat_vectors file of the Random123 distribution.
        #expect(block(0, seed: 0, call: 0) == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
        #expect(block(.max, seed: .max, call: .max) == [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD])
    }

    @Test(arguments: [(UInt64(0), UInt64(0)), (7, 1), (.max, .max), (1 << 40 | 3, 1 << 33 | 9)])
    func `bits and uniform numbers are Philox's words`(_ seed: UInt64, _ call: UInt64) throws {
        let wanted = words(300, seed: seed, call: call)
        #expect(try draw(.bits, [300], seed: seed, call: call).scalars(Int64.self) == wanted.map { Int64($0) })
        #expect(
            try draw(.uniform, [300], seed: seed, call: call).scalars(Float.self)
                == wanted.map { Float($0 >> 8) * 0x1p-24 })
    }

    @Test(arguments: Distribution.allCases)
    func `an element depends on its position alone`(_ distribution: Distribution) throws {
        let long = try draw(distribution, [1000]).doubles()
        #expect(try draw(distribution, [7, 11]).doubles() == Array(long[..<77]))
        #expect(try draw(distribution, [0]).count == 0)
        #expect(try draw(distribution, []).doubles() == [long[0]])
    }

    @Test(arguments: Distribution.allCases)
    func `mean and variance are those of the distribution`(_ distribution: Distribution) throws {
        let count = 200_000
        let x = try draw(distribution, [count]).doubles()
        let mean = x.reduce(0, +) / Double(count)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        let (wantedMean, wantedVariance): (Double, Double) =
            switch distribution {
            case .bits: (0x1p31, 0x1p64 / 12)
            case .uniform: (0.5, 1.0 / 12)
            case .normal: (0, 1)
            case .truncatedNormal: (0, 0.7737)
            }
        let deviation = wantedVariance.squareRoot()
        #expect(abs(mean - wantedMean) < 0.01 * deviation)
        #expect(abs(variance / wantedVariance - 1) < 0.01)
        if distribution == .truncatedNormal { #expect(x.allSatisfy { abs($0) <= 2 }) }
        if distribution == .uniform { #expect(x.allSatisfy { $0 >= 0 && $0 < 1 }) }
    }
}
