import CKernels

// Loops: the body is a plan within the plan, compiled once, whose memory is the step's scratch memory.

extension Lowering {
    /// Steps through the body's plan.
    ///
    /// Where the rows of all tensors go their own ways (a recurrent layer's batch), each member of the team goes through
    /// all steps with its share of the rows, on memory that stays in its cache, and meets the others only at the end.
    static func scan(_ body: ScanBody, _ options: LoweringOptions) throws -> Kernel {
        let loop = ScanLoop(body, try Simplify.run(body.graph))
        let parts = try loop.parts(options)
        let plans = parts.map(\.plan)
        let scratch = plans.map { Arena.rounded($0.arenaBytes) }.max() ?? 0
        let members = parts.count
        return Kernel(
            "scan \(body.length) × \(plans[0].steps.count) steps" + (members > 1 ? " in \(members) parts" : ""),
            scratchBytes: loop.carryBytes + scratch * members, canFail: plans.contains(where: \.canFail),
            instantiate: {
                let runners = try parts.enumerated().map { number, part in
                    ScanRunner(loop, part, try part.plan.makeLentWorkspace(), arena: loop.carryBytes + scratch * number)
                }
                let team = ScanTeam(runners)
                return { window in
                    loop.begin(window)
                    try team.run(window)
                    loop.end(window)
                }
            })
    }
}

/// Where the carries and results of a loop lie, and how large their steps are.
final class ScanLoop: Sendable {
    /// Where a carry lies between two steps.
    enum Home: Hashable {
        /// To and fro between the result's memory and a buffer of its own, so that the last step writes the result.
        case alternating(offset: Int)
        /// In the stacked result that keeps the carry before each step.
        case before(result: Int)
        /// In the stacked result that keeps the carry after each step.
        case after(result: Int)
    }

    /// The body without the results that are carries anyway.
    let graph: Graph
    let length: Int
    let reverse: Bool
    let carries: Int
    let sequences: Int
    let captures: Int
    /// All stacked results, and those that the body gives, by number.
    let results: Int
    let computed: [Int]
    let homes: [Home]
    /// Bytes of each operand (of a step, for sequences) and of a step of each result.
    let operandBytes: [Int]
    let resultBytes: [Int]
    /// Bytes of the carries' own buffers.
    let carryBytes: Int

    init(_ body: ScanBody, _ simplified: Graph) {
        var graph = simplified
        let carries = body.carryCount
        length = body.length
        reverse = body.reverse
        sequences = body.sequenceCount
        captures = graph.inputTypes.count - carries - sequences
        results = graph.outputs.count - carries
        operandBytes = graph.inputTypes.map(\.byteCount)
        resultBytes = graph.outputs[carries...].map { graph.type(of: $0).byteCount }
        var homes: [Home?] = Array(repeating: nil, count: carries)
        var taken: Set<Int> = []
        func look(_ carry: (Value) -> Int?, _ home: (Int) -> Home) {
            for result in 0..<(graph.outputs.count - carries) where !taken.contains(result) {
                guard let carry = carry(graph.outputs[carries + result]), homes[carry] == nil else { continue }
                homes[carry] = home(result)
                taken.insert(result)
            }
        }
        look(
            {
                guard case .input(let number) = graph.nodes[$0.node].operation, number < carries else { return nil }
                return number
            }, Home.before)
        look({ graph.outputs[..<carries].firstIndex(of: $0) }, Home.after)
        var offset = 0
        self.homes = homes.enumerated().map { carry, home in
            if let home { return home }
            defer { offset += Arena.rounded(graph.inputTypes[carry].byteCount) }
            return .alternating(offset: offset)
        }
        carryBytes = offset
        computed = (0..<results).filter { !taken.contains($0) }
        graph.outputs = graph.outputs[..<carries] + computed.map { graph.outputs[carries + $0] }
        self.carries = carries
        self.graph = graph
    }

    // MARK: Places in the window: carries, sequences, captures; last carries, stacked results; scratch

    private var firstOutput: Int { carries + sequences + captures }

    private func step(_ round: Int) -> Int { reverse ? length - 1 - round : round }

    private func row(_ result: Int, _ round: Int, _ window: Window) -> UnsafeMutableRawPointer {
        window[firstOutput + carries + result] + step(round) * resultBytes[result]
    }

    func sequence(_ number: Int, _ round: Int, _ window: Window) -> UnsafeMutableRawPointer {
        window[carries + number] + step(round) * operandBytes[carries + number]
    }

    func capture(_ number: Int, _ window: Window) -> UnsafeMutableRawPointer { window[carries + sequences + number] }

    func scratch(_ window: Window) -> UnsafeMutableRawPointer { window[firstOutput + carries + results] }

    /// Where the body's result number `number` behind the carries goes.
    func result(_ number: Int, _ round: Int, _ window: Window) -> UnsafeMutableRawPointer {
        row(computed[number], round, window)
    }

    /// Where a carry lies before a round.
    func before(_ carry: Int, _ round: Int, _ window: Window) -> UnsafeMutableRawPointer {
        switch homes[carry] {
        case .before(let result): row(result, round, window)
        case .after, .alternating: round == 0 ? window[carry] : after(carry, round - 1, window)
        }
    }

    /// Where it goes after a round.
    func after(_ carry: Int, _ round: Int, _ window: Window) -> UnsafeMutableRawPointer {
        let last = window[firstOutput + carry]
        switch homes[carry] {
        case .before(let result): return round == length - 1 ? last : row(result, round + 1, window)
        case .after(let result): return row(result, round, window)
        case .alternating(let offset): return (length - 1 - round) % 2 == 0 ? last : scratch(window) + offset
        }
    }

