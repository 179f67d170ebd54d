// Batch normalization over the rows of a matrix, layer and RMS normalization over its columns, and their gradients.
//
// Work is cut into pieces of rows that do not depend on the number of threads, and what the pieces found is joined in
// double precision in their order: so are the bits the same with any team.
#include "Cast.h"

enum { HK_NORM_CHUNK = 64, PIECES = 32, SECTION = 512 };

/// A matrix seen with `width` lanes: a channel each or, when there are few channels, several rows side by side.
typedef struct {
    bool half;               // x, g and out are bfloat16, not float32
    const void *x, *g;       // g only for the gradient
    void *out;
    int64_t channels, group; // rows side by side
    int64_t width, rows;     // lanes, and whole rows of them
    int64_t count;           // elements
    int64_t piece_rows, pieces, sections;
    double *first, *second;  // of each piece and lane: means and squared differences, or the two sums of the gradient
    float *center, *scale, *shift, *slope; // of each lane, for the second walk
} hk_batch_task;

typedef struct {
    bool centered, half; // half: x, g and out are bfloat16, not float32
    const void *x, *g;
    void *out;
    const float *gamma, *beta;
    float *mean, *inverse;
    int64_t rows, columns, piece_rows;
    float epsilon;
    double *totals;  // of each piece: those of gamma, then those of beta
    float *partials; // the same of a chunk
} hk_layer_task;

#define HK_TEMPLATE "NormalizeKernels.h"
#include "EachInstructionSet.h"

static int64_t hk_round_up(int64_t x, int64_t multiple) { return (x + multiple - 1) / multiple * multiple; }

// MARK: Batch normalization

static hk_batch_task hk_batch_layout(int64_t rows, int64_t channels) {
    hk_batch_task t = {.channels = channels, .group = 1, .count = rows * channels};
    if (channels < 64) t.group = hk_max(hk_min(64 / channels, rows), 1);
    t.width = channels * t.group;
    t.rows = rows / t.group;
    t.piece_rows = hk_round_up(hk_max((t.rows + PIECES - 1) / PIECES, 1), HK_NORM_CHUNK);
    t.pieces = hk_max((t.rows + t.piece_rows - 1) / t.piece_rows, 1);
    t.sections = (t.width + SECTION - 1) / SECTION;
    return t;
}

static int64_t hk_lane_bytes(int64_t width) { return hk_round_up(width * (int64_t)sizeof(float), 64); }

int64_t hk_batch_norm_scratch(int64_t rows, int64_t channels) {
    if (rows <= 0 || channels <= 0) return 64;
    hk_batch_task t = hk_batch_layout(rows, channels);
    return 4 * hk_lane_bytes(t.width) + 2 * t.pieces * t.width * (int64_t)sizeof(double);
}

static void hk_batch_bind(hk_batch_task *t, void *scratch) {
    char *memory = scratch;
    int64_t lanes = hk_lane_bytes(t->width);
    t->center = (float *)memory;
    t->scale = (float *)(memory + lanes);
    t->shift = (float *)(memory + 2 * lanes);
    t->slope = (float *)(memory + 3 * lanes);
    t->first = (double *)(memory + 4 * lanes);
    t->second = t->first + t->pieces * t->width;
}

static void hk_statistics_range(void *context, int64_t begin, int64_t end) {
    const hk_batch_task *t = context;
    for (int64_t unit = begin; unit < end; ++unit) {
        int64_t first = unit % t->sections * SECTION;
        HK_DISPATCH(hk_norm_statistics)(t, unit / t->sections, first, hk_min(first + SECTION, t->width));
    }
}

static void hk_apply_range(void *context, int64_t begin, int64_t end) { HK_DISPATCH(hk_norm_apply)(context, begin, end); }

static void hk_statistics(hk_batch_task *t, int threads) {
    hk_ranges(threads, t->pieces * t->sections, 1, t->count / 2, hk_statistics_range, t);
}
static void hk_apply(hk_batch_task *t, int threads) {
    hk_ranges(threads, t->count, t->width, t->count / 2, hk_apply_range, t);
}

/// Gives every lane what its channel has.
static void hk_spread(const hk_batch_task *t, float *lanes) {
    for (int64_t j = t->channels; j < t->width; ++j) lanes[j] = lanes[j - t->channels];
}

