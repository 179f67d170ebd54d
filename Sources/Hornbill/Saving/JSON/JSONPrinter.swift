/// Prints as `json.dumps` does with its default arguments: ASCII only, `", "` and `": "` between.
struct JSONPrinter {
    private(set) var output: [UInt8] = []
    private let indent: Int?

    init(indent: Int?) { self.indent = indent }

    mutating func print(_ value: ConfigValue, level: Int) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .int(let number): append(String(number))
        case .double(let number): append(PythonFloat.text(number))
        case .string(let text): print(text)
        case .list(let elements):
            nested("[", "]", elements, level) { printer, element in printer.print(element, level: level + 1) }
        case .object(let config):
            nested("{", "}", config.keys, level) { printer, key in
                printer.print(key)
                printer.append(": ")
                printer.print(config[key] ?? .null, level: level + 1)
            }
        }
    }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func nested<Element>(
        _ open: String, _ close: String, _ elements: [Element], _ level: Int,
        _ printOne: (inout JSONPrinter, Element) -> Void
    ) {
        append(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { append(indent == nil ? ", " : ",") }
            newLine(level + 1)
            printOne(&self, element)
        }
        if !elements.isEmpty { newLine(level) }
        append(close)
    }

    private mutating func newLine(_ level: Int) {
        guard let indent else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(indent, 0) * level))
    }

    private mutating func print(_ text: String) {
        output.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            switch unit {
            case 0x22: append("\\\"")
            case 0x5C: append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0x08: append("\\b")
            case 0x0C: append("\\f")
            case 0x20...0x7E: output.append(UInt8(truncatingIfNeeded: unit))
            default:
                let digits = String(unit, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

/// Floating-point numbers as Python's `repr` spells them.
enum PythonFloat {
    /// The fewest digits that give the same number again; an exponent below 1e-4 and from 1e16 on.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let sign = value.sign == .minus ? "-" : ""
        let (digits, point) = shortest(value.magnitude)
        // `point` digits stand before the decimal point.
        if point > 16 || point < -3 {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let exponent = String((point - 1).magnitude)
            return sign + digits.prefix(1) + fraction + (point > 0 ? "e+" : "e-") + (exponent.count < 2 ? "0" : "")
                + exponent
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if digits.count <= point { return sign + digits + String(repeating: "0", count: point - digits.count) + ".0" }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// The significant digits, and where the decimal point stands among them.
    private static func shortest(_ value: Double) -> (digits: String, point: Int) {
        if value == 0 { return ("0", 1) }
        let parts = value.description.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let (whole, fraction) = (halves[0], halves.count > 1 ? halves[1] : "")
        let all = whole + fraction
        let leadingZeros = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leadingZeros))
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return (digits, whole.count - leadingZeros + exponent)
    }
}
