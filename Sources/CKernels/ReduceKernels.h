// The inner loops of reductions. A template: compiled once per instruction set. `kind` is always a constant here:
// each loop is compiled once a kind, and the switches vanish.

HK_INLINE vf HK_NAME(hk_join_v)(const hk_reduction kind, vf total, vf x) {
    switch (kind) {
    case HK_REDUCE_MAX: return v_max(total, x);
    case HK_REDUCE_MIN: return v_min(total, x);
    case HK_REDUCE_PROD: return total * x;
    case HK_REDUCE_SUM_SQUARES: return total + x * x;
    case HK_REDUCE_SUM: case HK_REDUCE_MEAN: break;
    }
    return total + x;
}

/// Sixty-four sums of at most CHUNK / 64 elements each, folded as a tree; chunks are joined in double.
HK_INLINE double HK_NAME(hk_row)(const hk_reduction kind, const float *in, int64_t count) {
    enum { CHUNK = 4096 };
    const vf neutral = v_splat((float)hk_neutral(kind));
    double total = hk_neutral(kind);
    while (count > 0) {
        int64_t chunk = hk_min(count, CHUNK), i = 0;
        vf a = neutral, b = neutral, c = neutral, d = neutral;
        for (; i + 64 <= chunk; i += 64) {
            a = HK_NAME(hk_join_v)(kind, a, v_load(in + i));
            b = HK_NAME(hk_join_v)(kind, b, v_load(in + i + 16));
            c = HK_NAME(hk_join_v)(kind, c, v_load(in + i + 32));
            d = HK_NAME(hk_join_v)(kind, d, v_load(in + i + 48));
        }
        for (; i + 16 <= chunk; i += 16) a = HK_NAME(hk_join_v)(kind, a, v_load(in + i));
        if (i < chunk) b = HK_NAME(hk_join_v)(kind, b, v_load_n(in + i, chunk - i, neutral));
        float value;
        switch (kind) {
        case HK_REDUCE_MAX: value = v_highest(v_max(v_max(a, b), v_max(c, d))); break;
        case HK_REDUCE_MIN: value = v_lowest(v_min(v_min(a, b), v_min(c, d))); break;
        case HK_REDUCE_PROD: value = v_product((a * b) * (c * d)); break;
        default: value = v_sum((a + b) + (c + d)); break;
        }
        total = hk_join(kind, total, value);
        in += chunk;
        count -= chunk;
    }
    return total;
}

HK_INLINE vf HK_NAME(hk_join_both)(const hk_reduction kind, vf a, vf b) {
    return HK_NAME(hk_join_v)(kind == HK_REDUCE_SUM_SQUARES ? HK_REDUCE_SUM : kind, a, b);
}
HK_INLINE vf HK_NAME(hk_load_column)(const float *in, const int v, const int vectors, int64_t last, const bool edge,
                                     vf neutral) {
    return edge && v == vectors - 1 ? v_load_n(in + v * 16, last, neutral) : v_load(in + v * 16);
}

/// totals[j] joined with in[r * stride + j] over the rows, for up to 64 columns; sums of 64 rows are joined in double.
HK_INLINE void HK_NAME(hk_columns_n)(const hk_reduction kind, const float *in, int64_t rows, int64_t stride,
                                     int64_t columns, const int vectors, const bool edge, double *totals) {
    enum { CHUNK = 64 };
    const vf neutral = v_splat((float)hk_neutral(kind));
    const int64_t last = columns - (vectors - 1) * 16;
    while (rows > 0) {
        int64_t chunk = hk_min(rows, CHUNK);
        // Even and odd rows apart: enough sums under way to hide an addition's latency.
        vf sums[2][4];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) sums[0][v] = sums[1][v] = neutral;
        int64_t r = 0;
        for (; r + 2 <= chunk; r += 2, in += 2 * stride) {
#pragma clang loop unroll(full)
            for (int v = 0; v < 2 * vectors; ++v) {
                int half = v / vectors, column = v % vectors;
                vf x = HK_NAME(hk_load_column)(in + half * stride, column, vectors, last, edge, neutral);
                sums[half][column] = HK_NAME(hk_join_v)(kind, sums[half][column], x);
            }
        }
        if (r < chunk) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) {
                vf x = HK_NAME(hk_load_column)(in, v, vectors, last, edge, neutral);
                sums[0][v] = HK_NAME(hk_join_v)(kind, sums[0][v], x);
            }
            in += stride;
        }
        float values[64];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            v_store(values + v * 16, HK_NAME(hk_join_both)(kind, sums[0][v], sums[1][v]));
        }
        for (int64_t j = 0; j < columns; ++j) totals[j] = hk_join(kind, totals[j], values[j]);
        rows -= chunk;
    }
}
HK_INLINE void HK_NAME(hk_columns)(const hk_reduction kind, const float *in, int64_t rows, int64_t stride,
                                   int64_t columns, double *totals) {
    switch ((columns + 15) / 16) {
    case 1: HK_NAME(hk_columns_n)(kind, in, rows, stride, columns, 1, true, totals); break;
    case 2: HK_NAME(hk_columns_n)(kind, in, rows, stride, columns, 2, true, totals); break;
    case 3: HK_NAME(hk_columns_n)(kind, in, rows, stride, columns, 3, true, totals); break;
    default:
        if (columns == 64) HK_NAME(hk_columns_n)(kind, in, rows, stride, columns, 4, false, totals);
        else HK_NAME(hk_columns_n)(kind, in, rows, stride, columns, 4, true, totals);
    }
}

