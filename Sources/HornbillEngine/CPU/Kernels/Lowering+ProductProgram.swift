import CKernels

/// A large product that only a program reads, in blocks of rows: each block is multiplied into a buffer that stays in
/// the cache, and the program runs on it there.
struct BlockedProduct: Sendable {
    let layout: MatmulLayout
    let form: MatmulForm
    let program: FusedProgram
    /// The program's input that the product is.
    let input: Int
    let rowsPerBlock: Int
    /// For each of the program's inputs and then outputs: bytes from one row to the next.
    let rowBytes: [Int]

    /// Below, the product's way through memory costs nothing worth saving.
    private static let worthwhile = 1 << 20

    /// nil where this way is not possible, or not worth it.
    init?(_ product: Node, _ graph: Graph, _ program: FusedProgram, input: Int) {
        switch product.operation {
        case .matmul(let transposeA, let transposeB): form = MatmulForm(transposeA: transposeA, transposeB: transposeB)
        case .fusedMatmul(let transposeA, let transposeB, let bias, let activation):
            form = MatmulForm(transposeA: transposeA, transposeB: transposeB, bias: bias, activation: activation)
        default: return nil
        }
        let type = product.outputs[0]
        let types = product.inputs.map(graph.type(of:))
        guard type.dtype == .float32, type.byteCount >= Self.worthwhile, program.count == type.shape.count,
            let layout = MatmulLayout(types[0].shape, types[1].shape, type.shape, form), layout.batch == 1,
            layout.depthPieces == 1, layout.n > 1
        else { return nil }
        // Blocks of about a library call's best size, but no larger than fits the second-level cache beside the rest. Of
        // a short sum the own kernel makes smaller ones at least as fast, and these fit the first-level cache.
        let columns = layout.n
        let wanted = max(MatmulLayout.pieceSize / (2 * columns * layout.k), 1)
        let fitting = max((256 << 10) / (4 * columns), 1)
        let small = (24 << 10) / (4 * columns)
        let rows = layout.k <= 64 && small >= 32 ? small & ~7 : (min(wanted, fitting) + 7) & ~7
        guard rows >= 32, layout.m >= 4 * rows else { return nil }
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
        guard program.outputs.allSatisfy({ $0.instructions.count == 1 }) else { return nil }
        for output in program.outputs { rowBytes.append(columns * output.type.dtype.byteCount) }
        self.layout = layout
        self.program = program
        self.input = input
        self.rowBytes = rowBytes
        rowsPerBlock = rows
    }

    /// The program for a block of so many rows.
    func program(rows: Int) -> FusedProgram {
        var part = program
        for output in part.outputs.indices { part.outputs[output].type.shape = [rows, layout.n] }
        return part
    }
}

extension Lowering {
    /// The window: the product's operands, the program's other inputs, its outputs, scratch.
    static func product(_ blocked: BlockedProduct, _ threads: Int) -> Kernel {
        let layout = blocked.layout
        let productOperands = blocked.form.bias ? 3 : 2
        let (inputs, outputs) = (blocked.program.inputs.count, blocked.program.outputs.count)
        // Where each of the program's operands is in the window; -1 for the product.
        var places: [Int] = []
        for operand in 0..<(inputs + outputs) {
            places.append(
                operand == blocked.input ? -1 : productOperands + (operand < blocked.input ? operand : operand - 1))
        }
        let blocks = ProductBlocks(blocked, places)
        let finalPlaces = places
        let scratchIndex = productOperands + inputs - 1 + outputs
        let (form, members) = (blocked.form, min(threads, blocks.pieces.count))
        let inPlace = blocked.program.inPlacePairs.filter { $0.operand != blocked.input }
            .map { Kernel.InPlace(result: $0.result, operand: finalPlaces[$0.operand]) }
        return Kernel(
            "matmul \(layout.m)×\(layout.n)×\(layout.k)\(form.suffix) then \(blocked.program.kernelName)",
            scratchBytes: blocks.scratchBytes * members, inPlace: inPlace
        ) { window in
            var run = ProductRun(
                product: MatmulRun(
                    pieces: UnsafePointer(blocks.pieces.pointer), count: blocks.pieces.count, a: window[0].floats,
                    b: window[1].floats, c: window[0].floats, bias: form.bias ? UnsafePointer(window[2].floats) : nil,
                    activation: form.activation),
                window: window, scratch: window[scratchIndex])
            try blocks.execute(&run, threads: members)
        }
    }
}

