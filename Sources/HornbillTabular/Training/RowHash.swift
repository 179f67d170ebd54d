/// A number for each row of a table that depends on a seed and the row's index alone, so that a split is the same in
/// every pass and in any other program.
///
/// It is SplitMix64's output function of `seed · 0x9E3779B97F4A7C15 + stream · 0xD1B54A32D192ED03 + row`, applied twice.
/// A row is tested on where `unit(row) < share` in the stream `test`.
package struct RowHash: Sendable {
    /// What the number decides; numbers of different streams have nothing to do with each other.
    package enum Stream: UInt64 { case test = 1, validation, fold, order, reservoir, sample, crossFit }

    private let base: UInt64

    package init(seed: UInt64, stream: Stream) {
        base = seed &* 0x9E37_79B9_7F4A_7C15 &+ stream.rawValue &* 0xD1B5_4A32_D192_ED03
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 64 bits.
    package func bits(_ row: Int) -> UInt64 {
        Self.mixed(Self.mixed(base &+ UInt64(truncatingIfNeeded: row)) &+ 0x9E37_79B9_7F4A_7C15)
    }

    /// A number in 0 ..< 1, of 53 bits.
    package func unit(_ row: Int) -> Double { Double(bits(row) >> 11) * 0x1p-53 }
}
