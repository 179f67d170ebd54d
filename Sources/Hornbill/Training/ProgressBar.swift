import Foundation

/// How much `fit`, `evaluate` and `predict` print: 0 nothing, 1 a bar that is redrawn, 2 a line an epoch.
public enum Verbosity: Int, Sendable, ExpressibleByIntegerLiteral {
    case silent = 0
    case bar = 1
    case line = 2

    public init(integerLiteral value: Int) { self = Verbosity(rawValue: value) ?? .bar }
}

/// The progress line of an epoch, as Keras draws it: redrawn in place on a terminal; in a pipe only the last state, in a
/// line of its own.
package final class ProgressBar {
    private let total: Int?
    private let verbosity: Verbosity
    private let output: ProgressOutput
    private let start: ContinuousClock.Instant
    private var lastDraw: ContinuousClock.Instant?
    private var firstStepEnd: ContinuousClock.Instant?
    private var lastWidth = 0
    private static let width = 20
    private static let interval = Duration.milliseconds(50)

    package init(total: Int?, verbosity: Verbosity, output: ProgressOutput = .current) {
        self.total = total
        self.verbosity = verbosity
        self.output = output
        start = .now
    }

    /// Whether a redraw is due, so that the metrics are worth reading.
    package var wantsUpdate: Bool {
        guard verbosity == .bar, output.isTerminal else { return false }
        guard let lastDraw else { return true }
        return lastDraw.duration(to: .now) >= Self.interval
    }

    /// Notes that a step is done: the first one, which compiles, does not count in the time of a step.
    package func stepDone() { if firstStepEnd == nil { firstStepEnd = .now } }

    /// Draws the state after `step` steps.
    package func update(_ step: Int, _ logs: Logs) {
        guard wantsUpdate else { return }
        let line = text(step, logs, final: false)
        output.write("\r" + line.padding(to: lastWidth))
        lastWidth = line.count
        lastDraw = .now
    }

    /// Draws the last state of the epoch.
    package func finish(_ step: Int, _ logs: Logs) {
        switch verbosity {
        case .silent: return
        case .bar where output.isTerminal:
            output.write("\r" + text(step, logs, final: true).padding(to: lastWidth) + "\n")
        case .bar, .line:
            output.write(text(step, logs, final: true) + "\n")
        }
    }

    private func text(_ step: Int, _ logs: Logs, final: Bool) -> String {
        let seconds = Self.seconds(start.duration(to: .now))
        let perStep = stepSeconds(step)
        var line =
            total.map { count in
                let digits = String(count).count
                return String(repeating: " ", count: max(0, digits - String(step).count)) + "\(step)/\(count)"
            } ?? "\(step)/Unknown"
        if verbosity == .bar {
            line += " " + bar(step)
            line +=
                !final && total != nil
                ? " " + Self.remaining(perStep * Double((total ?? step) - step)) : " \(Int(seconds.rounded()))s"
            line += " " + Self.duration(perStep) + "/step"
        } else {
            line += " - \(Int(seconds.rounded()))s - " + Self.duration(perStep) + "/step"
        }
        for key in logs.keys { line += " - \(key): \(Self.number(logs[key] ?? .nan))" }
        return line
    }

    private func bar(_ step: Int) -> String {
        let full = total.map { $0 > 0 ? min(Self.width * step / $0, Self.width) : Self.width } ?? 0
        if output.isUnicodeTerminal {
            return "\u{1B}[32m" + String(repeating: "━", count: full) + "\u{1B}[0m\u{1B}[37m"
                + String(repeating: "━", count: Self.width - full) + "\u{1B}[0m"
        }
        return "[" + String(repeating: "=", count: full) + String(repeating: ".", count: Self.width - full) + "]"
    }

    private func stepSeconds(_ step: Int) -> Double {
        let now = ContinuousClock.now
        if let firstStepEnd, step > 1 { return Self.seconds(firstStepEnd.duration(to: now)) / Double(step - 1) }
        return Self.seconds(start.duration(to: now)) / Double(max(step, 1))
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    /// `2s`, `3ms`, `45us`, as Keras rounds them.
    package static func duration(_ seconds: Double) -> String {
        if seconds >= 1 || seconds == 0 { return "\(Int(seconds.rounded()))s" }
        if seconds >= 1e-3 { return "\(Int((seconds * 1e3).rounded()))ms" }
        return "\(Int((seconds * 1e6).rounded()))us"
    }

    package static func remaining(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds.isFinite ? seconds : 0))
        if whole > 3600 { return String(format: "%d:%02d:%02d", whole / 3600, whole % 3600 / 60, whole % 60) }
        return whole > 60 ? String(format: "%d:%02d", whole / 60, whole % 60) : "\(whole)s"
    }

    /// Four decimals, or scientific for what is within 0.001 of zero.
    package static func number(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        return String(format: abs(value) > 1e-3 ? "%.4f" : "%.4e", value)
    }
}

/// Where progress goes.
package struct ProgressOutput: Sendable {
    package let isTerminal: Bool
    package let isUnicodeTerminal: Bool
    package let write: @Sendable (String) -> Void

    package init(isTerminal: Bool, isUnicodeTerminal: Bool, write: @escaping @Sendable (String) -> Void) {
        self.isTerminal = isTerminal
        self.isUnicodeTerminal = isUnicodeTerminal
        self.write = write
    }

    /// Where the progress of this task goes, if it is not standard output.
    @TaskLocal package static var redirected: ProgressOutput?
    static var current: ProgressOutput { redirected ?? standard }

    /// Standard output.
    static let standard: ProgressOutput = {
        let isTerminal = isatty(1) == 1
        let environment = ProcessInfo.processInfo.environment
        let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
        let isUnicode = isTerminal && locale.uppercased().contains("UTF")
        return ProgressOutput(isTerminal: isTerminal, isUnicodeTerminal: isUnicode) { text in
            FileHandle.standardOutput.write(Data(text.utf8))
        }
    }()
}

extension String {
    /// Blanks over what a longer line left behind.
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
