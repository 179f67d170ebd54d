// Attention's task and its parts, for the kernels on vectors and those on matrix tiles.
#pragma once
#include "Cast.h"

enum { HK_ATTENTION_LANES = 32 }; // targets of a block

/// What a target that must not look at a source has as logit: far below any, yet finite, so that a target which may
/// look at nothing looks at all alike. In base e it is half the largest number.
static const float HK_MASKED_LOGIT = -0.5f * 1.44269504088896341f * 3.402823466e38f;
static const float HK_LOWEST = -3.402823466e38f;

typedef struct {
    const hk_attention *a;
    const void *q, *k, *v, *out, *g;
    const float *statistics;
    const uint8_t *mask;
    void *result, *dq, *dk, *dv;
    float *made_statistics;
    char *scratch;
    int64_t items;     // what the team divides: blocks of targets, or in the gradient, heads of keys
    size_t per_member; // bytes of scratch
} hk_attention_task;

/// Rows of one head, whose elements lie side by side.
typedef struct {
    hk_element_type type;
    const void *data;
    int64_t step, size;
} hk_head_rows;

/// Targets of one head: [lanes].
typedef struct {
    int64_t first, rows, vectors;
    int64_t columns; // the sources that they look at
    bool causal;
    const uint8_t *mask; // of the first target; NULL if there is none
    uint8_t *seen;       // [chunk, lanes] of the mask
    float *highest, *sums;
} hk_attention_block;

static inline int64_t hk_up(int64_t x, int64_t unit) { return (x + unit - 1) / unit * unit; }

/// The rows of `head` of `heads` from row `first` of `batch` on; `rows` are those of a batch.
static inline hk_head_rows hk_attention_rows(const hk_attention *a, const void *data, int64_t batch, int64_t rows,
                                             int64_t first, int64_t heads, int64_t head, int64_t size) {
    int64_t place = ((batch * rows + first) * heads + head) * size;
    return (hk_head_rows){a->type, (const char *)data + place * (a->type == HK_FLOAT32 ? 4 : 2), heads * size, size};
}

/// A block of targets; with causality alone, it looks at no source behind its last target.
static inline hk_attention_block hk_attention_targets(const hk_attention_task *t, int64_t batch, int64_t head,
                                                      int64_t first, uint8_t *seen, float *highest, float *sums) {
    const hk_attention *a = t->a;
    int64_t rows = hk_min(HK_ATTENTION_LANES, a->targets - first);
    int64_t columns = a->causal && !t->mask ? hk_min(a->sources, first + rows) : a->sources;
    const uint8_t *mask =
        t->mask ? t->mask + batch * a->mask_batch + head * a->mask_head + first * a->mask_target : NULL;
    return (hk_attention_block){first, rows, (rows + 15) / 16, columns, a->causal, mask, seen, highest, sums};
}

/// Whether some target of a block must not look at some source of a chunk.
static inline bool hk_attention_hides(const hk_attention_block *b, int64_t first, int64_t rows) {
    return b->mask || (b->causal && first + rows > b->first + 1);
}

/// The mask of a chunk, targets along the lanes.
static inline void hk_attention_see(const hk_attention *a, const hk_attention_block *b, int64_t first, int64_t rows) {
    if (!b->mask) return;
    for (int64_t r = 0; r < rows; ++r) {
        const uint8_t *mask = b->mask + (first + r) * a->mask_source;
        uint8_t *seen = b->seen + r * HK_ATTENTION_LANES;
        if (a->mask_target == 0) {
            memset(seen, *mask, HK_ATTENTION_LANES);
            continue;
        }
        for (int64_t lane = 0; lane < b->rows; ++lane) seen[lane] = mask[lane * a->mask_target];
    }
}

/// Where the statistics of a block's targets lie.
static inline int64_t hk_attention_statistics(const hk_attention *a, int64_t batch, int64_t head, int64_t first) {
    return ((batch * a->heads + head) * a->targets + first) * 2;
}

/// Whether this machine has matrix tiles (AMX) that this process may use.
bool hk_has_tiles(void);
size_t hk_attention_tiles_scratch(const hk_attention *a, bool gradient);
/// A team's member, as a task in bfloat16 has it on matrix tiles.
void hk_attention_tiles_member(void *task, int member, int members);
