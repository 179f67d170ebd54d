import CKernels
import Foundation

/// What the machine can do at best: what the times of steps are held against.
package struct Ceilings: Sendable {
    /// Floating-point operations a second, of fused multiply-adds of float32 in registers.
    package var flops: Double
    /// Bytes a second between the cores and memory, read and written in turn.
    package var bytes: Double

    /// Measures for about a fifth of a second, on memory far larger than the caches.
    /// - Parameter threads: the size of the team; by default that of plans.
    /// - Throws: kind `memory` if there is too little.
    package static func measure(threads: Int = ThreadTeam.defaultSize) throws -> Ceilings {
        func best(_ runs: Int, _ work: () -> Double) -> Double {
            (0..<runs).reduce(0) { best, _ in
                let start = DispatchTime.now().uptimeNanoseconds
                let done = work()
                return max(best, done / max(Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9, 1e-9))
            }
        }
        let count = 64 << 20
        let memory = try HostBuffer(byteCount: count * MemoryLayout<Float>.stride)
        let floats = memory.pointer.bindMemory(to: Float.self, capacity: count)
        floats.initialize(repeating: 1, count: count)
        let team = Int32(threads)
        let flops = best(10) { hk_ceiling_arithmetic(400_000, team) }
        let bytes = best(4) { hk_ceiling_traffic(floats, Int64(count), team) }
        return withExtendedLifetime(memory) { Ceilings(flops: flops, bytes: bytes) }
    }
}
