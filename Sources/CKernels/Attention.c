// Scaled dot-product attention, a head after the other: of a head, some targets and the sources chunk by chunk, so that
// logits lie in a thread's scratch memory, in the first-level cache, and nowhere else. All is computed in float32, in
// powers of two. Keys and values are brought into the form in which products read them once for each head.
// Where the processor has matrix tiles, bfloat16 goes to AttentionTiles.c.
#include "Attention.h"

enum {
    HK_ATTENTION_ROWS = 12,   // of which the sources of a chunk are a multiple
    HK_ATTENTION_CHUNK = 120, // sources of a chunk, at most
};

typedef enum { HK_TILE_STORE, HK_TILE_ADD, HK_TILE_SLOPES } hk_tile_kind;

/// C [rows, 16 × vectors] from A [rows, k] and B [k, 16 × vectors].
typedef struct {
    int64_t rows, k, vectors, a_row, b_step, c_row;
    const float *a, *b, *weights, *totals;
    float *c;
} hk_attention_product;

#define HK_TEMPLATE "AttentionKernels.h"
#include "EachInstructionSet.h"

/// Scratch memory: what is of a head, of a block of targets, and of a block and a chunk.
typedef struct {
    float *keys, *values, *key_slopes, *value_slopes;     // [sources, size]
    float *queries, *means, *upstream, *query_slopes;     // [size, lanes]
    float *query_rows, *upstream_rows;                    // [lanes, size]
    float *highest, *sums, *factors, *totals;             // [lanes]
    float *logits, *slopes;                               // [chunk, lanes]
    uint8_t *seen;                                        // [chunk, lanes] of the mask
    int64_t height, chunk;                                // sources, rounded up; those of a chunk
    int64_t size, value_size, wide_size, wide_value_size; // rounded up to 8, and to 16
} hk_attention_memory;

/// Lays the scratch memory out from `base` on; gives its bytes.
static size_t hk_attention_lay_out(const hk_attention *a, bool gradient, uintptr_t base, hk_attention_memory *m) {
    int64_t chunks = hk_max((a->sources + HK_ATTENTION_CHUNK - 1) / HK_ATTENTION_CHUNK, 1);
    m->chunk = hk_up((a->sources + chunks - 1) / chunks, HK_ATTENTION_ROWS);
    m->height = hk_up(a->sources, HK_ATTENTION_ROWS);
    m->size = hk_up(a->size, 8), m->value_size = hk_up(a->value_size, 8);
    m->wide_size = hk_up(a->size, 16), m->wide_value_size = hk_up(a->value_size, 16);
    size_t bytes = 0;
#define HK_PART(NAME, COUNT) \
    m->NAME = (void *)(base + bytes), bytes += (size_t)hk_up((COUNT) * (int64_t)sizeof *m->NAME, 64)
    HK_PART(keys, m->height * m->size);
    HK_PART(values, m->height * m->value_size);
    HK_PART(queries, m->wide_size * HK_ATTENTION_LANES);
    HK_PART(means, m->wide_value_size * HK_ATTENTION_LANES);
    HK_PART(highest, HK_ATTENTION_LANES);
    HK_PART(sums, HK_ATTENTION_LANES);
    HK_PART(factors, HK_ATTENTION_LANES);
    HK_PART(logits, m->chunk * HK_ATTENTION_LANES);
    HK_PART(seen, m->chunk * HK_ATTENTION_LANES);
    if (!gradient) return bytes;
    HK_PART(key_slopes, m->height * m->wide_size);
    HK_PART(value_slopes, m->height * m->wide_value_size);
    HK_PART(upstream, m->wide_value_size * HK_ATTENTION_LANES);
    HK_PART(query_slopes, m->wide_size * HK_ATTENTION_LANES);
    HK_PART(query_rows, HK_ATTENTION_LANES * m->wide_size);
    HK_PART(upstream_rows, HK_ATTENTION_LANES * m->wide_value_size);
    HK_PART(totals, HK_ATTENTION_LANES);
    HK_PART(slopes, m->chunk * HK_ATTENTION_LANES);
#undef HK_PART
    return bytes;
}

/// Whether a task is computed on matrix tiles.
static bool hk_attention_tiled(const hk_attention *a) { return a->type == HK_BFLOAT16 && hk_has_tiles(); }

