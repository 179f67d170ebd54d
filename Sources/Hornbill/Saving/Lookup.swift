import HornbillEngine

/// Finds what a string stands for, and says what is known when it stands for nothing.
enum Lookup {
    /// - Parameters:
    ///   - kind: what is looked up, as the message calls it: `loss`.
    /// - Throws: kind `unknownName`, with the known names.
    static func find<Result>(_ name: String, in table: [String: Result], _ kind: String) throws -> Result {
        if let result = table[name] ?? table[name.lowercased()] { return result }
        let distances = table.keys.map { (name: $0, distance: distance($0.lowercased(), name.lowercased())) }
        let close = distances.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        let hint = close.map { $0.distance <= 2 ? " Did you mean '\($0.name)'?" : "" } ?? ""
        throw HornbillError(
            .unknownName, "there is no \(kind) '\(name)'.\(hint) Known: \(table.keys.sorted().joined(separator: ", "))")
    }

    /// Levenshtein's edit distance.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (x, y) = (Array(a), Array(b))
        var row = Array(0...y.count)
        for i in x.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in y.indices {
                let substitution = diagonal + (x[i] == y[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
            }
        }
        return row[y.count]
    }
}
