import CKernels

/// What a matrix product computes beside its sizes.
struct MatmulForm: Sendable {
    var transposeA = false
    var transposeB = false
    var bias = false
    var activation = FusedActivation.none
}

extension Lowering {
    /// Products in float32.
    ///
    /// The rule, measured on a Sapphire Rapids core: below 2 MFLOP `hk_gemm` wins (0.6 µs against 1 µs for 32×32×32, and
    /// the bias and the activation come with it); above, `dnnl_sgemm` by up to a fifth. Large products are cut into
    /// pieces of about 6 MFLOP, which run as fast as whole ones, along their longest axis: the cut depends on the shape
    /// alone, so the bits do not depend on the number of threads. A long sum over few results (k ≥ 8 max(m, n)) is cut
    /// along k, and the partial results are added in order.
    static func matmul(_ inputs: [TensorType], _ output: TensorType, _ form: MatmulForm, _ options: LoweringOptions)
        -> Kernel?
    {
        let threads = options.threads
        if output.dtype.isHalf { return halfMatmul(inputs, output, form, threads) }
        guard output.dtype == .float32, let layout = MatmulLayout(inputs[0].shape, inputs[1].shape, output.shape, form)
        else { return nil }
        let name =
            "matmul \(layout.batch > 1 ? "\(layout.batch)×" : "")\(layout.m)×\(layout.n)×\(layout.k)" + form.suffix
        if layout.batch == 1,
            options.ownProducts || layout.flops < MatmulLayout.libraryPays || layout.n == 1 || layout.m == 1
        {
            return whole(name, layout, form, threads)
        }
        let pieces = FrozenArray(layout.pieces)
        let isSplit = layout.depthPieces > 1
        let partialBytes = isSplit ? layout.depthPieces * layout.m * layout.n * 4 : 0
        let biasIndex = form.bias ? 2 : -1
        let outIndex = form.bias ? 3 : 2
        let depth = Int64(layout.depthPieces)
        let results = layout.m * layout.n
        let finishing = MatmulFinish(rows: layout.m, columns: layout.n, activation: form.activation)
        return Kernel(name, scratchBytes: partialBytes) { window in
            let out = window[outIndex].floats
            let bias = biasIndex >= 0 ? UnsafePointer(window[biasIndex].floats) : nil
            var run = MatmulRun(
                pieces: pieces.pointer, count: pieces.count, a: window[0].floats, b: window[1].floats,
                c: isSplit ? window[outIndex + 1].floats : out, bias: isSplit ? nil : bias,
                activation: isSplit ? .none : form.activation)
            try run.execute(threads: min(threads, pieces.count))
            guard isSplit else { return }
            hk_reduce(HK_REDUCE_SUM, run.c, out, 1, depth, Int64(results), Int32(threads))
            finishing.apply(out, bias)
        }
    }

    /// One call of the small-product kernel, which divides its own work.
    private static func whole(_ name: String, _ l: MatmulLayout, _ form: MatmulForm, _ threads: Int) -> Kernel {
        let epilogue = form.activation.epilogue
        let (biasIndex, outIndex) = form.bias ? (2, 3) : (-1, 2)
        let (lda, ldb) = (Int64(l.lda), Int64(l.ldb))
        let (m, n, k, members) = (Int64(l.m), Int64(l.n), Int64(l.k), Int32(threads))
        let (transposeA, transposeB) = (form.transposeA, form.transposeB)
        return Kernel(name) { window in
            hk_gemm(
                transposeA, transposeB, m, n, k, window[0].floats, lda, window[1].floats, ldb, window[outIndex].floats,
                n,
                false, biasIndex >= 0 ? window[biasIndex].floats : nil, epilogue, members)
        }
    }
}

extension MatmulForm {
    var suffix: String {
        (transposeA ? " Aᵀ" : "") + (transposeB ? " Bᵀ" : "") + (bias ? " +bias" : "")
            + (activation == .none ? "" : " \(activation.rawValue)")
    }
}

