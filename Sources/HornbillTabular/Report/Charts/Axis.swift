import Foundation

/// One direction of a chart: what it measures, and where its ticks are.
struct Axis: Sendable {
    enum Style: Sendable {
        case number
        case percent
    }

    let label: String
    let low: Double
    let high: Double
    let ticks: [Double]
    let style: Style

    /// From a round number below all values to one above.
    ///
    /// - Parameters:
    ///   - isWhole: Whether values are counts, so that there are no ticks between whole numbers.
    ///   - isTight: Whether it ends with the values, and not with round numbers around them.
    init(
        _ label: String, covering values: [Double], isWhole: Bool = false, isTight: Bool = false,
        style: Style = .number
    ) {
        self.label = label
        self.style = style
        let finite = values.filter(\.isFinite)
        let (least, greatest) = (finite.min() ?? 0, finite.max() ?? 1)
        let margin = least == greatest ? max(abs(least) * 0.1, isWhole ? 1 : 1e-3) : 0
        let (start, end) = (least - margin, greatest + margin)
        let step = max(Self.step(start, end), isWhole ? 1 : 0)
        guard step.isFinite, step > 0, (end / step).magnitude < 1e9, (start / step).magnitude < 1e9 else {
            (low, high, ticks) = (least, greatest > least ? greatest : least.nextUp, [least])
            return
        }
        let (first, last) = ((start / step).rounded(.down), (end / step).rounded(.up))
        let all = stride(from: first, through: last, by: 1).map { $0 * step }
        low = isTight ? start : first * step
        high = isTight ? end : last * step
        ticks = isTight ? all.filter { $0 >= start && $0 <= end } : all
    }

    /// From one number to another, with their ticks.
    init(_ label: String, from low: Double, to high: Double, ticks: [Double], style: Style = .number) {
        self.label = label
        self.low = low
        self.high = high
        self.ticks = ticks
        self.style = style
    }

    /// From 0 to 100 %.
    static func fraction(_ label: String) -> Axis {
        Axis(label, from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], style: .percent)
    }

    /// Where a value lies: from 0 to 1 within the axis.
    func position(_ value: Double) -> Double {
        // Halves, since the difference of two finite numbers may not be finite.
        (value / 2 - low / 2) / (high / 2 - low / 2)
    }

    func text(_ tick: Double) -> String {
        switch style {
        case .number: NumberText.short(abs(tick) < (high - low) * 1e-9 ? 0 : tick)
        case .percent: NumberText.percent(tick, places: 0)
        }
    }

    /// A round width of which about five make up the range.
    private static func step(_ start: Double, _ end: Double) -> Double {
        let raw = (end - start) / 5
        guard raw.isFinite, raw > 0 else { return .infinity }
        let power = pow(10, log10(raw).rounded(.down))
        return power * ([1, 2, 2.5, 5].first { $0 * power >= raw * 0.999 } ?? 10)
    }
}
