// Statistics of columns, and normalized rows. A template: compiled once per instruction set.

// MARK: Batch normalization, over the rows

HK_INLINE vf HK_NAME(hk_norm_load)(const void *in, int64_t at, const int v, const int vectors, int64_t last,
                                   const bool half) {
    // The last vector may be cut short; the others are whole.
    return v_load_numbers(in, at + v * 16, v == vectors - 1 ? last : 16, half);
}

/// Joins the means and the sums of squared differences of some rows (at most CHUNK) to those of `done` rows before them.
/// Differences are taken from the chunk's own mean, while it is in cache: nothing cancels, and what the mean loses in
/// float32 is found again as their sum.
HK_INLINE void HK_NAME(hk_moments_n)(const void *in, int64_t at, int64_t rows, int64_t stride, int64_t columns,
                                     const int vectors, const bool half, double done, double *means, double *squares) {
    const int64_t last = columns - (vectors - 1) * 16;
    vf sums[4] = {{0}, {0}, {0}, {0}}, odd[4] = {{0}, {0}, {0}, {0}};
    int64_t r = 0;
    for (; r + 2 <= rows; r += 2) {
        const int64_t row = at + r * stride;
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            sums[v] += HK_NAME(hk_norm_load)(in, row, v, vectors, last, half);
            odd[v] += HK_NAME(hk_norm_load)(in, row + stride, v, vectors, last, half);
        }
    }
    const float share = 1.0f / (float)rows;
    vf centers[4], total[4] = {{0}, {0}, {0}, {0}}, missed[4] = {{0}, {0}, {0}, {0}};
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        sums[v] += odd[v];
        if (r < rows) sums[v] += HK_NAME(hk_norm_load)(in, at + r * stride, v, vectors, last, half);
        centers[v] = sums[v] * share;
        odd[v] = (vf){0};
    }
    for (r = 0; r + 2 <= rows; r += 2) {
        const int64_t row = at + r * stride;
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            vf a = HK_NAME(hk_norm_load)(in, row, v, vectors, last, half) - centers[v];
            vf b = HK_NAME(hk_norm_load)(in, row + stride, v, vectors, last, half) - centers[v];
            total[v] += a * a;
            odd[v] += b * b;
            missed[v] += a + b;
        }
    }
    float center[64], square[64], rest[64];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        if (r < rows) {
            vf a = HK_NAME(hk_norm_load)(in, at + r * stride, v, vectors, last, half) - centers[v];
            total[v] += a * a;
            missed[v] += a;
        }
        v_store(rest + v * 16, missed[v] * share);
        v_store(center + v * 16, centers[v]);
        v_store(square + v * 16, total[v] + odd[v]);
    }
    const double toward = (double)rows / (done + (double)rows), between = done * toward;
    for (int64_t j = 0; j < columns; ++j) {
        double difference = (double)center[j] + rest[j] - means[j];
        means[j] += difference * toward;
        squares[j] += square[j] - (double)rest[j] * rest[j] * (double)rows + difference * difference * between;
    }
}

/// Adds Σ g and Σ g (x - mean) of some rows to totals of double precision.
HK_INLINE void HK_NAME(hk_slopes_n)(const void *x, const void *g, int64_t at, const float *mean, int64_t rows,
                                    int64_t stride, int64_t columns, const int vectors, const bool half,
                                    double *shifts, double *scales) {
    const int64_t last = columns - (vectors - 1) * 16;
    vf shift[4] = {{0}, {0}, {0}, {0}}, scale[4] = {{0}, {0}, {0}, {0}}, centers[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) centers[v] = HK_NAME(hk_norm_load)(mean, 0, v, vectors, last, false);
    for (int64_t r = 0; r < rows; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            vf slope = HK_NAME(hk_norm_load)(g, at + r * stride, v, vectors, last, half);
            shift[v] += slope;
            scale[v] += slope * (HK_NAME(hk_norm_load)(x, at + r * stride, v, vectors, last, half) - centers[v]);
        }
    }
    float values[64], weighted[64];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        v_store(values + v * 16, shift[v]);
        v_store(weighted + v * 16, scale[v]);
    }
    for (int64_t j = 0; j < columns; ++j) {
        shifts[j] += values[j];
        scales[j] += weighted[j];
    }
}

