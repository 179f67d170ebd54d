/// A piece of HTML or SVG. Text gets into it escaped only, so a name out of the data stays a name.
struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation {
    private(set) var source: String

    /// Text to be read.
    init(_ text: String) {
        source = Self.escaped(text)
    }

    init(stringLiteral text: String) {
        self.init(text)
    }

    /// Pieces one after the other.
    init(_ parts: [Markup]) {
        source = parts.map(\.source).joined()
    }

    /// Source that is markup already: none of it may come from the data.
    init(trusted source: String) {
        self.source = source
    }

    static let empty = Markup(trusted: "")

    /// An element with its contents.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<String, String>, _ contents: [Markup]
    ) -> Markup {
        Markup(trusted: "\(tag(name, attributes).source)\(Markup(contents).source)</\(name)>")
    }

    /// An element of HTML that has no contents and no end, such as `img`.
    static func tag(_ name: StaticString, _ attributes: KeyValuePairs<String, String>) -> Markup {
        let attributes = attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
        return Markup(trusted: "<\(name)\(attributes)>")
    }

    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<String, String>, _ contents: Markup...
    ) -> Markup {
        element(name, attributes, contents)
    }

    static func element(_ name: StaticString, _ contents: [Markup]) -> Markup {
        element(name, [:], contents)
    }

    static func element(_ name: StaticString, _ contents: Markup...) -> Markup {
        element(name, [:], contents)
    }

    /// The five characters that mean something in markup become references; control characters, which HTML does not allow,
    /// and marks that turn the direction of what follows become the replacement character.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
