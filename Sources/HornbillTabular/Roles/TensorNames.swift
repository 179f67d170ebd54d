import Hornbill

/// What columns are called in models, as inputs and outputs: as in the table, but for what layers may not be called.
struct TensorNames {
    private var names: [String: String] = [:]
    /// Names of the saved model's inputs and outputs.
    private var taken: Set<String> = []
    /// Names within the architecture: its inputs, its outputs, and the layers that the default one has for each output.
    private var inner: Set<String>

    /// - Parameters:
    ///   - columns: all of the table.
    ///   - inputs: what the architecture's inputs are called.
    init(_ columns: [String], targets: [String], inputs: Set<String>) {
        inner = inputs
        // A name that can stay as it is does so, wherever its column is.
        for column in columns where Self.clean(column) == column {
            _ = take(column, for: column, isTarget: targets.contains(column))
        }
        for column in columns where names[column] == nil {
            let (clean, isTarget) = (Self.clean(column), targets.contains(column))
            var number = 1
            while !take(number == 1 ? clean : "\(clean)_\(number)", for: column, isTarget: isTarget) { number += 1 }
        }
    }

    private mutating func take(_ name: String, for column: String, isTarget: Bool) -> Bool {
        guard !taken.contains(name) else { return false }
        if isTarget {
            let layers = [name] + DefaultArchitecture.layerNames(output: name)
            // What is trained has inputs of its own: code_0, code_1, …
            let isCode = name.hasPrefix("code_") && Int(name.dropFirst(5)) != nil
            guard inner.isDisjoint(with: layers), !isCode else { return false }
            inner.formUnion(layers)
        }
        taken.insert(name)
        names[column] = name
        return true
    }

    subscript(column: String) -> String { names[column] ?? Self.clean(column) }

    /// The name without what makes paths in Keras's files, and not empty.
    static func clean(_ name: String) -> String {
        name.isEmpty ? "column" : name.replacing("/", with: "_").replacing("\0", with: "_")
    }

    /// Keeps the session from making up names for layers that columns have: `cast`, `sum_1`.
    func keepFromLayers() {
        var counts: [String: Int] = [:]
        for name in taken.union(inner) {
            counts[name] = max(counts[name] ?? 0, 1)
            guard let underscore = name.lastIndex(of: "_"), let number = Int(name[name.index(after: underscore)...]),
                (0..<10_000).contains(number)
            else { continue }
            let base = String(name[..<underscore])
            counts[base] = max(counts[base] ?? 0, number + 1)
        }
        for (base, count) in counts {
            for _ in 0..<count { _ = Session.current.uniqueName(base) }
        }
    }
}
