// The kernels of AttentionTiles.c, for processors with AVX-512 and AMX in bfloat16.

// MARK: Operands

/// The first n (0 < n ≤ 32) numbers of a row, zero behind them.
HK_INLINE __m512i hk_load_row(const uint16_t *p, int64_t n) {
    return _mm512_maskz_loadu_epi16((__mmask32)(0xffffffffu >> (32 - n)), p);
}
HK_INLINE const uint16_t *hk_row(const hk_head_rows *h, int64_t row) {
    return (const uint16_t *)h->data + row * h->step;
}

/// out [height, depth]: rows of a head below each other; depth is a multiple of 32.
static void hk_tiles_gather(const hk_head_rows *h, int64_t rows, int64_t height, uint16_t *out, int64_t depth) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t j = 0; j < depth; j += 32) {
            _mm512_storeu_si512(out + r * depth + j, hk_load_row(hk_row(h, r) + j, hk_min(h->size - j, 32)));
        }
    }
    memset(out + rows * depth, 0, (size_t)((height - rows) * depth) * sizeof(uint16_t));
}

/// out [size / 2, step] pairs: rows of a head side by side, `lanes` of them (a multiple of 16), zero behind `rows`.
static void hk_tiles_lay(const hk_head_rows *h, int64_t rows, int64_t lanes, int64_t depth, uint32_t *out,
                         int64_t step) {
    for (int64_t lane = 0; lane < lanes; lane += 16) {
        for (int64_t j = 0; j < depth; j += 32) {
            int64_t n = hk_min(h->size - j, 32);
            vf x[16];
            for (int64_t r = 0; r < 16; ++r) {
                x[r] = lane + r < rows ? (vf)hk_load_row(hk_row(h, lane + r) + j, n) : (vf){0};
            }
            v_transpose(x);
            for (int64_t r = 0; r < 16; ++r) _mm512_storeu_si512(out + (j / 2 + r) * step + lane, (__m512i)x[r]);
        }
    }
}

/// Two rows beside each other, number by number: sixteen pairs.
HK_INLINE __m512i hk_pair(__m256i even, __m256i odd) {
    return _mm512_or_si512(_mm512_cvtepu16_epi32(even), _mm512_slli_epi32(_mm512_cvtepu16_epi32(odd), 16));
}

/// out [height / 2, width] pairs of rows of a head; zero behind `rows`.
static void hk_tiles_pair(const hk_head_rows *h, int64_t rows, int64_t height, int64_t width, uint32_t *out) {
    for (int64_t r = 0; r < height; r += 2) {
        for (int64_t j = 0; j < width; j += 16) {
            __mmask16 used = (__mmask16)(0xffffu >> (16 - hk_min(h->size - j, 16)));
            __m256i even = _mm256_setzero_si256(), odd = even;
            if (r < rows) even = _mm256_maskz_loadu_epi16(used, hk_row(h, r) + j);
            if (r + 1 < rows) odd = _mm256_maskz_loadu_epi16(used, hk_row(h, r + 1) + j);
            _mm512_storeu_si512(out + r / 2 * width + j, hk_pair(even, odd));
        }
    }
}

/// out [width, height]: the transposed rows of a head, zero behind them; height is a multiple of 32.
static void hk_tiles_turn(const hk_head_rows *h, int64_t rows, int64_t height, int64_t width, uint16_t *out) {
    for (int64_t r = 0; r < height; r += 32) {
        for (int64_t j = 0; j < width; j += 16) {
            __mmask16 used = (__mmask16)(0xffffu >> (16 - hk_min(h->size - j, 16)));
            vf x[16]; // pairs of rows, which are 32 bits: sixteen of them turned are 32 numbers of a column
            for (int64_t p = 0; p < 16; ++p) {
                __m256i even = _mm256_setzero_si256(), odd = even;
                if (r + 2 * p < rows) even = _mm256_maskz_loadu_epi16(used, hk_row(h, r + 2 * p) + j);
                if (r + 2 * p + 1 < rows) odd = _mm256_maskz_loadu_epi16(used, hk_row(h, r + 2 * p + 1) + j);
                x[p] = (vf)hk_pair(even, odd);
            }
            v_transpose(x);
            for (int64_t p = 0; p < 16; ++p) _mm512_storeu_si512(out + (j + p) * height + r, (__m512i)x[p]);
        }
    }
}