extension FusedActivation {
    var epilogue: hk_epilogue {
        switch self {
        case .none: HK_EPILOGUE_NONE
        case .relu: HK_EPILOGUE_RELU
        case .sigmoid: HK_EPILOGUE_SIGMOID
        case .tanh: HK_EPILOGUE_TANH
        }
    }

    /// The function over an array.
    fileprivate var opcode: hk_opcode? {
        switch self {
        case .none: nil
        case .relu: HK_RELU
        case .sigmoid: HK_SIGMOID
        case .tanh: HK_TANH
        }
    }
}

/// The sizes of a product, and how it is cut.
struct MatmulLayout {
    var batch = 1
    var m: Int
    var n: Int
    var k: Int
    var lda: Int
    var ldb: Int
    /// Elements from one matrix of the batch to the next; 0 where all share one.
    var strideA = 0
    var strideB = 0
    var form: MatmulForm

    /// Where a library call begins to pay, and what a piece should be, in floating-point operations.
    static let libraryPays = 2_000_000
    static let pieceSize = 6_000_000
    static let maximumPieces = 64
    /// Rows below which a piece is not worth packing the right operand for.
    private static let leastRows = 48

    /// nil for empty products, which the reference handles.
    init?(_ a: Shape, _ b: Shape, _ out: Shape, _ form: MatmulForm) {
        self.form = form
        n = out[out.rank - 1]
        k = form.transposeA ? a[a.rank - 2] : a[a.rank - 1]
        m = out[out.rank - 2]
        let leading = out.dimensions.dropLast(2).reduce(1, *)
        if b.rank == 2, !form.transposeA {
            m *= leading  // one product of all rows
        } else {
            batch = leading
            strideA = m * k
            strideB = b.rank == 2 ? 0 : k * n
        }
        lda = form.transposeA ? m : k
        ldb = form.transposeB ? k : n
        guard batch > 0, m > 0, n > 0, k > 0 else { return nil }
    }

    /// Floating-point operations of one matrix of the batch.
    var flops: Int { 2 * m * n * k }

    private var wantedPieces: Int { min(max(flops / Self.pieceSize, 1), Self.maximumPieces) }

    /// How many parts the sum is cut into.
    var depthPieces: Int {
        batch == 1 && flops >= Self.libraryPays && k >= 8 * max(m, n) ? min(wantedPieces, k / 64) : 1
    }

    var pieces: [MatmulPiece] {
        var pieces: [MatmulPiece] = []
        let depth = depthPieces
        for index in 0..<batch {
            let whole = wholePiece(index)
            if depth > 1 {
                for range in Self.ranges(k, depth, grain: 16) {
                    pieces.append(whole.depth(range).shifted(c: pieces.count * m * n))
                }
            } else if n >= m, m < 4 * Self.leastRows {
                // Narrow pieces would have the library pack the left operand again for a few columns each: in pieces of
                // 128 columns, 128×512×784 takes 0.8 of the time that it takes in pieces of 32.
                let grain = Swift.min(Swift.max(n / 4 / 32 * 32, 32), 128)
                for range in Self.ranges(n, wantedPieces, grain: grain) { pieces.append(whole.columns(range)) }
            } else {
                let parts = Swift.min(wantedPieces, Swift.max(m / Self.leastRows, 1))
                for range in Self.ranges(m, parts, grain: 8) { pieces.append(whole.rows(range)) }
            }
        }
        return pieces
    }

    /// The product of one matrix of the batch.
    func wholePiece(_ index: Int) -> MatmulPiece {
        MatmulPiece(
            a: index * strideA, b: index * strideB, c: index * m * n, useLibrary: flops >= Self.libraryPays,
            product: OneDNN.Product(
                transposeA: form.transposeA, transposeB: form.transposeB, m: m, n: n, k: k, lda: lda, ldb: ldb, ldc: n,
                accumulate: false))
    }

    /// `0 ..< count` in at most `parts` ranges whose bounds are multiples of `grain`.
    static func ranges(_ count: Int, _ parts: Int, grain: Int) -> [Range<Int>] {
        let grains = (count + grain - 1) / grain
        let parts = min(parts, grains)
        return (0..<parts).map { part in
            grains * part / parts * grain..<min(grains * (part + 1) / parts * grain, count)
        }
    }
}

