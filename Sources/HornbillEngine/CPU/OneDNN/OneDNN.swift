import COneDNN

/// All that the engine asks of oneDNN.
///
/// Of its products `dnnl_sgemm` is used, on one thread a call: it was measured as fast as the matmul primitive (which
/// splits a product by the number of threads, so that the bits of a sum would depend on it), has no handles to keep, and
/// allocates nothing of ours. Dividing the work among the team is the caller's.
enum OneDNN {
    /// C = op(A) op(B) (+ C) for row-major matrices with these row lengths, on the calling thread, from within a team or
    /// not.
    /// - Returns: whether it worked; the sizes are checked when a plan is compiled, so only a lack of memory is left.
    static func product(
        _ p: Product, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
    ) -> Bool {
        let (yes, no) = (CChar(UInt8(ascii: "T")), CChar(UInt8(ascii: "N")))
        return dnnl_sgemm(
            p.transposeA ? yes : no, p.transposeB ? yes : no, Int64(p.m), Int64(p.n), Int64(p.k), 1, a, Int64(p.lda), b,
            Int64(p.ldb), p.accumulate ? 1 : 0, c, Int64(p.ldc)) == dnnl_success
    }

    struct Product {
        var transposeA: Bool
        var transposeB: Bool
        var m: Int
        var n: Int
        var k: Int
        var lda: Int
        var ldb: Int
        var ldc: Int
        var accumulate: Bool
    }
}

extension OneDNN {
    /// Runs `body` with oneDNN kept to the calling thread. Inside a team it keeps to it by itself.
    static func onThisThread<Result>(_ body: () throws -> Result) rethrows -> Result {
        let team = omp_get_max_threads()
        if team == 1 { return try body() }
        omp_set_num_threads(1)
        defer { omp_set_num_threads(team) }
        return try body()
    }
}
