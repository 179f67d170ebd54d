// Reductions over one axis of [outer, reduced, inner].
//
// Whatever the number of threads, elements are joined in the same order: within a row or a block of columns in lanes
// and chunks of a fixed size, then piece by piece in double. A piece is what a thread takes when there are few rows.
#include "Internal.h"

static inline double hk_neutral(hk_reduction kind) {
    switch (kind) {
    case HK_REDUCE_MAX: return -INFINITY;
    case HK_REDUCE_MIN: return INFINITY;
    case HK_REDUCE_PROD: return 1.0;
    case HK_REDUCE_SUM: case HK_REDUCE_MEAN: case HK_REDUCE_SUM_SQUARES: break;
    }
    return 0.0;
}
static inline double hk_join(hk_reduction kind, double total, double x) {
    switch (kind) {
    case HK_REDUCE_MAX: return total != total || total > x ? total : x;
    case HK_REDUCE_MIN: return total != total || total < x ? total : x;
    case HK_REDUCE_PROD: return total * x;
    case HK_REDUCE_SUM: case HK_REDUCE_MEAN: case HK_REDUCE_SUM_SQUARES: break;
    }
    return total + x; // of squares too: the totals are squares already
}

typedef struct {
    double (*row)(const float *in, int64_t count);
    void (*columns)(const float *in, int64_t rows, int64_t stride, int64_t columns, double *totals);
} hk_reduce_loops;

#define HK_TEMPLATE "ReduceKernels.h"
#include "EachInstructionSet.h"

enum { PIECES = 32, BLOCK = 64 };

typedef struct {
    hk_reduction kind;
    const hk_reduce_loops *loops;
    const float *in;
    float *out;
    int64_t outer, reduced, inner;
    int64_t group;              // rows read as one, when a row is narrower than a block
    int64_t blocks;             // of columns, for each outer index; 1 when inner == 1
    int64_t pieces, piece_size; // a unit (a row, or a block of columns) is cut in pieces: elements, or groups of rows
    double (*partial)[BLOCK];   // the pieces' totals, when the threads share one unit
    int64_t unit;
} hk_reduce_task;

/// One piece of one unit, into totals[0 ..< BLOCK].
static void hk_reduce_piece(const hk_reduce_task *t, int64_t unit, int64_t piece, double *totals) {
    int64_t begin = piece * t->piece_size;
    if (t->inner == 1) {
        int64_t end = hk_min(begin + t->piece_size, t->reduced);
        totals[0] = begin < end ? t->loops->row(t->in + unit * t->reduced + begin, end - begin) : hk_neutral(t->kind);
        return;
    }
    int64_t o = unit / t->blocks, first = unit % t->blocks * BLOCK;
    int64_t stride = t->inner * t->group, columns = hk_min(stride - first, BLOCK);
    int64_t end = hk_min(begin + t->piece_size, t->reduced / t->group);
    for (int64_t j = 0; j < columns; ++j) totals[j] = hk_neutral(t->kind);
    const float *in = t->in + o * t->reduced * t->inner + first;
    if (begin < end) t->loops->columns(in + begin * stride, end - begin, stride, columns, totals);
    int64_t rest = t->reduced % t->group;
    if (piece == t->pieces - 1 && rest > 0) {
        t->loops->columns(in + (t->reduced - rest) * t->inner, 1, 0, rest * t->inner, totals);
    }
}

static void hk_reduce_finish(const hk_reduce_task *t, int64_t unit, double *totals) {
    int64_t width = 1;
    float *out = t->out + unit;
    if (t->inner > 1) {
        int64_t first = unit % t->blocks * BLOCK;
        out = t->out + unit / t->blocks * t->inner + first;
        width = hk_min(t->inner - first, BLOCK);
        for (int64_t g = 1; g < t->group; ++g) {
            for (int64_t j = 0; j < width; ++j) totals[j] = hk_join(t->kind, totals[j], totals[g * width + j]);
        }
    }
    for (int64_t j = 0; j < width; ++j) {
        out[j] = (float)(t->kind == HK_REDUCE_MEAN ? totals[j] / (double)t->reduced : totals[j]);
    }
}

static int64_t hk_totals(const hk_reduce_task *t) { return t->inner == 1 ? 1 : hk_min(t->inner * t->group, BLOCK); }

