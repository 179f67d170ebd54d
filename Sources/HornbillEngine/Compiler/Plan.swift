import CKernels
import Logging
import Synchronization

/// A compiled graph: a flat list of prepared kernel calls on memory planned in advance.
///
/// A plan never changes and may be used by many threads at once: what a run needs beside it is a workspace, of which
/// the plan keeps as many as ran at once. Runs that assign variables must not overlap with others that use these.
///
/// It is the seam where another backend can stand: a graph goes in, tensors and changed variables come out.
public final class Plan: Sendable {
    public let inputTypes: [TensorType]
    public let outputTypes: [TensorType]
    /// How it was compiled.
    public let options: CompileOptions
    /// The variables that it reads or assigns.
    public let variables: [Variable]
    /// Whether each of these is assigned.
    package let assigned: [Bool]
    let layout: PlanLayout
    private let free = Mutex<[Workspace]>([])
    /// Where its runs take their memory from.
    private let arenas: ArenaPool
    private static let logger = Logger(label: "hornbill.compiler")

    /// Compiles a graph.
    /// - Throws: kind `dtype` for strings among its inputs, `internal` if it is not well formed, or what an operation's lowering throws.
    public static func compile(_ graph: Graph, _ options: CompileOptions = CompileOptions()) throws -> Plan {
        try compile(graph, options, sharing: ArenaPool())
    }

    /// Compiles a graph to a plan that shares the memory of its runs with others.
    package static func compile(
        _ graph: Graph, _ options: CompileOptions = CompileOptions(), sharing arenas: ArenaPool
    ) throws -> Plan {
        if let strings = graph.inputTypes.first(where: { $0.dtype == .string }) {
            throw HornbillError(.dtype, "strings cannot be part of a compiled computation: they are \(strings)")
        }
        Statistics.countCompilation()
        _ = warnOfDebugBuild
        let plan = try Plan(Compiler.passes(graph, options), options, arenas)
        logger.trace("\(plan)")
        return plan
    }

    /// Says once that the kernels are slow.
    private static let warnOfDebugBuild: Void = {
        guard hk_unoptimised() else { return }
        logger.notice("this is a debug build: computations are many times slower than in a release build")
    }()

    /// Compiles a graph that is part of another, whose plan is the one that counts.
    static func compilePart(_ graph: Graph, _ lowering: LoweringOptions) throws -> Plan {
        var options = CompileOptions(threads: lowering.threads)
        options.ownProducts = lowering.ownProducts
        return try Plan(Compiler.passes(graph, options), options, ArenaPool())
    }

    private init(_ lowered: LoweredGraph, _ options: CompileOptions, _ arenas: ArenaPool) {
        let graph = lowered.graph
        inputTypes = graph.inputTypes
        outputTypes = graph.outputs.map(graph.type(of:))
        variables = graph.variables
        var assigned = [Bool](repeating: false, count: graph.variables.count)
        for assignment in graph.assignments { assigned[assignment.variable] = true }
        self.assigned = assigned
        self.options = options
        self.arenas = arenas
        layout = PlanLayout(lowered, MemoryPlan(lowered, optimize: options.optimize), threads: options.threads)
    }

    // MARK: Runs

    /// Runs on memory of the caller's: row-major contiguous arguments and results of the plan's types. Results must not
    /// overlap arguments. Allocates nothing but a workspace and memory for its values, where none is free, and copies of
    /// assigned variables of which a snapshot is alive.
    ///
    /// If it throws, every variable is as it was.
    package func run(inputs: Window, outputs: Window) throws {
        let workspace = try takeWorkspace()
        let mode = hk_flush_denormals()
        defer {
            hk_restore_denormals(mode)
            giveBack(workspace)
        }
        try workspace.run(inputs, outputs)
    }

    /// Runs on tensors.
    /// - Throws: kind `argument` if the inputs do not fit, or what a step throws; every variable is then as it was.
    public func run(_ inputs: [Tensor]) throws -> [Tensor] {
        let arguments = try pointers(of: inputs)
        let results = try outputTypes.map { Tensor(buffer: try HostBuffer(byteCount: $0.byteCount), $0) }
        let targets = try results.map { try $0.requirePointer() }
        try withExtendedLifetime((inputs, results)) {
            try arguments.withWindow { arguments in
                try targets.withWindow { try run(inputs: arguments, outputs: $0) }
            }
        }
        return results
    }

    func pointers(of inputs: [Tensor]) throws -> [UnsafeMutableRawPointer] {
        for input in inputs { try input.validated() }
        guard inputs.map(\.type) == inputTypes else {
            throw HornbillError(.argument, "a plan for \(inputTypes) was given \(inputs.map(\.type))")
        }
        return try inputs.map { try $0.requirePointer() }
    }

    // MARK: Workspaces

    /// A workspace whose memory is lent to it at each run, for a plan that is part of another.
    func makeLentWorkspace() throws -> Workspace {
        try Workspace(layout, variables: variables, assigned: assigned)
    }

    /// A workspace with memory.
    func takeWorkspace() throws -> Workspace {
        let workspace =
            try free.withLock({ $0.popLast() }) ?? Workspace(layout, variables: variables, assigned: assigned)
        try workspace.takeArena(from: arenas)
        return workspace
    }

    func giveBack(_ workspace: Workspace) {
        workspace.giveBackArena()
        free.withLock { $0.append(workspace) }
    }
}

extension [UnsafeMutableRawPointer] {
    /// Calls `body` with the array's memory, even if it is empty.
    func withWindow<Result>(_ body: (Window) throws -> Result) rethrows -> Result {
        try withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { return try body(base) }
            var nothing = 0
            return try withUnsafeMutablePointer(to: &nothing) { place in
                var pointer = UnsafeMutableRawPointer(place)
                return try body(&pointer)
            }
        }
    }
}
