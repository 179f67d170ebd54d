import HornbillEngine

/// A parser that keeps what it is inside of in an array, not on the stack: no nesting overflows it.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    /// A list or an object that is not closed yet; it is changed where it lies, since a copy for each element would take
    /// quadratic time.
    private struct Open {
        var elements: [ConfigValue] = []
        var object: JSONObject?
        /// The key whose value comes next.
        var key = ""
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws -> ConfigValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw invalid("the text is UTF-16; UTF-8 is expected")
        }
        var open: [Open] = []
        while true {
            skipSpace()
            var value: ConfigValue
            switch peek {
            case UInt8(ascii: "["):
                position += 1
                guard open.count < JSON.maximumDepth else { throw tooDeep() }
                if accept("]") {
                    value = .list([])
                } else {
                    open.append(Open())
                    continue
                }
            case UInt8(ascii: "{"):
                position += 1
                guard open.count < JSON.maximumDepth else { throw tooDeep() }
                if accept("}") {
                    value = .object([:])
                } else {
                    open.append(Open(object: JSONObject(), key: try key()))
                    continue
                }
            default: value = try scalar()
            }
            // The value is whole: so may be what it stands in, and what that stands in.
            var isWhole = true
            while isWhole {
                guard let last = open.indices.last else {
                    skipSpace()
                    guard position == bytes.count else { throw invalid("there is more after the value") }
                    return value
                }
                isWhole = try add(value, to: &open[last])
                if isWhole, let closed = open.popLast() {
                    value = closed.object.map { .object($0.config) } ?? .list(closed.elements)
                }
            }
        }
    }

    /// Adds a value; true if the list or object ends with it.
    private mutating func add(_ value: ConfigValue, to open: inout Open) throws -> Bool {
        guard open.object != nil else {
            open.elements.append(value)
            if accept(",") { return false }
            guard accept("]") else { throw invalid("',' or ']' is expected") }
            return true
        }
        guard open.object?.set(open.key, value) == true else {
            throw invalid("two keys differ only in how the same characters are composed: '\(open.key)'")
        }
        if accept(",") {
            open.key = try key()
            return false
        }
        guard accept("}") else { throw invalid("',' or '}' is expected") }
        return true
    }

    /// Lines and columns count from 1, columns in characters, as Python's do.
    private func invalid(_ reason: String, at place: Int? = nil) -> HornbillError {
        let place = min(place ?? position, bytes.count)
        let before = bytes[..<place]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = bytes[start..<place].count { $0 & 0xC0 != 0x80 } + 1
        return HornbillError(.file, "no valid JSON: \(reason) at line \(line), column \(column)")
    }

    private func tooDeep() -> HornbillError {
        invalid("lists and objects are nested more than \(JSON.maximumDepth) deep", at: position - 1)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard let byte = peek, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func key() throws -> String {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { throw invalid("a key in double quotes is expected") }
        let text = try string()
        guard accept(":") else { throw invalid("':' is expected") }
        return text
    }

    private mutating func scalar() throws -> ConfigValue {
        guard let byte = peek else { throw invalid("a value is expected, but the text ends") }
        if byte == UInt8(ascii: "\"") { return .string(try string()) }
        let words: [(String, ConfigValue)] = [
            ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("NaN", .double(.nan)),
            ("Infinity", .double(.infinity)), ("-Infinity", .double(-.infinity)),
        ]
        for (word, value) in words where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        guard byte == UInt8(ascii: "-") || isDigit(byte) else { throw invalid("a value is expected") }
        return try number()
    }

    private func isDigit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }

    private mutating func digits() throws {
        guard isDigit(peek) else { throw invalid("a digit is expected") }
        while isDigit(peek) { position += 1 }
    }

    private mutating func number() throws -> ConfigValue {
        let start = position
        var isWhole = true
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") {
            position += 1
            if isDigit(peek) { throw invalid("a number cannot begin with 0", at: start) }
        } else {
            try digits()
        }
        if peek == UInt8(ascii: ".") {
            position += 1
            isWhole = false
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            isWhole = false
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole {
            guard let value = Int(text) else {
                throw invalid("the integer \(text.prefix(40)) does not fit into 64 bits", at: start)
            }
            return .int(value)
        }
        // Too large gives infinity, too small 0, as in Python.
        return .double(Double(text) ?? .nan)
    }

    private mutating func string() throws -> String {
        let start = position
        position += 1
        var content: [UInt8] = []
        var run = position
        while true {
            guard let byte = peek else { throw invalid("a string is not closed", at: start) }
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 32 else { throw invalid("a control character in a string must be escaped") }
            if byte == UInt8(ascii: "\\") {
                content.append(contentsOf: bytes[run..<position])
                try escape(&content)
                run = position
            } else {
                position += 1
            }
        }
        content.append(contentsOf: bytes[run..<position])
        position += 1
        guard let text = String(validating: content, as: UTF8.self) else {
            throw invalid("a string is not valid UTF-8", at: start)
        }
        return text
    }

    private mutating func escape(_ content: inout [UInt8]) throws {
        let start = position
        position += 1
        guard let byte = peek else { throw invalid("a string is not closed", at: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(8)
        case UInt8(ascii: "f"): content.append(12)
        case UInt8(ascii: "n"): content.append(10)
        case UInt8(ascii: "r"): content.append(13)
        case UInt8(ascii: "t"): content.append(9)
        case UInt8(ascii: "u"):
            var code = try fourHexDigits(start)
            if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: [0x5C, 0x75]) {
                position += 2
                let low = try fourHexDigits(start)
                guard (0xDC00..<0xE000).contains(low) else { throw loneSurrogate(code, start) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw loneSurrogate(code, start) }
            content.append(contentsOf: String(scalar).utf8)
        default: throw invalid("an unknown escape", at: start)
        }
    }

    private func loneSurrogate(_ code: UInt32, _ place: Int) -> HornbillError {
        invalid("\\u\(String(code, radix: 16)) is half of a surrogate pair, which is no text", at: place)
    }

    private mutating func fourHexDigits(_ start: Int) throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 128 else {
                throw invalid("\\u needs four hexadecimal digits", at: start)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}

/// An object while it is read. Swift takes differently composed characters for equal, Python does not: keys that only
/// Python tells apart are refused rather than merged.
private struct JSONObject {
    private var entries: [(String, ConfigValue)] = []
    private var places: [String: Int] = [:]

    /// Sets the value; false for a key that is equal to an earlier one without being the same bytes.
    mutating func set(_ key: String, _ value: ConfigValue) -> Bool {
        guard let place = places[key] else {
            places[key] = entries.count
            entries.append((key, value))
            return true
        }
        guard entries[place].0.utf8.elementsEqual(key.utf8) else { return false }
        entries[place].1 = value
        return true
    }

    var config: Config { Config(entries) }
}
