// Attention on vectors. A template: compiled once per instruction set.
//
// Targets lie along the lanes, one or two vectors of them, and sources below each other: what is a sum over sources for
// each target is made by whole vectors, and keys and values are read one element at a time.

#if HK_LEVEL == 4
enum { HK_NAME(hk_tile_rows) = 12, HK_NAME(hk_tile_vectors) = 2 }; // 24 sums, 2 of B: 26 of 32 registers
enum { HK_NAME(hk_mean_rows) = 8 };
#elif HK_LEVEL == 3
enum { HK_NAME(hk_tile_rows) = 6, HK_NAME(hk_tile_vectors) = 1 };  // two registers a vector: 12 + 2 of 16
enum { HK_NAME(hk_mean_rows) = 4 };
#else
enum { HK_NAME(hk_tile_rows) = 3, HK_NAME(hk_tile_vectors) = 1 };  // four registers a vector: 12 + 4 of 16
enum { HK_NAME(hk_mean_rows) = 2 };
#endif

#include "AttentionRows.h"

/// Rows of a head as float32 below each other, `width` (a multiple of 8) wide: zero beyond `size`, and from `rows` up
/// to `height`.
static void HK_NAME(hk_attention_gather)(const hk_head_rows *h, int64_t rows, int64_t height, float *out,
                                         int64_t width) {
    for (int64_t r = 0; r < rows; ++r) {
        int64_t j = 0;
        for (; j + 16 <= h->size; j += 16) {
            v_store(out + r * width + j, HK_NAME(hk_load_any)(h->type, h->data, r * h->step + j, 16));
        }
        if (j < width) {
            vf last = h->size > j ? HK_NAME(hk_load_any)(h->type, h->data, r * h->step + j, h->size - j) : (vf){0};
            v_store_n(out + r * width + j, width - j, last);
        }
    }
    memset(out + rows * width, 0, (size_t)((height - rows) * width) * sizeof(float));
}

/// Rows of a head side by side, one a lane, times `factor`: out[j][lane], zero in the lanes from `rows` on.
static void HK_NAME(hk_attention_lay)(const hk_head_rows *h, int64_t rows, float *out, float factor) {
    for (int64_t lane = 0; lane < rows; lane += 16) {
        for (int64_t j = 0; j < h->size; j += 16) {
            int64_t n = hk_min(h->size - j, 16);
            vf x[16];
            for (int64_t r = 0; r < 16; ++r) {
                bool used = lane + r < rows;
                x[r] = used ? HK_NAME(hk_load_any)(h->type, h->data, (lane + r) * h->step + j, n) * factor : (vf){0};
            }
            v_transpose(x);
            for (int64_t r = 0; r < n; ++r) v_store(out + (j + r) * HK_ATTENTION_LANES + lane, x[r]);
        }
    }
}

/// Rows of a head from columns in[j][lane], times a factor for each lane.
static void HK_NAME(hk_attention_raise)(const hk_head_rows *h, int64_t rows, const float *in, const float *factors) {
    for (int64_t lane = 0; lane < rows; lane += 16) {
        vf factor = v_load(factors + lane);
        for (int64_t j = 0; j < h->size; j += 16) {
            int64_t n = hk_min(h->size - j, 16), used = hk_min(rows - lane, 16);
            vf x[16];
            for (int64_t r = 0; r < 16; ++r) {
                x[r] = r < n ? v_load(in + (j + r) * HK_ATTENTION_LANES + lane) * factor : (vf){0};
            }
            v_transpose(x);
            for (int64_t r = 0; r < used; ++r) {
                HK_NAME(hk_store_any)(h->type, (void *)h->data, (lane + r) * h->step + j, n, x[r]);
            }
        }
    }
}

// MARK: Products

