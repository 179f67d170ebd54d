// The blocks of small matrix products. A template: compiled once per instruction set.
//
// A block of C, up to HK_ROWS rows by HK_VECTORS vectors, is kept in registers while k passes. A is read one element
// at a time, so either order of it will do where it lies; B is read in vectors along its rows, so a transposed B is
// packed to panels on the stack first, and so is one with a ragged edge where there are no masked loads.

#include "Panel.h"

//
// Of few rows, blocks are wide instead: B, which is then most of what is read, goes by in long runs.

#if HK_LEVEL == 4
enum { HK_NAME(hk_block_rows) = 12, HK_NAME(hk_block_vectors) = 2 }; // 24 sums, 2 of B: 26 of 32 registers
#define HK_MASKED true
#elif HK_LEVEL == 3
enum { HK_NAME(hk_block_rows) = 6, HK_NAME(hk_block_vectors) = 1 };  // two registers a vector: 12 + 2 of 16
#define HK_MASKED false
#else
enum { HK_NAME(hk_block_rows) = 3, HK_NAME(hk_block_vectors) = 1 };  // four registers a vector: 12 + 4 of 16
#define HK_MASKED false
#endif

/// `last`: columns in the last vector, 16 unless the block lies on the edge (then `edge`).
HK_INLINE void HK_NAME(hk_block)(const hk_gemm_block *g, const int rows, const int vectors, const bool edge) {
    const bool masked = edge && HK_MASKED;
    const float *b = g->b;
    const int64_t a_row = g->a_row, a_step = g->a_step, b_step = g->b_step, last = g->last;
    // A pointer for every three rows, each hidden from the optimizer, which would otherwise reach the twelve rows by
    // a chain of twelve additions, as long as the arithmetic.
    const float *a[4];
#pragma clang loop unroll(full)
    for (int q = 0; q < (rows + 2) / 3; ++q) {
        a[q] = g->a + 3 * q * a_row;
        __asm__("" : "+r"(a[q]));
    }
    vf sums[12][16];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) sums[r][v] = (vf){0};
    }
    // Of a transposed A the next blocks read on in lines of k rows, far too many for the processor to foresee.
    const bool transposed = a_row == 1;
    for (int64_t p = 0; p < g->k; ++p) {
        if (transposed) __builtin_prefetch(a[0] + 48);
        if (vectors > 2) { // of few rows, B is not in the first-level cache
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) __builtin_prefetch(b + 8 * b_step + v * 16);
        }
        vf row[16];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            row[v] = masked && v == vectors - 1 ? v_load_n(b + v * 16, last, (vf){0}) : v_load(b + v * 16);
        }
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; ++r) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) sums[r][v] += a[r / 3][r % 3 * a_row] * row[v];
        }
#pragma clang loop unroll(full)
        for (int q = 0; q < (rows + 2) / 3; ++q) a[q] += a_step;
        b += b_step;
    }
    // Of `g` nothing is read once C is written, which the compiler must take for a part of it.
    float *c = g->c;
    const float *bias = g->bias;
    const int64_t c_row = g->c_row;
    const bool accumulate = g->accumulate, relu = g->relu;
    if (!bias && !accumulate && !relu) {
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; ++r, c += c_row) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) {
                if (edge && v == vectors - 1) v_store_n(c + v * 16, last, sums[r][v]);
                else v_store(c + v * 16, sums[r][v]);
            }
        }
        return;
    }
    vf added[16];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        const bool partial = edge && v == vectors - 1;
        added[v] = (vf){0};
        if (bias) added[v] = partial ? v_load_n(bias + v * 16, last, (vf){0}) : v_load(bias + v * 16);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r, c += c_row) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            const bool partial = edge && v == vectors - 1;
            vf sum = sums[r][v];
            if (bias) sum += added[v];
            if (accumulate) sum += partial ? v_load_n(c + v * 16, last, (vf){0}) : v_load(c + v * 16);
            if (relu) sum = v_select(0.0f > sum, (vf){0}, sum);
            if (partial) v_store_n(c + v * 16, last, sum);
            else v_store(c + v * 16, sum);
        }
    }
}

