import CKernels

/// The gradient of a large table of rows of which a batch has read a few, where only a program reads it (an optimizer's
/// update): it never lies in memory as a whole. The indices are sorted by blocks of rows, and each block is summed up in
/// the cache and taken by the program there.
///
/// Every row is still updated as Keras updates it, whether or not the batch has read it; but where rows without a
/// gradient would come out of the program as they went in (stochastic gradient descent without momentum), their blocks
/// are passed over.
struct BlockedScatter: Sendable {
    let indexType: hk_type
    /// Rows that are added.
    let count: Int
    let blocked: BlockedProgram
    let unchanged: FusedProgram.Unchanged?

    /// Below, the gradient's way through memory costs nothing worth saving.
    private static let worthwhile = 1 << 20

    /// nil where this way is not possible, or not worth it.
    init?(_ scatter: Node, _ graph: Graph, _ program: FusedProgram, input: Int) {
        guard case .scatterAdd(axis: 0, size: let rows) = scatter.operation else { return nil }
        let type = scatter.outputs[0]
        let indices = graph.type(of: scatter.inputs[1])
        guard type.dtype == .float32, type.byteCount >= Self.worthwhile, rows > 0,
            graph.areRows(scatter.inputs[1], of: rows)
        else { return nil }
        let columns = type.shape.count / rows
        // A power of two, by which indices are divided fast; of a size that fits the first-level cache.
        var block = 1
        while block * 2 * columns * 4 <= 24 << 10 { block *= 2 }
        guard block >= 4, rows >= 4 * block, indices.shape.count < Int32.max,
            let blocked = BlockedProgram(program, input: input, rows: rows, columns: columns, rowsPerBlock: block)
        else { return nil }
        indexType = indices.dtype.kernelType
        count = indices.shape.count
        self.blocked = blocked
        unchanged = program.unchanged(whereZero: input)
    }
}

extension Graph {
    /// Whether the graph fails before anything is assigned if one of the indices is none of so many rows: whether it
    /// gathers with them.
    fileprivate func areRows(_ indices: Value, of rows: Int) -> Bool {
        nodes.contains { node in
            if case .gather(axis: 0) = node.operation {
                node.inputs[1] == indices && type(of: node.inputs[0]).shape[0] == rows
            } else {
                false
            }
        }
    }
}

extension FusedProgram {
    /// When a program leaves memory as it is.
    struct Unchanged: Sendable, Hashable {
        /// For each output, the input that it equals: nothing changes where both lie in the same place,
        var inputs: [Int]
        /// and these inputs of one element are finite.
        var finite: Set<Int> = []
    }

    /// Under which conditions the outputs are inputs where another input is 0; nil if there are none.
    func unchanged(whereZero zero: Int) -> Unchanged? {
        enum Known { case zero, input(Int), other }
        var finite: Set<Int> = []
        var results: [Known] = []
        func known(_ operand: Operand) -> Known {
            switch operand {
            case .input(let number): number == zero ? .zero : .input(number)
            case .result(let number): results[number]
            case .constant(let value): value == 0 ? .zero : .other
            }
        }
        /// Whether zero times this is zero, which it is not for infinities and NaN.
        func isFinite(_ operand: Operand) -> Bool {
            switch operand {
            case .constant(let value): return value.isFinite
            case .input(let number):
                guard case .scalar = inputs[number].layout, inputs[number].dtype == .float32 else { return false }
                finite.insert(number)
                return true
            case .result(let number):
                if case .zero = results[number] { return true }
                return false
            }
        }
        func product(_ a: Operand, _ b: Operand) -> Known {
            if case .zero = known(a), isFinite(b) { return .zero }
            if case .zero = known(b), isFinite(a) { return .zero }
            return .other
        }
        func sum(_ a: Known, _ b: Known) -> Known {
            switch (a, b) {
            case (_, .zero): a
            case (.zero, _): b
            default: .other
            }
        }
        for instruction in instructions {
            let operands = instruction.operands
            switch instruction.function {
            case .copy: results.append(known(operands[0]))
            case .unary(.negate):
                if case .zero = known(operands[0]) { results.append(.zero) } else { results.append(.other) }
            case .binary(.multiply): results.append(product(operands[0], operands[1]))
            case .binary(.add): results.append(sum(known(operands[0]), known(operands[1])))
            case .binary(.subtract):
                if case .zero = known(operands[1]) {
                    results.append(known(operands[0]))
                } else {
                    results.append(.other)
                }
            case .multiplyAdd: results.append(sum(product(operands[0], operands[1]), known(operands[2])))
            default: results.append(.other)
            }
        }
        var equal: [Int] = []
        for output in outputs {
            guard output.instructions.count == 1, case .input(let number) = results[output.instructions[0]],
                case .full = inputs[number].layout, inputs[number].dtype == output.type.dtype
            else { return nil }
            equal.append(number)
        }
        return Unchanged(inputs: equal, finite: finite)
    }
}

