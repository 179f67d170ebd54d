// Convolutions without padding over two spatial axes of channels-last tensors, and their gradients, with AVX-512.
//
// Images are read where they lie: what a row of the window covers is contiguous in the image and in the kernel. So
// twelve places by thirty-two filters make a block in registers, as in a matrix product, and nothing is unfolded:
//   the convolution: places by filters, summed over the window's rows;
//   the images' gradient: places by elements of a window's row, summed over filters, added to where the window lay;
//   the kernel's gradient: elements of the window by filters, summed over places.
#include "Internal.h"

enum {
    HK_TILE_ROWS = 12,       // of a block, in groups of three that lie evenly (the last may be smaller)
    HK_TILE_WIDTH = 32,      // its columns
    HK_CONVOLVE_CHUNK = 192, // places after which the next filters have their turn, while the image is in cache
    HK_KERNEL_CHUNK = 224,   // places that a block of the kernel's gradient sums before the next block has its turn
    HK_KERNEL_PARTS = 16     // pieces of a batch, where the kernel's gradient alone has too few blocks for a team
};

typedef struct {
    const float *a[4], *b;  // of each group of rows
    float *c[4];
    const int64_t *offsets; // where in A each run of steps begins
    int64_t runs, run, a_row, a_step, b_step, c_row, last;
    const float *bias;
    bool accumulate;
} hk_tile;

typedef struct {
    const hk_convolution *w;
    const float *x, *kernel, *g, *bias;
    float *y;               // the result: places, images or kernels
    float *panels;          // NULL where the kernel is one as it is
    int64_t *offsets;       // of the window's runs in the image, then of the lines of a chunk of images
} hk_convolve_task;

/// Rows of equal width that are cut for blocks: into threes, of which up to four make a block, or, where threes do not
/// fit, into pieces of up to twelve, each a block.
typedef struct { int64_t width, pieces; int block; } hk_strips; // block: the strips of one
typedef struct { int64_t index, row, piece, start; } hk_strip;
typedef struct { int64_t row, start; } hk_corner;               // where three rows of a block begin

static hk_strips hk_cut_rows(int64_t width) {
    if (width % 3 == 0) return (hk_strips){width, width / 3, 4};
    return (hk_strips){width, (width + HK_TILE_ROWS - 1) / HK_TILE_ROWS, 1};
}
static inline hk_strip hk_strip_at(const hk_strips *s, int64_t index) {
    int64_t row = index / s->pieces, piece = index - row * s->pieces;
    return (hk_strip){index, row, piece, s->width * piece / s->pieces};
}
/// The strips of the next block, before strip `end`; gives the number of its rows.
static inline int hk_next_block(const hk_strips *s, hk_strip *at, int64_t end, hk_corner corners[4]) {
    int rows = 0;
    for (int k = 0; k < s->block && at->index < end; ++k, ++at->index) {
        int64_t until = s->block == 4 ? at->start + 3 : s->width * (at->piece + 1) / s->pieces;
        for (; at->start < until; at->start += 3) { // only the last three of a block may be fewer
            corners[rows / 3] = (hk_corner){at->row, at->start};
            rows += (int)hk_min(until - at->start, 3);
        }
        at->start = until;
        if (++at->piece == s->pieces) { ++at->row; at->piece = at->start = 0; }
    }
    return rows;
}

static hk_strips hk_places(const hk_convolution *w) { return hk_cut_rows(w->output[1]); }

/// What is contiguous in image and kernel: a row of the window, or, where its elements are spread, the channels.
static int64_t hk_run_length(const hk_convolution *w) {
    return w->dilation[1] == 1 ? w->window[1] * w->channels : w->channels;
}
static int64_t hk_runs(const hk_convolution *w) {
    return w->dilation[1] == 1 ? w->window[0] : w->window[0] * w->window[1];
}

static int64_t hk_panels(int64_t columns) { return (columns + HK_TILE_WIDTH - 1) / HK_TILE_WIDTH; }
/// Floats of a matrix in panels: whole vectors of columns.
static int64_t hk_panel_floats(int64_t rows, int64_t columns) { return rows * ((columns + 15) / 16 * 16); }

/// How the kernel's gradient is divided: parts of the batch × panels of filters × blocks of the window's elements.
typedef struct { hk_strips strips; int64_t parts, panels, blocks, images; } hk_kernel_cut;

static hk_kernel_cut hk_cut_kernel(const hk_convolution *w) {
    hk_kernel_cut cut = {.strips = hk_cut_rows(hk_run_length(w))};
    cut.blocks = (hk_runs(w) * cut.strips.pieces + cut.strips.block - 1) / cut.strips.block;
    cut.panels = hk_panels(w->filters);
    cut.parts = cut.blocks * cut.panels >= HK_KERNEL_PARTS ? 1 : HK_KERNEL_PARTS;
    cut.images = hk_max(HK_KERNEL_CHUNK / (w->output[0] * w->output[1]), 1);
    return cut;
}

#if defined(__x86_64__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang diagnostic ignored "-Wpass-failed"
#define HK_SUFFIX _v4
#define HK_LEVEL 4
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#include "Vector.h"
#include "Panel.h"
#include "ConvolveKernels.h"
#pragma clang attribute pop
#undef HK_SUFFIX
#undef HK_LEVEL
#pragma clang diagnostic pop
#endif