// MARK: Products

/// Sixteen rows and sixteen columns.
HK_INLINE void hk_tiles_one(const hk_tiles_product *g, const uint16_t *a, const uint32_t *b, float *c) {
    const size_t c_step = (size_t)g->c_step * 4, a_step = (size_t)g->a_step * 2, b_step = (size_t)g->b_step * 4;
    if (g->add) _tile_loadd(0, c, c_step);
    else _tile_zero(0);
    for (int64_t k = 0; k < g->depth; k += 32, a += 32, b += 16 * g->b_step) {
        _tile_loadd(4, a, a_step);
        _tile_loadd(6, b, b_step);
        _tile_dpbf16ps(0, 4, 6);
    }
    _tile_stored(0, c, c_step);
}

/// Sixteen rows and thirty-two columns.
HK_INLINE void hk_tiles_two(const hk_tiles_product *g, const uint16_t *a, const uint32_t *b, float *c) {
    const size_t c_step = (size_t)g->c_step * 4, a_step = (size_t)g->a_step * 2, b_step = (size_t)g->b_step * 4;
    if (g->add) {
        _tile_loadd(0, c, c_step);
        _tile_loadd(1, c + 16, c_step);
    } else {
        _tile_zero(0);
        _tile_zero(1);
    }
    for (int64_t k = 0; k < g->depth; k += 32, a += 32, b += 16 * g->b_step) {
        _tile_loadd(4, a, a_step);
        _tile_loadd(6, b, b_step);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, b + 16, b_step);
        _tile_dpbf16ps(1, 4, 7);
    }
    _tile_stored(0, c, c_step);
    _tile_stored(1, c + 16, c_step);
}

/// Thirty-two rows and sixteen columns.
HK_INLINE void hk_tiles_tall(const hk_tiles_product *g, const uint16_t *a, const uint32_t *b, float *c) {
    const size_t c_step = (size_t)g->c_step * 4, a_step = (size_t)g->a_step * 2, b_step = (size_t)g->b_step * 4;
    const uint16_t *below = a + 16 * g->a_step;
    float *under = c + 16 * g->c_step;
    if (g->add) {
        _tile_loadd(0, c, c_step);
        _tile_loadd(2, under, c_step);
    } else {
        _tile_zero(0);
        _tile_zero(2);
    }
    for (int64_t k = 0; k < g->depth; k += 32, a += 32, below += 32, b += 16 * g->b_step) {
        _tile_loadd(6, b, b_step);
        _tile_loadd(4, a, a_step);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(5, below, a_step);
        _tile_dpbf16ps(2, 5, 6);
    }
    _tile_stored(0, c, c_step);
    _tile_stored(2, under, c_step);
}

/// Thirty-two rows and columns.
HK_INLINE void hk_tiles_four(const hk_tiles_product *g, const uint16_t *a, const uint32_t *b, float *c) {
    const size_t c_step = (size_t)g->c_step * 4, a_step = (size_t)g->a_step * 2, b_step = (size_t)g->b_step * 4;
    const uint16_t *below = a + 16 * g->a_step;
    float *under = c + 16 * g->c_step;
    if (g->add) {
        _tile_loadd(0, c, c_step);
        _tile_loadd(1, c + 16, c_step);
        _tile_loadd(2, under, c_step);
        _tile_loadd(3, under + 16, c_step);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (int64_t k = 0; k < g->depth; k += 32, a += 32, below += 32, b += 16 * g->b_step) {
        _tile_loadd(4, a, a_step);
        _tile_loadd(6, b, b_step);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, b + 16, b_step);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, below, a_step);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, c, c_step);
    _tile_stored(1, c + 16, c_step);
    _tile_stored(2, under, c_step);
    _tile_stored(3, under + 16, c_step);
}

