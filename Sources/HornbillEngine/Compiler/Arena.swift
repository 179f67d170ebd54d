/// Places for blocks in one piece of memory, while they are in use: the smallest gap that is large enough is taken, so
/// that large gaps stay for large blocks.
struct Arena {
    private struct Gap {
        var offset: Int
        var size: Int
    }

    /// Sorted by offset, no two adjacent.
    private var gaps: [Gap] = []
    /// Bytes that the blocks have needed so far.
    private(set) var size = 0

    static let alignment = 64

    static func rounded(_ bytes: Int) -> Int { (max(bytes, 1) + alignment - 1) & ~(alignment - 1) }

    /// The offset of a new block.
    mutating func allocate(_ bytes: Int) -> Int {
        let wanted = Self.rounded(bytes)
        var best: Int?
        for (index, gap) in gaps.enumerated() where gap.size >= wanted {
            if best.map({ gap.size < gaps[$0].size }) ?? true { best = index }
        }
        if let best {
            let offset = gaps[best].offset
            gaps[best].offset += wanted
            gaps[best].size -= wanted
            if gaps[best].size == 0 { gaps.remove(at: best) }
            return offset
        }
        // A gap at the end grows.
        if let last = gaps.last, last.offset + last.size == size {
            gaps.removeLast()
            size = last.offset + wanted
            return last.offset
        }
        defer { size += wanted }
        return size
    }

    mutating func release(_ offset: Int, _ bytes: Int) {
        let size = Self.rounded(bytes)
        var low = 0
        var high = gaps.count
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        gaps.insert(Gap(offset: offset, size: size), at: low)
        if low + 1 < gaps.count, gaps[low].offset + gaps[low].size == gaps[low + 1].offset {
            gaps[low].size += gaps[low + 1].size
            gaps.remove(at: low + 1)
        }
        if low > 0, gaps[low - 1].offset + gaps[low - 1].size == gaps[low].offset {
            gaps[low - 1].size += gaps[low].size
            gaps.remove(at: low)
        }
    }
}
