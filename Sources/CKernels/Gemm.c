// Small matrix products, where a library call would cost more than the arithmetic.
#include "Internal.h"

enum { HK_GEMM_DEPTH = 256 }; // of the packed panels; sums of longer products go through C

typedef struct {
    bool transpose_a, transpose_b, accumulate;
    hk_epilogue epilogue;
    int64_t m, n, k, lda, ldb, ldc;
    const float *a, *b, *bias;
    float *c;
    bool by_columns; // the threads divide the columns, not the rows
    bool column;     // one column, by dot products
} hk_gemm_task;

typedef struct {
    int64_t k, a_row, a_step, b_step, c_row, last;
    const float *a, *b, *bias;
    float *c;
    bool accumulate, relu;
} hk_gemm_block;

#define HK_TEMPLATE "GemmKernels.h"
#include "EachInstructionSet.h"

static void hk_gemm_range(void *context, int64_t begin, int64_t end) {
    const hk_gemm_task *g = context;
    int64_t m0 = g->by_columns ? 0 : begin, m1 = g->by_columns ? g->m : end;
    int64_t n0 = g->by_columns ? begin : 0, n1 = g->by_columns ? end : g->n;
    if (g->column) HK_DISPATCH(hk_column)(g, m0, m1);
    else HK_DISPATCH(hk_product)(g, m0, m1, n0, n1);
    if (g->epilogue == HK_EPILOGUE_SIGMOID || g->epilogue == HK_EPILOGUE_TANH) {
        HK_DISPATCH(hk_activate)(g->c + m0 * g->ldc + n0, g->ldc, m1 - m0, n1 - n0, g->epilogue);
    }
}

/// The product with nothing to sum: C, or the bias, or zero, through the epilogue.
static void hk_gemm_empty(const hk_gemm_task *g) {
    for (int64_t i = 0; i < g->m; ++i) {
        float *c = g->c + i * g->ldc;
        for (int64_t j = 0; j < g->n; ++j) {
            float x = (g->accumulate ? c[j] : 0.0f) + (g->bias ? g->bias[j] : 0.0f);
            c[j] = g->epilogue == HK_EPILOGUE_RELU && x < 0.0f ? 0.0f : x;
        }
    }
    if (g->epilogue == HK_EPILOGUE_SIGMOID || g->epilogue == HK_EPILOGUE_TANH) {
        HK_DISPATCH(hk_activate)(g->c, g->ldc, g->m, g->n, g->epilogue);
    }
}

void hk_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
             const float *b, int64_t ldb, float *c, int64_t ldc, bool accumulate, const float *bias,
             hk_epilogue epilogue, int threads) {
    if (m <= 0 || n <= 0) return;
    // A matrix of one row or column can be read either way: take the way that needs no packing.
    if (transpose_b && k == 1 && ldb == 1) { transpose_b = false; ldb = n; }
    if (!transpose_b && n == 1 && ldb == 1) { transpose_b = true; ldb = k; }
    if (transpose_a && k == 1) { transpose_a = false; lda = 1; }
    hk_gemm_task g = {transpose_a, transpose_b, accumulate, epilogue, m, n, k, lda, ldb, ldc, a, b, bias, c,
                      false, false};
    if (k <= 0) {
        hk_gemm_empty(&g);
        return;
    }
    if (n == 1 && transpose_b && !transpose_a) {
        g.column = true;
    } else if (n == 1 && transpose_b && ldc == 1 && m > 1 && !bias) {
        // One column from a transposed A: as one row, C' = B' A, the stored A is read along its rows.
        g = (hk_gemm_task){false, false, accumulate, epilogue, 1, m, k, k, lda, m, b, a, NULL, c, false, false};
    }
    g.by_columns = g.n >= 2 * g.m || (g.m < 64 && g.n >= 64);
    // A few rows take as long as reading B does.
    const int64_t work = hk_max(m, 2) * n * k / 16;
    hk_ranges(threads, g.by_columns ? g.n : g.m, g.by_columns ? 32 : 12, work, hk_gemm_range, &g);
}
