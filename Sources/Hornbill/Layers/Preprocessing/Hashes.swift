// The hash functions by which TensorFlow puts strings into bins, so that a model trained there finds its words in the
// same bins here: FarmHash's 64-bit fingerprint (https://github.com/google/farmhash), SipHash-2-4
// (https://www.aumasson.jp/siphash/siphash.pdf), and the mixing of fingerprints for crosses.

/// FarmHash's fingerprint of bytes: the same on every machine and in every version.
enum FarmHash {
    private static let k0: UInt64 = 0xc3a5_c85c_97cb_3127
    private static let k1: UInt64 = 0xb492_b66f_be98_f273
    private static let k2: UInt64 = 0x9ae1_6a3b_2f90_404f

    static func fingerprint(_ text: String) -> UInt64 { withBytes(of: text, fingerprint) }

    static func fingerprint(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        switch bytes.count {
        case 0...16: upTo16(bytes)
        case 17...32: upTo32(bytes)
        case 33...64: upTo64(bytes)
        default: long(bytes)
        }
    }

    private static func mix(_ u: UInt64, _ v: UInt64, _ factor: UInt64) -> UInt64 {
        var a = (u ^ v) &* factor
        a ^= a >> 47
        var b = (v ^ a) &* factor
        b ^= b >> 47
        return b &* factor
    }

    private static func upTo16(_ s: UnsafeRawBufferPointer) -> UInt64 {
        let n = s.count
        let factor = k2 &+ UInt64(n) &* 2
        if n >= 8 {
            let (a, b) = (s.word(0) &+ k2, s.word(n - 8))
            return mix(b.rotated(37) &* factor &+ a, (a.rotated(25) &+ b) &* factor, factor)
        }
        if n >= 4 { return mix(UInt64(n) &+ s.half(0) << 3, s.half(n - 4), factor) }
        guard n > 0 else { return k2 }
        let y = UInt64(s[0]) &+ UInt64(s[n >> 1]) << 8
        let z = UInt64(n) &+ UInt64(s[n - 1]) << 2
        return (y &* k2 ^ z &* k0).shiftMixed &* k2
    }

    private static func upTo32(_ s: UnsafeRawBufferPointer) -> UInt64 {
        let n = s.count
        let factor = k2 &+ UInt64(n) &* 2
        let (a, b) = (s.word(0) &* k1, s.word(8))
        let (c, d) = (s.word(n - 8) &* factor, s.word(n - 16) &* k2)
        let u = (a &+ b).rotated(43) &+ c.rotated(30) &+ d
        return mix(u, a &+ (b &+ k2).rotated(18) &+ c, factor)
    }

    private static func upTo64(_ s: UnsafeRawBufferPointer) -> UInt64 {
        let n = s.count
        let factor = k2 &+ UInt64(n) &* 2
        let (a, b) = (s.word(0) &* k2, s.word(8))
        let (c, d) = (s.word(n - 8) &* factor, s.word(n - 16) &* k2)
        let y = (a &+ b).rotated(43) &+ c.rotated(30) &+ d
        let z = mix(y, a &+ (b &+ k2).rotated(18) &+ c, factor)
        let (e, f) = (s.word(16) &* factor, s.word(24))
        let (g, h) = ((y &+ s.word(n - 32)) &* factor, (z &+ s.word(n - 24)) &* factor)
        let u = (e &+ f).rotated(43) &+ g.rotated(30) &+ h
        return mix(u, e &+ (f &+ a).rotated(18) &+ g, factor)
    }

    /// 32 bytes from `at` on, hashed weakly into two words.
    private static func weak(
        _ s: UnsafeRawBufferPointer, _ at: Int, _ seedA: UInt64, _ seedB: UInt64
    ) -> (UInt64, UInt64) {
        var a = seedA &+ s.word(at)
        var b = (seedB &+ a &+ s.word(at + 24)).rotated(21)
        let c = a
        a = a &+ s.word(at + 8) &+ s.word(at + 16)
        b = b &+ a.rotated(44)
        return (a &+ s.word(at + 24), b &+ c)
    }

