import Foundation
import HornbillEngine

/// Panels of curves, which gnuplot draws.
package struct Chart {
    package struct Curve {
        package var title: String
        package var x: [Double]
        package var y: [Double]
        /// Whether single points are marked, and not joined.
        package var isPoints = false
    }

    package struct Panel {
        package var title: String
        package var xTitle: String
        package var yTitle: String
        package var curves: [Curve]
    }

    package var panels: [Panel]

    /// Pixels of a panel.
    private static let (width, height) = (560, 420)
    private static let colors = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"]

    /// - Throws: kind `argument` for an ending that is neither `.png` nor `.svg`, `data` if there is nothing to draw,
    ///   `file` if gnuplot is missing or the file cannot be written.
    func draw(to path: String) throws {
        let format = try PictureFormat.of(path, allowed: [.png, .svg])
        guard panels.contains(where: { $0.curves.contains { !$0.x.isEmpty } }) else {
            throw HornbillError(.data, "there is nothing to plot for '\(path)'")
        }
        try DrawingProgram.gnuplot.draw(script(format), to: path) { input, output in
            ["-e", "\(Self.outputVariable) = \(Self.quoted(output))", input]
        }
    }

    private static let outputVariable = "hornbill_output"

    /// The script; the place of the picture is in a variable.
    func script(_ format: PictureFormat) -> String {
        let columns = min(panels.count, 3)
        let rows = (panels.count + columns - 1) / columns
        let size = "\(columns * Self.width),\(rows * Self.height)"
        var lines = [
            format == .svg
                ? "set terminal svg size \(size) background rgb 'white' noenhanced"
                : "set terminal pngcairo size \(size) background rgb 'white' noenhanced",
            "set output \(Self.outputVariable)",
            "set datafile missing 'NaN'",
            "set grid linecolor rgb '#dddddd'",
            "set key noenhanced",
        ]
        for (panel, contents) in panels.enumerated() {
            for (curve, values) in contents.curves.enumerated() {
                lines.append("$data_\(panel)_\(curve) << END_OF_DATA")
                lines += zip(values.x, values.y).map { "\(Self.number($0)) \(Self.number($1))" }
                lines.append("END_OF_DATA")
            }
        }
        lines.append("set multiplot layout \(rows),\(columns)")
        for (index, panel) in panels.enumerated() {
            lines.append("set title \(Self.quoted(panel.title)) noenhanced")
            lines.append("set xlabel \(Self.quoted(panel.xTitle)) noenhanced")
            lines.append("set ylabel \(Self.quoted(panel.yTitle)) noenhanced")
            lines += Self.ranges(panel)
            lines.append(Self.isShortRunOfEpochs(panel) ? "set xtics 1" : "set xtics autofreq")
            let plots = panel.curves.enumerated().map { number, curve in
                let color = Self.colors[number % Self.colors.count]
                let style =
                    curve.isPoints
                    ? "with points pointtype 7 pointsize 0.5 linecolor rgb '\(color)'"
                    : curve.x.count == 1
                        ? "with points pointtype 7 linecolor rgb '\(color)'"
                        : "with lines linewidth 2 linecolor rgb '\(color)'"
                return "$data_\(index)_\(number) using 1:2 \(style) title \(Self.quoted(curve.title)) noenhanced"
            }
            lines.append("plot \(plots.joined(separator: ", "))")
        }
        return (lines + ["unset multiplot", ""]).joined(separator: "\n")
    }

    /// Ranges that hold all values, also where they are all one, which gnuplot would warn of.
    private static func ranges(_ panel: Panel) -> [String] {
        func range(_ axis: String, _ values: [Double]) -> String {
            let values = values.filter(\.isFinite)
            guard let low = values.min(), let high = values.max() else { return "set \(axis)range [0:1]" }
            let margin = high > low ? (high - low) * 0.04 : max(abs(high) * 0.1, 1e-12)
            guard margin.isFinite else { return "set \(axis)range [*:*]" }
            return "set \(axis)range [\(low - margin):\(high + margin)]"
        }
        return [range("x", panel.curves.flatMap(\.x)), range("y", panel.curves.flatMap(\.y))]
    }

    /// Few epochs are marked one by one: there is no epoch 1.5.
    private static func isShortRunOfEpochs(_ panel: Panel) -> Bool {
        panel.xTitle == "epoch" && panel.curves.allSatisfy { ($0.x.max() ?? 0) - ($0.x.min() ?? 0) <= 10 }
    }

    /// What is no number is left out.
    private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }

    /// A text between single quotes, in which gnuplot knows no escapes but the doubled quote.
    private static func quoted(_ text: String) -> String {
        let plain = text.map { $0.isNewline ? " " : String($0) }.joined()
        return "'\(plain.replacingOccurrences(of: "'", with: "''"))'"
    }
}