size_t hk_attention_scratch(const hk_attention *a, bool gradient) {
    if (hk_attention_tiled(a)) return hk_attention_tiles_scratch(a, gradient);
    hk_attention_memory memory;
    return hk_attention_lay_out(a, gradient, 0, &memory);
}

/// Keys and values of one of the shared heads, as products read them.
static void hk_attention_gather_sources(const hk_attention_task *t, int64_t batch, int64_t shared,
                                        const hk_attention_memory *m) {
    const hk_attention *a = t->a;
    hk_head_rows k = hk_attention_rows(a, t->k, batch, a->sources, 0, a->shared, shared, a->size);
    hk_head_rows v = hk_attention_rows(a, t->v, batch, a->sources, 0, a->shared, shared, a->value_size);
    HK_DISPATCH(hk_attention_gather)(&k, a->sources, m->height, m->keys, m->size);
    HK_DISPATCH(hk_attention_gather)(&v, a->sources, m->height, m->values, m->value_size);
}

/// The factor of queries: logits are in base 2.
static float hk_attention_factor(const hk_attention *a) { return (float)(a->scale * 1.44269504088896341); }

/// The logits of a block's targets and some sources.
static void hk_attention_logits(const hk_attention *a, const hk_attention_block *b, int64_t first, int64_t rows,
                                const hk_attention_memory *m) {
    hk_attention_product product = {
        .rows = hk_up(rows, HK_ATTENTION_ROWS), .k = a->size, .vectors = b->vectors, .a = m->keys + first * m->size,
        .a_row = m->size, .b = m->queries, .b_step = HK_ATTENTION_LANES, .c = m->logits, .c_row = HK_ATTENTION_LANES};
    HK_DISPATCH(hk_attention_store)(&product);
    if (!hk_attention_hides(b, first, rows)) return;
    hk_attention_see(a, b, first, rows);
    for (int64_t i = 0; i < HK_ATTENTION_LANES; ++i) m->factors[i] = HK_MASKED_LOGIT;
    HK_DISPATCH(hk_attention_hide)(b, m->logits, first, rows, 1.0f, m->factors);
}

static void hk_attention_forward(const hk_attention_task *t, int64_t batch, int64_t head, int64_t first,
                                 const hk_attention_memory *m) {
    const hk_attention *a = t->a;
    const hk_attention_block b = hk_attention_targets(t, batch, head, first, m->seen, m->highest, m->sums);
    hk_head_rows q = hk_attention_rows(a, t->q, batch, a->targets, first, a->heads, head, a->size);
    HK_DISPATCH(hk_attention_lay)(&q, b.rows, m->queries, hk_attention_factor(a));
    for (int64_t i = 0; i < HK_ATTENTION_LANES; ++i) m->highest[i] = HK_LOWEST, m->sums[i] = 0.0f;
    memset(m->means, 0, (size_t)(m->wide_value_size * HK_ATTENTION_LANES) * sizeof(float));
    for (int64_t source = 0; source < b.columns; source += m->chunk) {
        const int64_t rows = hk_min(m->chunk, b.columns - source);
        hk_attention_logits(a, &b, source, rows, m);
        HK_DISPATCH(hk_attention_exponentials)(&b, m->logits, rows, m->factors);
        if (source > 0) HK_DISPATCH(hk_attention_rescale)(m->means, m->value_size, b.vectors, m->factors);
        HK_DISPATCH(hk_attention_means)(m->values + source * m->value_size, m->value_size, m->logits, rows, m->means,
                                        b.vectors);
    }
    float *statistics = t->made_statistics + hk_attention_statistics(a, batch, head, first);
    for (int64_t i = 0; i < b.rows; ++i) {
        m->sums[i] = 1.0f / m->sums[i];
        statistics[2 * i] = m->highest[i], statistics[2 * i + 1] = m->sums[i];
    }
    hk_head_rows out = hk_attention_rows(a, t->result, batch, a->targets, first, a->heads, head, a->value_size);
    HK_DISPATCH(hk_attention_raise)(&out, b.rows, m->means, m->sums);
}

