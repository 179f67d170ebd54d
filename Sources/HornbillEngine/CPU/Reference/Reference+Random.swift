import CKernels

extension Reference.Call {
    /// Elements of the stream (seed, call), by the C kernel: a stream is the same bits whoever asks for it.
    func random(_ distribution: Distribution) {
        let stream = input(0, as: Int64.self)
        let (seed, call) = (UInt64(bitPattern: stream[0]), UInt64(bitPattern: stream[1]))
        let kind =
            switch distribution {
            case .bits: HK_RANDOM_BITS
            case .uniform: HK_RANDOM_UNIFORM
            case .normal: HK_RANDOM_NORMAL
            case .truncatedNormal: HK_RANDOM_TRUNCATED_NORMAL
            }
        hk_random(kind, seed, call, 0, Int64(count), outputs[0], 1)
        guard distribution == .bits else { return }
        // Words of 32 bits at the front of the result become integers of 64, last element first.
        for i in stride(from: count - 1, through: 0, by: -1) {
            let word = outputs[0].load(fromByteOffset: 4 * i, as: UInt32.self)
            outputs[0].storeBytes(of: Int64(word), toByteOffset: 8 * i, as: Int64.self)
        }
    }
}
