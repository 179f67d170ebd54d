import HornbillEngine

/// As much of Python's pickles as the classic data sets are made of: numbers, strings, bytes, lists, tuples,
/// dictionaries, and arrays of NumPy. Never a general unpickler: names other than those of NumPy's arrays are refused,
/// nothing is called, and no value holds another by reference, so that no file can nest deeply enough to matter.
struct Pickle {
    enum Value: Sendable {
        case none
        case bool(Bool)
        case int(Int)
        case double(Double)
        /// A part of the file: a string or bytes.
        case bytes(start: Int, count: Int)
        /// The place of a list, a tuple, a dictionary or an array in the pickle's tables.
        case list(Int)
        case tuple(Int)
        case dictionary(Int)
        case array(Int)
        case dtype(Int)
        case global(Global)
        case mark
    }

    /// The only names that a pickle may use.
    enum Global: Sendable { case ndarray, dtype, reconstruct, encode }

    /// A list: numbers lie apart, since there are millions of them.
    struct List {
        var ints: [Int32] = []
        var others: [Value] = []

        mutating func append(_ value: Value) {
            if others.isEmpty, case .int(let number) = value, let short = Int32(exactly: number) {
                ints.append(short)
                return
            }
            if !ints.isEmpty {
                others = ints.map { .int(Int($0)) }
                ints = []
            }
            others.append(value)
        }

        var values: [Value] { ints.isEmpty ? others : ints.map { .int(Int($0)) } }
    }

    let bytes: [UInt8]
    private(set) var lists: [List] = []
    private(set) var tuples: [[Value]] = []
    private(set) var dictionaries: [[(key: Value, value: Value)]] = []
    /// What `__setstate__` was given.
    private(set) var arrays: [Value] = []
    private(set) var dtypes: [(name: Value, state: Value)] = []
    private(set) var root = Value.none

    private var position: Int
    private var stack: [Value] = []
    private var memo: [Int: Value] = [:]

    /// - Throws: kind `file` for anything else than such a pickle, with the byte.
    init(_ bytes: [UInt8], from start: Int = 0) throws {
        self.bytes = bytes
        position = start
        while try step() {}
        root = try pop()
        stack = []
        memo = [:]
    }

    // MARK: Reading what was built

    /// The bytes of a string.
    func data(_ value: Value) -> ArraySlice<UInt8>? {
        if case .bytes(let start, let count) = value { bytes[start..<start + count] } else { nil }
    }

    func text(_ value: Value) -> String? { data(value).map { String(decoding: $0, as: UTF8.self) } }

    /// The entry of a dictionary.
    func entry(_ key: String, of value: Value) -> Value? {
        guard case .dictionary(let index) = value else { return nil }
        return dictionaries[index].first { text($0.key) == key }?.value
    }

    // MARK: The machine

    private func failure(_ reason: String) -> HornbillError {
        HornbillError(.file, "no pickle of a data set: \(reason) at its byte \(position)")
    }

    private mutating func take(_ count: Int) throws -> Int {
        guard count >= 0, count <= bytes.count - position else { throw failure("it ends too early") }
        defer { position += count }
        return position
    }

    private mutating func number(_ count: Int) throws -> Int {
        let start = try take(count)
        let value = bytes[start..<start + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: value) else { throw failure("a number beyond all sizes") }
        return number
    }

    /// A signed number, little-endian, of at most 8 bytes.
    private mutating func signed(_ count: Int) throws -> Int {
        guard count <= 8 else { throw failure("an integer of \(count) bytes") }
        let start = try take(count)
        guard count > 0 else { return 0 }
        var value = bytes[start + count - 1] & 0x80 == 0 ? UInt64(0) : .max
        for byte in bytes[start..<start + count].reversed() { value = value << 8 | UInt64(byte) }
        return Int(truncatingIfNeeded: Int64(bitPattern: value))
    }

