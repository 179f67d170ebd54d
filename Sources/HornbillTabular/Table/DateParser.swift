/// Reads points in time from the forms that tables have: `2024-05-31`, `2024/05/31 12:30`, `2024-05-31T12:30:00.5+02:00`,
/// `31.12.2024`, and `12/31/2024` (the month first, unless the first number is more than 12).
package struct DateParser {
    /// Seconds since 1970-01-01 00:00 UTC. A time without a zone is taken as UTC.
    package static func seconds(_ text: String) -> Double? {
        // Nearly all texts that are no dates begin otherwise.
        guard let start = text.utf8.first, start == 32 || (48...57).contains(start) else { return nil }
        var scanner = Scanner(text)
        guard let first = scanner.digits(1...4), let separator = scanner.oneOf("-/."),
            let second = scanner.digits(1...2),
            scanner.skip(separator), let third = scanner.digits(1...4)
        else { return nil }
        let date: (year: Int, month: Int, day: Int)
        switch (first.width, third.width, separator) {
        case (4, 1...2, _): date = (first.value, second.value, third.value)
        case (1...2, 4, UInt8(ascii: ".")): date = (third.value, second.value, first.value)
        case (1...2, 4, _):
            date =
                first.value > 12 ? (third.value, second.value, first.value) : (third.value, first.value, second.value)
        default: return nil
        }
        guard (1...12).contains(date.month), (1...Self.days(date.year, date.month)).contains(date.day) else {
            return nil
        }
        let midnight = Double(Self.dayNumber(date.year, date.month, date.day)) * 86_400
        if scanner.isAtEnd { return midnight }
        guard scanner.oneOf("T ") != nil, let seconds = time(&scanner), scanner.isAtEnd else { return nil }
        return midnight + seconds
    }

    /// The time of day and its zone, as seconds from midnight UTC.
    private static func time(_ scanner: inout Scanner) -> Double? {
        guard let hour = scanner.digits(1...2), hour.value < 24, scanner.skip(UInt8(ascii: ":")),
            let minute = scanner.digits(2...2), minute.value < 60
        else { return nil }
        var seconds = Double(hour.value * 3600 + minute.value * 60)
        if scanner.skip(UInt8(ascii: ":")) {
            guard let second = scanner.digits(2...2), second.value <= 60 else { return nil }
            seconds += Double(second.value)
            if scanner.oneOf(".,") != nil {
                guard let fraction = scanner.digits(1...9) else { return nil }
                seconds += Double(fraction.value) / (0..<fraction.width).reduce(1.0) { power, _ in power * 10 }
            }
        }
        _ = scanner.skip(UInt8(ascii: " "))
        if scanner.skip(UInt8(ascii: "Z")) { return seconds }
        guard let sign = scanner.oneOf("+-") else { return seconds }
        guard let hours = scanner.digits(2...2) else { return nil }
        _ = scanner.skip(UInt8(ascii: ":"))
        let minutes = scanner.digits(2...2)?.value ?? 0
        let offset = Double(hours.value * 3600 + minutes * 60)
        return sign == UInt8(ascii: "+") ? seconds - offset : seconds + offset
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(_ year: Int, _ month: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01 of the Gregorian calendar.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Years that begin in March have the odd day at their end.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// What a column of dates gives the model, in the order of ``parts(_:)``.
    package static let partNames = ["days", "year", "month", "day", "weekday", "hour", "minute"]

    /// Days since 1970, year, month, day, weekday (Monday is 0), hour, minute.
    package static func parts(_ seconds: Double) -> [Float] {
        let day = Int((seconds / 86_400).rounded(.down))
        let second = seconds - Double(day) * 86_400
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let place = (5 * dayOfYear + 2) / 153
        let month = place < 10 ? place + 3 : place - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let weekday = ((day + 3) % 7 + 7) % 7
        return [
            Float(seconds / 86_400), Float(year), Float(month), Float(dayOfYear - (153 * place + 2) / 5 + 1),
            Float(weekday), Float(Int(second) / 3600), Float(Int(second) / 60 % 60),
        ]
    }

    /// Reads the bytes of a text from left to right.
    private struct Scanner {
        private var rest: Substring.UTF8View

        init(_ text: String) {
            var part = text[...]
            while part.utf8.first == 32 { part.removeFirst() }
            while part.utf8.last == 32 { part.removeLast() }
            rest = part.utf8
        }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func digits(_ widths: ClosedRange<Int>) -> (value: Int, width: Int)? {
            var (value, width) = (0, 0)
            while width < widths.upperBound, let byte = rest.first, byte >= 48, byte <= 57 {
                value = value * 10 + Int(byte - 48)
                width += 1
                rest.removeFirst()
            }
            return widths.contains(width) ? (value, width) : nil
        }

        mutating func oneOf(_ characters: String) -> UInt8? {
            guard let byte = rest.first, characters.utf8.contains(byte) else { return nil }
            rest.removeFirst()
            return byte
        }

        mutating func skip(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            rest.removeFirst()
            return true
        }
    }
}
