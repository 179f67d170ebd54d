import Foundation

/// A block of memory, aligned to cache lines. Shared between tensors, hence never written while two hold it: whoever
/// writes checks `isKnownUniquelyReferenced` first.
package final class HostBuffer: @unchecked Sendable {
    package let pointer: UnsafeMutableRawPointer
    package let byteCount: Int
    /// What owns the memory instead of this buffer, where it was not allocated here.
    private let owner: AnyObject?

    private static let most = Int(clamping: ProcessInfo.processInfo.physicalMemory)

    /// Allocates `byteCount` bytes, not cleared.
    /// - Throws: ``HornbillError`` of kind `memory` when the system refuses.
    package init(byteCount: Int) throws {
        // The system promises more memory than there is, and ends the process that then uses it.
        guard byteCount <= Self.most else {
            throw HornbillError(.memory, "\(byteCount) bytes are more than the machine has")
        }
        var raw: UnsafeMutableRawPointer?
        guard posix_memalign(&raw, 64, max(byteCount, 64)) == 0, let raw else {
            throw HornbillError(.memory, "could not allocate \(byteCount) bytes")
        }
        pointer = raw
        self.byteCount = byteCount
        owner = nil
        // Large blocks are walked linearly: huge pages save most of their page faults and TLB misses.
        if byteCount >= 4 << 20 {
            let page = Int(sysconf(Int32(_SC_PAGESIZE)))
            let start = (Int(bitPattern: raw) + page - 1) & ~(page - 1)
            let length = (Int(bitPattern: raw) + byteCount - start) & ~(page - 1)
            // 14: MADV_HUGEPAGE, which Glibc's module lacks.
            if length > 0 { madvise(UnsafeMutableRawPointer(bitPattern: start), length, 14) }
        }
        Statistics.countAllocation(byteCount)
    }

    /// No memory that may be read or written.
    package static let empty = HostBuffer(
        pointer: UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64), byteCount: 0,
        owner: Statistics.self as AnyObject)

    /// Wraps memory that `owner` keeps alive.
    package init(pointer: UnsafeMutableRawPointer, byteCount: Int, owner: AnyObject) {
        self.pointer = pointer
        self.byteCount = byteCount
        self.owner = owner
    }

    /// Whether the memory is somebody else's, who may change it.
    package var isBorrowed: Bool { owner != nil }

    deinit {
        if owner == nil { free(pointer) }
    }

    /// A copy of the first `byteCount` bytes.
    package func copy() throws -> HostBuffer {
        let copy = try HostBuffer(byteCount: byteCount)
        memcpy(copy.pointer, pointer, byteCount)
        return copy
    }
}
