import CKernels
import COneDNN

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
            "matmul \(sizes)\(form.suffix) in bfloat16: \(product.name)",
            scratchBytes: product.partialBytes + product.memberBytes * members
        ) {
            let runs = try (0..<members).map { _ in try product.programs.map(OneDNN.Run.init) }
            return { window in
                var run = HalfProductRun(product, runs, window)
                try run.execute()
                guard product.partials > 0 else { return }
                let (partials, count) = (run.partials, Int64(product.results))
                // The sums come to lie behind what they are made of.
                let sums = partials + product.partials * product.results
                hk_reduce(HK_REDUCE_SUM, partials, sums, 1, Int64(product.partials), count, Int32(threads))
                hk_cast(HK_T_FLOAT32, sums, HK_T_BFLOAT16, window[2], count, Int32(threads))
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
    /// Rows of a part of a long sum. Of factors that are read down their columns, oneDNN's matrix units take parts of
    /// this size at twice the speed of the whole, and without matrices as narrow as a piece it would not use them.
    private static let summedRows = 800
    private static let maximumPartials = 64

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
    /// Into how many parts a long sum is cut, each with a result of its own in float32; 0 for whole sums.
    let partials: Int
    /// Elements of the result.
    let results: Int
    /// Scratch memory for the parts and for their sums.
    let partialBytes: Int
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
            piece.program =
                layouts.firstIndex {
                    $0.m == part.m && $0.n == part.n && $0.k == part.k && $0.batch == part.batch
                } ?? -1
            if piece.program < 0 {
                piece.program = layouts.count
                layouts.append(part)
            }
            pieces.append(piece)
        }
        let isLong = layout.batch == 1 && layout.k >= 8 * max(layout.m, layout.n) && layout.k >= 2 * Self.summedRows
        let isSplit = isLong && !layout.form.bias && layout.form.activation == .none
        results = layout.m * layout.n
        if isSplit {
            for range in MatmulLayout.ranges(
                layout.k, min(layout.k / Self.summedRows, Self.maximumPartials), grain: 32)
            {
                var part = layout
                part.k = range.count
                add(
                    Piece(
                        a: layout.form.transposeA ? range.lowerBound * layout.lda : range.lowerBound,
                        b: layout.form.transposeB ? range.lowerBound : range.lowerBound * layout.ldb,
                        c: pieces.count * layout.m * layout.n), part)
            }
        } else if layout.batch > 1 {
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
        partials = isSplit ? pieces.count : 0
        partialBytes = isSplit ? Arena.rounded((pieces.count + 1) * layout.m * layout.n * 4) : 0
        programs = try layouts.map {
            try OneDNN.halfProduct(
                $0, isBatch: layout.batch > 1, rowLength: layout.n, result: isSplit ? dnnl_f32 : dnnl_bf16)
        }
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

    private var resultIndex: Int { product.hasBias ? 3 : 2 }

    /// The results of the parts of a long sum.
    var partials: UnsafeMutablePointer<Float> { window[resultIndex + 1].floats }

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
        let bias = product.hasBias ? 2 : 0
        let scratch = window[resultIndex + 1] + product.partialBytes + member * product.memberBytes
        let result = product.partials > 0 ? window[resultIndex + 1] : window[resultIndex]
        let resultBytes = product.partials > 0 ? 4 : 2
        let pointers = scratch.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
        let count = product.pieces.count
        for index in count * member / members..<count * (member + 1) / members {
            let piece = product.pieces[index]
            pointers[0] = window[0] + piece.a * 2
            pointers[1] = window[1] + piece.b * 2
            pointers[2] = result + piece.c * resultBytes
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
