import Foundation

/// A block of memory, aligned to cache lines. Shared between tensors, hence never written while two hold it: whoever
/// writes checks `isKnownUniquelyReferenced` first.
package final class HostBuffer: @unchecked Sendable {
    package let pointer: UnsafeMutableRawPointer
    package let byteCount: Int
    /// What owns the memory instead of this buffer, where it was not allocated here.
    private let owner: AnyObject?
    /// Whether the memory comes from the system directly.
    private let isMapped: Bool

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
        isMapped = false
        if byteCount >= Self.large { Self.preferHugePages(raw, byteCount) }
        Statistics.countAllocation(byteCount)
    }

    /// Allocates `byteCount` bytes of zeros. Where they are many, they take no memory before they are written.
    /// - Throws: ``HornbillError`` of kind `memory` when the system refuses.
    package static func zeros(byteCount: Int) throws -> HostBuffer {
        guard byteCount >= large, byteCount <= most else {
            let buffer = try HostBuffer(byteCount: byteCount)
            memset(buffer.pointer, 0, byteCount)
            return buffer
        }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), Int(bitPattern: memory) != -1
        else { throw HornbillError(.memory, "could not allocate \(byteCount) bytes") }
        return HostBuffer(mapped: memory, byteCount)
    }

    private init(mapped memory: UnsafeMutableRawPointer, _ byteCount: Int) {
        pointer = memory
        self.byteCount = byteCount
        owner = nil
        isMapped = true
        Self.preferHugePages(memory, byteCount)
        Statistics.countAllocation(byteCount)
    }

    /// From how many bytes on a block is large.
    private static let large = 4 << 20

    /// Large blocks are walked linearly: huge pages save most of their page faults and TLB misses.
    private static func preferHugePages(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = (Int(bitPattern: memory) + page - 1) & ~(page - 1)
        let length = (Int(bitPattern: memory) + byteCount - start) & ~(page - 1)
        // 14: MADV_HUGEPAGE, which Glibc's module lacks.
        if length > 0 { madvise(UnsafeMutableRawPointer(bitPattern: start), length, 14) }
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
        isMapped = false
    }

    /// Whether the memory is somebody else's, who may change it.
    package var isBorrowed: Bool { owner != nil }

    deinit {
        if isMapped {
            munmap(pointer, byteCount)
        } else if owner == nil {
            free(pointer)
        }
    }

    /// A copy of the first `byteCount` bytes.
    package func copy() throws -> HostBuffer {
        let copy = try HostBuffer(byteCount: byteCount)
        memcpy(copy.pointer, pointer, byteCount)
        return copy
    }
}
