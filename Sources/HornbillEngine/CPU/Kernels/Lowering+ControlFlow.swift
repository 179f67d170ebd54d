// Branches: plans within a plan, compiled once, whose memory is the step's scratch memory.

extension Lowering {
    static func cond(
        _ branches: Branches, _ inputs: [TensorType], _ outputs: [TensorType], _ options: LoweringOptions
    ) throws -> Kernel {
        let plans = try [branches.then, branches.otherwise].map { try Plan.compilePart($0, options) }
        let (inputCount, outputCount) = (inputs.count, outputs.count)
        return Kernel(
            "cond \(plans[0].steps.count) or \(plans[1].steps.count) steps",
            scratchBytes: max(plans[0].arenaBytes, plans[1].arenaBytes, 64), canFail: plans.contains(where: \.canFail),
            instantiate: {
                let then = try plans[0].makeLentWorkspace()
                let otherwise = try plans[1].makeLentWorkspace()
                return { window in
                    let workspace = window[0].load(as: UInt8.self) != 0 ? then : otherwise
                    for number in 1..<inputCount { workspace.bindInput(number - 1, to: window[number]) }
                    for number in 0..<outputCount { workspace.bindOutput(number, to: window[inputCount + number]) }
                    workspace.bindArena(to: window[inputCount + outputCount])
                    try workspace.execute()
                }
            })
    }
}
