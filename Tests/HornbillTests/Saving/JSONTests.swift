import Hornbill
import Testing

@Suite struct JSONTests {
    @Test func `reads and prints as Python's json does`() throws {
        let cases = try #require(try FormatGolden.json("json.json").list)
        #expect(cases.count > 10)
        for one in cases {
            let value = try JSON.parse(try #require(one["text"]?.text))
            #expect(JSON.text(value) == one["line"]?.text)
            #expect(JSON.text(value, indent: 2) == one["indented"]?.text)
        }
    }

    @Test func `keeps the order of keys, and of equal ones the last value`() throws {
        let value = try JSON.parse(#"{"b": 1, "a": 2, "b": 3}"#)
        #expect(value.object?.keys == ["b", "a"])
        #expect(value["b"] == .int(3))
    }

    @Test(arguments: [
        ("", "line 1, column 1"), ("[1,]", "column 4"), ("{\"a\": 1,}", "a key in double quotes"), ("{a: 1}", "a key"),
        ("01", "begin with 0"), ("1.", "a digit"), ("-", "a digit"), ("+1", "a value"), (".5", "a value"),
        ("1e", "a digit"),
        ("\"\\x\"", "escape"), ("\"\\u12g4\"", "hexadecimal"), ("\"a", "not closed"), ("\"\\", "not closed"),
        ("\"\t\"", "control character"), ("nul", "a value"), ("[1] 2", "more after the value"), ("{\"a\"}", "':'"),
        ("[1 2]", "',' or ']'"), ("{\"a\": 1 \"b\"", "',' or '}'"), ("[\n1,\n  x]", "line 3, column 3"),
        ("[", "the text ends"),
        ("-Inf", "a digit"), ("'a'", "a value"), ("[1, // no\n2]", "a value"),
    ])
    func `names the place of what is no JSON`(_ text: String, _ part: String) {
        expectError(.file, "no valid JSON", part) { _ = try JSON.parse(text) }
    }

    @Test(arguments: ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"])
    func `names integers that do not fit`(_ text: String) {
        expectError(.file, text, "64 bits") { _ = try JSON.parse("[" + text + "]") }
    }

    @Test(arguments: [#""\ud800""#, #""\udc00x""#, #""\ud800\u0041""#, #""\ud83d\ud83d""#])
    func `halves of surrogate pairs are refused`(_ text: String) {
        expectError(.file, "surrogate") { _ = try JSON.parse(text) }
    }

    @Test func `bytes that are no UTF-8 are refused, a mark of the byte order is skipped`() throws {
        expectError(.file, "UTF-8") { _ = try JSON.parse([0x22, 0xFF, 0x22]) }
        expectError(.file, "UTF-8") { _ = try JSON.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
        expectError(.file, "UTF-16") { _ = try JSON.parse([0xFF, 0xFE, 0x5B, 0]) }
        #expect(try JSON.parse([0xEF, 0xBB, 0xBF, 0x31]) == .int(1))
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func `nesting without end is refused`(_ text: String) {
        expectError(.file, "512 deep") { _ = try JSON.parse(String(repeating: text, count: 100_000)) }
        let closed = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(throws: Never.self) { try JSON.parse(closed) }
    }

    @Test func `keys that only their composition tells apart are refused, not merged`() {
        expectError(.file, "composed") { _ = try JSON.parse(#"{"\u00e9": 1, "e\u0301": 2}"#) }
    }

    @Test func `no bytes make the parser trap`() throws {
        let good = Array(#"{"a": [1, -2.5e3, "x\u00e9\ud83d\ude00\n", true, null, NaN, {"b": []}]}"#.utf8)
        var generator = SplitMix(seed: 4)
        let alphabet = Array(#"[]{}",:\u0123456789eE+-.truefalsnNaIity"#.utf8) + [0, 10, 0x80, 0xC3, 0xED, 0xFF]
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<generator.next(below: 6) + 1 {
                let place = generator.next(below: bytes.count)
                switch generator.next(below: 3) {
                case 0: bytes[place] = alphabet[generator.next(below: alphabet.count)]
                case 1: bytes.insert(alphabet[generator.next(below: alphabet.count)], at: place)
                default: bytes.remove(at: place)
                }
            }
            do {
                let value = try JSON.parse(bytes)
                // What is read prints as something that is read as the same; not-a-number equals nothing.
                let text = JSON.text(value)
                #expect(JSON.text(try JSON.parse(text)) == text)
            } catch {
                #expect(error is HornbillError)
            }
        }
    }
}

/// Numbers that are the same in every run.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 to `limit` - 1.
    mutating func next(below limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }
}
