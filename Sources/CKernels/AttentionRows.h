// What the kernels of attention share, on vectors and on matrix tiles: elements of any type, and rows of numbers that
// have targets along the lanes. A template: compiled once per instruction set.

// MARK: Elements of any type

HK_INLINE vf HK_NAME(hk_load_any)(hk_element_type type, const void *p, int64_t index, int64_t n) {
    if (type == HK_FLOAT32) {
        const float *x = (const float *)p + index;
        return n == 16 ? v_load(x) : v_load_n(x, n, (vf){0});
    }
#if HK_LEVEL == 4
    __m256i halves = _mm256_maskz_loadu_epi16((__mmask16)(0xffffu >> (16 - n)), (const uint16_t *)p + index);
    if (type == HK_FLOAT16) return (vf)_mm512_cvtph_ps(halves);
    return (vf)_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16);
#else
    uint16_t bits[16] = {0};
    memcpy(bits, (const uint16_t *)p + index, (size_t)n * sizeof(uint16_t));
    float x[16];
    if (type == HK_BFLOAT16) {
        for (int i = 0; i < 16; ++i) x[i] = hk_bfloat_to_float(bits[i]);
    } else {
        for (int i = 0; i < 16; ++i) x[i] = hk_half_to_float(bits[i]);
    }
    return v_load(x);
#endif
}

HK_INLINE void HK_NAME(hk_store_any)(hk_element_type type, void *p, int64_t index, int64_t n, vf value) {
    if (type == HK_FLOAT32) {
        v_store_n((float *)p + index, n, value);
        return;
    }
    uint16_t bits[16];
    float x[16];
    v_store(x, value);
    if (type == HK_BFLOAT16) {
        for (int i = 0; i < 16; ++i) bits[i] = hk_float_to_bfloat(x[i]);
    } else {
        for (int i = 0; i < 16; ++i) bits[i] = hk_float_to_half(x[i]);
    }
#if HK_LEVEL == 4
    _mm256_mask_storeu_epi16((uint16_t *)p + index, (__mmask16)(0xffffu >> (16 - n)), _mm256_loadu_si256((void *)bits));
#else
    memcpy((uint16_t *)p + index, bits, (size_t)n * sizeof(uint16_t));
#endif
}

/// Rows of float32 times `factor` to where the rows of a head lie.
static void HK_NAME(hk_attention_scatter)(const hk_head_rows *h, int64_t rows, const float *in, int64_t width,
                                          float factor) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t j = 0; j < h->size; j += 16) {
            int64_t n = hk_min(h->size - j, 16);
            HK_NAME(hk_store_any)(h->type, (void *)h->data, r * h->step + j, n, v_load(in + r * width + j) * factor);
        }
    }
}

/// 2^x for x ≤ 0 (or little above) within an ulp, 0 below 2^-125. The polynomial is Cephes's (exp2f).
HK_INLINE vf HK_NAME(hk_attention_power)(vf x) {
    vf shifted = x + 12582912.0f; // 1.5 · 2^23: rounds to a whole number, in the low bits
    vf r = x - (shifted - 12582912.0f);
    vf p = 1.535336188319500e-4f * r + 1.339887440266574e-3f;
    p = p * r + 9.618437357674640e-3f;
    p = p * r + 5.550332471162809e-2f;
    p = p * r + 2.402264791363012e-1f;
    p = p * r + 6.931472028550421e-1f;
    p = p * r + 1.0f;
    return (vf)(((vi)p + ((vi)shifted << 23)) & ~(x < -125.0f));
}

/// Multiplies the numbers of some sources by `factor`, and sets those that a target must not look at to its one of
/// `values`.
static void HK_NAME(hk_attention_hide)(const hk_attention_block *b, float *x, int64_t first, int64_t rows,
                                       float factor, const float *values) {
    static const vi counting = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    typedef uint8_t vb __attribute__((vector_size(16), aligned(1), may_alias));
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t v = 0; v < b->vectors; ++v) {
            float *row = x + r * HK_ATTENTION_LANES + v * 16;
            vi hidden = {0};
            if (b->causal) hidden = counting + (int32_t)(b->first + v * 16 - first - r) < 0;
            if (b->mask) {
                const vb *seen = (const vb *)(b->seen + r * HK_ATTENTION_LANES + v * 16);
                hidden |= __builtin_convertvector(*seen, vi) == 0;
            }
            v_store(row, v_select(hidden, v_load(values + v * 16), v_load(row) * factor));
        }
    }
}