    /// Blocks of 64 bytes, and at last the 64 that end the text.
    private static func long(_ s: UnsafeRawBufferPointer) -> UInt64 {
        let rest = UInt64((s.count - 1) & 63)
        var x = UInt64(81) &* k2 &+ s.word(0)
        var y = UInt64(81) &* k1 &+ 113
        var z = (y &* k2 &+ 113).shiftMixed &* k2
        var (v, w) = ((UInt64(0), UInt64(0)), (UInt64(0), UInt64(0)))
        func block(_ at: Int, _ factor: UInt64, _ ninth: UInt64) {
            x = (x &+ y &+ v.0 &+ s.word(at + 8)).rotated(37) &* factor
            y = (y &+ v.1 &+ s.word(at + 48)).rotated(42) &* factor
            x ^= w.1 &* ninth
            y = y &+ v.0 &* ninth &+ s.word(at + 40)
            z = (z &+ w.0).rotated(33) &* factor
            v = weak(s, at, v.1 &* factor, x &+ w.0)
            w = weak(s, at + 32, z &+ w.1, y &+ s.word(at + 16))
            (z, x) = (x, z)
        }
        for at in stride(from: 0, to: (s.count - 1) / 64 * 64, by: 64) { block(at, k1, 1) }
        let factor = k1 &+ (z & 0xff) << 1
        w.0 = w.0 &+ rest
        v.0 = v.0 &+ w.0
        w.0 = w.0 &+ v.0
        block(s.count - 64, factor, 9)
        return mix(mix(v.0, w.0, factor) &+ y.shiftMixed &* k0 &+ z, mix(v.1, w.1, factor) &+ x, factor)
    }

    /// TensorFlow's mixing of two fingerprints, of which a cross of several features is made.
    static func combine(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let factor: UInt64 = 0xc6a4_a793_5bd1_e995
        var result = a ^ factor
        result ^= (b &* factor).shiftMixed &* factor
        result = result &* factor
        return (result.shiftMixed &* factor).shiftMixed
    }
}

/// SipHash-2-4: a hash that nobody can foresee who does not know the key.
struct SipHash {
    private var (v0, v1, v2, v3): (UInt64, UInt64, UInt64, UInt64)

    private init(_ key: (UInt64, UInt64)) {
        v0 = key.0 ^ 0x736f_6d65_7073_6575
        v1 = key.1 ^ 0x646f_7261_6e64_6f6d
        v2 = key.0 ^ 0x6c79_6765_6e65_7261
        v3 = key.1 ^ 0x7465_6462_7974_6573
    }

    static func hash(_ text: String, key: (UInt64, UInt64)) -> UInt64 {
        withBytes(of: text) { hash($0, key: key) }
    }

    static func hash(_ bytes: UnsafeRawBufferPointer, key: (UInt64, UInt64)) -> UInt64 {
        var state = SipHash(key)
        let whole = bytes.count & ~7
        for at in stride(from: 0, to: whole, by: 8) { state.absorb(bytes.word(at)) }
        var last = UInt64(bytes.count & 255) << 56
        for index in whole..<bytes.count { last |= UInt64(bytes[index]) << (8 * UInt64(index - whole)) }
        state.absorb(last)
        state.v2 ^= 0xff
        for _ in 0..<4 { state.round() }
        return state.v0 ^ state.v1 ^ state.v2 ^ state.v3
    }

    private mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func round() {
        v0 = v0 &+ v1
        v1 = v1.rotated(51) ^ v0
        v0 = v0.rotated(32)
        v2 = v2 &+ v3
        v3 = v3.rotated(48) ^ v2
        v0 = v0 &+ v3
        v3 = v3.rotated(43) ^ v0
        v2 = v2 &+ v1
        v1 = v1.rotated(47) ^ v2
        v2 = v2.rotated(32)
    }
}

/// Calls `body` with the UTF-8 of a text.
@inline(__always)
func withBytes<Result>(of text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    var text = text
    return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
}

extension UInt64 {
    /// The bits turned to the right.
    @inline(__always)
    fileprivate func rotated(_ count: UInt64) -> UInt64 { self >> count | self << (64 - count) }
    @inline(__always)
    fileprivate var shiftMixed: UInt64 { self ^ self >> 47 }
}

extension UnsafeRawBufferPointer {
    /// Eight bytes, the lowest first.
    @inline(__always)
    fileprivate func word(_ at: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }
    /// Four bytes, the lowest first.
    @inline(__always)
    fileprivate func half(_ at: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt32.self)))
    }
}
