import CKernels

/// A large product that only a program reads, in blocks of rows: each block is multiplied into a buffer that stays in
/// the cache, and the program runs on it there.
struct BlockedProduct: Sendable {
    let layout: MatmulLayout
    let form: MatmulForm
    let blocked: BlockedProgram

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
        guard type.dtype == .float32, type.byteCount >= Self.worthwhile,
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
        guard rows >= 32, layout.m >= 4 * rows,
            let blocked = BlockedProgram(
                program, input: input, rows: layout.m, columns: columns, rowsPerBlock: rows)
        else { return nil }
        self.layout = layout
        self.blocked = blocked
    }
}

extension Lowering {
    /// The window: the product's operands, the program's other inputs, its outputs, scratch.
    static func product(_ product: BlockedProduct, _ threads: Int) -> Kernel {
        let (layout, form, blocked) = (product.layout, product.form, product.blocked)
        let sources = form.bias ? 3 : 2
        let blocks = ProductBlocks(product, ProgramBlocks(blocked, sources: sources))
        let scratchIndex = blocked.scratchIndex(sources: sources)
        let members = min(threads, blocks.pieces.count)
        return Kernel(
            "matmul \(layout.m)×\(layout.n)×\(layout.k)\(form.suffix) then \(blocked.program.kernelName)",
            scratchBytes: blocks.program.memberBytes * members, inPlace: blocked.inPlace(sources: sources)
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
    let program: ProgramBlocks

    init(_ product: BlockedProduct, _ program: ProgramBlocks) {
        let layout = product.layout
        let rows = product.blocked.rowsPerBlock
        let whole = layout.wholePiece(0)
        pieces = FrozenArray(
            stride(from: 0, to: layout.m, by: rows).map { row in
                var piece = whole.rows(row..<min(row + rows, layout.m))
                piece.useLibrary = 2 * piece.product.m * layout.n * layout.k >= MatmulLayout.libraryPays
                piece.c = 0
                return piece
            })
        self.program = program
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
        let scratch = run.pointee.scratch + member * program.memberBytes
        var product = run.pointee.product
        product.c = program.block(in: scratch).floats
        for index in pieces.count * member / members..<pieces.count * (member + 1) / members {
            if !product.piece(index) { run.pointee.product.failed = 1 }
            program.run(index, run.pointee.window, scratch)
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
