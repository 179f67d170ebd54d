/// The memory that one step works on: pointers to its operands, then to its results, then to its scratch memory.
package typealias Window = UnsafePointer<UnsafeMutableRawPointer>

/// A kernel ready to run on a window. It allocates nothing; it belongs to one workspace and runs on one thread at a
/// time (from which it may use the team).
package typealias Executable = (Window) throws -> Void

/// How one step of a plan is computed: chosen by the lowering for an operation and its types, shared by all workspaces.
package struct Kernel: Sendable {
    /// A result that may be written over an operand, which the kernel then has read where it matters.
    package struct InPlace: Sendable, Hashable {
        package var result: Int
        package var operand: Int
    }

    /// What plans and profiles call it, as `gemm 32×64×10`.
    package var name: String
    /// Memory that it needs while it runs, aligned to 64 bytes; the window's last pointer.
    package var scratchBytes = 0
    /// Whether it can fail because of values: such steps run before anything that a failed run must not change.
    package var canFail = false
    package var inPlace: [InPlace] = []
    /// Makes what runs. Called once a workspace.
    package var instantiate: @Sendable () throws -> Executable

    package init(
        _ name: String, scratchBytes: Int = 0, canFail: Bool = false, inPlace: [InPlace] = [],
        instantiate: @escaping @Sendable () throws -> Executable
    ) {
        self.name = name
        self.scratchBytes = scratchBytes
        self.canFail = canFail
        self.inPlace = inPlace
        self.instantiate = instantiate
    }

    /// A kernel without state of its own, which every workspace can share.
    package init(
        _ name: String, scratchBytes: Int = 0, canFail: Bool = false, inPlace: [InPlace] = [],
        run: @escaping @Sendable (Window) throws -> Void
    ) {
        self.init(name, scratchBytes: scratchBytes, canFail: canFail, inPlace: inPlace, instantiate: { run })
    }
}

/// What a lowering may count on.
package struct LoweringOptions: Sendable, Hashable {
    /// The size of the thread team.
    package var threads: Int
    /// Whether products are the kernels' own whatever their size, so that each row's bits do not depend on how many
    /// rows there are.
    package var ownProducts = false

    package init(threads: Int, ownProducts: Bool = false) {
        self.threads = threads
        self.ownProducts = ownProducts
    }
}

/// C arrays that live as long as the kernel that reads them; never written after they are made.
final class FrozenArray<Element>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int

    init(_ elements: [Element]) {
        count = elements.count
        pointer = .allocate(capacity: max(count, 1))
        pointer.initialize(from: elements, count: count)
    }

    deinit {
        pointer.deinitialize(count: count)
        pointer.deallocate()
    }
}

extension FrozenArray where Element == Int64 {
    convenience init(int64 elements: [Int]) { self.init(elements.map(Int64.init)) }
}
