import Foundation

/// How the texts of fields are read as values.
package enum FieldParsing {
    /// A finite decimal number; blanks around it do not matter.
    package static func number(_ text: String) -> Double? {
        guard let first = text.utf8.first else { return nil }
        if first == 32 || text.utf8.last == 32 { return number(text.trimmingCharacters(in: .whitespaces)) }
        // Words ("inf", "nan") and hexadecimal numbers are texts.
        guard first < 58, !text.utf8.contains(where: { $0 == 120 || $0 == 88 }) else { return nil }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The elements of `[1, 2.5, 3]`, where the brackets may be round or missing and blanks may stand for commas.
    package static func vector(_ text: String) -> [Float]? {
        var body = text[...]
        while body.first?.isWhitespace == true { body.removeFirst() }
        while body.last?.isWhitespace == true { body.removeLast() }
        switch (body.first, body.last) {
        case ("[", "]"), ("(", ")"): body = body.dropFirst().dropLast()
        default: return nil
        }
        var values: [Float] = []
        for part in body.split(whereSeparator: { $0 == "," || $0 == ";" || $0.isWhitespace }) {
            guard let value = number(String(part)) else { return nil }
            values.append(Float(value))
        }
        return values.isEmpty ? nil : values
    }

    /// Whether the text is the name of a picture that can be decoded.
    package static func isImagePath(_ text: String) -> Bool {
        let name = text.lowercased()
        return [".png", ".jpg", ".jpeg"].contains(where: name.hasSuffix)
    }
}
