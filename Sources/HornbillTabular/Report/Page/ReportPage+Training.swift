extension ReportPage {
    /// One chart for each metric, training and validation in it.
    var trainingCurves: [Markup] {
        let charts = trainingCharts
        guard !charts.isEmpty else { return [] }
        let epochs = report.history.map(\.values.count).max() ?? 0
        let kept = report.bestEpoch.map { ", of which the weights of epoch \($0 + 1) were kept (dotted line)" } ?? ""
        return [
            .element("p", "\(NumberText.count(epochs)) epochs\(kept)."),
            .element("div", ["class": "charts"], charts.map(\.figure)),
        ]
    }

    private var trainingCharts: [Chart] {
        var names: [String] = []
        for curve in report.history {
            let name = curve.baseName
            if !names.contains(name) { names.append(name) }
        }
        return names.map { name in
            let curves = report.history.filter { $0.baseName == name }
            let epochs = curves.map(\.values.count).max() ?? 0
            let y = Axis("", covering: curves.flatMap(\.values))
            let isPair = curves.count > 1
            var marks = curves.map { curve in
                Chart.Mark.line(
                    curve.values.enumerated().map { Chart.Point(x: Double($0 + 1), y: $1) },
                    Chart.Series(
                        color: curve.isValidation ? 2 : 1,
                        name: isPair ? (curve.isValidation ? "validation" : "training") : nil,
                        isDashed: curve.isValidation))
            }
            if let best = report.bestEpoch {
                let x = Double(best + 1)
                marks.insert(.reference(Chart.Point(x: x, y: y.low), Chart.Point(x: x, y: y.high)), at: 0)
            }
            let shown = report.bestEpoch ?? epochs - 1
            let values = curves.map { curve in
                let value = curve.values.indices.contains(shown) ? curve.values[shown] : .nan
                return "\(NumberText.short(value))\(isPair ? (curve.isValidation ? " validation" : " training") : "")"
            }
            return Chart(
                title: name, summary: "In epoch \(shown + 1): \(values.joined(separator: ", ")).",
                x: Axis("Epoch", covering: [1, Double(epochs)], isWhole: true, isTight: true), y: y, marks: marks)
        }
    }
}

extension TabularReport.Curve {
    private static let prefix = "val_"

    fileprivate var isValidation: Bool { name.hasPrefix(Self.prefix) }
    fileprivate var baseName: String { isValidation ? String(name.dropFirst(Self.prefix.count)) : name }
}