static void hk_tiles_multiply(const hk_tiles_product *g) {
    for (int64_t j = 0; j < g->columns;) {
        const bool wide = g->columns - j >= 32;
        for (int64_t i = 0; i < g->rows;) {
            const bool tall = g->rows - i >= 32;
            const uint16_t *a = g->a + i * g->a_step;
            float *c = g->c + i * g->c_step + j;
            if (wide && tall) hk_tiles_four(g, a, g->b + j, c);
            else if (tall) hk_tiles_tall(g, a, g->b + j, c);
            else if (wide) hk_tiles_two(g, a, g->b + j, c);
            else hk_tiles_one(g, a, g->b + j, c);
            i += tall ? 32 : 16;
        }
        j += wide ? 32 : 16;
    }
}

// MARK: Rows of logits

// A row of rounded numbers has the lanes in their order. Two rows are interleaved within each 128 bits, which is one
// instruction for sixteen pairs, but leaves the lanes in another order: that of `columns`.

/// The lane whose pairs stand in a column.
static inline int64_t hk_tiles_lane(int64_t column) { return column % 16 / 4 * 8 + column / 16 * 4 + column % 4; }

/// A row of 32 rounded numbers.
HK_INLINE __m512i hk_round_row(const vf x[2]) { return (__m512i)_mm512_cvtne2ps_pbh((__m512)x[1], (__m512)x[0]); }

HK_INLINE void hk_store_pairs(uint32_t *pairs, __m512i even, __m512i odd) {
    _mm512_storeu_si512(pairs, _mm512_unpacklo_epi16(even, odd));
    _mm512_storeu_si512(pairs + 16, _mm512_unpackhi_epi16(even, odd));
}

/// Two rows of hk_tiles_exponentials, of which `rows` count; in registers, as all loops are unrolled.
HK_INLINE void hk_tiles_exponential_rows(const float *x, float scale, const vf tops[2], vf sums[2], uint32_t *pairs,
                                         const int rows, const int vectors) {
    vf exponentials[2][2] = {0}; // [row][vector]
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            exponentials[i][v] =
                hk_attention_power_tiles(v_load(x + i * HK_ATTENTION_LANES + v * 16) * scale - tops[v]);
            sums[v] += exponentials[i][v];
        }
    }
    hk_store_pairs(pairs, hk_round_row(exponentials[0]), hk_round_row(exponentials[1]));
}

/// Rounded pairs of 2^(logit · scale − largest), for some sources and none behind them up to a multiple of 32; what the
/// largest logits and the sums have become, and by which factors what was summed up before must be multiplied.
HK_INLINE void hk_tiles_exponentials(const hk_attention_block *b, const float *x, int64_t rows, float scale,
                                     float *factors, uint32_t *pairs, const int vectors) {
    vf tops[2], sums[2] = {0};
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) tops[v] = v_load(b->highest + v * 16);
    for (int64_t r = 0; r < rows; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            vf y = v_load(x + r * HK_ATTENTION_LANES + v * 16) * scale;
            tops[v] = v_select(y > tops[v], y, tops[v]);
        }
    }
    int64_t r = 0;
    for (; r + 2 <= rows; r += 2, x += 2 * HK_ATTENTION_LANES, pairs += HK_ATTENTION_LANES) {
        hk_tiles_exponential_rows(x, scale, tops, sums, pairs, 2, vectors);
    }
    if (r < rows) {
        hk_tiles_exponential_rows(x, scale, tops, sums, pairs, 1, vectors);
        r += 2, pairs += HK_ATTENTION_LANES;
    }
    memset(pairs, 0, (size_t)((hk_up(rows, HK_TILE_DEPTH) - r) / 2 * HK_ATTENTION_LANES) * sizeof(uint32_t));
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        vf factor = hk_attention_power_tiles(v_load(b->highest + v * 16) - tops[v]);
        v_store(factors + v * 16, factor);
        v_store(b->highest + v * 16, tops[v]);
        v_store(b->sums + v * 16, v_load(b->sums + v * 16) * factor + sums[v]);
    }
}