/// Joins mean and squared differences of `rows` to those of `done` rows.
static inline void hk_join_moments(double *mean, double *squares, double done, double other_mean, double other_squares,
                                   double rows) {
    double difference = other_mean - *mean, toward = rows / (done + rows);
    *mean += difference * toward;
    *squares += other_squares + difference * difference * done * toward;
}

/// One element of bfloat16 or float32.
static inline double hk_number(const void *in, int64_t at, bool half) {
    return half ? hk_bfloat_to_float(((const uint16_t *)in)[at]) : ((const float *)in)[at];
}

void hk_batch_norm(bool half, const void *x, const float *gamma, const float *beta, void *y, float *mean,
                   float *variance, int64_t rows, int64_t channels, float epsilon, void *scratch, int threads) {
    if (rows <= 0) {
        for (int64_t c = 0; c < channels; ++c) mean[c] = variance[c] = NAN;
        return;
    }
    if (channels <= 0) return;
    hk_batch_task t = hk_batch_layout(rows, channels);
    hk_batch_bind(&t, scratch);
    t.half = half;
    t.x = x;
    t.out = y;
    hk_statistics(&t, threads);
    double *means = t.first, *squares = t.second;
    for (int64_t piece = 1; piece < t.pieces; ++piece) {
        double done = (double)(piece * t.piece_rows), more = (double)hk_min(t.piece_rows, t.rows - piece * t.piece_rows);
        for (int64_t j = 0; j < t.width; ++j) {
            hk_join_moments(means + j, squares + j, done, means[piece * t.width + j], squares[piece * t.width + j],
                            more);
        }
    }
    for (int64_t group = 1; group < t.group; ++group) {
        for (int64_t c = 0; c < channels; ++c) {
            hk_join_moments(means + c, squares + c, (double)(group * t.rows), means[group * channels + c],
                            squares[group * channels + c], (double)t.rows);
        }
    }
    for (int64_t row = t.rows * t.group; row < rows; ++row) {
        for (int64_t c = 0; c < channels; ++c) {
            hk_join_moments(means + c, squares + c, (double)row, hk_number(x, row * channels + c, half), 0, 1);
        }
    }
    for (int64_t c = 0; c < channels; ++c) {
        double spread = squares[c] / (double)rows;
        mean[c] = (float)means[c];
        variance[c] = (float)spread;
        t.center[c] = mean[c];
        t.scale[c] = (float)(gamma[c] / sqrt(spread + (double)epsilon));
        // With what the mean loses in float32.
        t.shift[c] = (float)(beta[c] - (means[c] - mean[c]) * t.scale[c]);
    }
    hk_spread(&t, t.center);
    hk_spread(&t, t.scale);
    hk_spread(&t, t.shift);
    hk_apply(&t, threads);
}

void hk_batch_norm_gradient(bool half, const void *x, const float *gamma, const float *mean, const float *variance,
                            const void *g, void *dx, float *dgamma, float *dbeta, int64_t rows, int64_t channels,
                            float epsilon, void *scratch, int threads) {
    if (rows <= 0) {
        for (int64_t c = 0; c < channels; ++c) dgamma[c] = dbeta[c] = 0;
        return;
    }
    if (channels <= 0) return;
    hk_batch_task t = hk_batch_layout(rows, channels);
    hk_batch_bind(&t, scratch);
    t.half = half;
    t.x = x;
    t.g = g;
    t.out = dx;
    memcpy(t.center, mean, (size_t)channels * sizeof(float));
    hk_spread(&t, t.center);
    hk_statistics(&t, threads);
    double *shifts = t.first, *scales = t.second;
    for (int64_t piece = 1; piece < t.pieces; ++piece) {
        for (int64_t j = 0; j < t.width; ++j) {
            shifts[j] += shifts[piece * t.width + j];
            scales[j] += scales[piece * t.width + j];
        }
    }
    for (int64_t j = channels; j < t.width; ++j) {
        shifts[j % channels] += shifts[j];
        scales[j % channels] += scales[j];
    }
    for (int64_t row = t.rows * t.group; row < rows; ++row) {
        for (int64_t c = 0; c < channels; ++c) {
            double slope = hk_number(g, row * channels + c, half);
            shifts[c] += slope;
            scales[c] += slope * (hk_number(x, row * channels + c, half) - mean[c]);
        }
    }
    for (int64_t c = 0; c < channels; ++c) {
        double inverse = 1 / sqrt((double)variance[c] + (double)epsilon), factor = gamma[c] * inverse;
        dbeta[c] = (float)shifts[c];
        dgamma[c] = (float)(scales[c] * inverse);
        t.slope[c] = (float)factor;
        t.shift[c] = (float)(-factor * shifts[c] / (double)rows);
        t.scale[c] = (float)(-factor * inverse * inverse * scales[c] / (double)rows);
    }
    hk_spread(&t, t.slope);
    hk_spread(&t, t.shift);
    hk_spread(&t, t.scale);
    hk_apply(&t, threads);
}

