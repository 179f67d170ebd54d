/// The words of rows, as hashes, and the rows' targets, within bounded memory: when there are too many words, every other
/// row is forgotten. Which rows are kept depends on the seed and the rows' places alone.
package struct KeptRows {
    private let hash: RowHash
    private let most: Int
    private var share = 1.0
    package private(set) var rows: [Int] = []
    private var starts = [0]
    private var hashes: [UInt64] = []
    /// Row by row.
    package private(set) var targets: [Float] = []

    /// - Parameter most: as many words are kept at most.
    package init(seed: UInt64, most: Int) {
        hash = RowHash(seed: seed, stream: .crossFit)
        self.most = most
    }

    package var count: Int { rows.count }

    package func words(_ place: Int) -> ArraySlice<UInt64> { hashes[starts[place]..<starts[place + 1]] }

    /// Whether a row is kept, were it added.
    package func isKept(_ row: Int) -> Bool { hash.unit(row) < share }

    /// The fold to which a row belongs.
    package func fold(_ row: Int) -> Int { Int(hash.bits(row) % UInt64(CrossFittedRidge.folds)) }

    package mutating func add(row: Int, words: [UInt64], targets: [Float]) {
        guard isKept(row) else { return }
        rows.append(row)
        hashes.append(contentsOf: words)
        starts.append(hashes.count)
        self.targets.append(contentsOf: targets)
        while hashes.count > most, rows.count > 1 { halve() }
    }

    private mutating func halve() {
        share /= 2
        var smaller = self
        smaller.forget()
        let width = targets.count / max(rows.count, 1)
        for (place, row) in rows.enumerated() where isKept(row) {
            smaller.rows.append(row)
            smaller.hashes.append(contentsOf: words(place))
            smaller.starts.append(smaller.hashes.count)
            smaller.targets.append(contentsOf: targets[place * width..<(place + 1) * width])
        }
        self = smaller
    }

    /// Forgets what was kept, but not which rows these were.
    mutating func forget() {
        (rows, starts, hashes, targets) = ([], [0], [], [])
    }
}