/// Two rows of hk_tiles_slopes, of which `rows` count.
HK_INLINE void hk_tiles_slope_rows(const hk_attention_block *b, const hk_tiles_memory *m, int64_t first, float scale,
                                   const int rows, const int vectors) {
    vf weights[2][2] = {0}, slopes[2][2] = {0}; // [row][vector]
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            const int64_t place = (first + i) * HK_ATTENTION_LANES + v * 16;
            vf exponential = hk_attention_power_tiles(v_load(m->logits + place) * scale - v_load(b->highest + v * 16));
            weights[i][v] = exponential * v_load(b->sums + v * 16);
            slopes[i][v] = weights[i][v] * (v_load(m->slopes + place) - v_load(m->totals + v * 16));
        }
    }
    __m512i rounded[2];
#pragma clang loop unroll(full)
    for (int i = 0; i < 2; ++i) {
        const int64_t place = (first + i) * HK_ATTENTION_LANES;
        rounded[i] = hk_round_row(slopes[i]);
        _mm512_storeu_si512(m->weight_rows + place, hk_round_row(weights[i]));
        _mm512_storeu_si512(m->slope_rows + place, rounded[i]);
    }
    hk_store_pairs(m->pairs + first / 2 * HK_ATTENTION_LANES, rounded[0], rounded[1]);
}

/// From logits and the gradients of weights: rounded weights and slopes, weight · (gradient − total), both as rows and
/// the slopes as pairs too; none behind the rows up to a multiple of 32, nor in lanes that are not used.
static void hk_tiles_slopes(const hk_attention_block *b, const hk_tiles_memory *m, int64_t rows, float scale) {
    int64_t r = 0;
    if (b->vectors == 2) {
        for (; r + 2 <= rows; r += 2) hk_tiles_slope_rows(b, m, r, scale, 2, 2);
        if (r < rows) hk_tiles_slope_rows(b, m, r, scale, 1, 2), r += 2;
    } else {
        for (; r + 2 <= rows; r += 2) hk_tiles_slope_rows(b, m, r, scale, 2, 1);
        if (r < rows) hk_tiles_slope_rows(b, m, r, scale, 1, 1), r += 2;
    }
    for (; r < hk_up(rows, HK_TILE_DEPTH); r += 2) hk_tiles_slope_rows(b, m, r, scale, 0, 0);
}

/// columns[j][column] *= the factor of the column's lane.
static void hk_tiles_rescale(float *columns, int64_t rows, const float *factors) {
    float turned[HK_ATTENTION_LANES];
    for (int64_t i = 0; i < HK_ATTENTION_LANES; ++i) turned[i] = factors[hk_tiles_lane(i)];
    for (int64_t r = 0; r < rows; ++r, columns += HK_ATTENTION_LANES) {
        v_store(columns, v_load(columns) * v_load(turned));
        v_store(columns + 16, v_load(columns + 16) * v_load(turned + 16));
    }
}

/// Rows of a head, one a lane, from columns[j][column], times a factor for each lane.
static void hk_tiles_raise(const hk_head_rows *h, int64_t rows, const float *columns, const float *factors) {
    for (int64_t first = 0; first < HK_ATTENTION_LANES; first += 16) {
        for (int64_t j = 0; j < h->size; j += 16) {
            vf x[16];
            for (int64_t r = 0; r < 16; ++r) x[r] = v_load(columns + (j + r) * HK_ATTENTION_LANES + first);
            v_transpose(x);
            for (int64_t r = 0; r < 16; ++r) {
                const int64_t lane = hk_tiles_lane(first + r);
                if (lane >= rows) continue;
                hk_store_any_tiles(h->type, (void *)h->data, lane * h->step + j, hk_min(h->size - j, 16),
                                   x[r] * factors[lane]);
            }
        }
    }
}