extension Lowering {
    /// The window: the rows to add, their indices, the program's other inputs, its outputs, scratch.
    static func scatter(_ scatter: BlockedScatter, _ threads: Int) -> Kernel {
        let blocked = scatter.blocked
        let blocks = ScatterBlocks(scatter)
        let members = min(threads, blocks.program.count)
        let scratchIndex = blocked.scratchIndex(sources: 2)
        return Kernel(
            "scatterAdd [\(scatter.count) in \(blocked.rows)]×\(blocked.columns) then \(blocked.program.kernelName)",
            scratchBytes: blocks.memberBytes * members, inPlace: blocked.inPlace(sources: 2)
        ) { window in
            var run = ScatterRun(
                blocks: Unmanaged.passUnretained(blocks), window: window, scratch: window[scratchIndex],
                skips: blocks.leavesUnchanged(window))
            withUnsafeMutablePointer(to: &run) { run in
                hk_parallel(
                    Int32(members),
                    { context, member, members in
                        guard let run = context?.assumingMemoryBound(to: ScatterRun.self) else { return }
                        run.pointee.blocks._withUnsafeGuaranteedRef { $0.execute(run, Int(member), Int(members)) }
                    }, run)
            }
        }
    }
}

/// What all runs of such a kernel share.
private final class ScatterBlocks: Sendable {
    let program: ProgramBlocks
    private let scatter: BlockedScatter
    /// Of the window: the places of each output and the input that it may equal, and of the numbers to be finite.
    private let pairs: FrozenArray<Int>
    private let finite: FrozenArray<Int>
    private let startBytes: Int
    private let positionBytes: Int

    init(_ scatter: BlockedScatter) {
        self.scatter = scatter
        program = ProgramBlocks(scatter.blocked, sources: 2)
        let places = scatter.blocked.places(sources: 2)
        let inputs = scatter.blocked.program.inputs.count
        let equal = scatter.unchanged?.inputs ?? []
        pairs = FrozenArray(equal.enumerated().flatMap { [places[inputs + $0.offset], places[$0.element]] })
        finite = FrozenArray((scatter.unchanged?.finite.sorted() ?? []).map { places[$0] })
        startBytes = Arena.rounded((program.count + 1) * 4)
        positionBytes = Arena.rounded(scatter.count * 4)
    }

    /// Scratch memory of one member of the team.
    var memberBytes: Int { program.memberBytes + startBytes + positionBytes }

    /// Whether blocks to which no row is added stay as they are.
    func leavesUnchanged(_ window: Window) -> Bool {
        guard scatter.unchanged != nil else { return false }
        for pair in stride(from: 0, to: pairs.count, by: 2)
        where window[pairs.pointer[pair]] != window[pairs.pointer[pair + 1]] { return false }
        for index in 0..<finite.count where !window[finite.pointer[index]].floats[0].isFinite { return false }
        return true
    }

    /// One member's share of the blocks.
    func execute(_ run: UnsafeMutablePointer<ScatterRun>, _ member: Int, _ members: Int) {
        let (window, blocked) = (run.pointee.window, scatter.blocked)
        let (first, last) = (program.count * member / members, program.count * (member + 1) / members)
        let scratch = run.pointee.scratch + member * memberBytes
        let starts = (scratch + program.memberBytes).assumingMemoryBound(to: Int32.self)
        let positions = (scratch + program.memberBytes + startBytes).assumingMemoryBound(to: Int32.self)
        hk_sort_rows(
            scatter.indexType, window[1], Int64(scatter.count), Int64(blocked.rows), Int64(blocked.rowsPerBlock),
            Int64(first), Int64(last), starts, positions)
        let block = program.block(in: scratch).floats
        for index in first..<last {
            let (start, end) = (starts[index - first], starts[index - first + 1])
            if start == end, run.pointee.skips { continue }
            let rows = index == program.count - 1 ? blocked.lastRows : blocked.rowsPerBlock
            hk_sum_rows(
                window[0].floats, scatter.indexType, window[1], positions + Int(start), Int64(end - start),
                Int64(blocked.rows), Int64(blocked.columns), Int64(index * blocked.rowsPerBlock), Int64(rows), block)
            program.run(index, window, scratch)
        }
    }
}

/// One run.
private struct ScatterRun {
    var blocks: Unmanaged<ScatterBlocks>
    var window: Window
    var scratch: UnsafeMutableRawPointer
    var skips: Bool
}
