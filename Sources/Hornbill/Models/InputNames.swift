import HornbillEngine

/// Brings data given as one tensor, a list or a dictionary into the order of a model's inputs or outputs.
enum InputNames {
    /// The tensors in the order of `names`.
    /// - Throws: kind `unknownName` for a missing or unknown name, `argument` for a wrong number.
    static func align<Leaf, Symbol>(
        _ values: Structure<Leaf>, names: [String], structure: Structure<Symbol>, what: String = "input"
    ) throws -> [Leaf] {
        if case .dictionary(let entries) = values {
            var known = names
            if case .dictionary(let own) = structure, own.count == names.count { known = own.keys.sorted() }
            for key in entries.keys.sorted() where !known.contains(key) && !names.contains(key) {
                throw HornbillError(
                    .unknownName, "there is no \(what) '\(key)'; the \(what)s are: \(known.joined(separator: ", "))")
            }
            return try zip(known, names).map { key, name in
                guard let entry = entries[key] ?? entries[name] else {
                    throw HornbillError(
                        .unknownName,
                        "the \(what) '\(key)' is missing; given were: \(entries.keys.sorted().joined(separator: ", "))")
                }
                guard let leaf = entry.single else {
                    throw HornbillError(.argument, "the \(what) '\(key)' must be one tensor, not \(entry.outline)")
                }
                return leaf
            }
        }
        let leaves = values.leaves
        guard leaves.count == names.count else {
            throw HornbillError(
                .argument,
                "the model has \(names.count) \(what)s (\(names.joined(separator: ", "))), but \(leaves.count) were given"
            )
        }
        return leaves
    }
}