/// Some rows of C = A B (kind HK_TILE_STORE), C += A B (HK_TILE_ADD) or C = weights (A B − totals) (HK_TILE_SLOPES).
HK_INLINE void HK_NAME(hk_attention_tile)(const hk_attention_product *g, const float *a_rows, const float *b,
                                          float *c, int64_t place, const int vectors, const hk_tile_kind kind) {
    enum { ROWS = HK_NAME(hk_tile_rows) };
    const int64_t a_row = g->a_row, b_step = g->b_step, c_row = g->c_row, k = g->k;
    const float *const weights = g->weights + place, *const totals = g->totals + place % HK_ATTENTION_LANES;
    // A pointer for every three rows, each hidden from the optimizer (GemmKernels.h says why).
    const float *a[4];
#pragma clang loop unroll(full)
    for (int q = 0; q < ROWS / 3; ++q) {
        a[q] = a_rows + 3 * q * a_row;
        __asm__("" : "+r"(a[q]));
    }
    vf sums[ROWS][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) sums[r][v] = (vf){0};
    }
    for (int64_t p = 0; p < k; ++p) {
        vf row[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) row[v] = v_load(b + v * 16);
#pragma clang loop unroll(full)
        for (int r = 0; r < ROWS; ++r) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) sums[r][v] += a[r / 3][r % 3 * a_row] * row[v];
        }
#pragma clang loop unroll(full)
        for (int q = 0; q < ROWS / 3; ++q) a[q] += 1;
        b += b_step;
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        vf total = kind == HK_TILE_SLOPES ? v_load(totals + v * 16) : (vf){0};
#pragma clang loop unroll(full)
        for (int r = 0; r < ROWS; ++r) {
            float *out = c + r * c_row + v * 16;
            vf sum = sums[r][v];
            if (kind == HK_TILE_ADD) sum += v_load(out);
            if (kind == HK_TILE_SLOPES) {
                sum = v_load(weights + r * HK_ATTENTION_LANES + v * 16) * (sum - total);
            }
            v_store(out, sum);
        }
    }
}

/// C [rows, 16 × vectors] from A [rows, k] and B [k, 16 × vectors]; rows is a multiple of HK_ATTENTION_ROWS.
HK_INLINE void HK_NAME(hk_attention_tiles)(const hk_attention_product *g, const hk_tile_kind kind) {
    enum { ROWS = HK_NAME(hk_tile_rows), VECTORS = HK_NAME(hk_tile_vectors) };
    for (int64_t v = 0; v < g->vectors;) {
        bool wide = VECTORS == 2 && g->vectors - v >= 2;
        for (int64_t r = 0; r < g->rows; r += ROWS) {
            const float *a = g->a + r * g->a_row, *b = g->b + v * 16;
            float *c = g->c + r * g->c_row + v * 16;
            int64_t place = r * HK_ATTENTION_LANES + v * 16;
            if (wide) HK_NAME(hk_attention_tile)(g, a, b, c, place, VECTORS, kind);
            else HK_NAME(hk_attention_tile)(g, a, b, c, place, 1, kind);
        }
        v += wide ? 2 : 1;
    }
}
static void HK_NAME(hk_attention_store)(const hk_attention_product *g) {
    HK_NAME(hk_attention_tiles)(g, HK_TILE_STORE);
}
static void HK_NAME(hk_attention_add)(const hk_attention_product *g) { HK_NAME(hk_attention_tiles)(g, HK_TILE_ADD); }
static void HK_NAME(hk_attention_slopes)(const hk_attention_product *g) {
    HK_NAME(hk_attention_tiles)(g, HK_TILE_SLOPES);
}

/// Some rows of C += Aᵀ B, whose sums go over all of A's rows.
HK_INLINE void HK_NAME(hk_attention_mean)(const float *a, int64_t a_row, const float *b, int64_t count, float *c,
                                          const int vectors) {
    enum { ROWS = HK_NAME(hk_mean_rows) };
    vf sums[ROWS][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) sums[r][v] = v_load(c + r * HK_ATTENTION_LANES + v * 16);
    }
    for (int64_t p = 0; p < count; ++p) {
        vf row[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) row[v] = v_load(b + v * 16);
#pragma clang loop unroll(full)
        for (int r = 0; r < ROWS; ++r) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) sums[r][v] += a[r] * row[v];
        }
        a += a_row;
        b += HK_ATTENTION_LANES;
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) v_store(c + r * HK_ATTENTION_LANES + v * 16, sums[r][v]);
    }
}

