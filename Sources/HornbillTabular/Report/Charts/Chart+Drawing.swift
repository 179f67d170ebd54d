import Foundation

/// Charts as inline SVG. Colours and letters are the page's, by their classes.
extension Chart {
    private static let (width, height) = (400.0, 270.0)
    private static let (top, right, bottom) = (28.0, 20.0, 42.0)
    private static let letterWidth = 6.8

    /// Room for the longest number beside the vertical axis.
    private var left: Double {
        let longest = y.ticks.map { y.text($0).count }.max() ?? 0
        return 10 + Double(longest) * Self.letterWidth
    }

    private var plotWidth: Double { Self.width - left - Self.right }
    private var plotHeight: Double { Self.height - Self.top - Self.bottom }

    var drawing: Markup {
        .element(
            "svg",
            [
                "viewBox": "0 0 \(Self.width.place) \(Self.height.place)", "role": "img",
                "aria-label": title,
            ], [grid, labels] + marks.map(markup))
    }

    private func place(_ point: Point) -> (x: Double, y: Double) {
        // Far outside is as good as outside, and has a number; an axis too short for its numbers has one place.
        func limited(_ position: Double) -> Double { position.isFinite ? min(max(position, -1), 2) : 0.5 }
        return (
            left + limited(x.position(point.x)) * plotWidth,
            Self.top + (1 - limited(y.position(point.y))) * plotHeight
        )
    }

    private var grid: Markup {
        let lines = y.ticks.map { tick in
            let height = place(Point(x: x.low, y: tick)).y.place
            return "M\(left.place) \(height)H\((left + plotWidth).place)"
        }
        return .element("path", ["class": "grid", "d": lines.joined()])
    }

    private var labels: Markup {
        let baseline = Self.top + plotHeight
        let yTicks = y.ticks.map { tick in
            text(y.text(tick), x: left - 6, y: place(Point(x: x.low, y: tick)).y + 4, anchor: "end")
        }
        // Numbers that would touch are left out.
        let longest = (x.ticks.map { x.text($0).count }.max() ?? 1) + 2
        let room = max(Int(plotWidth / (Double(longest) * Self.letterWidth)), 1)
        let every = max((x.ticks.count + room - 1) / room, 1)
        let xTicks = x.ticks.enumerated().filter { $0.offset.isMultiple(of: every) }.map { _, tick in
            text(x.text(tick), x: place(Point(x: tick, y: y.low)).x, y: baseline + 16, anchor: "middle")
        }
        let titles = [
            text(x.label, x: left + plotWidth / 2, y: Self.height - 6, anchor: "middle", kind: "axis-title"),
            text(y.label, x: 0, y: 12, anchor: "start", kind: "axis-title"),
        ]
        return Markup(yTicks + xTicks + titles)
    }

    private func text(_ text: String, x: Double, y: Double, anchor: String, kind: String = "tick") -> Markup {
        .element("text", ["class": kind, "x": x.place, "y": y.place, "text-anchor": anchor], Markup(text))
    }

    private func markup(_ mark: Mark) -> Markup {
        switch mark {
        case .line(let points, let series): line(points, series)
        case .points(let points, let series):
            Markup(
                points.filter { $0.x.isFinite && $0.y.isFinite }.map { circle($0, radius: 2.5, "dot c\(series.color)") }
            )
        case .bars(let histogram, let series): bars(histogram, series)
        case .reference(let from, let to):
            .element("path", ["class": "reference", "d": path([from, to])])
        case .callout(let point, let label): callout(point, label)
        }
    }

    private func line(_ points: [Point], _ series: Series) -> Markup {
        let runs = points.split { !($0.x.isFinite && $0.y.isFinite) }
        let single = runs.filter { $0.count == 1 }.flatMap { $0 }
        let joined = runs.filter { $0.count > 1 }.map { path(Array($0)) }.joined()
        let style = "line c\(series.color)\(series.isDashed ? " dashed" : "")"
        return Markup(
            [.element("path", ["class": style, "d": joined])]
                + single.map { circle($0, radius: 3, "dot c\(series.color)") })
    }

    private func path(_ points: [Point]) -> String {
        points.enumerated().map { index, point in
            let (x, y) = place(point)
            return "\(index == 0 ? "M" : "L")\(x.place) \(y.place)"
        }.joined()
    }

    private func circle(_ point: Point, radius: Double, _ style: String) -> Markup {
        let (x, y) = place(point)
        return .element("circle", ["class": style, "cx": x.place, "cy": y.place, "r": radius.place])
    }

    private func bars(_ histogram: Histogram, _ series: Series) -> Markup {
        let path = histogram.counts.indices.filter { histogram.counts[$0] > 0 }.map { bin in
            let (from, top) = place(Point(x: histogram.edges[bin], y: histogram.counts[bin]))
            let (to, base) = place(Point(x: histogram.edges[bin + 1], y: 0))
            return "M\(from.place) \(base.place)V\(top.place)H\(max(to - 1, from + 0.5).place)V\(base.place)Z"
        }.joined()
        return .element("path", ["class": "bars c\(series.color)", "d": path])
    }

    private func callout(_ point: Point, _ label: String) -> Markup {
        let (px, py) = place(point)
        // Below the point, where curves seldom are, and to the side that has room.
        let isRight = x.position(point.x) > 0.65
        let isLow = y.position(point.y) < 0.15
        return Markup([
            circle(point, radius: 4, "callout"),
            text(
                label, x: px + (isRight ? -8 : 8), y: py + (isLow ? -8 : 18), anchor: isRight ? "end" : "start",
                kind: "note"),
        ])
    }
}

extension Double {
    /// A coordinate, to a tenth.
    var place: String {
        let tenths = (self * 10).rounded() / 10
        return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
    }
}
