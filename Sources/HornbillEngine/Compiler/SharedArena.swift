import Synchronization

/// Memory for the values of runs, of which nothing stays from one run to the next. Plans that do not run at once share
/// it: the steps of a model for training, validation and prediction, and for batches of other sizes, take the memory of
/// the largest of them, not of all. It lives as long as a workspace that has used it.
final class SharedArena: @unchecked Sendable {
    private let isTaken = Atomic<Bool>(true)
    private let capacity = Atomic<Int>(0)
    /// Only the run that has taken it reads and writes this.
    private var buffer = HostBuffer.empty

    private struct Reference: Sendable {
        weak let arena: SharedArena?
    }

    private static let known = Mutex<[Reference]>([])

    private init() {}

    /// One that no run uses, with room for so many bytes; `last` if it is free.
    /// - Throws: kind `memory` when the system refuses.
    static func take(_ byteCount: Int, preferring last: SharedArena?) throws -> SharedArena {
        let arena = if let last, last.tryTake() { last } else { find(byteCount) }
        guard arena.buffer.byteCount < byteCount else { return arena }
        do {
            // Both at once would be more than either plan needs.
            arena.buffer = .empty
            arena.buffer = try HostBuffer(byteCount: byteCount)
        } catch {
            arena.capacity.store(0, ordering: .relaxed)
            arena.giveBack()
            throw error
        }
        arena.capacity.store(byteCount, ordering: .relaxed)
        return arena
    }

    func giveBack() { isTaken.store(false, ordering: .releasing) }

    var pointer: UnsafeMutableRawPointer { buffer.pointer }

    private func tryTake() -> Bool {
        isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    }

    /// The smallest that is free and large enough, or else the largest, which will grow; a new one if none is free.
    private static func find(_ byteCount: Int) -> SharedArena {
        known.withLock { known in
            known.removeAll { $0.arena == nil }
            let bySize = known.compactMap { reference in
                reference.arena.map { (arena: $0, bytes: $0.capacity.load(ordering: .relaxed)) }
            }.sorted { $0.bytes < $1.bytes }
            let smaller = bySize.prefix { $0.bytes < byteCount }
            for candidate in Array(bySize.dropFirst(smaller.count)) + smaller.reversed()
            where candidate.arena.tryTake() {
                return candidate.arena
            }
            let arena = SharedArena()
            known.append(Reference(arena: arena))
            return arena
        }
    }
}
