// Rows of attention's logits. A template: compiled once per instruction set.

/// Scales the logits of a row, and sets those of sources that the target must not look at.
static void HK_NAME(hk_attention_scale)(const hk_attention_rows *r, int64_t row) {
    const int64_t columns = r->columns;
    const float scale = r->a->scale;
    float *x = r->logits + row * columns;
    for (int64_t j = 0; j < columns; j += 16) {
        int64_t n = hk_min(columns - j, 16);
        v_store_n(x + j, n, v_load_n(x + j, n, (vf){0}) * scale);
    }
    if (r->mask) {
        const uint8_t *mask = r->mask + row * r->a->mask_target;
        const int64_t step = r->a->mask_source;
        for (int64_t j = 0; j < columns; ++j) x[j] = mask[j * step] ? x[j] : HK_MASKED_LOGIT;
    }
    if (r->a->causal) {
        for (int64_t j = r->first + row + 1; j < columns; ++j) x[j] = HK_MASKED_LOGIT;
    }
}

/// exp(logit − largest) in place of the products; the largest and one over the sum beside.
static void HK_NAME(hk_attention_exponentials)(const hk_attention_rows *r) {
    const int64_t columns = r->columns;
    const vf nothing = v_splat(-INFINITY);
    for (int64_t row = 0; row < r->rows; ++row) {
        HK_NAME(hk_attention_scale)(r, row);
        float *x = r->logits + row * columns;
        vf top = nothing, sum = {0};
        for (int64_t j = 0; j < columns; j += 16) {
            top = v_max(top, v_load_n(x + j, hk_min(columns - j, 16), nothing));
        }
        float highest = v_highest(top);
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            vf e = v_exp(v_load_n(x + j, n, nothing) - highest);
            v_store_n(x + j, n, e);
            sum += e;
        }
        r->statistics[2 * row] = highest;
        r->statistics[2 * row + 1] = 1.0f / v_sum(sum);
    }
}

/// The weights of attention in place of the products, from what the forward pass left of each row.
static void HK_NAME(hk_attention_weights)(const hk_attention_rows *r) {
    const int64_t columns = r->columns;
    for (int64_t row = 0; row < r->rows; ++row) {
        HK_NAME(hk_attention_scale)(r, row);
        float *x = r->logits + row * columns;
        const float highest = r->statistics[2 * row], factor = r->statistics[2 * row + 1];
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            v_store_n(x + j, n, v_exp(v_load_n(x + j, n, (vf){0}) - highest) * factor);
        }
    }
}

/// The gradients of the products from those of the weights: w (s − Σ out g) · scale, none where the mask is false.
static void HK_NAME(hk_attention_slopes)(const hk_attention_rows *r, float *slopes, const float *out, const float *g,
                                         int64_t step) {
    const int64_t columns = r->columns, size = r->a->value_size;
    const float scale = r->a->scale;
    for (int64_t row = 0; row < r->rows; ++row) {
        const float *y = out + row * step, *h = g + row * step, *w = r->logits + row * columns;
        float *s = slopes + row * columns;
        vf sum = {0};
        for (int64_t j = 0; j < size; j += 16) {
            int64_t n = hk_min(size - j, 16);
            sum += v_load_n(y + j, n, (vf){0}) * v_load_n(h + j, n, (vf){0});
        }
        const float total = v_sum(sum);
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            v_store_n(s + j, n, v_load_n(w + j, n, (vf){0}) * (v_load_n(s + j, n, (vf){0}) - total) * scale);
        }
        if (r->mask) {
            const uint8_t *mask = r->mask + row * r->a->mask_target;
            const int64_t mask_step = r->a->mask_source;
            for (int64_t j = 0; j < columns; ++j) s[j] = mask[j * mask_step] ? s[j] : 0.0f;
        }
        if (r->a->causal) {
            for (int64_t j = r->first + row + 1; j < columns; ++j) s[j] = 0.0f;
        }
    }
}