/// What all runs of such a kernel share.
private final class ProductBlocks: Sendable {
    let pieces: FrozenArray<MatmulPiece>
    private let first: CompiledProgram
    /// For the last block, if it has fewer rows.
    private let last: CompiledProgram
    private let rowsPerBlock: Int
    private let lastRows: Int
    private let places: FrozenArray<Int>
    private let rowBytes: FrozenArray<Int>
    private let pointerBytes: Int
    private let blockBytes: Int
    /// Of one member of the team.
    let scratchBytes: Int

    init(_ blocked: BlockedProduct, _ places: [Int]) {
        let layout = blocked.layout
        rowsPerBlock = blocked.rowsPerBlock
        lastRows = layout.m - (layout.m - 1) / rowsPerBlock * rowsPerBlock
        let whole = layout.wholePiece(0)
        pieces = FrozenArray(
            stride(from: 0, to: layout.m, by: rowsPerBlock).map { row in
                var piece = whole.rows(row..<min(row + blocked.rowsPerBlock, layout.m))
                piece.useLibrary = 2 * piece.product.m * layout.n * layout.k >= MatmulLayout.libraryPays
                piece.c = 0
                return piece
            })
        first = CompiledProgram(blocked.program(rows: rowsPerBlock))
        last = CompiledProgram(blocked.program(rows: lastRows))
        self.places = FrozenArray(places)
        rowBytes = FrozenArray(blocked.rowBytes)
        pointerBytes = Arena.rounded(places.count * MemoryLayout<UnsafeMutableRawPointer>.stride)
        blockBytes = Arena.rounded(rowsPerBlock * layout.n * 4)
        scratchBytes =
            pointerBytes + blockBytes
            + Arena.rounded(max(first.scratchBytes, last.scratchBytes))
    }

    func execute(_ run: inout ProductRun, threads: Int) throws {
        run.blocks = Unmanaged.passUnretained(self)
        if threads > 1 {
            withUnsafeMutablePointer(to: &run) { run in
                hk_parallel(
                    Int32(threads),
                    { context, member, members in
                        guard let run = context?.assumingMemoryBound(to: ProductRun.self),
                            let blocks = run.pointee.blocks?._withUnsafeGuaranteedRef({ $0 })
                        else { return }
                        blocks.execute(run, Int(member), Int(members))
                    }, run)
            }
        } else {
            OneDNN.onThisThread { withUnsafeMutablePointer(to: &run) { execute($0, 0, 1) } }
        }
        if run.product.failed != 0 { throw HornbillError(.internal, "oneDNN could not compute a matrix product") }
    }

    /// One member's share of the blocks.
    private func execute(_ run: UnsafeMutablePointer<ProductRun>, _ member: Int, _ members: Int) {
        let scratch = run.pointee.scratch + member * scratchBytes
        let pointers = scratch.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
        let block = scratch + pointerBytes
        var product = run.pointee.product
        product.c = block.floats
        for index in pieces.count * member / members..<pieces.count * (member + 1) / members {
            if !product.piece(index) { run.pointee.product.failed = 1 }
            let row = index * rowsPerBlock
            for operand in 0..<places.count {
                let place = places.pointer[operand]
                pointers[operand] = place < 0 ? block : run.pointee.window[place] + row * rowBytes.pointer[operand]
            }
            let program = index == pieces.count - 1 ? last : first
            program.run(pointers, scratch: block + blockBytes, threads: 1)
        }
    }
}

/// One run.
private struct ProductRun {
    var product: MatmulRun
    var window: Window
    var scratch: UnsafeMutableRawPointer
    var blocks: Unmanaged<ProductBlocks>?
}
