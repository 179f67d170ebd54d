import HornbillEngine

/// JSON as Python's `json` reads and prints it: `NaN`, `Infinity` and `-Infinity` are numbers, keys keep their order, and
/// of two equal keys the last wins.
package enum JSON {
    /// How deep lists and objects may be nested: Python's own parser gives up at about twice that.
    package static let maximumDepth = 512

    /// More values than the configuration of a model has: a layer has about fifty. As values of Swift they take many
    /// times the bytes of the text.
    package static let mostValuesOfConfig = 2 << 20

    /// The value that these bytes (UTF-8) spell.
    /// - Parameter limit: the most values that there may be, those inside others counted too.
    /// - Throws: kind `file`, with line and column, for anything that is not JSON, and for what Swift cannot hold:
    ///   integers beyond 64 bits and halves of surrogate pairs.
    package static func parse(_ bytes: some Sequence<UInt8>, limit: Int = .max) throws -> ConfigValue {
        let bytes = Array(bytes)
        // Before any value is made. Commas in texts count too; but few texts have so many.
        let values = bytes.count { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }
        guard values < limit else {
            throw HornbillError(.file, "the JSON text has \(values) values or more; at most \(limit) are read")
        }
        var parser = JSONParser(bytes)
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
