import Foundation
import HornbillEngine

/// A path with fields to fill in, in the manner of Python's `format`: `{epoch:02d}-{val_loss:.2f}.keras`. `{{` and `}}`
/// stand for braces.
package struct PathTemplate {
    package enum Value: Sendable {
        case int(Int)
        case double(Double)
    }

    private enum Part {
        case text(String)
        case field(name: String, format: FieldFormat)
    }

    private let parts: [Part]

    /// - Throws: kind `argument` for braces that do not match, and formats that are none.
    package init(_ path: String) throws {
        var parts: [Part] = []
        var text = ""
        var rest = path[...]
        func failure(_ reason: String) -> HornbillError {
            HornbillError(.argument, "'\(path)' cannot be filled in: \(reason)")
        }
        while let character = rest.popFirst() {
            switch character {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                text.append(character)
                rest.removeFirst()
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw failure("a { has no }") }
                let field = rest[..<end]
                rest = rest[rest.index(after: end)...]
                let halves = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                let (name, format) = (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
                guard !name.isEmpty else { throw failure("a field has no name") }
                guard let parsed = FieldFormat(format) else { throw failure("'\(format)' is no format of a number") }
                parts.append(.text(text))
                parts.append(.field(name: name, format: parsed))
                text = ""
            case "}": throw failure("a } has no {")
            default: text.append(character)
            }
        }
        self.parts = parts + [.text(text)]
    }

    /// - Throws: kind `unknownName` for a field that has no value, `argument` for a fraction where a whole number is
    ///   wanted.
    package func filled(_ values: [(name: String, value: Value)]) throws -> String {
        try parts.map { part in
            switch part {
            case .text(let text): return text
            case .field(let name, let format):
                guard let value = values.first(where: { $0.name == name })?.value else {
                    throw HornbillError(
                        .unknownName,
                        "there is no value for {\(name)} in a path; there are: \(values.map(\.name).joined(separator: ", "))"
                    )
                }
                guard let text = format.text(value) else {
                    throw HornbillError(
                        .argument, "{\(name)} is no whole number, which its format in a path asks for")
                }
                return text
            }
        }.joined()
    }
}

/// Python's format of a number: fill, alignment, sign, zeros, width, precision, kind.
struct FieldFormat {
    private var fill: Character = " "
    private var alignment: Character = ">"
    private var sign: Character = "-"
    private var width = 0
    private var precision: Int?
    private var kind: Character?

    /// Nil for what is no format.
    init?(_ text: String) {
        var rest = text[...]
        let second = rest.dropFirst().first
        if let second, "<>^=".contains(second), let first = rest.first {
            (fill, alignment) = (first, second)
            rest = rest.dropFirst(2)
        } else if let first = rest.first, "<>^=".contains(first) {
            alignment = first
            rest = rest.dropFirst()
        }
        if let first = rest.first, "+- ".contains(first) {
            sign = first
            rest = rest.dropFirst()
        }
        if rest.first == "0" {
            if alignment == ">", fill == " " { (fill, alignment) = ("0", "=") }
            rest = rest.dropFirst()
        }
        func number() -> Int? {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return digits.count > 3 ? nil : Int(digits)
        }
        if let first = rest.first, first.isASCII, first.isNumber {
            guard let wide = number() else { return nil }
            width = wide
        }
        if rest.first == "." {
            rest = rest.dropFirst()
            guard let digits = number() else { return nil }
            precision = digits
        }
        if let last = rest.popFirst() {
            guard "deEfFgG%".contains(last), rest.isEmpty else { return nil }
            kind = last
        }
        if kind == "d", precision != nil { return nil }
    }

    /// Nil for a fraction where a whole number is wanted.
    func text(_ value: PathTemplate.Value) -> String? {
        let digits: String
        switch (value, kind) {
        case (.int(let number), nil) where precision == nil, (.int(let number), "d"): digits = "\(number.magnitude)"
        case (.double, "d"): return nil
        case (.int(let number), _): digits = magnitude(Double(number))
        case (.double(let number), _): digits = magnitude(number)
        }
        let isNegative =
            switch value {
            case .int(let number): number < 0
            case .double(let number): number.sign == .minus && !number.isNaN
            }
        let mark = isNegative ? "-" : sign == "-" ? "" : String(sign)
        let padding = String(repeating: fill, count: max(0, width - mark.count - digits.count))
        switch alignment {
        case "<": return mark + digits + padding
        case "^":
            let left = padding.count / 2
            return String(padding.prefix(left)) + mark + digits + String(padding.dropFirst(left))
        case "=": return mark + padding + digits
        default: return padding + mark + digits
        }
    }

    private func magnitude(_ number: Double) -> String {
        let value = number.magnitude
        if value.isNaN { return "nan" }
        if value.isInfinite { return "inf" }
        switch kind {
        case "e", "E", "f", "F", "g", "G":
            return String(format: "%.\(precision ?? 6)\(kind ?? "f")", value)
        case "%": return String(format: "%.\(precision ?? 6)f", value * 100) + "%"
        default:
            guard let precision else { return value.pythonDescription }
            return Self.general(value, max(precision, 1))
        }
    }

    /// So many digits, with a point or an exponent that shows that it is no whole number.
    private static func general(_ value: Double, _ precision: Int) -> String {
        let scientific = String(format: "%.\(precision - 1)e", value)
        let halves = scientific.split(separator: "e")
        guard halves.count == 2, let exponent = Int(halves[1]) else { return scientific }
        if exponent >= -4, exponent < precision - 1 {
            let short = String(format: "%.\(precision)g", value)
            return short.contains(".") ? short : short + ".0"
        }
        var digits = halves[0]
        if digits.contains(".") {
            while digits.last == "0" { digits.removeLast() }
            if digits.last == "." { digits.removeLast() }
        }
        return "\(digits)e\(halves[1])"
    }
}
