// Scaled dot-product attention, a head after the other: the logits of a block of targets lie in a thread's scratch
// memory, and nowhere else. Queries, keys and values are read where they lie, heads side by side.
#include "Internal.h"

/// What a target that must not look at a source has as logit: far below any, yet finite, so that a target which may look
/// at nothing looks at all alike.
static const float HK_MASKED_LOGIT = -0.7f * 3.402823466e38f;

typedef struct {
    const hk_attention *a;
    const float *q, *k, *v, *out, *g, *statistics;
    const uint8_t *mask;
    float *result, *made_statistics, *dq, *dk, *dv;
    float *scratch;
    int64_t rows;       // targets of a block
    int64_t items;      // what the team divides
    int64_t per_member; // floats of scratch
} hk_attention_task;

/// A block of targets of one head.
typedef struct {
    const hk_attention *a;
    const uint8_t *mask; // of the first target; NULL if there is none
    float *logits;       // [rows, columns]
    float *statistics;   // of the first target: the largest logit, 1 / Σ exp
    int64_t first, rows, columns;
} hk_attention_rows;

#define HK_TEMPLATE "AttentionKernels.h"
#include "EachInstructionSet.h"

/// Targets of a block: as many as have logits in a part of the second-level cache.
static int64_t hk_attention_block(const hk_attention *a) {
    int64_t rows = 12288 / hk_max(a->sources, 1) / 12 * 12;
    return hk_min(hk_max(rows, 12), hk_max(a->targets, 1));
}

size_t hk_attention_scratch(const hk_attention *a, bool gradient) {
    size_t floats = (size_t)hk_attention_block(a) * (size_t)hk_max(a->sources, 1) * (gradient ? 2 : 1);
    return (floats * sizeof(float) + 63) / 64 * 64;
}

/// The sources that a block looks at: with causality alone, none behind its last target.
static int64_t hk_attention_columns(const hk_attention_task *t, int64_t end) {
    bool cut = t->a->causal && !t->mask;
    return cut ? hk_min(t->a->sources, end) : t->a->sources;
}

static const uint8_t *hk_attention_mask(const hk_attention_task *t, int64_t batch, int64_t head, int64_t target) {
    const hk_attention *a = t->a;
    return t->mask ? t->mask + batch * a->mask_batch + head * a->mask_head + target * a->mask_target : NULL;
}

static void hk_attention_forward(const hk_attention_task *t, int64_t item, float *logits) {
    const hk_attention *a = t->a;
    int64_t blocks = (a->targets + t->rows - 1) / t->rows;
    int64_t block = item % blocks, head = item / blocks % a->heads, batch = item / blocks / a->heads;
    int64_t shared = head / (a->heads / a->shared);
    int64_t first = block * t->rows, rows = hk_min(t->rows, a->targets - first);
    int64_t columns = hk_attention_columns(t, first + rows);
    int64_t q_step = a->heads * a->size, k_step = a->shared * a->size, v_step = a->shared * a->value_size;
    int64_t out_step = a->heads * a->value_size;
    const float *q = t->q + ((batch * a->targets + first) * a->heads + head) * a->size;
    const float *k = t->k + (batch * a->sources * a->shared + shared) * a->size;
    const float *v = t->v + (batch * a->sources * a->shared + shared) * a->value_size;
    float *out = t->result + ((batch * a->targets + first) * a->heads + head) * a->value_size;
    float *statistics = t->made_statistics + ((batch * a->heads + head) * a->targets + first) * 2;
    hk_gemm(false, true, rows, columns, a->size, q, q_step, k, k_step, logits, columns, false, NULL, HK_EPILOGUE_NONE,
            1);
    hk_attention_rows r = {a, hk_attention_mask(t, batch, head, first), logits, statistics, first, rows, columns};
    HK_DISPATCH(hk_attention_exponentials)(&r);
    hk_gemm(false, false, rows, a->value_size, columns, logits, columns, v, v_step, out, out_step, false, NULL,
            HK_EPILOGUE_NONE, 1);
    for (int64_t i = 0; i < rows; ++i) {
        float *row = out + i * out_step, factor = statistics[2 * i + 1];
        for (int64_t j = 0; j < a->value_size; ++j) row[j] *= factor;
    }
}