    private mutating func line() throws -> String {
        guard let end = bytes[position...].prefix(4096).firstIndex(of: 10) else { throw failure("a line without end") }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    private mutating func pop() throws -> Value {
        guard let value = stack.popLast() else { throw failure("it takes from an empty stack") }
        return value
    }

    /// What lies above the last mark, which goes, too.
    private mutating func popToMark() throws -> ArraySlice<Value> {
        let mark = stack.lastIndex { if case .mark = $0 { true } else { false } }
        guard let mark else { throw failure("a mark is missing") }
        let values = Array(stack[(mark + 1)...])
        stack.removeSubrange(mark...)
        return values[...]
    }

    private mutating func push(tuple values: [Value]) {
        tuples.append(values)
        stack.append(.tuple(tuples.count - 1))
    }

    private mutating func pushBytes(_ count: Int) throws {
        stack.append(.bytes(start: try take(count), count: count))
    }

    private mutating func remember(_ key: Int) throws {
        guard let top = stack.last else { throw failure("it remembers what is not there") }
        memo[key] = top
    }

    private mutating func recall(_ key: Int) throws {
        guard let value = memo[key] else { throw failure("it recalls what was never remembered") }
        stack.append(value)
    }

    private mutating func append(_ values: some Sequence<Value>) throws {
        guard case .list(let index)? = stack.last else { throw failure("it appends to what is no list") }
        for value in values { lists[index].append(value) }
    }

    private mutating func set(_ values: ArraySlice<Value>) throws {
        guard case .dictionary(let index)? = stack.last, values.count % 2 == 0 else {
            throw failure("it sets entries of what is no dictionary")
        }
        for key in stride(from: values.startIndex, to: values.endIndex, by: 2) {
            dictionaries[index].append((values[key], values[key + 1]))
        }
    }

    private mutating func pushGlobal(_ module: String, _ name: String) throws {
        switch (module, name) {
        case ("numpy", "ndarray"): stack.append(.global(.ndarray))
        case ("numpy", "dtype"): stack.append(.global(.dtype))
        case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
            stack.append(.global(.reconstruct))
        case ("_codecs", "encode"): stack.append(.global(.encode))
        default:
            throw HornbillError(
                .file,
                "the pickle asks for '\(module).\(name)', which could run code: it is no data set, and is refused")
        }
    }

    /// What a call of one of the known names would give, without a call.
    private mutating func reduce() throws {
        guard case .tuple(let index) = try pop(), case .global(let global) = try pop() else {
            throw failure("a call of what is no name")
        }
        let arguments = tuples[index]
        switch global {
        case .reconstruct:
            arrays.append(.none)
            stack.append(.array(arrays.count - 1))
        case .dtype:
            dtypes.append((arguments.first ?? .none, .none))
            stack.append(.dtype(dtypes.count - 1))
        case .encode:
            // Bytes, as Python 3 writes them for Python 2: text of which each character is one.
            guard let text = arguments.first else { throw failure("bytes without text") }
            stack.append(text)
        case .ndarray: throw failure("a call of 'numpy.ndarray'")
        }
    }

    private mutating func build() throws {
        let state = try pop()
        switch stack.last {
        case .array(let index): arrays[index] = state
        case .dtype(let index): dtypes[index].state = state
        default: throw failure("a state for what has none")
        }
    }

    /// Does one instruction; false at the end.
    private mutating func step() throws -> Bool {
        let code = bytes[try take(1)]
        switch Character(UnicodeScalar(code)) {
        case "K": stack.append(.int(Int(bytes[try take(1)])))
        case "M": stack.append(.int(try number(2)))
        case "J": stack.append(.int(try signed(4)))
        case "\u{8A}": stack.append(.int(try signed(number(1))))
        case "I":
            let text = try line()
            switch text {
            case "00": stack.append(.bool(false))
            case "01": stack.append(.bool(true))
            default:
                guard let value = Int(text) else { throw failure("'\(text.prefix(20))' as an integer") }
                stack.append(.int(value))
            }
        case "L":
            let text = try line()
            guard let value = Int(text.hasSuffix("L") ? String(text.dropLast()) : text) else {
                throw failure("'\(text.prefix(20))' as an integer")
            }
            stack.append(.int(value))
        case "G":
            let start = try take(8)
            stack.append(.double(Double(bitPattern: bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })))
        case "N": stack.append(.none)
        case "\u{88}": stack.append(.bool(true))
        case "\u{89}": stack.append(.bool(false))
        case "(": stack.append(.mark)
        case "]":
            lists.append(List())
            stack.append(.list(lists.count - 1))
        case "l":
            let values = try popToMark()
            lists.append(List())
            stack.append(.list(lists.count - 1))
            try append(values)
        case "a":
            let value = try pop()
            try append(CollectionOfOne(value))
        case "e":
            let values = try popToMark()
            try append(values)
        case ")": push(tuple: [])
        case "t": push(tuple: Array(try popToMark()))
        case "\u{85}": push(tuple: [try pop()])
        case "\u{86}":
            let second = try pop()
            push(tuple: [try pop(), second])
        case "\u{87}":
            let (third, second) = (try pop(), try pop())
            push(tuple: [try pop(), second, third])
        case "}":
            dictionaries.append([])
            stack.append(.dictionary(dictionaries.count - 1))
        case "d":
            let values = try popToMark()
            dictionaries.append([])
            stack.append(.dictionary(dictionaries.count - 1))
            try set(values)
        case "s":
            let (value, key) = (try pop(), try pop())
            try set([key, value])
        case "u":
            let values = try popToMark()
            try set(values)
        case "U", "C", "\u{8C}": try pushBytes(number(1))
        case "T", "B", "X": try pushBytes(number(4))
        case "\u{8D}", "\u{8E}": try pushBytes(number(8))
        case "c": try pushGlobal(line(), line())
        case "\u{93}":
            let (name, module) = (text(try pop()), text(try pop()))
            guard let name, let module else { throw failure("a name that is no string") }
            try pushGlobal(module, name)
        case "R": try reduce()
        case "b": try build()
        case "q": try remember(number(1))
        case "r": try remember(number(4))
        case "\u{94}": try remember(memo.count)
        case "p": try remember(Int(line()) ?? -1)
        case "h": try recall(number(1))
        case "j": try recall(number(4))
        case "g": try recall(Int(line()) ?? -1)
        case "0": _ = try pop()
        case "\u{80}": _ = try take(1)
        case "\u{95}": _ = try take(8)
        case ".": return false
        default: throw failure("the instruction \(code), which data sets do not have,")
        }
        return true
    }
}
