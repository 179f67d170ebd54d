/// A chart of the report: axes, marks, and what they say to those who cannot see them.
struct Chart: Sendable {
    struct Point: Sendable, Equatable {
        var x: Double
        var y: Double
    }

    /// How marks look that belong together, and what the legend calls them.
    struct Series: Sendable {
        /// The number of the colour, from 1 to ``colorCount``.
        var color: Int
        var name: String?
        var isDashed = false

        static let colorCount = 6
    }

    enum Mark: Sendable {
        /// Points joined in their order; what is not finite interrupts the line.
        case line([Point], Series)
        case points([Point], Series)
        case bars(Histogram, Series)
        /// A line that helps to read the others: a diagonal, a limit.
        case reference(Point, Point)
        /// A point of its own, with a word beside it.
        case callout(Point, String)
    }

    var title: String
    /// What it shows, in a sentence or two with the figures that matter.
    var summary: String
    var x: Axis
    var y: Axis
    var marks: [Mark]

    /// The chart with its title above, legend and summary below.
    var figure: Markup {
        .element(
            "figure", ["class": "chart"],
            .element("figcaption", Markup(title)), drawing, legend, .element("p", Markup(summary)))
    }

    private var legend: Markup {
        let named = marks.compactMap { mark -> Series? in
            switch mark {
            case .line(_, let series), .points(_, let series), .bars(_, let series):
                series.name == nil ? nil : series
            case .reference, .callout: nil
            }
        }
        guard !named.isEmpty else { return .empty }
        return .element(
            "ul", ["class": "legend"],
            named.map { series in
                .element(
                    "li",
                    .element(
                        "svg", ["viewBox": "0 0 20 6", "width": "20", "height": "6", "aria-hidden": "true"],
                        .element(
                            "path",
                            ["class": "line c\(series.color)\(series.isDashed ? " dashed" : "")", "d": "M0 3H20"])),
                    Markup(series.name ?? ""))
            })
    }
}