/// One piece of rows, the lanes `first` to `end`, chunk by chunk and within a chunk 64 lanes by 64.
HK_INLINE void HK_NAME(hk_statistics_of)(const hk_batch_task *t, int64_t piece, int64_t first, int64_t end,
                                         const bool half) {
    double *a = t->first + piece * t->width, *b = t->second + piece * t->width;
    memset(a + first, 0, (size_t)(end - first) * sizeof(double));
    memset(b + first, 0, (size_t)(end - first) * sizeof(double));
    int64_t row = piece * t->piece_rows, stop = hk_min(row + t->piece_rows, t->rows);
    for (double done = 0; row < stop;) {
        int64_t rows = hk_min(stop - row, HK_NORM_CHUNK);
        for (int64_t j = first; j < end; j += 64) {
            int64_t columns = hk_min(end - j, 64), at = row * t->width + j;
#define HK_OF_WIDTH(VECTORS) \
            if (t->g) { \
                HK_NAME(hk_slopes_n)(t->x, t->g, at, t->center + j, rows, t->width, columns, VECTORS, half, a + j, \
                                     b + j); \
            } else { \
                HK_NAME(hk_moments_n)(t->x, at, rows, t->width, columns, VECTORS, half, done, a + j, b + j); \
            }
            switch ((columns + 15) / 16) {
            case 1: HK_OF_WIDTH(1) break;
            case 2: HK_OF_WIDTH(2) break;
            case 3: HK_OF_WIDTH(3) break;
            default: HK_OF_WIDTH(4)
            }
#undef HK_OF_WIDTH
        }
        row += rows;
        done += (double)rows;
    }
}
static void HK_NAME(hk_norm_statistics)(const hk_batch_task *t, int64_t piece, int64_t first, int64_t end) {
    if (t->half) HK_NAME(hk_statistics_of)(t, piece, first, end, true);
    else HK_NAME(hk_statistics_of)(t, piece, first, end, false);
}

/// out = (x - center) scale + shift + g slope, the four numbers each lane's own; without g the last part is left out.
HK_INLINE void HK_NAME(hk_apply_to)(const hk_batch_task *t, int64_t begin, int64_t end, const bool half) {
    const vf zero = {0};
    const float *center = t->center, *scale = t->scale, *shift = t->shift, *slope = t->slope;
    const void *x = t->x, *g = t->g;
    void *out = t->out;
    for (int64_t at = begin; at < end; at += t->width) {
        // The last row may be cut short.
        const int64_t width = hk_min(t->width, t->count - at), whole = width & ~(int64_t)15;
        if (g) {
            for (int64_t j = 0; j < whole; j += 16) {
                vf y = (v_load_numbers(x, at + j, 16, half) - v_load(center + j)) * v_load(scale + j) + v_load(shift + j);
                v_store_numbers(out, at + j, 16, y + v_load_numbers(g, at + j, 16, half) * v_load(slope + j), half);
            }
        } else {
            for (int64_t j = 0; j < whole; j += 16) {
                vf difference = v_load_numbers(x, at + j, 16, half) - v_load(center + j);
                v_store_numbers(out, at + j, 16, difference * v_load(scale + j) + v_load(shift + j), half);
            }
        }
        const int64_t rest = width - whole;
        if (rest > 0) {
            vf difference = v_load_numbers(x, at + whole, rest, half) - v_load_n(center + whole, rest, zero);
            vf y = difference * v_load_n(scale + whole, rest, zero) + v_load_n(shift + whole, rest, zero);
            if (g) y += v_load_numbers(g, at + whole, rest, half) * v_load_n(slope + whole, rest, zero);
            v_store_numbers(out, at + whole, rest, y, half);
        }
    }
}
static void HK_NAME(hk_norm_apply)(const hk_batch_task *t, int64_t begin, int64_t end) {
    if (t->half) HK_NAME(hk_apply_to)(t, begin, end, true);
    else HK_NAME(hk_apply_to)(t, begin, end, false);
}

// MARK: Layer normalization, over the columns

/// The sum of f(x) over a row: chunks of lanes in float32, joined in double.
#define HK_ROW_SUM(result, COLUMNS, EXPRESSION) \
    double result = 0; \
    for (int64_t begin_ = 0; begin_ < (COLUMNS); begin_ += 4096) { \
        const int64_t end_ = hk_min((COLUMNS), begin_ + 4096), whole_ = begin_ + ((end_ - begin_) & ~(int64_t)31); \
        vf even_ = {0}, odd_ = {0}; \
        int64_t j = begin_, n = 16; \
        for (; j < whole_; j += 16) { \
            even_ += (EXPRESSION); \
            j += 16; \
            odd_ += (EXPRESSION); \
        } \
        for (; j < end_; j += 16) { \
            n = hk_min(end_ - j, 16); \
            vf term_ = (EXPRESSION); \
            even_ += n == 16 ? term_ : v_select(HK_NAME(hk_lanes)(n), term_, (vf){0}); \
        } \
        result += v_sum(even_ + odd_); \
    }

