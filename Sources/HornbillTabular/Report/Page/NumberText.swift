import Foundation

/// Numbers as a reader wants them: no more digits than say something.
package enum NumberText {
    /// Four significant digits without zeros at the end: `0.8712`, `12.35`, `53,940`, `1.2 × 10⁻⁵`. Thousands are apart from
    /// five digits on: 2005 may be a year.
    package static func short(_ value: Double, digits: Int = 4) -> String {
        significant(value, digits: digits, keepsZeros: false)
    }

    /// Four significant digits, zeros too, for columns of like numbers: `0.2670`, `1.000`.
    package static func figure(_ value: Double, digits: Int = 4) -> String {
        significant(value, digits: digits, keepsZeros: true)
    }

    /// With as many places after the point as the greatest of some numbers has, for three digits of it.
    package static func aligned(_ value: Double, to greatest: Double) -> String {
        guard value.isFinite, greatest >= 1e-6, greatest < 1e9 else { return short(value, digits: 3) }
        let places = min(max(0, 2 - Int(log10(greatest).rounded(.down))), 8)
        let text = String(format: "%.*f", places, abs(value))
        let isZero = !text.contains { ("1"..."9").contains($0) }
        return grouped(text, isNegative: value < 0 && !isZero)
    }

    private static func significant(_ value: Double, digits: Int, keepsZeros: Bool) -> String {
        guard value.isFinite else { return value.isNaN ? "–" : (value < 0 ? "−∞" : "∞") }
        guard value != 0 else { return "0" }
        let magnitude = abs(value)
        guard magnitude >= 1e-4, magnitude < 1e9 else { return scientific(value, digits: 3) }
        let places = max(0, digits - 1 - Int(log10(magnitude).rounded(.down)))
        return grouped(
            trimmed(String(format: "%.*f", places, magnitude), keepsZeros: keepsZeros), isNegative: value < 0)
    }

    /// A number of rows or the like, which is whole without weights.
    package static func count(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return short(value) }
        let isWhole = value == value.rounded()
        return grouped(String(format: isWhole ? "%.0f" : "%.1f", abs(value)), isNegative: value < 0, limit: 3)
    }

    static func count(_ value: Int) -> String { count(Double(value)) }

    /// A fraction as a percentage: `38.4 %`.
    package static func percent(_ fraction: Double, places: Int = 1) -> String {
        guard fraction.isFinite else { return short(fraction) }
        return trimmed(String(format: "%.*f", places, abs(fraction) * 100), keepsZeros: fraction != 0)
            .signed(fraction < 0) + "\u{202F}%"
    }

    private static func scientific(_ value: Double, digits: Int) -> String {
        let parts = String(format: "%.*e", digits - 1, abs(value)).split(separator: "e")
        let exponent = Int(parts[1]) ?? 0
        let raised = String(exponent).map { superscripts[$0] ?? $0 }
        return "\(trimmed(String(parts[0]))) × 10\(String(raised))".signed(value < 0)
    }

    private static let superscripts: [Character: Character] = [
        "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]

    /// Without zeros after the point.
    private static func trimmed(_ text: String, keepsZeros: Bool = false) -> String {
        guard text.contains("."), !keepsZeros else { return text }
        let zeros = text.reversed().prefix { $0 == "0" }.count
        let kept = text.dropLast(zeros)
        return String(kept.last == "." ? kept.dropLast() : kept)
    }

    /// Thousands apart, of more digits than `limit`.
    private static func grouped(_ text: String, isNegative: Bool, limit: Int = 4) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts[0].count > limit else { return text.signed(isNegative) }
        var whole = ""
        for (place, digit) in parts[0].enumerated() {
            if place > 0, (parts[0].count - place).isMultiple(of: 3) { whole.append(",") }
            whole.append(digit)
        }
        return ([whole] + parts.dropFirst().map(String.init)).joined(separator: ".").signed(isNegative)
    }
}

extension String {
    fileprivate func signed(_ isNegative: Bool) -> String { isNegative ? "−" + self : self }
}
