// Pools over one to three spatial axes of channels-last tensors, and what their gradients need.
#include "Internal.h"

typedef struct {
    const hk_windows *w;
    hk_pool_kind kind;
    const float *x;     // the input of the pool
    const float *other; // the gradient of its output, or the values to pick from
    float *out;
    int64_t parts; // into how many pieces the channels of a sample are cut
    bool tiles;    // windows of 2 × 2 side by side, and whole vectors of channels
} hk_pool_task;

#define HK_TEMPLATE "PoolKernels.h"
#include "EachInstructionSet.h"

static void hk_pool_range(void *context, int64_t begin, int64_t end) {
    HK_DISPATCH(hk_pool_rows)(context, begin, end);
}
static void hk_pool_gradient_range(void *context, int64_t begin, int64_t end) {
    HK_DISPATCH(hk_pool_gradient_items)(context, begin, end);
}
static void hk_pool_pick_range(void *context, int64_t begin, int64_t end) {
    HK_DISPATCH(hk_pool_pick_rows)(context, begin, end);
}

static bool hk_pool_tiles(const hk_windows *w) {
    bool tiles = w->channels % HK_LANES == 0 && w->window[0] == 1 && w->input[0] == 1 && w->output[0] == 1;
    for (int a = 0; a < 3; ++a) {
        int64_t size = a == 0 ? 1 : 2;
        bool fits = w->low[a] == 0 && w->output[a] * size <= w->input[a];
        tiles = tiles && fits && w->window[a] == size && (a == 0 || w->stride[a] == size);
    }
    return tiles;
}

static int64_t hk_pool_work(const hk_windows *w) {
    int64_t work = w->batch * w->channels;
    for (int a = 0; a < 3; ++a) work *= w->output[a] * w->window[a];
    return work;
}

void hk_pool(hk_pool_kind kind, const hk_windows *w, const float *x, float *y, int threads) {
    hk_pool_task t = {w, kind, x, NULL, y, 1, hk_pool_tiles(w)};
    hk_ranges(threads, w->batch * w->output[0] * w->output[1], 1, hk_pool_work(w), hk_pool_range, &t);
}

void hk_pool_gradient(hk_pool_kind kind, const hk_windows *w, const float *x, const float *g, float *dx, int threads) {
    // Windows may overlap, so one sample's channels belong to one thread; few samples are cut by channels.
    int64_t blocks = (w->channels + HK_LANES - 1) / HK_LANES;
    hk_pool_task t = {w, kind, x, g, dx, w->batch >= threads ? 1 : blocks, hk_pool_tiles(w)};
    hk_ranges(threads, w->batch * t.parts, 1, 2 * hk_pool_work(w), hk_pool_gradient_range, &t);
}

void hk_pool_pick(const hk_windows *w, const float *x, const float *values, float *out, int threads) {
    hk_pool_task t = {w, HK_POOL_MAX, x, values, out, 1, false};
    hk_ranges(threads, w->batch * w->output[0] * w->output[1], 1, hk_pool_work(w), hk_pool_pick_range, &t);
}
