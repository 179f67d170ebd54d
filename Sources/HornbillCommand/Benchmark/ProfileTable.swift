import Foundation
import Hornbill

/// The operations of a plan by the time that they take, beside what the machine can do.
struct ProfileTable {
    /// Steps of one name, which are one operation on operands of the same sizes.
    private struct Row {
        var name: String
        var calls = 0
        var seconds = 0.0
        var flops = 0.0
        var bytes = 0.0
    }

    private let mode: String
    private let measurement: StepMeasurement
    private let ceilings: Ceilings
    private let rows: [Row]

    init(_ mode: String, _ measurement: StepMeasurement, _ ceilings: Ceilings) {
        self.mode = mode
        self.measurement = measurement
        self.ceilings = ceilings
        var rows: [String: Row] = [:]
        for step in measurement.steps {
            var row = rows[step.name] ?? Row(name: step.name)
            row.calls += 1
            row.seconds += step.seconds
            row.flops += step.work.flops
            row.bytes += step.work.bytes
            rows[step.name] = row
        }
        self.rows = rows.values.sorted { ($0.seconds, $1.name) > ($1.seconds, $0.name) }
    }

    private var total: Double { max(rows.reduce(0) { $0 + $1.seconds }, 1e-12) }

    var text: String {
        var lines = [
            String(
                format: "the %@ step: %.4f ms, %d operations, %.1f MB of memory, %d threads", mode,
                measurement.seconds * 1e3, measurement.steps.count, Double(measurement.arenaBytes) / 1e6,
                measurement.threads),
            String(
                format: "the machine: %.0f GFLOP/s in registers, %.1f GB/s to memory (more in caches)",
                ceilings.flops * 1e-9, ceilings.bytes * 1e-9),
            "", "        ms      %  calls   GFLOP/s  of all      GB/s  operation",
        ]
        var sum = Row(name: "all")
        for row in rows {
            lines.append(line(row))
            sum.calls += row.calls
            sum.seconds += row.seconds
            sum.flops += row.flops
            sum.bytes += row.bytes
        }
        lines.append(line(sum))
        return lines.joined(separator: "\n")
    }

    private func line(_ row: Row) -> String {
        let (flops, bytes) = (row.flops / max(row.seconds, 1e-9), row.bytes / max(row.seconds, 1e-9))
        return String(
            format: "%10.4f %6.1f %6d %9.1f %5.0f %% %9.1f  ", row.seconds * 1e3, 100 * row.seconds / total, row.calls,
            flops * 1e-9, 100 * flops / ceilings.flops, bytes * 1e-9) + Text.line(row.name)
    }

    var report: ConfigValue {
        let operations = rows.map { row -> ConfigValue in
            let fields: [(String, ConfigValue)] = [
                ("name", .string(row.name)), ("calls", .int(row.calls)), ("ms", .double(row.seconds * 1e3)),
                ("flops", .double(row.flops)), ("bytes", .double(row.bytes)),
            ]
            return .object(Config(fields))
        }
        let fields: [(String, ConfigValue)] = [
            ("step", .string(mode)), ("ms", .double(measurement.seconds * 1e3)),
            ("arena_bytes", .int(measurement.arenaBytes)), ("threads", .int(measurement.threads)),
            ("ceiling_gflops", .double(ceilings.flops * 1e-9)), ("ceiling_gbytes", .double(ceilings.bytes * 1e-9)),
            ("operations", .list(operations)),
        ]
        return .object(Config(fields))
    }
}