/// What a block of targets adds to the gradients of a chunk of sources, and the reverse.
static void hk_attention_backward_chunk(const hk_attention *a, const hk_attention_block *b, int64_t first,
                                        int64_t rows, const hk_attention_memory *m) {
    const int64_t height = hk_up(rows, HK_ATTENTION_ROWS);
    hk_attention_logits(a, b, first, rows, m);
    HK_DISPATCH(hk_attention_weights)(b, m->logits, rows);
    memset(m->logits + rows * HK_ATTENTION_LANES, 0, (size_t)((height - rows) * HK_ATTENTION_LANES) * sizeof(float));
    hk_attention_product product = {
        .rows = height, .k = b->rows, .vectors = m->wide_value_size / 16, .a = m->logits, .a_row = HK_ATTENTION_LANES,
        .b = m->upstream_rows, .b_step = m->wide_value_size, .c = m->value_slopes + first * m->wide_value_size,
        .c_row = m->wide_value_size};
    HK_DISPATCH(hk_attention_add)(&product);
    product = (hk_attention_product){
        .rows = height, .k = a->value_size, .vectors = b->vectors, .a = m->values + first * m->value_size,
        .a_row = m->value_size, .b = m->upstream, .b_step = HK_ATTENTION_LANES, .c = m->slopes,
        .c_row = HK_ATTENTION_LANES, .weights = m->logits, .totals = m->totals};
    HK_DISPATCH(hk_attention_slopes)(&product);
    if (hk_attention_hides(b, first, rows)) {
        memset(m->factors, 0, HK_ATTENTION_LANES * sizeof(float));
        HK_DISPATCH(hk_attention_hide)(b, m->slopes, first, rows, 1.0f, m->factors);
    }
    HK_DISPATCH(hk_attention_means)(m->keys + first * m->size, m->size, m->slopes, rows, m->query_slopes, b->vectors);
    product = (hk_attention_product){
        .rows = height, .k = b->rows, .vectors = m->wide_size / 16, .a = m->slopes, .a_row = HK_ATTENTION_LANES,
        .b = m->query_rows, .b_step = m->wide_size, .c = m->key_slopes + first * m->wide_size,
        .c_row = m->wide_size};
    HK_DISPATCH(hk_attention_add)(&product);
}

/// A block of targets, whose gradients for keys and values add up in `m`.
static void hk_attention_backward(const hk_attention_task *t, int64_t batch, int64_t head, int64_t first,
                                  const hk_attention_memory *m) {
    const hk_attention *a = t->a;
    const hk_attention_block b = hk_attention_targets(t, batch, head, first, m->seen, m->highest, m->sums);
    hk_head_rows q = hk_attention_rows(a, t->q, batch, a->targets, first, a->heads, head, a->size);
    hk_head_rows out = hk_attention_rows(a, t->out, batch, a->targets, first, a->heads, head, a->value_size);
    hk_head_rows g = hk_attention_rows(a, t->g, batch, a->targets, first, a->heads, head, a->value_size);
    hk_head_rows dq = hk_attention_rows(a, t->dq, batch, a->targets, first, a->heads, head, a->size);
    HK_DISPATCH(hk_attention_lay)(&q, b.rows, m->queries, hk_attention_factor(a));
    HK_DISPATCH(hk_attention_lay)(&out, b.rows, m->means, 1.0f);
    HK_DISPATCH(hk_attention_lay)(&g, b.rows, m->upstream, 1.0f);
    HK_DISPATCH(hk_attention_gather)(&q, b.rows, b.rows, m->query_rows, m->wide_size);
    HK_DISPATCH(hk_attention_gather)(&g, b.rows, b.rows, m->upstream_rows, m->wide_value_size);
    HK_DISPATCH(hk_attention_totals)(m->means, m->upstream, a->value_size, b.vectors, m->totals);
    const float *statistics = t->statistics + hk_attention_statistics(a, batch, head, first);
    for (int64_t i = 0; i < HK_ATTENTION_LANES; ++i) {
        m->highest[i] = i < b.rows ? statistics[2 * i] : 0.0f;
        m->sums[i] = i < b.rows ? statistics[2 * i + 1] : 0.0f;
    }
    memset(m->query_slopes, 0, (size_t)(m->wide_size * HK_ATTENTION_LANES) * sizeof(float));
    for (int64_t source = 0; source < b.columns; source += m->chunk) {
        hk_attention_backward_chunk(a, &b, source, hk_min(m->chunk, b.columns - source), m);
    }
    for (int64_t i = 0; i < HK_ATTENTION_LANES; ++i) m->factors[i] = a->scale;
    HK_DISPATCH(hk_attention_raise)(&dq, b.rows, m->query_slopes, m->factors);
}