/// totals[lane] = Σ x · y, of pairs side by side.
static void hk_tiles_totals(const uint32_t *x, const uint32_t *y, int64_t rows, float *totals) {
    for (int64_t v = 0; v < HK_ATTENTION_LANES; v += 16) {
        vf even = {0}, odd = {0};
        for (int64_t r = 0; r < rows; ++r) {
            vu p = (vu)_mm512_loadu_si512(x + r * HK_ATTENTION_LANES + v);
            vu q = (vu)_mm512_loadu_si512(y + r * HK_ATTENTION_LANES + v);
            even += (vf)(p << 16) * (vf)(q << 16);
            odd += (vf)(p & 0xffff0000u) * (vf)(q & 0xffff0000u);
        }
        v_store(totals + v, even + odd);
    }
}

// MARK: Blocks of targets

/// The logits of a block's targets and some sources, which are still to be multiplied by the result.
static float hk_tiles_logits(const hk_attention *a, const hk_attention_block *b, int64_t first, int64_t rows,
                             const hk_tiles_memory *m) {
    hk_tiles_product product = {
        .a = m->keys + first * m->depth, .b = m->queries, .c = m->logits, .rows = hk_up(rows, 32),
        .columns = HK_ATTENTION_LANES, .depth = m->depth, .a_step = m->depth, .b_step = HK_ATTENTION_LANES,
        .c_step = HK_ATTENTION_LANES};
    hk_tiles_multiply(&product);
    const float scale = a->scale * 1.44269504088896341f; // to base 2
    if (!hk_attention_hides(b, first, rows)) return scale;
    hk_attention_see(a, b, first, rows);
    for (int64_t i = 0; i < HK_ATTENTION_LANES; ++i) m->factors[i] = HK_MASKED_LOGIT;
    hk_attention_hide_tiles(b, m->logits, first, rows, scale, m->factors);
    return 1.0f;
}

static void hk_tiles_forward(const hk_attention_task *t, int64_t batch, int64_t head, int64_t first,
                             const hk_tiles_memory *m) {
    const hk_attention *a = t->a;
    const hk_attention_block b = hk_attention_targets(t, batch, head, first, m->seen, m->highest, m->sums);
    hk_head_rows q = hk_attention_rows(a, t->q, batch, a->targets, first, a->heads, head, a->size);
    hk_tiles_lay(&q, b.rows, HK_ATTENTION_LANES, m->depth, m->queries, HK_ATTENTION_LANES);
    for (int64_t i = 0; i < HK_ATTENTION_LANES; ++i) m->highest[i] = HK_LOWEST, m->sums[i] = 0.0f;
    memset(m->means, 0, (size_t)(m->value_width * HK_ATTENTION_LANES) * sizeof(float));
    for (int64_t source = 0; source < b.columns; source += HK_TILE_CHUNK) {
        const int64_t rows = hk_min(HK_TILE_CHUNK, b.columns - source);
        const float scale = hk_tiles_logits(a, &b, source, rows, m);
        if (b.vectors == 2) hk_tiles_exponentials(&b, m->logits, rows, scale, m->factors, m->pairs, 2);
        else hk_tiles_exponentials(&b, m->logits, rows, scale, m->factors, m->pairs, 1);
        if (source > 0) hk_tiles_rescale(m->means, m->value_width, m->factors);
        hk_tiles_product product = {
            .a = m->turned + source, .b = m->pairs, .c = m->means, .rows = m->value_width,
            .columns = HK_ATTENTION_LANES, .depth = hk_up(rows, 32), .a_step = m->height,
            .b_step = HK_ATTENTION_LANES, .c_step = HK_ATTENTION_LANES, .add = true};
        hk_tiles_multiply(&product);
    }
    float *statistics = t->made_statistics + hk_attention_statistics(a, batch, head, first);
    for (int64_t i = 0; i < b.rows; ++i) {
        m->sums[i] = 1.0f / m->sums[i];
        statistics[2 * i] = m->highest[i], statistics[2 * i + 1] = m->sums[i];
    }
    hk_head_rows out = hk_attention_rows(a, t->result, batch, a->targets, first, a->heads, head, a->value_size);
    hk_tiles_raise(&out, b.rows, m->means, m->sums);
}

