import Foundation

/// How the texts of fields are read as values.
package enum FieldParsing {
    /// A finite decimal number; blanks around it do not matter.
    package static func number(_ text: String) -> Double? {
        guard let first = text.utf8.first else { return nil }
        if first == 32 || text.utf8.last == 32 { return number(text.trimmingCharacters(in: .whitespaces)) }
        // Words ("inf", "nan") and hexadecimal numbers are texts.
        guard first < 58 else { return nil }
        if let value = plainNumber(text) { return value }
        guard !text.utf8.contains(where: { $0 == 120 || $0 == 88 }), let value = Double(text), value.isFinite else {
            return nil
        }
        return value
    }

    private static let powersOfTen = (0...15).map { pow(10, Double($0)) }

    /// A number of at most 15 digits without an exponent, nearly all that there are: whole numbers up to 2⁵³ and powers of
    /// ten are exact, so that their quotient is the nearest number.
    private static func plainNumber(_ text: String) -> Double? {
        var (digits, count, fraction) = (0, 0, 0)
        var (isNegative, hasPoint) = (false, false)
        for (place, byte) in text.utf8.enumerated() {
            switch byte {
            case 48...57:
                digits = digits * 10 + Int(byte - 48)
                count += 1
                if hasPoint { fraction += 1 }
                if count > 15 { return nil }
            case 46 where !hasPoint: hasPoint = true
            case 45 where place == 0: isNegative = true
            default: return nil
            }
        }
        guard count > 0 else { return nil }
        let value = Double(digits) / powersOfTen[fraction]
        return isNegative ? -value : value
    }

    /// The elements of `[1, 2.5, 3]`, where the brackets may be round or missing and blanks may stand for commas.
    package static func vector(_ text: String) -> [Float]? {
        guard let first = text.utf8.first, first == 91 || first == 40 || first <= 32 || first >= 128 else { return nil }
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
        // Names end in a letter of these; the others are not looked at more closely.
        guard let last = text.utf8.last, last == 103 || last == 71 else { return false }
        let name = text.lowercased()
        return [".png", ".jpg", ".jpeg"].contains(where: name.hasSuffix)
    }
}
