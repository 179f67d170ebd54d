import Foundation
import HornbillEngine

/// Names of nodes, and what may stand in Graphviz's language.
struct DOTGraph {
    private var names: [ObjectIdentifier: String] = [:]

    /// `n0`, `n1`, … in the order in which layers are met.
    mutating func name(_ layer: Layer) -> String {
        let key = ObjectIdentifier(layer)
        if let known = names[key] { return known }
        let name = "n\(names.count)"
        names[key] = name
        return name
    }

    /// A word as it is, anything else in quotes.
    static func quoted(_ text: String) -> String {
        let isWord = text.utf8.first.map { !(48...57).contains($0) } ?? false
        let isPlain = text.utf8.allSatisfy { byte in
            byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        let keywords = ["node", "edge", "graph", "digraph", "subgraph", "strict"]
        if isWord, isPlain, !keywords.contains(text.lowercased()) { return text }
        let escaped = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        return "\"\(escaped.replacingOccurrences(of: "\n", with: "\\n"))\""
    }

    /// Text within a label of tables. Braces, bars and backslashes mean something to Graphviz even there.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "{": result += "&#123;"
            case "|": result += "&#124;"
            case "}": result += "&#125;"
            case "\\": result += "&#92;"
            default: result.append(character)
            }
        }
        return result
    }
}
