/// A program that runs on one block of rows after the other, on an input of which each block is computed just before,
/// into memory that stays in the cache.
struct BlockedProgram: Sendable {
    let program: FusedProgram
    /// The program's input that is computed block by block.
    let input: Int
    let rows: Int
    let columns: Int
    let rowsPerBlock: Int
    /// For each of the program's inputs and then outputs: bytes from one row to the next.
    let rowBytes: [Int]

    /// nil where a program cannot run on blocks of rows.
    init?(_ program: FusedProgram, input: Int, rows: Int, columns: Int, rowsPerBlock: Int) {
        guard program.count == rows * columns, program.outputs.allSatisfy({ $0.instructions.count == 1 }) else {
            return nil
        }
        var rowBytes: [Int] = []
        for input in program.inputs {
            let size = input.dtype.byteCount
            switch input.layout {
            case .full: rowBytes.append(columns * size)
            case .scalar: rowBytes.append(0)
            case .row(let inner) where columns % inner == 0: rowBytes.append(0)
            case .column(let inner) where columns % inner == 0: rowBytes.append(columns / inner * size)
            case .row, .column, .middle, .window: return nil
            }
        }
        for output in program.outputs { rowBytes.append(columns * output.type.dtype.byteCount) }
        self.program = program
        self.input = input
        self.rows = rows
        self.columns = columns
        self.rowsPerBlock = rowsPerBlock
        self.rowBytes = rowBytes
    }

    var blocks: Int { (rows - 1) / rowsPerBlock + 1 }

    /// Rows of the last block.
    var lastRows: Int { rows - (blocks - 1) * rowsPerBlock }

    /// The program for a block of so many rows.
    func program(rows: Int) -> FusedProgram {
        var part = program
        for output in part.outputs.indices { part.outputs[output].type.shape = [rows, columns] }
        return part
    }

    /// Where each of the program's operands is in a window that holds what the blocks are computed from, then the
    /// program's other inputs and its outputs; -1 for the blocks.
    /// - Parameter sources: how many operands the blocks are computed from.
    func places(sources: Int) -> [Int] {
        rowBytes.indices.map { $0 == input ? -1 : sources + ($0 < input ? $0 : $0 - 1) }
    }

    /// Where in such a window the scratch memory is.
    func scratchIndex(sources: Int) -> Int { sources + rowBytes.count - 1 }

    func inPlace(sources: Int) -> [Kernel.InPlace] {
        let places = places(sources: sources)
        return program.inPlacePairs.filter { $0.operand != input }
            .map { Kernel.InPlace(result: $0.result, operand: places[$0.operand]) }
    }
}

/// What all runs of such a program share.
final class ProgramBlocks: Sendable {
    private let whole: CompiledProgram
    /// For the last block, if it has fewer rows.
    private let last: CompiledProgram
    let count: Int
    private let rowsPerBlock: Int
    private let places: FrozenArray<Int>
    private let rowBytes: FrozenArray<Int>
    private let pointerBytes: Int
    private let blockBytes: Int
    /// Scratch memory of one member of the team.
    let memberBytes: Int

    init(_ blocked: BlockedProgram, sources: Int) {
        whole = CompiledProgram(blocked.program(rows: blocked.rowsPerBlock))
        last = CompiledProgram(blocked.program(rows: blocked.lastRows))
        count = blocked.blocks
        rowsPerBlock = blocked.rowsPerBlock
        places = FrozenArray(blocked.places(sources: sources))
        rowBytes = FrozenArray(blocked.rowBytes)
        pointerBytes = Arena.rounded(blocked.rowBytes.count * MemoryLayout<UnsafeMutableRawPointer>.stride)
        blockBytes = Arena.rounded(blocked.rowsPerBlock * blocked.columns * 4)
        memberBytes = pointerBytes + blockBytes + Arena.rounded(max(whole.scratchBytes, last.scratchBytes))
    }

    /// Where in a member's scratch memory a block is to be computed, in float32.
    func block(in scratch: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer { scratch + pointerBytes }

    /// The program, on the block that lies in a member's scratch memory.
    func run(_ index: Int, _ window: Window, _ scratch: UnsafeMutableRawPointer) {
        let pointers = scratch.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
        let block = block(in: scratch)
        let row = index * rowsPerBlock
        for operand in 0..<places.count {
            let place = places.pointer[operand]
            pointers[operand] = place < 0 ? block : window[place] + row * rowBytes.pointer[operand]
        }
        (index == count - 1 ? last : whole).run(pointers, scratch: block + blockBytes, threads: 1)
    }
}