/// C [columns, lanes] += Aᵀ B for A [count, columns] and B [count, lanes]; columns is a multiple of 8, A's row.
static void HK_NAME(hk_attention_means)(const float *a, int64_t columns, const float *b, int64_t count, float *c,
                                        int64_t vectors) {
    enum { ROWS = HK_NAME(hk_mean_rows), VECTORS = HK_NAME(hk_tile_vectors) };
    for (int64_t r = 0; r < columns; r += ROWS) {
        for (int64_t v = 0; v < vectors;) {
            bool wide = VECTORS == 2 && vectors - v >= 2;
            float *out = c + r * HK_ATTENTION_LANES + v * 16;
            if (wide) HK_NAME(hk_attention_mean)(a + r, columns, b + v * 16, count, out, VECTORS);
            else HK_NAME(hk_attention_mean)(a + r, columns, b + v * 16, count, out, 1);
            v += wide ? 2 : 1;
        }
    }
}

// MARK: Rows of logits

/// 2^(logit − largest) in place of the logits of some sources; what the largest ones and the sums have become,
/// and by which factors what was summed up before must be multiplied.
static void HK_NAME(hk_attention_exponentials)(const hk_attention_block *b, float *x, int64_t rows, float *factors) {
    for (int64_t v = 0; v < b->vectors; ++v) {
        float *column = x + v * 16;
        // A logit that is no number is lost here, or is not; the sum finds it.
        const vf before = v_load(b->highest + v * 16);
        vf tops[2] = {before, before};
        for (int64_t r = 0; r < rows; ++r) {
            vf y = v_load(column + r * HK_ATTENTION_LANES);
            tops[r % 2] = v_select(y > tops[r % 2], y, tops[r % 2]);
        }
        const vf top = v_select(tops[0] > tops[1], tops[0], tops[1]);
        vf sum = {0};
        for (int64_t r = 0; r < rows; ++r) {
            vf e = HK_NAME(hk_attention_power)(v_load(column + r * HK_ATTENTION_LANES) - top);
            v_store(column + r * HK_ATTENTION_LANES, e);
            sum += e;
        }
        vf factor = HK_NAME(hk_attention_power)(before - top);
        v_store(factors + v * 16, factor);
        v_store(b->highest + v * 16, top);
        v_store(b->sums + v * 16, v_load(b->sums + v * 16) * factor + sum);
    }
}

/// The weights in place of the logits, from what the forward pass left of each target.
static void HK_NAME(hk_attention_weights)(const hk_attention_block *b, float *x, int64_t rows) {
    for (int64_t v = 0; v < b->vectors; ++v) {
        const vf top = v_load(b->highest + v * 16), factor = v_load(b->sums + v * 16);
        for (int64_t r = 0; r < rows; ++r) {
            float *y = x + r * HK_ATTENTION_LANES + v * 16;
            v_store(y, HK_NAME(hk_attention_power)(v_load(y) - top) * factor);
        }
    }
}

/// x[j][lane] *= factors[lane].
static void HK_NAME(hk_attention_rescale)(float *x, int64_t rows, int64_t vectors, const float *factors) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t v = 0; v < vectors; ++v) {
            float *y = x + r * HK_ATTENTION_LANES + v * 16;
            v_store(y, v_load(y) * v_load(factors + v * 16));
        }
    }
}

/// totals[lane] = Σ x[j][lane] y[j][lane].
static void HK_NAME(hk_attention_totals)(const float *x, const float *y, int64_t rows, int64_t vectors,
                                         float *totals) {
    for (int64_t v = 0; v < vectors * 16; v += 16) {
        vf sum = {0};
        for (int64_t r = 0; r < rows; ++r) {
            sum += v_load(x + r * HK_ATTENTION_LANES + v) * v_load(y + r * HK_ATTENTION_LANES + v);
        }
        v_store(totals + v, sum);
    }
}
