extension Plan: CustomStringConvertible {
    /// What its steps are called, in order.
    public var steps: [String] { layout.steps.map(\.kernel.name) }
    /// Memory that a run needs beside arguments, results and variables, in bytes.
    public var arenaBytes: Int { layout.arenaBytes }
    /// Whether a run can fail because of values.
    package var canFail: Bool { layout.steps.contains { $0.kernel.canFail } }

    public var description: String {
        let lines = layout.steps.enumerated().map { index, step in
            "\(index): \(step.kernel.name)" + (step.scope.isEmpty ? "" : "   # \(step.scope)")
        }
        return "plan of \(lines.count) steps, \(arenaBytes) bytes, \(options.threads) threads\n"
            + lines.joined(separator: "\n")
    }
}