static void hk_reduce_units(void *context, int64_t begin, int64_t end) {
    const hk_reduce_task *t = context;
    for (int64_t unit = begin; unit < end; ++unit) {
        double totals[BLOCK], more[BLOCK];
        hk_reduce_piece(t, unit, 0, totals);
        for (int64_t piece = 1; piece < t->pieces; ++piece) {
            hk_reduce_piece(t, unit, piece, more);
            for (int64_t j = 0; j < hk_totals(t); ++j) totals[j] = hk_join(t->kind, totals[j], more[j]);
        }
        hk_reduce_finish(t, unit, totals);
    }
}

static void hk_reduce_pieces(void *context, int64_t begin, int64_t end) {
    const hk_reduce_task *t = context;
    for (int64_t piece = begin; piece < end; ++piece) hk_reduce_piece(t, t->unit, piece, t->partial[piece]);
}

void hk_reduce(hk_reduction kind, const float *in, float *out, int64_t outer, int64_t reduced, int64_t inner,
               int threads) {
    if (outer <= 0 || inner <= 0) return;
    if (reduced <= 0) {
        float empty = kind == HK_REDUCE_MEAN ? NAN : (float)hk_neutral(kind);
        hk_fill(sizeof(float), &empty, out, outer * inner, threads);
        return;
    }
    hk_reduce_task t = {.kind = kind, .loops = &HK_DISPATCH(hk_loops)[kind], .in = in, .out = out, .outer = outer,
                        .reduced = reduced, .inner = inner, .group = 1, .blocks = 1, .pieces = 1};
    // A unit long enough to be shared is always cut, so that sharing it changes nothing.
    int64_t length = reduced, shareable = 65536, multiple = 4096;
    if (inner > 1) {
        if (inner < BLOCK) t.group = hk_max(hk_min(BLOCK / inner, reduced), 1);
        t.blocks = (inner * t.group + BLOCK - 1) / BLOCK;
        length = reduced / t.group;
        shareable = 1024;
        multiple = 64;
    }
    t.piece_size = length;
    if (length >= shareable) {
        t.piece_size = ((length + PIECES - 1) / PIECES + multiple - 1) / multiple * multiple;
        t.pieces = (length + t.piece_size - 1) / t.piece_size;
    }
    int64_t units = outer * t.blocks, work = outer * reduced * inner / 4;
    if (threads > 1 && units < 2 * threads && t.pieces > 1) {
        double partial[PIECES][BLOCK];
        t.partial = partial;
        for (t.unit = 0; t.unit < units; ++t.unit) {
            hk_ranges(threads, t.pieces, 1, work / units, hk_reduce_pieces, &t);
            for (int64_t piece = 1; piece < t.pieces; ++piece) {
                for (int64_t j = 0; j < hk_totals(&t); ++j) {
                    partial[0][j] = hk_join(kind, partial[0][j], partial[piece][j]);
                }
            }
            hk_reduce_finish(&t, t.unit, partial[0]);
        }
    } else {
        hk_ranges(threads, units, 1, work, hk_reduce_units, &t);
    }
}

typedef struct {
    const float *in;
    int64_t *out;
    int64_t reduced, inner;
    int32_t flip;
} hk_arg_task;

static void hk_arg_range(void *context, int64_t begin, int64_t end) {
    const hk_arg_task *t = context;
    for (int64_t o = begin; o < end; ++o) {
        const float *in = t->in + o * t->reduced * t->inner;
        int64_t *out = t->out + o * t->inner;
        if (t->inner == 1) {
            *out = HK_DISPATCH(hk_arg_row)(in, t->reduced, t->flip);
        } else {
            for (int64_t j = 0; j < t->inner; j += HK_LANES) {
                HK_DISPATCH(hk_arg_columns)(in + j, t->reduced, t->inner, hk_min(t->inner - j, HK_LANES), t->flip,
                                            out + j);
            }
        }
    }
}

void hk_arg_reduce(bool smallest, const float *in, int64_t *out, int64_t outer, int64_t reduced, int64_t inner,
                   int threads) {
    if (reduced <= 0) return;
    hk_arg_task t = {in, out, reduced, inner, smallest ? INT32_MIN : 0};
    hk_ranges(threads, outer, 1, outer * reduced * inner, hk_arg_range, &t);
}