/// What a block of targets adds to the gradients of a chunk of sources, and the reverse.
static void hk_tiles_backward_chunk(const hk_attention *a, const hk_attention_block *b, int64_t first, int64_t rows,
                                    const hk_tiles_memory *m) {
    const int64_t lanes = HK_ATTENTION_LANES, height = hk_up(rows, 32);
    const float scale = hk_tiles_logits(a, b, first, rows, m);
    hk_tiles_product product = {
        .a = m->values + first * m->value_depth, .b = m->upstream, .c = m->slopes, .rows = height, .columns = lanes,
        .depth = m->value_depth, .a_step = m->value_depth, .b_step = lanes, .c_step = lanes};
    hk_tiles_multiply(&product);
    // What is hidden gets no slope: its gradient becomes the total.
    if (hk_attention_hides(b, first, rows)) hk_attention_hide_tiles(b, m->slopes, first, rows, 1.0f, m->totals);
    hk_tiles_slopes(b, m, rows, scale);
    product = (hk_tiles_product){
        .a = m->weight_rows, .b = m->upstream_rows, .c = m->value_slopes + first * m->value_width, .rows = height,
        .columns = m->value_width, .depth = lanes, .a_step = lanes, .b_step = m->value_width,
        .c_step = m->value_width, .add = true};
    hk_tiles_multiply(&product);
    product = (hk_tiles_product){
        .a = m->slope_rows, .b = m->query_rows, .c = m->key_slopes + first * m->width, .rows = height,
        .columns = m->width, .depth = lanes, .a_step = lanes, .b_step = m->width, .c_step = m->width, .add = true};
    hk_tiles_multiply(&product);
    product = (hk_tiles_product){
        .a = m->turned + first, .b = m->pairs, .c = m->means, .rows = m->width, .columns = lanes, .depth = height,
        .a_step = m->height, .b_step = lanes, .c_step = lanes, .add = true};
    hk_tiles_multiply(&product);
}

/// A block of targets, whose gradients for keys and values add up in `m`.
static void hk_tiles_backward(const hk_attention_task *t, int64_t batch, int64_t head, int64_t first,
                              const hk_tiles_memory *m) {
    const hk_attention *a = t->a;
    const int64_t lanes = HK_ATTENTION_LANES;
    const hk_attention_block b = hk_attention_targets(t, batch, head, first, m->seen, m->highest, m->sums);
    hk_head_rows q = hk_attention_rows(a, t->q, batch, a->targets, first, a->heads, head, a->size);
    hk_head_rows out = hk_attention_rows(a, t->out, batch, a->targets, first, a->heads, head, a->value_size);
    hk_head_rows g = hk_attention_rows(a, t->g, batch, a->targets, first, a->heads, head, a->value_size);
    hk_head_rows dq = hk_attention_rows(a, t->dq, batch, a->targets, first, a->heads, head, a->size);
    hk_tiles_lay(&out, b.rows, lanes, m->value_depth, m->queries, lanes);
    hk_tiles_lay(&g, b.rows, lanes, m->value_depth, m->upstream, lanes);
    hk_tiles_totals(m->queries, m->upstream, m->value_depth / 2, m->totals);
    hk_tiles_lay(&q, b.rows, lanes, m->depth, m->queries, lanes);
    hk_tiles_pair(&q, b.rows, lanes, m->width, m->query_rows);
    hk_tiles_pair(&g, b.rows, lanes, m->value_width, m->upstream_rows);
    const float *statistics = t->statistics + hk_attention_statistics(a, batch, head, first);
    for (int64_t i = 0; i < lanes; ++i) {
        m->highest[i] = i < b.rows ? statistics[2 * i] : 0.0f;
        m->sums[i] = i < b.rows ? statistics[2 * i + 1] : 0.0f;
    }
    memset(m->means, 0, (size_t)(m->width * lanes) * sizeof(float));
    for (int64_t source = 0; source < b.columns; source += HK_TILE_CHUNK) {
        hk_tiles_backward_chunk(a, &b, source, hk_min(HK_TILE_CHUNK, b.columns - source), m);
    }
    for (int64_t i = 0; i < lanes; ++i) m->factors[i] = a->scale;
    hk_tiles_raise(&dq, b.rows, m->means, m->factors);
}

