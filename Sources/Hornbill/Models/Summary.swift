import Foundation
import HornbillEngine

extension Model {
    /// Prints the table of the layers with their output shapes and numbers of parameters, as Keras does.
    /// - Parameters:
    ///   - lineLength: the width of the table; if nil, what fits the terminal, of 80 columns where it is none.
    ///   - positions: where each column ends, as a share of the width.
    ///   - expandNested: whether the layers of nested models are listed too.
    ///   - showTrainable: whether a column says which layers are trained.
    ///   - layerRange: the first and the last layer to list, as regular expressions that their names begin with.
    /// - Throws: kind `state` before the model is built, `argument` for columns too narrow to hold anything,
    ///   `unknownName` for a range that names no layer.
    public func summary(
        lineLength: Int? = nil, positions: [Double]? = nil, expandNested: Bool = false, showTrainable: Bool = false,
        layerRange: (String, String)? = nil
    ) throws {
        print(
            try summaryText(
                lineLength: lineLength, positions: positions, expandNested: expandNested, showTrainable: showTrainable,
                layerRange: layerRange))
    }

    /// What ``summary(lineLength:positions:expandNested:showTrainable:layerRange:)`` prints.
    /// - Parameter terminalWidth: the columns that the table may take; those of the terminal if nil.
    public func summaryText(
        lineLength: Int? = nil, positions: [Double]? = nil, expandNested: Bool = false, showTrainable: Bool = false,
        layerRange: (String, String)? = nil, terminalWidth: Int? = nil
    ) throws -> String {
        try (self as? Sequential)?.checkFailure()
        guard isFullyBuilt else {
            throw HornbillError(
                .state,
                "the model is not built yet, so there is no summary: put an Input first, call build([nil, …]), or fit it on data",
                layer: label)
        }
        var table = try SummaryTable(
            connected: !isSequentialLike, showTrainable: showTrainable, positions: positions, lineLength: lineLength,
            terminalWidth: terminalWidth ?? Terminal.width)
        for layer in try listed(layerRange) { table.add(layer, of: self, expandNested: expandNested) }
        let trainable = SummaryTable.Size(trainableWeights)
        let frozen = SummaryTable.Size(nonTrainableWeights)
        let slots = compiled.flatMap { $0.optimizer.built ? SummaryTable.Size($0.optimizer.variables) : nil }
        var lines = ["Model: \"\(name)\""] + table.lines
        let total = SummaryTable.Size(sum: [trainable, frozen] + (slots.map { [$0] } ?? []))
        lines.append(" Total params: \(total)")
        lines.append(" Trainable params: \(trainable)")
        lines.append(" Non-trainable params: \(frozen)")
        if let slots { lines.append(" Optimizer params: \(slots)") }
        return lines.joined(separator: "\n")
    }

    /// The layers in a range, both ends included, in either order.
    private func listed(_ range: (String, String)?) throws -> ArraySlice<Layer> {
        let all = operations
        guard let range else { return all[...] }
        func matches(_ pattern: String) throws -> [Int] {
            guard let expression = try? Regex(pattern) else {
                throw HornbillError(.argument, "'\(pattern)' is no regular expression", layer: label)
            }
            let found = all.indices.filter { (try? expression.prefixMatch(in: all[$0].name)) ?? nil != nil }
            guard !found.isEmpty else {
                throw HornbillError(
                    .unknownName,
                    "there is no layer '\(pattern)'; the layers are: \(all.map(\.name).joined(separator: ", "))",
                    layer: label)
            }
            return found
        }
        let (first, last) = (try matches(range.0), try matches(range.1))
        let (low, high) = (first[0], last[last.count - 1])
        return low <= high ? all[low...high] : all[last[0]...first[first.count - 1]]
    }

    /// Whether each layer's input is the output of the layer before, and nothing is shared.
    fileprivate var isSequentialLike: Bool {
        guard let network, !(self is Sequential) else { return true }
        var seen: Set<ObjectIdentifier> = []
        var consumers: [ObjectIdentifier: Int] = [:]
        for node in network.nodes {
            let sources = (node.inputs?.leaves ?? []).compactMap(\.node)
            if sources.count > 1 || !seen.insert(ObjectIdentifier(node.layer)).inserted { return false }
            for source in sources { consumers[ObjectIdentifier(source), default: 0] += 1 }
        }
        return network.inputs.leaves.count == 1 && consumers.values.allSatisfy { $0 == 1 }
    }
}

/// The table of a summary: cells wrapped and cut as in Keras's.
private struct SummaryTable {
    private var rows: [[String]] = []
    private var widths: [Int] = []
    private var rightAligned: Set<Int> = [2]
    private var centered: Set<Int> = []
    private var header: [String]
    private let connected: Bool
    private let showTrainable: Bool

