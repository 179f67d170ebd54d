import HornbillEngine

/// JSON as Python's `json` reads and prints it: `NaN`, `Infinity` and `-Infinity` are numbers, keys keep their order, and
/// of two equal keys the last wins.
package enum JSON {
    /// How deep lists and objects may be nested: Python's own parser gives up at about twice that.
    package static let maximumDepth = 512

    /// The value that these bytes (UTF-8) spell.
    /// - Throws: kind `file`, with line and column, for anything that is not JSON, and for what Swift cannot hold:
    ///   integers beyond 64 bits and halves of surrogate pairs.
    package static func parse(_ bytes: some Sequence<UInt8>) throws -> ConfigValue {
        var parser = JSONParser(Array(bytes))
        return try parser.document()
    }

    package static func parse(_ text: String) throws -> ConfigValue { try parse(text.utf8) }

    /// The value as `json.dumps` prints it.
    /// - Parameter indent: the spaces of one level; nil prints everything on one line.
    package static func text(_ value: ConfigValue, indent: Int? = nil) -> String {
        var printer = JSONPrinter(indent: indent)
        printer.print(value, level: 0)
        return String(decoding: printer.output, as: UTF8.self)
    }
}