/// All heads that share one of the keys: their gradients add up in its.
static void hk_attention_backward_group(const hk_attention_task *t, int64_t item, const hk_attention_memory *m) {
    const hk_attention *a = t->a;
    const int64_t shared = item % a->shared, batch = item / a->shared, group = a->heads / a->shared;
    hk_attention_gather_sources(t, batch, shared, m);
    memset(m->key_slopes, 0, (size_t)(m->height * m->wide_size) * sizeof(float));
    memset(m->value_slopes, 0, (size_t)(m->height * m->wide_value_size) * sizeof(float));
    for (int64_t head = shared * group; head < (shared + 1) * group; ++head) {
        for (int64_t first = 0; first < a->targets; first += HK_ATTENTION_LANES) {
            hk_attention_backward(t, batch, head, first, m);
        }
    }
    hk_head_rows dk = hk_attention_rows(a, t->dk, batch, a->sources, 0, a->shared, shared, a->size);
    hk_head_rows dv = hk_attention_rows(a, t->dv, batch, a->sources, 0, a->shared, shared, a->value_size);
    HK_DISPATCH(hk_attention_scatter)(&dk, a->sources, m->key_slopes, m->wide_size, a->scale);
    HK_DISPATCH(hk_attention_scatter)(&dv, a->sources, m->value_slopes, m->wide_value_size, 1.0f);
}

static void hk_attention_members(void *context, int member, int members) {
    const hk_attention_task *t = context;
    const hk_attention *a = t->a;
    hk_attention_memory m;
    hk_attention_lay_out(a, !t->result, (uintptr_t)t->scratch + (size_t)member * t->per_member, &m);
    int64_t blocks = (a->targets + HK_ATTENTION_LANES - 1) / HK_ATTENTION_LANES, gathered = -1;
    for (int64_t item = t->items * member / members; item < t->items * (member + 1) / members; ++item) {
        if (!t->result) {
            hk_attention_backward_group(t, item, &m);
            continue;
        }
        int64_t block = item % blocks, head = item / blocks % a->heads, batch = item / blocks / a->heads;
        int64_t shared = head / (a->heads / a->shared);
        if (gathered != batch * a->shared + shared) hk_attention_gather_sources(t, batch, shared, &m);
        gathered = batch * a->shared + shared;
        hk_attention_forward(t, batch, head, block * HK_ATTENTION_LANES, &m);
    }
}

static void hk_attention_divide(hk_attention_task *t, int threads) {
    enum { WORTH_A_TEAM = 32768 };
    const hk_attention *a = t->a;
    int64_t work = a->batch * a->heads * a->targets * a->sources;
    if (t->items <= 0) return;
    hk_parallel(work < WORTH_A_TEAM || t->items == 1 ? 1 : threads,
                hk_attention_tiled(a) ? hk_attention_tiles_member : hk_attention_members, t);
}

void hk_attention_run(const hk_attention *a, const void *q, const void *k, const void *v, const uint8_t *mask,
                      void *out, float *statistics, void *scratch, int threads) {
    hk_attention_task t = {.a = a, .q = q, .k = k, .v = v, .mask = mask, .result = out, .made_statistics = statistics,
                           .scratch = scratch, .per_member = hk_attention_scratch(a, false)};
    t.items = a->batch * a->heads * ((a->targets + HK_ATTENTION_LANES - 1) / HK_ATTENTION_LANES);
    hk_attention_divide(&t, threads);
}

void hk_attention_gradient(const hk_attention *a, const void *q, const void *k, const void *v, const uint8_t *mask,
                           const void *out, const float *statistics, const void *g, void *dq, void *dk, void *dv,
                           void *scratch, int threads) {
    hk_attention_task t = {.a = a, .q = q, .k = k, .v = v, .mask = mask, .out = out, .statistics = statistics, .g = g,
                           .dq = dq, .dk = dk, .dv = dv, .scratch = scratch,
                           .per_member = hk_attention_scratch(a, true)};
    t.items = a->batch * a->shared;
    hk_attention_divide(&t, threads);
}