// MARK: Layer normalization

static void hk_layer_range(void *context, int64_t begin, int64_t end) { HK_DISPATCH(hk_layer_rows)(context, begin, end); }

void hk_layer_norm(bool centered, bool half, const void *x, const float *gamma, const float *beta, void *y,
                   float *mean, float *inverse, int64_t rows, int64_t columns, float epsilon, int threads) {
    hk_layer_task t = {.centered = centered, .half = half, .x = x, .gamma = gamma, .beta = beta, .out = y, .mean = mean,
                       .inverse = inverse, .rows = rows, .columns = columns, .epsilon = epsilon};
    hk_ranges(threads, rows, 1, rows * columns, hk_layer_range, &t);
}

/// How many rows a piece has: no more pieces than there is sensibly memory for when rows are long.
static int64_t hk_layer_piece(int64_t rows, int64_t columns) {
    int64_t pieces = hk_max(hk_min(PIECES, ((int64_t)1 << 19) / hk_max(columns, 1)), 2);
    return hk_max((rows + pieces - 1) / pieces, 16);
}

int64_t hk_layer_norm_scratch(int64_t rows, int64_t columns) {
    if (rows <= 0 || columns <= 0) return 64;
    int64_t size = hk_layer_piece(rows, columns), pieces = (rows + size - 1) / size;
    return pieces * columns * 2 * (int64_t)(sizeof(double) + sizeof(float));
}

static void hk_layer_slope_range(void *context, int64_t begin, int64_t end) {
    const hk_layer_task *t = context;
    int64_t width = 2 * t->columns;
    for (int64_t piece = begin; piece < end; ++piece) {
        double *totals = t->totals + piece * width;
        float *partials = t->partials + piece * width;
        memset(totals, 0, (size_t)width * sizeof(double));
        int64_t row = piece * t->piece_rows, stop = hk_min(row + t->piece_rows, t->rows);
        while (row < stop) {
            int64_t next = hk_min(row + HK_NORM_CHUNK, stop);
            memset(partials, 0, (size_t)width * sizeof(float));
            HK_DISPATCH(hk_layer_slopes)(t, row, next, partials, partials + t->columns);
            for (int64_t j = 0; j < width; ++j) totals[j] += partials[j];
            row = next;
        }
    }
}

void hk_layer_norm_gradient(bool centered, bool half, const void *x, const float *gamma, const float *mean,
                            const float *inverse, const void *g, void *dx, float *dgamma, float *dbeta, int64_t rows,
                            int64_t columns, void *scratch, int threads) {
    if (columns <= 0) return;
    if (rows <= 0) {
        for (int64_t j = 0; j < columns; ++j) dgamma[j] = dbeta[j] = 0;
        return;
    }
    hk_layer_task t = {.centered = centered, .half = half, .x = x, .gamma = gamma, .g = g, .out = dx, .mean = (float *)mean,
                       .inverse = (float *)inverse, .rows = rows, .columns = columns};
    t.piece_rows = hk_layer_piece(rows, columns);
    int64_t pieces = (rows + t.piece_rows - 1) / t.piece_rows, width = 2 * columns;
    t.totals = scratch;
    t.partials = (float *)(t.totals + pieces * width);
    hk_ranges(threads, pieces, 1, rows * columns, hk_layer_slope_range, &t);
    for (int64_t piece = 1; piece < pieces; ++piece) {
        for (int64_t j = 0; j < width; ++j) t.totals[j] += t.totals[piece * width + j];
    }
    for (int64_t j = 0; j < columns; ++j) {
        dgamma[j] = (float)t.totals[j];
        dbeta[j] = (float)t.totals[columns + j];
    }
}