    init(connected: Bool, showTrainable: Bool, positions: [Double]?, lineLength: Int?, terminalWidth: Int) throws {
        self.connected = connected
        self.showTrainable = showTrainable
        header = ["Layer (type)", "Output Shape", "Param #"] + (connected ? ["Connected to"] : [])
        var positions = positions ?? (connected ? [0.3, 0.56, 0.74, 1.0] : [0.45, 0.80, 1.0])
        guard positions.count == header.count, positions.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
            throw HornbillError(
                .argument, "positions must be \(header.count) shares of the width between 0 and 1, not \(positions)")
        }
        if showTrainable {
            positions = positions.map { $0 * 0.9 } + [1.0]
            centered = [header.count]
            header.append("Trainable")
        }
        let length = min(
            lineLength ?? min((connected ? 108 : 88) + (showTrainable ? 12 : 0), terminalWidth - 4), Self.longestLine)
        var used = 0
        for position in positions {
            let width = Int(position * Double(length)) - used
            guard width >= 4 else {
                throw HornbillError(
                    .argument, "\(length) columns are too few for a summary with these positions of its columns")
            }
            widths.append(width)
            used += width
        }
        fit(to: length)
    }

    /// Longer lines than this are somebody's mistake.
    private static let longestLine = 10_000

    /// Adds a layer's row, and those of the layers inside.
    mutating func add(_ layer: Layer, of model: Model, expandNested: Bool, level: Int = 0) {
        let prefix = level > 0 ? String(repeating: "   ", count: level) + "└ " : ""
        var row = [
            "\(prefix)\(layer.name) (\(layer.kerasClassName))", Self.shape(of: layer), Self.parameters(of: layer),
        ]
        if connected {
            row.append(Self.connections(of: layer, Set((model.network?.nodes ?? []).map(ObjectIdentifier.init))))
        }
        if showTrainable { row.append(layer.weights.isEmpty ? "-" : layer.trainable ? "Y" : "N") }
        rows.append(row)
        guard expandNested, let nested = layer as? Model else { return }
        for inner in nested.layers { add(inner, of: model, expandNested: true, level: level + 1) }
    }

    /// Shrinks the columns to the line, each by the same share: a column has two blanks and a border beside its text.
    private mutating func fit(to length: Int) {
        var excess = widths.reduce(0, +) + 3 * widths.count + 1 - length
        guard excess > 0 else { return }
        for index in widths.indices {
            let share = Int((Double(excess) / Double(widths.count - index)).rounded(.toNearestOrEven))
            widths[index] = max(widths[index] - share, 1)
            excess -= share
        }
    }

    private static func shape(of layer: Layer) -> String {
        guard let outputs = layer.inboundNodes.last?.symbols.map(\.shape) ?? layer.observedOutputs else { return "?" }
        let shapes = outputs.map(describe)
        if let single = shapes.single { return single }
        return "[" + shapes.leaves.joined(separator: ", ") + "]"
    }

    /// A shape as Python prints it in a list of its sizes: `(None, 64)`, `(None)` for one axis.
    private static func describe(_ shape: PartialShape) -> String {
        "(" + shape.dimensions.map { $0.map(String.init) ?? "None" }.joined(separator: ", ") + ")"
    }

    private static func parameters(of layer: Layer) -> String {
        layer.built ? Size.grouped(layer.weights.reduce(0) { $0 + $1.count }) : "0 (unbuilt)"
    }

    private static func connections(of layer: Layer, _ inNetwork: Set<ObjectIdentifier>) -> String {
        let sources = layer.inboundNodes.filter { inNetwork.contains(ObjectIdentifier($0)) }.flatMap {
            $0.inputs?.leaves ?? []
        }
        let names = sources.map { "\($0.name)[\($0.node?.index ?? 0)][\($0.index)]" }
        return names.isEmpty ? "-" : names.joined(separator: ", ")
    }

    var lines: [String] {
        func rule(_ left: String, _ middle: String, _ right: String, _ dash: String) -> String {
            left + widths.map { String(repeating: dash, count: $0 + 2) }.joined(separator: middle) + right
        }
        var lines = [rule("┏", "┳", "┓", "━")]
        lines += render(header, border: "┃")
        lines.append(rule("┡", "╇", "┩", "━"))
        for (index, row) in rows.enumerated() {
            if index > 0 { lines.append(rule("├", "┼", "┤", "─")) }
            lines += render(row, border: "│")
        }
        lines.append(rule("└", "┴", "┘", "─"))
        return lines
    }

    private func render(_ row: [String], border: String) -> [String] {
        let cells = zip(row, widths).map { Self.wrap($0, $1) }
        let height = cells.map(\.count).max() ?? 0
        return (0..<height).map { line in
            let parts = cells.enumerated().map { column, lines in
                let text = lines.indices.contains(line) ? lines[line] : ""
                let blank = max(widths[column] - text.count, 0)
                if rightAligned.contains(column) { return String(repeating: " ", count: blank) + text }
                let left = centered.contains(column) ? blank / 2 : 0
                return String(repeating: " ", count: left) + text + String(repeating: " ", count: blank - left)
            }
            return border + " " + parts.joined(separator: " \(border) ") + " " + border
        }
    }

    /// Breaks a cell at blanks; a word that does not fit alone ends in an ellipsis.
    private static func wrap(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line: String?
        for word in text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            let cut = word.count > width ? String(word.prefix(max(width - 1, 0))) + "…" : word
            guard let started = line else {
                line = cut
                continue
            }
            if started.count + 1 + cut.count <= width {
                line = started + " " + cut
            } else {
                lines.append(started)
                line = cut
            }
        }
        return lines + [line ?? ""]
    }

    /// A number of parameters and the memory they take.
    struct Size: CustomStringConvertible {
        var count: Int
        var bytes: Int

        init(_ variables: [Variable]) {
            count = variables.reduce(0) { $0 + $1.count }
            bytes = variables.reduce(0) { $0 + $1.type.byteCount }
        }

        init(sum parts: [Size]) {
            count = parts.reduce(0) { $0 + $1.count }
            bytes = parts.reduce(0) { $0 + $1.bytes }
        }

        var description: String {
            var amount = Double(bytes)
            var unit = "B"
            for next in ["KB", "MB", "GB", "TB"] where amount >= 1024 { (amount, unit) = (amount / 1024, next) }
            return "\(Self.grouped(count)) (\(String(format: "%.2f", amount)) \(unit))"
        }

        /// `1,286,464`.
        static func grouped(_ number: Int) -> String {
            var digits = Array(String(number))
            for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
            return String(digits)
        }
    }
}
