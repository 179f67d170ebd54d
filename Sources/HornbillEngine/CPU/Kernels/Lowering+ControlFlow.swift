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

extension Lowering {
    /// The carries live in the results' memory; a round writes them to scratch memory, from where they are copied.
    static func whileLoop(
        _ loop: WhileBody, _ outputs: [TensorType], _ options: LoweringOptions
    ) throws -> Kernel {
        let condition = try Plan.compilePart(loop.condition, options)
        let body = try Plan.compilePart(loop.body, options)
        let (carries, inputs) = (loop.carryCount, loop.body.inputTypes.count)
        let bytes = outputs.map(\.byteCount)
        var end = Arena.rounded(max(condition.arenaBytes, body.arenaBytes, 64))
        var places: [Int] = []
        for size in [1] + bytes {
            places.append(end)
            end += Arena.rounded(size)
        }
        let (offsets, scratchBytes) = (places, end)
        return Kernel(
            "while \(condition.steps.count), \(body.steps.count) steps", scratchBytes: scratchBytes,
            canFail: condition.canFail || body.canFail,
            instantiate: {
                let (test, round) = (try condition.makeLentWorkspace(), try body.makeLentWorkspace())
                return { window in
                    let scratch = window[inputs + carries]
                    for workspace in [test, round] {
                        workspace.bindArena(to: scratch)
                        for number in 0..<inputs {
                            workspace.bindInput(number, to: window[number < carries ? inputs + number : number])
                        }
                    }
                    test.bindOutput(0, to: scratch + offsets[0])
                    for number in 0..<carries {
                        window[inputs + number].copyMemory(from: window[number], byteCount: bytes[number])
                        round.bindOutput(number, to: scratch + offsets[1 + number])
                    }
                    while true {
                        try test.execute()
                        if scratch.load(fromByteOffset: offsets[0], as: UInt8.self) == 0 { return }
                        try round.execute()
                        for number in 0..<carries {
                            window[inputs + number].copyMemory(
                                from: scratch + offsets[1 + number], byteCount: bytes[number])
                        }
                    }
                }
            })
    }
}
