import CKernels

// Products of bfloat16 by oneDNN, which uses the processor's matrix units; small ones, and those of float16, are widened.

extension Lowering {
    static func halfMatmul(_ inputs: [TensorType], _ output: TensorType, _ form: MatmulForm, _ threads: Int) -> Kernel?
    {
        guard output.dtype == .bfloat16, inputs.allSatisfy({ $0.dtype == .bfloat16 }),
            let layout = MatmulLayout(inputs[0].shape, inputs[1].shape, output.shape, form),
            layout.batch * layout.flops >= HalfProduct.worthwhile, let product = try? HalfProduct(layout)
        else { return nil }
        let members = min(threads, product.pieces.count)
        let sizes = "\(layout.batch > 1 ? "\(layout.batch)×" : "")\(layout.m)×\(layout.n)×\(layout.k)"
        return Kernel(
            "matmul \(sizes)\(form.suffix) in bfloat16: \(product.name)", scratchBytes: product.memberBytes * members
        ) {
            let runs = try (0..<members).map { _ in try product.programs.map(OneDNN.Run.init) }
            return { window in
                var run = HalfProductRun(product, runs, window)
                try run.execute()
            }
        }
    }
}

/// A product cut into pieces, one thread each. The cut depends on the shape alone, and so do the bits of the sums.
final class HalfProduct: Sendable {
    /// Floating-point operations from which oneDNN is faster than widening.
    static let worthwhile = 500_000
    private static let pieceSize = 12_000_000
    private static let maximumPieces = 16

    struct Piece: Sendable {
        /// Offsets in elements.
        var a = 0
        var b = 0
        var c = 0
        var bias = 0
        /// Which of the programs computes it.
        var program = 0
    }

    let pieces: [Piece]
    /// For whole pieces, and for a smaller last one.
    let programs: [OneDNN.Program]
    let hasBias: Bool
    /// Scratch memory of one member of the team: a window, then the programs'.
    let memberBytes: Int

    static let windowBytes = 64
    var name: String { programs[0].name }

    init(_ layout: MatmulLayout) throws {
        hasBias = layout.form.bias
        var pieces: [Piece] = []
        var layouts: [MatmulLayout] = []
        let wanted = min(max(layout.batch * layout.flops / Self.pieceSize, 1), Self.maximumPieces)
        func add(_ piece: Piece, _ part: MatmulLayout) {
            var piece = piece
            piece.program = layouts.firstIndex { $0.m == part.m && $0.n == part.n && $0.batch == part.batch } ?? -1
            if piece.program < 0 {
                piece.program = layouts.count
                layouts.append(part)
            }
            pieces.append(piece)
        }
        if layout.batch > 1 {
            for range in MatmulLayout.ranges(layout.batch, wanted, grain: 1) {
                var part = layout
                part.batch = range.count
                add(
                    Piece(
                        a: range.lowerBound * layout.strideA, b: range.lowerBound * layout.strideB,
                        c: range.lowerBound * layout.m * layout.n), part)
            }
        } else if layout.m <= 2 * layout.n {
            // Each piece packs its own columns of the second factor, which is the dear part.
            for range in MatmulLayout.ranges(layout.n, wanted, grain: 32) {
                var part = layout
                part.n = range.count
                add(
                    Piece(
                        b: layout.form.transposeB ? range.lowerBound * layout.ldb : range.lowerBound,
                        c: range.lowerBound, bias: range.lowerBound), part)
            }
        } else {
            for range in MatmulLayout.ranges(layout.m, wanted, grain: 32) {
                var part = layout
                part.m = range.count
                add(
                    Piece(
                        a: layout.form.transposeA ? range.lowerBound : range.lowerBound * layout.lda,
                        c: range.lowerBound * layout.n), part)
            }
        }
        self.pieces = pieces
        programs = try layouts.map { try OneDNN.halfProduct($0, isBatch: layout.batch > 1, rowLength: layout.n) }
        memberBytes = Self.windowBytes + Arena.rounded(programs.map(\.scratchBytes).max() ?? 0)
    }
}

/// One run of a product's pieces by a team.
private struct HalfProductRun {
    let product: HalfProduct
    /// For each member, the memory objects of each program.
    let runs: [[OneDNN.Run]]
    let window: Window
    /// Set by any member whose library call fails.
    var failed: Int32 = 0

    init(_ product: HalfProduct, _ runs: [[OneDNN.Run]], _ window: Window) {
        self.product = product
        self.runs = runs
        self.window = window
    }

    mutating func execute() throws {
        if runs.count > 1 {
            let members = Int32(runs.count)
            withUnsafeMutablePointer(to: &self) { run in
                hk_parallel(
                    members,
                    { context, member, members in
                        guard let run = context?.assumingMemoryBound(to: HalfProductRun.self) else { return }
                        if !run.pointee.execute(Int(member), of: Int(members)) { run.pointee.failed = 1 }
                    }, run)
            }
        } else if !OneDNN.onTeam(of: 1, { execute(0, of: 1) }) {
            failed = 1
        }
        if failed != 0 { throw HornbillError(.internal, "oneDNN could not compute a matrix product") }
    }

    /// One member's share of the pieces.
    private func execute(_ member: Int, of members: Int) -> Bool {
        let (bias, result) = (product.hasBias ? 2 : 0, product.hasBias ? 3 : 2)
        let scratch = window[result + 1] + member * product.memberBytes
        let pointers = scratch.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
        let count = product.pieces.count
        for index in count * member / members..<count * (member + 1) / members {
            let piece = product.pieces[index]
            pointers[0] = window[0] + piece.a * 2
            pointers[1] = window[1] + piece.b * 2
            pointers[2] = window[result] + piece.c * 2
            pointers[3] = window[bias] + piece.bias * 2
            pointers[4] = scratch + HalfProduct.windowBytes
            do {
                try runs[member][piece.program].execute(UnsafePointer(pointers))
            } catch {
                return false
            }
        }
        return true
    }
}
