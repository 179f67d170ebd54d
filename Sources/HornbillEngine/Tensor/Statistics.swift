import Synchronization

/// Counters that tests and the benchmark read: they show that a loop allocates and compiles nothing.
package enum Statistics {
    /// What happens in one task, or outside of any that counts for itself.
    package final class Counter: Sendable {
        fileprivate let allocations = Atomic<Int>(0)
        fileprivate let compilations = Atomic<Int>(0)
        package init() {}
    }

    private static let process = Counter()
    /// The counter of the current task; nil counts for the process.
    @TaskLocal package static var counter: Counter?
    private static var current: Counter { counter ?? process }

    /// Tensor buffers and workspaces allocated so far.
    package static var allocations: Int { current.allocations.load(ordering: .relaxed) }
    /// Plans compiled so far.
    package static var compilations: Int { current.compilations.load(ordering: .relaxed) }

    package static func countAllocation(_ bytes: Int) { current.allocations.add(1, ordering: .relaxed) }
    package static func countCompilation() { current.compilations.add(1, ordering: .relaxed) }
}
