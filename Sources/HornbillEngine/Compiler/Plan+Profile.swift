import CKernels

/// A step of a plan with the time that it took.
package struct StepProfile: Sendable {
    /// What the plan calls it: operation and sizes.
    package var name: String
    /// The layer call from which it comes; empty outside of layers.
    package var scope: String
    package var work: Work
    /// The mean time of a run.
    package var seconds: Double

    package init(name: String, scope: String, work: Work, seconds: Double) {
        self.name = name
        self.scope = scope
        self.work = work
        self.seconds = seconds
    }
}

extension Plan {
    /// Times `runs` runs step by step. Reading the clock adds some 30 ns to each step.
    /// - Throws: as ``run(_:)``.
    package func profile(_ inputs: [Tensor], runs: Int = 1) throws -> [StepProfile] {
        let arguments = try pointers(of: inputs)
        let results = try outputTypes.map { try HostBuffer(byteCount: $0.byteCount) }
        let workspace = try takeWorkspace()
        defer { giveBack(workspace) }
        var times = [UInt64](repeating: 0, count: layout.steps.count)
        for (number, argument) in arguments.enumerated() { workspace.bindInput(number, to: argument) }
        for (number, result) in results.enumerated() { workspace.bindOutput(number, to: result.pointer) }
        let mode = hk_flush_denormals()
        defer { hk_restore_denormals(mode) }
        for _ in 0..<max(runs, 1) {
            try workspace.bindVariables()
            try workspace.executeTimed(&times)
        }
        withExtendedLifetime((inputs, results)) {}
        return zip(layout.steps, times).map { step, time in
            StepProfile(
                name: step.kernel.name, scope: step.scope, work: step.work,
                seconds: Double(time) * 1e-9 / Double(max(runs, 1)))
        }
    }
}