/// Lanes 0 ..< n.
HK_INLINE vi HK_NAME(hk_lanes)(int64_t n) {
    const vi lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return lane < (int32_t)n;
}
HK_INLINE vf HK_NAME(hk_part)(const float *in, int64_t j, int64_t n) { return v_load_numbers(in, j, n, false); }
HK_INLINE void HK_NAME(hk_put)(float *out, int64_t j, int64_t n, vf x) { v_store_numbers(out, j, n, x, false); }

HK_INLINE void HK_NAME(hk_layer_rows_of)(const hk_layer_task *t, int64_t begin, int64_t end, const bool half) {
    const int64_t columns = t->columns;
    for (int64_t row = begin; row < end; ++row) {
        const int64_t at = row * columns;
        float mean = 0;
        if (t->centered) {
            HK_ROW_SUM(sum, columns, v_load_numbers(t->x, at + j, n, half));
            mean = (float)(sum / (double)columns);
        }
        HK_ROW_SUM(squares, columns,
                   (v_load_numbers(t->x, at + j, n, half) - mean) * (v_load_numbers(t->x, at + j, n, half) - mean));
        const float inverse = (float)(1.0 / sqrt(squares / (double)columns + (double)t->epsilon));
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            vf normalized = (v_load_numbers(t->x, at + j, n, half) - mean) * inverse;
            vf scaled = normalized * HK_NAME(hk_part)(t->gamma, j, n) + HK_NAME(hk_part)(t->beta, j, n);
            v_store_numbers(t->out, at + j, n, scaled, half);
        }
        t->mean[row] = mean;
        t->inverse[row] = inverse;
    }
}
static void HK_NAME(hk_layer_rows)(const hk_layer_task *t, int64_t begin, int64_t end) {
    if (t->half) HK_NAME(hk_layer_rows_of)(t, begin, end, true);
    else HK_NAME(hk_layer_rows_of)(t, begin, end, false);
}

/// Some rows' gradients; what they add to those of gamma and beta goes to `scales` and `shifts`.
HK_INLINE void HK_NAME(hk_layer_slopes_of)(const hk_layer_task *t, int64_t begin, int64_t end, float *scales,
                                           float *shifts, const bool half) {
    const int64_t columns = t->columns;
    for (int64_t row = begin; row < end; ++row) {
        const int64_t at = row * columns;
        const float mean = t->mean[row], inverse = t->inverse[row];
        float center = 0;
        if (t->centered) {
            HK_ROW_SUM(sum, columns, v_load_numbers(t->g, at + j, n, half) * HK_NAME(hk_part)(t->gamma, j, n));
            center = (float)(sum / (double)columns);
        }
        HK_ROW_SUM(product, columns,
                   v_load_numbers(t->g, at + j, n, half) * HK_NAME(hk_part)(t->gamma, j, n)
                       * ((v_load_numbers(t->x, at + j, n, half) - mean) * inverse));
        const float slope = (float)(product / (double)columns);
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            vf upstream = v_load_numbers(t->g, at + j, n, half);
            vf normalized = (v_load_numbers(t->x, at + j, n, half) - mean) * inverse;
            HK_NAME(hk_put)(scales, j, n, HK_NAME(hk_part)(scales, j, n) + upstream * normalized);
            HK_NAME(hk_put)(shifts, j, n, HK_NAME(hk_part)(shifts, j, n) + upstream);
            vf rest = upstream * HK_NAME(hk_part)(t->gamma, j, n) - center - normalized * slope;
            v_store_numbers(t->out, at + j, n, rest * inverse, half);
        }
    }
}
static void HK_NAME(hk_layer_slopes)(const hk_layer_task *t, int64_t begin, int64_t end, float *scales,
                                     float *shifts) {
    if (t->half) HK_NAME(hk_layer_slopes_of)(t, begin, end, scales, shifts, true);
    else HK_NAME(hk_layer_slopes_of)(t, begin, end, scales, shifts, false);
}
#undef HK_ROW_SUM