#define HK_BLOCK(ROWS, VECTORS) \
    static void HK_NAME(hk_block_##ROWS##_##VECTORS)(const hk_gemm_block *g) { \
        HK_NAME(hk_block)(g, ROWS, VECTORS, false); \
    } \
    static void HK_NAME(hk_edge_##ROWS##_##VECTORS)(const hk_gemm_block *g) { \
        HK_NAME(hk_block)(g, ROWS, VECTORS, true); \
    }
#define HK_BLOCK_ENTRY(ROWS, VECTORS) {HK_NAME(hk_block_##ROWS##_##VECTORS), HK_NAME(hk_edge_##ROWS##_##VECTORS)},
#if HK_LEVEL == 4
#define HK_EACH(X, V) X(1, V) X(2, V) X(3, V) X(4, V) X(5, V) X(6, V) X(7, V) X(8, V) X(9, V) X(10, V) X(11, V) X(12, V)
#elif HK_LEVEL == 3
#define HK_EACH(X, V) X(1, V) X(2, V) X(3, V) X(4, V) X(5, V) X(6, V)
#else
#define HK_EACH(X, V) X(1, V) X(2, V) X(3, V)
#endif
HK_EACH(HK_BLOCK, 1)
#if HK_LEVEL == 4
HK_EACH(HK_BLOCK, 2)
#endif
static void (*const HK_NAME(hk_blocks)[2][12][2])(const hk_gemm_block *) = {
    {HK_EACH(HK_BLOCK_ENTRY, 1)},
#if HK_LEVEL == 4
    {HK_EACH(HK_BLOCK_ENTRY, 2)},
#endif
};
#undef HK_BLOCK_ENTRY
#undef HK_EACH
#undef HK_BLOCK

#if HK_LEVEL == 4
#define HK_EACH(X) X(1, 16) X(1, 8) X(1, 4) X(2, 8) X(2, 4) X(3, 4) X(4, 4)
#elif HK_LEVEL == 3
#define HK_EACH(X) X(1, 4) X(1, 2) X(2, 2)
#else
#define HK_EACH(X) X(1, 2)
#endif
#define HK_WIDE(ROWS, VECTORS) \
    static void HK_NAME(hk_wide_##ROWS##_##VECTORS)(const hk_gemm_block *g) { \
        HK_NAME(hk_block)(g, ROWS, VECTORS, false); \
    }
HK_EACH(HK_WIDE)
#define HK_WIDE_ENTRY(ROWS, VECTORS) {ROWS, VECTORS, HK_NAME(hk_wide_##ROWS##_##VECTORS)},
/// Wide blocks, of the same rows the widest first.
static const struct {
    int64_t rows, vectors;
    void (*run)(const hk_gemm_block *);
} HK_NAME(hk_wide)[] = {HK_EACH(HK_WIDE_ENTRY)};
#undef HK_WIDE
#undef HK_WIDE_ENTRY
#undef HK_EACH

/// y[i] = A[i, :] · x for contiguous rows of A and a contiguous x: one column of C, where blocks would waste lanes.
HK_INLINE void HK_NAME(hk_dots)(const float *a, int64_t lda, const float *x, int64_t k, const int rows, float *y) {
    vf sums[8];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) sums[r] = (vf){0};
    int64_t p = 0;
    for (; p + 16 <= k; p += 16) {
        vf other = v_load(x + p);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; ++r) sums[r] += v_load(a + r * lda + p) * other;
    }
    if (p < k) {
        vf other = v_load_n(x + p, k - p, (vf){0});
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; ++r) sums[r] += v_load_n(a + r * lda + p, k - p, (vf){0}) * other;
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) y[r] = v_sum(sums[r]);
}
static void HK_NAME(hk_column)(const hk_gemm_task *g, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end;) {
        float y[8];
        const float *a = g->a + i * g->lda;
        int rows = end - i >= 8 ? 8 : 1;
        if (rows == 8) HK_NAME(hk_dots)(a, g->lda, g->b, g->k, 8, y);
        else HK_NAME(hk_dots)(a, g->lda, g->b, g->k, 1, y);
        for (int r = 0; r < rows; ++r, ++i) {
            float *c = g->c + i * g->ldc, sum = y[r] + (g->bias ? g->bias[0] : 0.0f) + (g->accumulate ? *c : 0.0f);
            *c = g->epilogue == HK_EPILOGUE_RELU && sum < 0.0f ? 0.0f : sum;
        }
    }
}

