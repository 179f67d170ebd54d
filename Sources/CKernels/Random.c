// Counter-based random numbers: any element of a stream can be made alone, by any thread.
#include "Internal.h"

#define HK_TEMPLATE "RandomKernels.h"
#include "EachInstructionSet.h"

enum { GROUP = 64 };

typedef struct {
    hk_distribution distribution;
    uint64_t seed, call, first;
    int64_t count;
    float *out;
} hk_random_task;

/// Groups begin ..< end, counted from that of the first element.
static void hk_random_range(void *context, int64_t begin, int64_t end) {
    const hk_random_task *t = context;
    int64_t skipped = (int64_t)(t->first % GROUP);
    for (int64_t g = begin; g < end; ++g) {
        uint64_t group = t->first / GROUP + (uint64_t)g;
        int64_t at = g * GROUP - skipped; // where the group's first element would go
        if (at >= 0 && at + GROUP <= t->count) {
            HK_DISPATCH(hk_random_group)(t->distribution, t->seed, t->call, group, t->out + at);
            continue;
        }
        float values[GROUP];
        HK_DISPATCH(hk_random_group)(t->distribution, t->seed, t->call, group, values);
        int64_t from = hk_max(at, 0), to = hk_min(at + GROUP, t->count);
        memcpy(t->out + from, values + (from - at), (size_t)(to - from) * sizeof(float));
    }
}

void hk_random(hk_distribution distribution, uint64_t seed, uint64_t call, uint64_t first, int64_t count, void *out,
               int threads) {
    if (count <= 0) return;
    hk_random_task t = {distribution, seed, call, first, count, out};
    int64_t groups = ((int64_t)(first % GROUP) + count + GROUP - 1) / GROUP;
    hk_ranges(threads, groups, 16, count * 4, hk_random_range, &t);
}