/// All heads that share one of the keys: their gradients add up in its.
static void hk_attention_backward(const hk_attention_task *t, int64_t item, float *weights) {
    const hk_attention *a = t->a;
    int64_t shared = item % a->shared, batch = item / a->shared, group = a->heads / a->shared;
    int64_t q_step = a->heads * a->size, k_step = a->shared * a->size, v_step = a->shared * a->value_size;
    int64_t out_step = a->heads * a->value_size;
    const float *k = t->k + (batch * a->sources * a->shared + shared) * a->size;
    const float *v = t->v + (batch * a->sources * a->shared + shared) * a->value_size;
    float *dk = t->dk + (k - t->k), *dv = t->dv + (v - t->v);
    for (int64_t s = 0; s < a->sources; ++s) {
        memset(dk + s * k_step, 0, (size_t)a->size * sizeof(float));
        memset(dv + s * v_step, 0, (size_t)a->value_size * sizeof(float));
    }
    for (int64_t head = shared * group; head < (shared + 1) * group; ++head) {
        for (int64_t first = 0; first < a->targets; first += t->rows) {
            int64_t rows = hk_min(t->rows, a->targets - first), columns = hk_attention_columns(t, first + rows);
            int64_t place = (batch * a->targets + first) * a->heads + head;
            const float *q = t->q + place * a->size;
            const float *out = t->out + place * a->value_size, *g = t->g + place * a->value_size;
            const float *statistics = t->statistics + ((batch * a->heads + head) * a->targets + first) * 2;
            float *slopes = weights + t->rows * a->sources;
            hk_gemm(false, true, rows, columns, a->size, q, q_step, k, k_step, weights, columns, false, NULL,
                    HK_EPILOGUE_NONE, 1);
            hk_attention_rows r = {
                a, hk_attention_mask(t, batch, head, first), weights, (float *)statistics, first, rows, columns};
            HK_DISPATCH(hk_attention_weights)(&r);
            hk_gemm(true, false, columns, a->value_size, rows, weights, columns, g, out_step, dv, v_step, true, NULL,
                    HK_EPILOGUE_NONE, 1);
            hk_gemm(false, true, rows, columns, a->value_size, g, out_step, v, v_step, slopes, columns, false, NULL,
                    HK_EPILOGUE_NONE, 1);
            HK_DISPATCH(hk_attention_slopes)(&r, slopes, out, g, out_step);
            hk_gemm(false, false, rows, a->size, columns, slopes, columns, k, k_step, t->dq + place * a->size, q_step,
                    false, NULL, HK_EPILOGUE_NONE, 1);
            hk_gemm(true, false, columns, a->size, rows, slopes, columns, q, q_step, dk, k_step, true, NULL,
                    HK_EPILOGUE_NONE, 1);
        }
    }
}

static void hk_attention_members(void *context, int member, int members) {
    const hk_attention_task *t = context;
    float *scratch = t->scratch + member * t->per_member;
    for (int64_t item = t->items * member / members; item < t->items * (member + 1) / members; ++item) {
        if (t->result) hk_attention_forward(t, item, scratch);
        else hk_attention_backward(t, item, scratch);
    }
}

static void hk_attention_divide(hk_attention_task *t, int threads) {
    enum { WORTH_A_TEAM = 32768 };
    const hk_attention *a = t->a;
    int64_t work = a->batch * a->heads * a->targets * a->sources;
    if (t->items <= 0) return;
    hk_parallel(work < WORTH_A_TEAM || t->items == 1 ? 1 : threads, hk_attention_members, t);
}

void hk_attention_run(const hk_attention *a, const float *q, const float *k, const float *v, const uint8_t *mask,
                      float *out, float *statistics, void *scratch, int threads) {
    hk_attention_task t = {.a = a, .q = q, .k = k, .v = v, .mask = mask, .result = out, .made_statistics = statistics,
                           .scratch = scratch, .rows = hk_attention_block(a),
                           .per_member = (int64_t)(hk_attention_scratch(a, false) / sizeof(float))};
    t.items = a->batch * a->heads * ((a->targets + t.rows - 1) / t.rows);
    hk_attention_divide(&t, threads);
}

void hk_attention_gradient(const hk_attention *a, const float *q, const float *k, const float *v, const uint8_t *mask,
                           const float *out, const float *statistics, const float *g, float *dq, float *dk, float *dv,
                           void *scratch, int threads) {
    hk_attention_task t = {.a = a, .q = q, .k = k, .v = v, .mask = mask, .out = out, .statistics = statistics, .g = g,
                           .dq = dq, .dk = dk, .dv = dv, .scratch = scratch, .rows = hk_attention_block(a),
                           .per_member = (int64_t)(hk_attention_scratch(a, true) / sizeof(float))};
    t.items = a->batch * a->shared;
    hk_attention_divide(&t, threads);
}