    /// Puts the carries that live in a stacked result at its beginning.
    func begin(_ window: Window) {
        for carry in 0..<carries {
            let bytes = operandBytes[carry]
            if length == 0 {
                window[firstOutput + carry].copyMemory(from: window[carry], byteCount: bytes)
            } else if case .before(let result) = homes[carry] {
                row(result, 0, window).copyMemory(from: window[carry], byteCount: bytes)
            }
        }
    }

    /// Gives the last carries that live in a stacked result.
    func end(_ window: Window) {
        guard length > 0 else { return }
        for carry in 0..<carries {
            guard case .after(let result) = homes[carry] else { continue }
            window[firstOutput + carry].copyMemory(
                from: row(result, length - 1, window), byteCount: operandBytes[carry])
        }
    }
}

/// A plan for all rows of a loop's body, or for some.
struct ScanPart: Sendable {
    var plan: Plan
    /// The first of its rows.
    var row = 0
    /// For each operand the bytes of one row, 0 for a capture that all rows share.
    var operandRowBytes: [Int]
    var resultRowBytes: [Int]
}

extension ScanLoop {
    /// Rows of which a part has at least so many, and the work of a whole loop from which parts pay.
    private static let leastRows = 4
    private static let worthwhile = 1 << 20

    /// The parts in which the loop is run.
    fileprivate func parts(_ options: LoweringOptions) throws -> [ScanPart] {
        guard let rows = ScanRows(graph, varying: carries + sequences), rows.work <= ScanRows.largest else {
            return [
                ScanPart(
                    plan: try Plan.compilePart(graph, options),
                    operandRowBytes: [Int](repeating: 0, count: operandBytes.count),
                    resultRowBytes: [Int](repeating: 0, count: results))
            ]
        }
        let pays = rows.work * length >= Self.worthwhile
        let count = pays ? max(min(options.threads, rows.count / Self.leastRows), 1) : 1
        let each = (rows.count + count - 1) / count
        let part = LoweringOptions(threads: count > 1 ? 1 : options.threads, ownProducts: true)
        var plans: [Int: Plan] = [:]
        return try stride(from: 0, to: rows.count, by: each).map { row in
            let size = min(each, rows.count - row)
            let plan = try plans[size] ?? Plan.compilePart(rows.graph(of: size), part)
            plans[size] = plan
            return ScanPart(
                plan: plan, row: row,
                operandRowBytes: operandBytes.enumerated().map { rows.inputs.contains($0) ? $1 / rows.count : 0 },
                resultRowBytes: resultBytes.map { $0 / rows.count })
        }
    }
}

/// One part of a loop with the memory that it runs on.
private final class ScanRunner {
    private let loop: ScanLoop
    private let workspace: Workspace
    private let arena: Int
    /// Bytes from the beginning of each operand and each result to the part's rows.
    private let operandOffsets: [Int]
    private let resultOffsets: [Int]

    init(_ loop: ScanLoop, _ part: ScanPart, _ workspace: Workspace, arena: Int) {
        self.loop = loop
        self.workspace = workspace
        self.arena = arena
        operandOffsets = part.operandRowBytes.map { $0 * part.row }
        resultOffsets = part.resultRowBytes.map { $0 * part.row }
    }

    func run(_ window: Window) throws {
        let (loop, carries, sequences) = (loop, loop.carries, loop.sequences)
        workspace.bindArena(to: loop.scratch(window) + arena)
        for number in 0..<loop.captures {
            let input = carries + sequences + number
            workspace.bindInput(input, to: loop.capture(number, window) + operandOffsets[input])
        }
        for round in 0..<loop.length {
            for carry in 0..<carries {
                workspace.bindInput(carry, to: loop.before(carry, round, window) + operandOffsets[carry])
                workspace.bindOutput(carry, to: loop.after(carry, round, window) + operandOffsets[carry])
            }
            for number in 0..<sequences {
                let input = carries + number
                workspace.bindInput(input, to: loop.sequence(number, round, window) + operandOffsets[input])
            }
            for number in loop.computed.indices {
                let place = loop.result(number, round, window) + resultOffsets[loop.computed[number]]
                workspace.bindOutput(carries + number, to: place)
            }
            try workspace.execute()
        }
    }
}

/// The parts of a loop, one a member of the team.
private final class ScanTeam {
    private let runners: [ScanRunner]
    private var window: Window?
    private let failures: UnsafeMutablePointer<(any Error)?>

    init(_ runners: [ScanRunner]) {
        self.runners = runners
        failures = .allocate(capacity: runners.count)
        failures.initialize(repeating: nil, count: runners.count)
    }

    deinit {
        failures.deinitialize(count: runners.count)
        failures.deallocate()
    }

    func run(_ window: Window) throws {
        if runners.count == 1 { return try runners[0].run(window) }
        self.window = window
        hk_parallel(
            Int32(runners.count),
            { context, member, members in
                guard let context else { return }
                Unmanaged<ScanTeam>.fromOpaque(context)._withUnsafeGuaranteedRef {
                    $0.runShare(Int(member), Int(members))
                }
            }, Unmanaged.passUnretained(self).toOpaque())
        for member in runners.indices {
            if let failure = failures[member] {
                failures.update(repeating: nil, count: runners.count)
                throw failure
            }
        }
    }

    /// The runners of one member: the team may be smaller than was asked for.
    private func runShare(_ member: Int, _ members: Int) {
        guard let window else { return }
        for number in stride(from: member, to: runners.count, by: members) {
            do { try runners[number].run(window) } catch { failures[number] = error }
        }
    }
}