/// Rows m0 ..< m1 and columns n0 ..< n1 of the product.
static void HK_NAME(hk_product)(const hk_gemm_task *g, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
    enum { WIDTH = 16 * HK_NAME(hk_block_vectors), ROWS = HK_NAME(hk_block_rows) };
    float panel[HK_GEMM_DEPTH * WIDTH] __attribute__((aligned(64)));
    int64_t a_row = g->transpose_a ? 1 : g->lda, a_step = g->transpose_a ? g->lda : 1;
    for (int64_t n = n0, columns; n < n1; n += columns) {
        void (*wide)(const hk_gemm_block *) = NULL;
        columns = hk_min(n1 - n, WIDTH);
        for (size_t w = 0; w < sizeof HK_NAME(hk_wide) / sizeof *HK_NAME(hk_wide) && !g->transpose_b; ++w) {
            if (HK_NAME(hk_wide)[w].rows != m1 - m0 || HK_NAME(hk_wide)[w].vectors * 16 > n1 - n) continue;
            wide = HK_NAME(hk_wide)[w].run;
            columns = HK_NAME(hk_wide)[w].vectors * 16;
            break;
        }
        int64_t vectors = (columns + 15) / 16, last = columns - (vectors - 1) * 16;
        bool edge = last < 16;
        for (int64_t k = 0; k < g->k; k += HK_GEMM_DEPTH) {
            int64_t depth = hk_min(g->k - k, HK_GEMM_DEPTH);
            bool final = k + depth == g->k;
            hk_gemm_block block = {
                .k = depth, .a_row = a_row, .a_step = a_step, .b_step = g->ldb, .c_row = g->ldc, .last = last,
                .bias = final && g->bias ? g->bias + n : NULL, .accumulate = k > 0 || g->accumulate,
                .relu = final && g->epilogue == HK_EPILOGUE_RELU};
            const float *b = g->transpose_b ? g->b + n * g->ldb + k : g->b + k * g->ldb + n;
            // Rows of a wide B lie pages apart: packing them pays when enough rows of A read the panel.
            bool apart = g->ldb > 256 && m1 - m0 >= 32;
            if (g->transpose_b || (edge && !HK_MASKED) || apart) {
                HK_NAME(hk_pack)(b, g->ldb, g->transpose_b, depth, columns, vectors * 16, panel);
                b = panel;
                block.b_step = vectors * 16;
            }
            block.b = b;
            int64_t blocks = wide ? 1 : (m1 - m0 + ROWS - 1) / ROWS;
            for (int64_t m = m0; blocks > 0; --blocks) {
                int64_t rows = (m1 - m + blocks - 1) / blocks; // as even as can be
                block.a = g->a + m * a_row + k * a_step;
                block.c = g->c + m * g->ldc + n;
                if (wide) wide(&block);
                else HK_NAME(hk_blocks)[vectors - 1][rows - 1][edge](&block);
                m += rows;
            }
        }
    }
}
#undef HK_MASKED

/// Sigmoid or tanh over the finished rows, which are still in cache.
static void HK_NAME(hk_activate)(float *c, int64_t ldc, int64_t m, int64_t n, hk_epilogue epilogue) {
    for (int64_t i = 0; i < m; ++i, c += ldc) {
        for (int64_t j = 0; j < n; j += 16) {
            int64_t used = hk_min(n - j, 16);
            vf x = v_load_n(c + j, used, (vf){0});
            v_store_n(c + j, used, epilogue == HK_EPILOGUE_TANH ? v_tanh(x) : v_sigmoid(x));
        }
    }
}