/// A part of a product that one thread computes: offsets in elements, and the sizes.
struct MatmulPiece {
    var a: Int
    var b: Int
    var c: Int
    var useLibrary: Bool
    /// The column of the result at which it begins, for the bias.
    var column = 0
    var product: OneDNN.Product

    func rows(_ range: Range<Int>) -> MatmulPiece {
        var piece = self
        piece.a += product.transposeA ? range.lowerBound : range.lowerBound * product.lda
        piece.c += range.lowerBound * product.ldc
        piece.product.m = range.count
        return piece
    }

    func columns(_ range: Range<Int>) -> MatmulPiece {
        var piece = self
        piece.b += product.transposeB ? range.lowerBound * product.ldb : range.lowerBound
        piece.c += range.lowerBound
        piece.column += range.lowerBound
        piece.product.n = range.count
        return piece
    }

    func depth(_ range: Range<Int>) -> MatmulPiece {
        var piece = self
        piece.a += product.transposeA ? range.lowerBound * product.lda : range.lowerBound
        piece.b += product.transposeB ? range.lowerBound : range.lowerBound * product.ldb
        piece.product.k = range.count
        return piece
    }

    func shifted(c offset: Int) -> MatmulPiece {
        var piece = self
        piece.c += offset
        return piece
    }
}

/// What follows a product over whole rows of `columns`: bias and activation.
struct MatmulFinish {
    var rows: Int
    var columns: Int
    var activation: FusedActivation

    func apply(_ c: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>?) {
        if let bias {
            for row in 0..<rows {
                hk_elementwise(HK_ADD, c + row * columns, bias, nil, c + row * columns, Int64(columns))
            }
        }
        if let opcode = activation.opcode { hk_elementwise(opcode, c, nil, nil, c, Int64(rows * columns)) }
    }
}

/// One run of the pieces of a product by a team.
struct MatmulRun {
    var pieces: UnsafePointer<MatmulPiece>
    var count: Int
    var a: UnsafePointer<Float>
    var b: UnsafePointer<Float>
    var c: UnsafeMutablePointer<Float>
    var bias: UnsafePointer<Float>?
    var activation: FusedActivation
    /// Set by any member whose library call fails.
    var failed: Int32 = 0

    mutating func execute(threads: Int) throws {
        if threads > 1 {
            withUnsafeMutablePointer(to: &self) { run in
                hk_parallel(
                    Int32(threads),
                    { context, member, members in
                        guard let run = context?.assumingMemoryBound(to: MatmulRun.self) else { return }
                        let count = run.pointee.count
                        for index in count * Int(member) / Int(members)..<count * Int(member + 1) / Int(members) {
                            if !run.pointee.piece(index) { run.pointee.failed = 1 }
                        }
                    }, run)
            }
        } else {
            let worked = OneDNN.onThisThread {
                var worked = true
                for index in 0..<count { worked = piece(index) && worked }
                return worked
            }
            if !worked { failed = 1 }
        }
        if failed != 0 { throw HornbillError(.internal, "oneDNN could not compute a matrix product") }
    }

    func piece(_ index: Int) -> Bool {
        let piece = pieces[index]
        var product = piece.product
        let (x, y, out) = (a + piece.a, b + piece.b, c + piece.c)
        let row = bias.map { $0 + piece.column }
        guard piece.useLibrary else {
            hk_gemm(
                product.transposeA, product.transposeB, Int64(product.m), Int64(product.n), Int64(product.k), x,
                Int64(product.lda), y, Int64(product.ldb), out, Int64(product.ldc), product.accumulate, row,
                activation.epilogue, 1)
            return true
        }
        if let row {
            for i in 0..<product.m { (out + i * product.ldc).update(from: row, count: product.n) }
            product.accumulate = true
        }
        guard OneDNN.product(product, x, y, out) else { return false }
        if let opcode = activation.opcode {
            for i in 0..<product.m {
                let line = out + i * product.ldc
                hk_elementwise(opcode, line, nil, nil, line, Int64(product.n))
            }
        }
        return true
    }
}
