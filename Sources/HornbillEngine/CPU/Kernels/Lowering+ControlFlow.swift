// Loops and branches: plans within a plan, compiled once, whose memory is the step's scratch memory.

extension Lowering {
    /// Steps through the body's plan. A carry goes to and fro between the result's memory and a buffer of its own, so
    /// that the last step writes the result; sequences and stacked results are bound to each step's part of them.
    static func scan(_ body: ScanBody, _ outputs: [TensorType], _ options: LoweringOptions) throws -> Kernel {
        let plan = try Plan.compilePart(body.graph, threads: options.threads)
        let loop = ScanLoop(body, plan)
        return Kernel(
            "scan \(body.length) × \(plan.steps.count) steps", scratchBytes: loop.scratchBytes, canFail: plan.canFail,
            instantiate: {
                let workspace = try plan.makeLentWorkspace()
                return { window in try loop.run(workspace, window) }
            })
    }

    static func cond(
        _ branches: Branches, _ inputs: [TensorType], _ outputs: [TensorType], _ options: LoweringOptions
    ) throws -> Kernel {
        let plans = try [branches.then, branches.otherwise].map { try Plan.compilePart($0, threads: options.threads) }
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
        let condition = try Plan.compilePart(loop.condition, threads: options.threads)
        let body = try Plan.compilePart(loop.body, threads: options.threads)
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

/// The sizes of a scan's loop.
private struct ScanLoop: Sendable {
    let carries: Int
    let sequences: Int
    let captures: Int
    let results: Int
    let length: Int
    let reverse: Bool
    /// Bytes of each carry, of one step of each sequence, and of one step of each stacked result.
    let carryBytes: [Int]
    let sequenceBytes: [Int]
    let resultBytes: [Int]
    /// Where the carries' second buffers begin in the scratch memory, behind the plan's arena.
    let carryOffsets: [Int]
    let scratchBytes: Int

    init(_ body: ScanBody, _ plan: Plan) {
        carries = body.carryCount
        sequences = body.sequenceCount
        captures = plan.inputTypes.count - carries - sequences
        results = plan.outputTypes.count - carries
        length = body.length
        reverse = body.reverse
        carryBytes = plan.inputTypes[..<carries].map(\.byteCount)
        sequenceBytes = plan.inputTypes[carries..<(carries + sequences)].map(\.byteCount)
        resultBytes = plan.outputTypes[carries...].map(\.byteCount)
        var offset = Arena.rounded(plan.arenaBytes)
        var offsets: [Int] = []
        for bytes in carryBytes {
            offsets.append(offset)
            offset += Arena.rounded(bytes)
        }
        carryOffsets = offsets
        scratchBytes = offset
    }

    /// The window: carries, sequences, captures; last carries, stacked results; scratch.
    func run(_ workspace: Workspace, _ window: Window) throws {
        let outputs = carries + sequences + captures
        let scratch = window[outputs + carries + results]
        workspace.bindArena(to: scratch)
        for number in 0..<captures {
            workspace.bindInput(carries + sequences + number, to: window[carries + sequences + number])
        }
        if length == 0 {
            for carry in 0..<carries {
                window[outputs + carry].copyMemory(from: window[carry], byteCount: carryBytes[carry])
            }
        }
        for round in 0..<length {
            let step = reverse ? length - 1 - round : round
            for carry in 0..<carries {
                workspace.bindInput(
                    carry, to: round == 0 ? window[carry] : place(of: carry, after: round - 1, window, scratch))
                workspace.bindOutput(carry, to: place(of: carry, after: round, window, scratch))
            }
            for number in 0..<sequences {
                workspace.bindInput(carries + number, to: window[carries + number] + step * sequenceBytes[number])
            }
            for number in 0..<results {
                workspace.bindOutput(
                    carries + number, to: window[outputs + carries + number] + step * resultBytes[number])
            }
            try workspace.execute()
        }
    }

    /// Where a carry lies after a round: after the last, and after every second one before it, in the result's memory.
    private func place(
        of carry: Int, after round: Int, _ window: Window, _ scratch: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        (length - 1 - round) % 2 == 0 ? window[carries + sequences + captures + carry] : scratch + carryOffsets[carry]
    }
}
