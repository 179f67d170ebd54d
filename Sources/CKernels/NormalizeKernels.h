// Statistics of columns, and normalized rows. A template: compiled once per instruction set.

// MARK: Batch normalization, over the rows

HK_INLINE vf HK_NAME(hk_norm_load)(const float *in, const int v, const int vectors, int64_t last) {
    // The last vector may be cut short; the others are whole.
    return v == vectors - 1 && last < 16 ? v_load_n(in + v * 16, last, (vf){0}) : v_load(in + v * 16);
}

/// Joins the means and the sums of squared differences of some rows (at most CHUNK) to those of `done` rows before them.
/// Differences are taken from the chunk's own mean, while it is in cache: nothing cancels, and what the mean loses in
/// float32 is found again as their sum.
HK_INLINE void HK_NAME(hk_moments_n)(const float *in, int64_t rows, int64_t stride, int64_t columns, const int vectors,
                                     double done, double *means, double *squares) {
    const int64_t last = columns - (vectors - 1) * 16;
    vf sums[4] = {{0}, {0}, {0}, {0}}, odd[4] = {{0}, {0}, {0}, {0}};
    int64_t r = 0;
    for (; r + 2 <= rows; r += 2) {
        const float *row = in + r * stride;
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            sums[v] += HK_NAME(hk_norm_load)(row, v, vectors, last);
            odd[v] += HK_NAME(hk_norm_load)(row + stride, v, vectors, last);
        }
    }
    const float share = 1.0f / (float)rows;
    vf centers[4], total[4] = {{0}, {0}, {0}, {0}}, missed[4] = {{0}, {0}, {0}, {0}};
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        sums[v] += odd[v];
        if (r < rows) sums[v] += HK_NAME(hk_norm_load)(in + r * stride, v, vectors, last);
        centers[v] = sums[v] * share;
        odd[v] = (vf){0};
    }
    for (r = 0; r + 2 <= rows; r += 2) {
        const float *row = in + r * stride;
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            vf a = HK_NAME(hk_norm_load)(row, v, vectors, last) - centers[v];
            vf b = HK_NAME(hk_norm_load)(row + stride, v, vectors, last) - centers[v];
            total[v] += a * a;
            odd[v] += b * b;
            missed[v] += a + b;
        }
    }
    float center[64], square[64], rest[64];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        if (r < rows) {
            vf a = HK_NAME(hk_norm_load)(in + r * stride, v, vectors, last) - centers[v];
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
HK_INLINE void HK_NAME(hk_slopes_n)(const float *x, const float *g, const float *mean, int64_t rows, int64_t stride,
                                    int64_t columns, const int vectors, double *shifts, double *scales) {
    const int64_t last = columns - (vectors - 1) * 16;
    vf shift[4] = {{0}, {0}, {0}, {0}}, scale[4] = {{0}, {0}, {0}, {0}}, centers[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) centers[v] = HK_NAME(hk_norm_load)(mean, v, vectors, last);
    for (int64_t r = 0; r < rows; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            vf slope = HK_NAME(hk_norm_load)(g + r * stride, v, vectors, last);
            shift[v] += slope;
            scale[v] += slope * (HK_NAME(hk_norm_load)(x + r * stride, v, vectors, last) - centers[v]);
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
static void HK_NAME(hk_norm_statistics)(const hk_batch_task *t, int64_t piece, int64_t first, int64_t end) {
    double *a = t->first + piece * t->width, *b = t->second + piece * t->width;
    memset(a + first, 0, (size_t)(end - first) * sizeof(double));
    memset(b + first, 0, (size_t)(end - first) * sizeof(double));
    int64_t row = piece * t->piece_rows, stop = hk_min(row + t->piece_rows, t->rows);
    for (double done = 0; row < stop;) {
        int64_t rows = hk_min(stop - row, HK_NORM_CHUNK);
        for (int64_t j = first; j < end; j += 64) {
            int64_t columns = hk_min(end - j, 64);
            const float *x = t->x + row * t->width + j;
            if (t->g) {
                const float *g = t->g + row * t->width + j, *mean = t->center + j;
                switch ((columns + 15) / 16) {
                case 1: HK_NAME(hk_slopes_n)(x, g, mean, rows, t->width, columns, 1, a + j, b + j); break;
                case 2: HK_NAME(hk_slopes_n)(x, g, mean, rows, t->width, columns, 2, a + j, b + j); break;
                case 3: HK_NAME(hk_slopes_n)(x, g, mean, rows, t->width, columns, 3, a + j, b + j); break;
                default: HK_NAME(hk_slopes_n)(x, g, mean, rows, t->width, columns, 4, a + j, b + j);
                }
            } else {
                switch ((columns + 15) / 16) {
                case 1: HK_NAME(hk_moments_n)(x, rows, t->width, columns, 1, done, a + j, b + j); break;
                case 2: HK_NAME(hk_moments_n)(x, rows, t->width, columns, 2, done, a + j, b + j); break;
                case 3: HK_NAME(hk_moments_n)(x, rows, t->width, columns, 3, done, a + j, b + j); break;
                default: HK_NAME(hk_moments_n)(x, rows, t->width, columns, 4, done, a + j, b + j);
                }
            }
        }
        row += rows;
        done += (double)rows;
    }
}

/// out = (x - center) scale + shift + g slope, the four numbers each lane's own; without g the last part is left out.
static void HK_NAME(hk_norm_apply)(const hk_batch_task *t, int64_t begin, int64_t end) {
    const vf zero = {0};
    const float *center = t->center, *scale = t->scale, *shift = t->shift, *slope = t->slope;
    for (int64_t at = begin; at < end; at += t->width) {
        // The last row may be cut short.
        const int64_t width = hk_min(t->width, t->count - at), whole = width & ~(int64_t)15;
        const float *x = t->x + at, *g = t->g ? t->g + at : NULL;
        float *out = t->out + at;
        if (g) {
            for (int64_t j = 0; j < whole; j += 16) {
                vf y = (v_load(x + j) - v_load(center + j)) * v_load(scale + j) + v_load(shift + j);
                v_store(out + j, y + v_load(g + j) * v_load(slope + j));
            }
        } else {
            for (int64_t j = 0; j < whole; j += 16) {
                v_store(out + j, (v_load(x + j) - v_load(center + j)) * v_load(scale + j) + v_load(shift + j));
            }
        }
        const int64_t rest = width - whole;
        if (rest > 0) {
            vf difference = v_load_n(x + whole, rest, zero) - v_load_n(center + whole, rest, zero);
            vf y = difference * v_load_n(scale + whole, rest, zero) + v_load_n(shift + whole, rest, zero);
            if (g) y += v_load_n(g + whole, rest, zero) * v_load_n(slope + whole, rest, zero);
            v_store_n(out + whole, rest, y);
        }
    }
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
HK_INLINE vf HK_NAME(hk_part)(const float *in, int64_t j, int64_t n) {
    return n == 16 ? v_load(in + j) : v_load_n(in + j, n, (vf){0});
}
HK_INLINE void HK_NAME(hk_put)(float *out, int64_t j, int64_t n, vf x) {
    if (n == 16) v_store(out + j, x);
    else v_store_n(out + j, n, x);
}

static void HK_NAME(hk_layer_rows)(const hk_layer_task *t, int64_t begin, int64_t end) {
    const int64_t columns = t->columns;
    for (int64_t row = begin; row < end; ++row) {
        const float *x = t->x + row * columns;
        float *y = t->out + row * columns, mean = 0;
        if (t->centered) {
            HK_ROW_SUM(sum, columns, HK_NAME(hk_part)(x, j, n));
            mean = (float)(sum / (double)columns);
        }
        HK_ROW_SUM(squares, columns,
                   (HK_NAME(hk_part)(x, j, n) - mean) * (HK_NAME(hk_part)(x, j, n) - mean));
        const float inverse = (float)(1.0 / sqrt(squares / (double)columns + (double)t->epsilon));
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            vf normalized = (HK_NAME(hk_part)(x, j, n) - mean) * inverse;
            vf scaled = normalized * HK_NAME(hk_part)(t->gamma, j, n) + HK_NAME(hk_part)(t->beta, j, n);
            HK_NAME(hk_put)(y, j, n, scaled);
        }
        t->mean[row] = mean;
        t->inverse[row] = inverse;
    }
}

/// Some rows' gradients; what they add to those of gamma and beta goes to `scales` and `shifts`.
static void HK_NAME(hk_layer_slopes)(const hk_layer_task *t, int64_t begin, int64_t end, float *scales,
                                     float *shifts) {
    const int64_t columns = t->columns;
    for (int64_t row = begin; row < end; ++row) {
        const float *x = t->x + row * columns, *g = t->g + row * columns;
        float *dx = t->out + row * columns;
        const float mean = t->mean[row], inverse = t->inverse[row];
        float center = 0;
        if (t->centered) {
            HK_ROW_SUM(sum, columns, HK_NAME(hk_part)(g, j, n) * HK_NAME(hk_part)(t->gamma, j, n));
            center = (float)(sum / (double)columns);
        }
        HK_ROW_SUM(product, columns,
                   HK_NAME(hk_part)(g, j, n) * HK_NAME(hk_part)(t->gamma, j, n)
                       * ((HK_NAME(hk_part)(x, j, n) - mean) * inverse));
        const float slope = (float)(product / (double)columns);
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            vf upstream = HK_NAME(hk_part)(g, j, n);
            vf normalized = (HK_NAME(hk_part)(x, j, n) - mean) * inverse;
            HK_NAME(hk_put)(scales, j, n, HK_NAME(hk_part)(scales, j, n) + upstream * normalized);
            HK_NAME(hk_put)(shifts, j, n, HK_NAME(hk_part)(shifts, j, n) + upstream);
            vf rest = upstream * HK_NAME(hk_part)(t->gamma, j, n) - center - normalized * slope;
            HK_NAME(hk_put)(dx, j, n, rest * inverse);
        }
    }
}
#undef HK_ROW_SUM
