/// JSON to be written: objects keep the order of their members, and a number that is none is null.
enum JSONText {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    static func count(_ count: Int) -> JSONText { .number(Double(count)) }
    static func numbers(_ values: [Double]) -> JSONText { .array(values.map { .number($0) }) }
    static func optional(_ value: Double?) -> JSONText { value.map { .number($0) } ?? .null }
    static func optional(_ value: String?) -> JSONText { value.map { .string($0) } ?? .null }

    /// Objects and lists of objects over several lines, other lists in one.
    func text(indent: String = "") -> String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let value): return Self.text(value)
        case .string(let value): return Self.quoted(value)
        case .array(let items):
            guard items.contains(where: \.isObject) else {
                return "[\(items.map { $0.text(indent: indent) }.joined(separator: ", "))]"
            }
            return Self.lines(items.map { $0.text(indent: indent + "  ") }, "[", "]", indent)
        case .object(let members):
            let texts = members.map { "\(Self.quoted($0)): \($1.text(indent: indent + "  "))" }
            return Self.lines(texts, "{", "}", indent)
        }
    }

    private var isObject: Bool {
        if case .object = self { true } else { false }
    }

    private static func lines(_ texts: [String], _ open: String, _ close: String, _ indent: String) -> String {
        guard !texts.isEmpty else { return open + close }
        return "\(open)\n\(indent)  \(texts.joined(separator: ",\n\(indent)  "))\n\(indent)\(close)"
    }

    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