// MARK: Heads

/// Keys and values of one of the shared heads, as products read them.
static void hk_tiles_sources(const hk_attention_task *t, int64_t batch, int64_t shared, const hk_tiles_memory *m) {
    const hk_attention *a = t->a;
    hk_head_rows k = hk_attention_rows(a, t->k, batch, a->sources, 0, a->shared, shared, a->size);
    hk_head_rows v = hk_attention_rows(a, t->v, batch, a->sources, 0, a->shared, shared, a->value_size);
    hk_tiles_gather(&k, a->sources, m->height, m->keys, m->depth);
    if (t->result) {
        hk_tiles_turn(&v, a->sources, m->height, m->value_width, m->turned);
    } else {
        hk_tiles_turn(&k, a->sources, m->height, m->width, m->turned);
        hk_tiles_gather(&v, a->sources, m->height, m->values, m->value_depth);
    }
}

/// All heads that share one of the keys: their gradients add up in its.
static void hk_tiles_backward_group(const hk_attention_task *t, int64_t item, const hk_tiles_memory *m) {
    const hk_attention *a = t->a;
    const int64_t shared = item % a->shared, batch = item / a->shared, group = a->heads / a->shared;
    hk_tiles_sources(t, batch, shared, m);
    memset(m->key_slopes, 0, (size_t)(m->height * m->width) * sizeof(float));
    memset(m->value_slopes, 0, (size_t)(m->height * m->value_width) * sizeof(float));
    for (int64_t head = shared * group; head < (shared + 1) * group; ++head) {
        for (int64_t first = 0; first < a->targets; first += HK_ATTENTION_LANES) {
            hk_tiles_backward(t, batch, head, first, m);
        }
    }
    hk_head_rows dk = hk_attention_rows(a, t->dk, batch, a->sources, 0, a->shared, shared, a->size);
    hk_head_rows dv = hk_attention_rows(a, t->dv, batch, a->sources, 0, a->shared, shared, a->value_size);
    hk_attention_scatter_tiles(&dk, a->sources, m->key_slopes, m->width, a->scale);
    hk_attention_scatter_tiles(&dv, a->sources, m->value_slopes, m->value_width, 1.0f);
}

/// All tiles have sixteen rows of 64 bytes.
static void hk_tiles_begin(void) {
    struct {
        uint8_t palette, start, reserved[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } shapes = {.palette = 1};
    for (int i = 0; i < 8; ++i) shapes.bytes[i] = 64, shapes.rows[i] = 16;
    _tile_loadconfig(&shapes);
}

void hk_attention_tiles_member(void *task, int member, int members) {
    const hk_attention_task *t = task;
    const hk_attention *a = t->a;
    hk_tiles_memory m;
    hk_tiles_lay_out(a, !t->result, (uintptr_t)t->scratch + (size_t)member * t->per_member, &m);
    int64_t blocks = (a->targets + HK_ATTENTION_LANES - 1) / HK_ATTENTION_LANES, gathered = -1;
    hk_tiles_begin();
    for (int64_t item = t->items * member / members; item < t->items * (member + 1) / members; ++item) {
        if (!t->result) {
            hk_tiles_backward_group(t, item, &m);
            continue;
        }
        int64_t block = item % blocks, head = item / blocks % a->heads, batch = item / blocks / a->heads;
        int64_t shared = head / (a->heads / a->shared);
        if (gathered != batch * a->shared + shared) hk_tiles_sources(t, batch, shared, &m);
        gathered = batch * a->shared + shared;
        hk_tiles_forward(t, batch, head, block * HK_ATTENTION_LANES, &m);
    }
    _tile_release();
}