bool hk_convolves(const hk_convolution *w) {
    for (int axis = 0; axis < 2; ++axis) {
        int64_t reach = (w->output[axis] - 1) * w->stride[axis] + (w->window[axis] - 1) * w->dilation[axis];
        if (w->output[axis] < 1 || reach >= w->input[axis]) return false;
    }
#if defined(__x86_64__)
    return hk_level == 4 && w->batch > 0 && w->channels > 0 && w->filters > 0;
#else
    return false;
#endif
}

/// Scratch memory: offsets, then panels or the parts of the kernel's gradient.
static int64_t hk_offset_count(const hk_convolution *w) {
    return (hk_runs(w) + hk_cut_kernel(w).images * w->output[0] + 7) / 8 * 8;
}

size_t hk_convolve_scratch(const hk_convolution *w, hk_convolution_part part) {
    int64_t depth = hk_runs(w) * hk_run_length(w), floats = 0;
    switch (part) {
    case HK_CONVOLVE: floats = hk_panel_floats(depth, w->filters); break;
    case HK_CONVOLVE_IMAGES: floats = hk_runs(w) * hk_panel_floats(w->filters, hk_run_length(w)); break;
    case HK_CONVOLVE_KERNEL: {
        int64_t parts = hk_cut_kernel(w).parts;
        floats = parts > 1 ? parts * depth * w->filters : 0;
        break;
    }
    }
    return (size_t)hk_offset_count(w) * sizeof(int64_t) + (size_t)floats * sizeof(float);
}

#if defined(__x86_64__)
static hk_convolve_task hk_make_task(const hk_convolution *w, void *scratch) {
    hk_convolve_task t = {.w = w, .offsets = scratch, .panels = (float *)((int64_t *)scratch + hk_offset_count(w))};
    const int64_t line = w->input[1] * w->channels, across = hk_runs(w) / w->window[0];
    for (int64_t run = 0; run < hk_runs(w); ++run) {
        t.offsets[run] = run / across * w->dilation[0] * line + run % across * w->dilation[1] * w->channels;
    }
    return t;
}

/// Multiplications, over sixteen: what deciding about a team takes.
static int64_t hk_convolve_work(const hk_convolution *w) {
    return w->batch * w->output[0] * w->output[1] * w->window[0] * w->window[1] * w->channels * w->filters / 16;
}

static void hk_convolve_range(void *context, int64_t begin, int64_t end) {
    hk_convolve_groups_v4(context, begin, end);
}
static void hk_convolve_images_range(void *context, int64_t begin, int64_t end) {
    hk_convolve_images_v4(context, begin, end);
}
static void hk_convolve_weights_range(void *context, int64_t begin, int64_t end) {
    hk_convolve_weights_v4(context, begin, end);
}

static void hk_pack_filters_range(void *context, int64_t begin, int64_t end) {
    hk_pack_filters_v4(context, begin, end);
}
static void hk_pack_windows_range(void *context, int64_t begin, int64_t end) {
    hk_pack_windows_v4(context, begin, end);
}

void hk_convolve(const hk_convolution *w, const float *x, const float *kernel, const float *bias, float *y, void *scratch,
                 int threads) {
    hk_convolve_task t = hk_make_task(w, scratch);
    t.x = x;
    t.kernel = kernel;
    t.bias = bias;
    t.y = y;
    const int64_t weights = hk_runs(w) * hk_run_length(w) * w->filters;
    if (w->filters == 16 || w->filters == 32) t.panels = NULL; // the kernel is a panel
    else hk_ranges(threads, hk_panels(w->filters), 1, weights, hk_pack_filters_range, &t);
    hk_strips strips = hk_places(w);
    hk_ranges(threads, w->batch * w->output[0] * strips.pieces, strips.block, hk_convolve_work(w), hk_convolve_range, &t);
}

void hk_convolve_images(const hk_convolution *w, const float *kernel, const float *g, float *dx, void *scratch,
                        int threads) {
    hk_convolve_task t = hk_make_task(w, scratch);
    t.kernel = kernel;
    t.g = g;
    t.y = dx;
    const int64_t length = hk_run_length(w);
    hk_ranges(threads, hk_runs(w) * hk_panels(length), 1, hk_runs(w) * length * w->filters, hk_pack_windows_range, &t);
    hk_ranges(threads, w->batch, 1, hk_convolve_work(w), hk_convolve_images_range, &t);
}

void hk_convolve_kernel(const hk_convolution *w, const float *x, const float *g, float *dkernel, float *dbias,
                        void *scratch, int threads) {
    hk_convolve_task t = hk_make_task(w, scratch);
    const hk_kernel_cut cut = hk_cut_kernel(w);
    const int64_t line = w->input[1] * w->channels, size = hk_runs(w) * hk_run_length(w) * w->filters;
    int64_t *lines = t.offsets + hk_runs(w);
    for (int64_t k = 0; k < cut.images * w->output[0]; ++k) {
        int64_t image = k / w->output[0], y = k - image * w->output[0];
        lines[k] = (image * w->input[0] + y * w->stride[0]) * line;
    }
    t.x = x;
    t.g = g;
    t.y = cut.parts > 1 ? t.panels : dkernel;
    hk_ranges(threads, cut.parts * cut.panels * cut.blocks, 1, hk_convolve_work(w), hk_convolve_weights_range, &t);
    if (cut.parts > 1) hk_reduce(HK_REDUCE_SUM, t.y, dkernel, 1, cut.parts, size, threads);
    if (dbias) {
        hk_reduce(HK_REDUCE_SUM, g, dbias, 1, w->batch * w->output[0] * w->output[1], w->filters, threads);
    }
}
#endif
