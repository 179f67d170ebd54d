import Synchronization

/// Counters that tests and the benchmark read: they show that a loop allocates and compiles nothing.
package enum Statistics {
    private static let allocationCounter = Atomic<Int>(0)
    private static let compilationCounter = Atomic<Int>(0)

    /// Tensor buffers and workspaces allocated so far in this process.
    package static var allocations: Int { allocationCounter.load(ordering: .relaxed) }
    /// Plans compiled so far in this process.
    package static var compilations: Int { compilationCounter.load(ordering: .relaxed) }

    package static func countAllocation(_ bytes: Int) { allocationCounter.add(1, ordering: .relaxed) }
    package static func countCompilation() { compilationCounter.add(1, ordering: .relaxed) }
}