#define HK_KIND(name, KIND) \
    static double HK_NAME(hk_row_##name)(const float *in, int64_t count) { return HK_NAME(hk_row)(KIND, in, count); } \
    static void HK_NAME(hk_columns_##name)(const float *in, int64_t rows, int64_t stride, int64_t columns, \
                                           double *totals) { \
        HK_NAME(hk_columns)(KIND, in, rows, stride, columns, totals); \
    }
HK_KIND(sum, HK_REDUCE_SUM)
HK_KIND(squares, HK_REDUCE_SUM_SQUARES)
HK_KIND(max, HK_REDUCE_MAX)
HK_KIND(min, HK_REDUCE_MIN)
HK_KIND(prod, HK_REDUCE_PROD)
#undef HK_KIND

static const hk_reduce_loops HK_NAME(hk_loops)[] = {
    [HK_REDUCE_SUM] = {HK_NAME(hk_row_sum), HK_NAME(hk_columns_sum)},
    [HK_REDUCE_MEAN] = {HK_NAME(hk_row_sum), HK_NAME(hk_columns_sum)},
    [HK_REDUCE_MAX] = {HK_NAME(hk_row_max), HK_NAME(hk_columns_max)},
    [HK_REDUCE_MIN] = {HK_NAME(hk_row_min), HK_NAME(hk_columns_min)},
    [HK_REDUCE_PROD] = {HK_NAME(hk_row_prod), HK_NAME(hk_columns_prod)},
    [HK_REDUCE_SUM_SQUARES] = {HK_NAME(hk_row_squares), HK_NAME(hk_columns_squares)},
};

/// Lanes of x that beat the best so far: greater, or the first NaN.
HK_INLINE vi HK_NAME(hk_beats)(vf x, vf best) { return (x > best) | ((x != x) & (best == best)); }

/// The index of the largest of a contiguous row; with the sign bit in `flip`, of the smallest.
static int64_t HK_NAME(hk_arg_row)(const float *in, int64_t count, int32_t flip) {
    const vi lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const vf filler = (vf)((vi)v_splat(-INFINITY) ^ flip);
    vf best = (vf)((vi)v_load_n(in, hk_min(count, 16), filler) ^ flip);
    vi index = lane;
    for (int64_t i = 16; i < count; i += 16) {
        vf x = (vf)((vi)v_load_n(in + i, hk_min(count - i, 16), filler) ^ flip);
        vi better = HK_NAME(hk_beats)(x, best);
        best = v_select(better, x, best);
        index = v_select_i(better, lane + (int32_t)i, index);
    }
    // Equal lanes: the smallest index. Lanes of filler come after all real ones.
    float top = v_highest(best);
    vi equal = top != top ? best != best : best == top;
    vi candidates = v_select_i(equal, index, (vi){0} + INT32_MAX);
    return __builtin_reduce_min(candidates);
}

/// The same down each of up to sixteen columns.
static void HK_NAME(hk_arg_columns)(const float *in, int64_t rows, int64_t stride, int64_t columns, int32_t flip,
                                    int64_t *out) {
    vf best = (vf)((vi)v_load_n(in, columns, (vf){0}) ^ flip);
    vi index = {0};
    for (int64_t r = 1; r < rows; ++r) {
        vf x = (vf)((vi)v_load_n(in + r * stride, columns, (vf){0}) ^ flip);
        vi better = HK_NAME(hk_beats)(x, best);
        best = v_select(better, x, best);
        index = v_select_i(better, (vi){0} + (int32_t)r, index);
    }
    for (int64_t j = 0; j < columns; ++j) out[j] = index[j];
}
