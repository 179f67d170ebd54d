import Synchronization

/// Memory for the values of runs, of which nothing stays from one run to the next. Plans that do not run at once share
/// a pool, and with it memory: the steps of a model for training, validation and prediction, and for batches of other
/// sizes, take what the largest of them needs, not the sum. Of runs at once each has memory of its own.
package final class ArenaPool: Sendable {
    private let arenas = Mutex<[PooledArena]>([])

    package init() {}

    /// Memory that no other run uses, with room for so many bytes: `last` if it is free, else the smallest that is large
    /// enough, else the largest, which grows, or new memory if none is free.
    /// - Throws: kind `memory` when the system refuses.
    func take(_ byteCount: Int, preferring last: PooledArena?) throws -> PooledArena {
        let arena = if let last, last.tryTake() { last } else { find(byteCount) }
        try arena.reserve(byteCount)
        return arena
    }

    private func find(_ byteCount: Int) -> PooledArena {
        arenas.withLock { arenas in
            // Sorted by size but for what has grown since.
            arenas.sort { $0.capacity < $1.capacity }
            let smaller = arenas.prefix { $0.capacity < byteCount }
            let free = arenas.dropFirst(smaller.count).first { $0.tryTake() } ?? smaller.last { $0.tryTake() }
            if let free { return free }
            let new = PooledArena()
            arenas.append(new)
            return new
        }
    }
}

/// One piece of a pool's memory, taken from the start.
final class PooledArena: @unchecked Sendable {
    private let isTaken = Atomic<Bool>(true)
    private let size = Atomic<Int>(0)
    /// Only the run that has taken it reads and writes this.
    private var buffer = HostBuffer.empty

    var pointer: UnsafeMutableRawPointer { buffer.pointer }
    fileprivate var capacity: Int { size.load(ordering: .relaxed) }

    fileprivate func tryTake() -> Bool {
        isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    }

    func giveBack() { isTaken.store(false, ordering: .releasing) }

    fileprivate func reserve(_ byteCount: Int) throws {
        guard buffer.byteCount < byteCount else { return }
        // Old and new memory at once would be more than any plan needs.
        buffer = .empty
        size.store(0, ordering: .relaxed)
        do {
            buffer = try HostBuffer(byteCount: byteCount)
        } catch {
            giveBack()
            throw error
        }
        size.store(byteCount, ordering: .relaxed)
    }
}
