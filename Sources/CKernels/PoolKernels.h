// Pools, sixteen channels at a time. A template: compiled once per instruction set.
#define hk_window_span HK_NAME(hk_window_span)
#define hk_window_at HK_NAME(hk_window_at)
#define hk_largest HK_NAME(hk_largest)
#define hk_window_total HK_NAME(hk_window_total)
#define hk_largest_of_four HK_NAME(hk_largest_of_four)

#ifndef HK_POOL_TYPES
#define HK_POOL_TYPES
/// The part of one window that lies inside the input.
typedef struct {
    int64_t first[3], count[3];
} hk_span;
#endif

HK_INLINE void hk_window_span(const hk_windows *w, int axis, int64_t place, hk_span *span) {
    int64_t start = place * w->stride[axis] - w->low[axis];
    int64_t first = hk_max(start, 0), last = hk_min(start + w->window[axis], w->input[axis]);
    span->first[axis] = first;
    span->count[axis] = hk_max(last - first, 0);
}

/// The first element of a window's part in a sample.
HK_INLINE int64_t hk_window_at(const hk_windows *w, const hk_span *s) {
    return ((s->first[0] * w->input[1] + s->first[1]) * w->input[2] + s->first[2]) * w->channels;
}

// Walks the elements of a part; `p` is the offset of each from the part's first.
#define HK_EACH_ELEMENT(w, s, p) \
    for (int64_t i_ = 0, p0_ = 0; i_ < (s)->count[0]; ++i_, p0_ += (w)->input[1] * (w)->input[2] * (w)->channels) \
        for (int64_t j_ = 0, p1_ = p0_; j_ < (s)->count[1]; ++j_, p1_ += (w)->input[2] * (w)->channels) \
            for (int64_t k_ = 0, p = p1_; k_ < (s)->count[2]; ++k_, p += (w)->channels)

/// The number, within the part, of the largest of its elements in each lane: the first of equals, NaN being largest.
HK_INLINE vi hk_largest(const hk_windows *w, const hk_span *s, const float *x, int64_t n) {
    const vf zero = {0};
    vf best = v_load_n(x, n, zero);
    vi index = {0};
    int32_t number = 0;
    HK_EACH_ELEMENT(w, s, p) {
        vf value = v_load_n(x + p, n, zero);
        vi larger = (value > best) | ((value != value) & (best == best));
        best = v_select(larger, value, best);
        index = v_select_i(larger, (vi){0} + number, index);
        ++number;
    }
    return index;
}

/// Pools of 2 × 2 elements side by side, which most are: the largest of four vectors, and which it is.
HK_INLINE vf hk_largest_of_four(const float *x, int64_t line, int64_t channels, vi *index) {
    const vf second = v_load(x + channels), third = v_load(x + line), fourth = v_load(x + line + channels);
    vf best = v_load(x);
    vi larger = (second > best) | ((second != second) & (best == best));
    best = v_select(larger, second, best);
    *index = larger & 1;
    larger = (third > best) | ((third != third) & (best == best));
    best = v_select(larger, third, best);
    *index = v_select_i(larger, (vi){0} + 2, *index);
    larger = (fourth > best) | ((fourth != fourth) & (best == best));
    *index = v_select_i(larger, (vi){0} + 3, *index);
    return v_select(larger, fourth, best);
}

/// By how many elements a window's sum is divided.
HK_INLINE float hk_window_total(const hk_pool_task *t, const hk_span *s) {
    const int64_t *sizes = t->kind == HK_POOL_AVERAGE ? s->count : t->w->window;
    return (float)hk_max(sizes[0] * sizes[1] * sizes[2], 1);
}

/// Rows of the output: the places along the last spatial axis.
static void HK_NAME(hk_pool_rows)(const hk_pool_task *t, int64_t begin, int64_t end) {
    const hk_windows *w = t->w;
    const int64_t channels = w->channels, sample = w->input[0] * w->input[1] * w->input[2] * channels;
    const vf zero = {0};
    for (int64_t row = begin; row < end; ++row) {
        hk_span s;
        hk_window_span(w, 0, row / w->output[1] % w->output[0], &s);
        hk_window_span(w, 1, row % w->output[1], &s);
        const float *x = t->x + row / w->output[1] / w->output[0] * sample;
        float *y = t->out + row * w->output[2] * channels;
        if (t->tiles && t->kind == HK_POOL_MAX) {
            const float *part = x + s.first[1] * w->input[2] * channels;
            for (int64_t place = 0; place < w->output[2]; ++place, part += 2 * channels, y += channels) {
                for (int64_t c = 0; c < channels; c += HK_LANES) {
                    vi index;
                    v_store(y + c, hk_largest_of_four(part + c, w->input[2] * channels, channels, &index));
                }
            }
            continue;
        }
        for (int64_t place = 0; place < w->output[2]; ++place, y += channels) {
            hk_window_span(w, 2, place, &s);
            const float *part = x + hk_window_at(w, &s);
            if (t->kind == HK_POOL_MAX) {
                for (int64_t c = 0; c < channels; c += HK_LANES) {
                    int64_t n = hk_min(channels - c, HK_LANES);
                    vf best = v_splat(-INFINITY);
                    HK_EACH_ELEMENT(w, &s, p) best = v_max(best, v_load_n(part + p + c, n, zero));
                    v_store_n(y + c, n, best);
                }
            } else {
                float scale = 1.0f / hk_window_total(t, &s);
                for (int64_t c = 0; c < channels; c += HK_LANES) {
                    int64_t n = hk_min(channels - c, HK_LANES);
                    vf sum = zero;
                    HK_EACH_ELEMENT(w, &s, p) sum += v_load_n(part + p + c, n, zero);
                    v_store_n(y + c, n, sum * scale);
                }
            }
        }
    }
}

/// One image's gradient of a pool of 2 × 2 elements side by side: each element is written once.
static void HK_NAME(hk_pool_gradient_tiles)(const hk_windows *w, const float *x, const float *g, float *dx) {
    const int64_t channels = w->channels, line = w->input[2] * channels, row = w->output[2] * channels;
    for (int64_t b = 0; b < w->output[1]; ++b, x += 2 * line, dx += 2 * line) {
        for (int64_t place = 0; place < row; place += channels, g += channels) {
            for (int64_t c = 0; c < channels; c += HK_LANES) {
                const int64_t at = 2 * place + c;
                vi index;
                (void)hk_largest_of_four(x + at, line, channels, &index);
                const vi gradient = (vi)v_load(g + c);
                v_store(dx + at, (vf)(gradient & (index == 0)));
                v_store(dx + at + channels, (vf)(gradient & (index == 1)));
                v_store(dx + at + line, (vf)(gradient & (index == 2)));
                v_store(dx + at + line + channels, (vf)(gradient & (index == 3)));
            }
        }
        // What no window meets: the last column and the last row of odd sizes.
        const size_t rest = (size_t)(line - 2 * row) * sizeof(float);
        memset(dx + 2 * row, 0, rest);
        memset(dx + line + 2 * row, 0, rest);
    }
    memset(dx, 0, (size_t)((w->input[1] - 2 * w->output[1]) * line) * sizeof(float));
}

/// Items: samples, or pieces of sixteen channels of them.
static void HK_NAME(hk_pool_gradient_items)(const hk_pool_task *t, int64_t begin, int64_t end) {
    const hk_windows *w = t->w;
    const int64_t channels = w->channels, places = w->input[0] * w->input[1] * w->input[2];
    const int64_t outputs = w->output[0] * w->output[1] * w->output[2];
    const vf zero = {0};
    for (int64_t item = begin; item < end; ++item) {
        const int64_t sample = item / t->parts, first = t->parts == 1 ? 0 : item % t->parts * HK_LANES;
        const int64_t last = t->parts == 1 ? channels : hk_min(first + HK_LANES, channels);
        float *dx = t->out + sample * places * channels;
        const float *g = t->other + sample * outputs * channels;
        const float *x = t->kind == HK_POOL_MAX ? t->x + sample * places * channels : NULL;
        if (t->tiles && t->kind == HK_POOL_MAX && t->parts == 1) {
            HK_NAME(hk_pool_gradient_tiles)(w, x, g, dx);
            continue;
        }
        if (t->parts == 1) {
            memset(dx, 0, (size_t)(places * channels) * sizeof(float));
        } else {
            for (int64_t p = 0; p < places; ++p)
                memset(dx + p * channels + first, 0, (size_t)(last - first) * sizeof(float));
        }
        hk_span s;
        for (int64_t a = 0; a < w->output[0]; ++a) {
            hk_window_span(w, 0, a, &s);
            for (int64_t b = 0; b < w->output[1]; ++b) {
                hk_window_span(w, 1, b, &s);
                for (int64_t c = 0; c < w->output[2]; ++c, g += channels) {
                    hk_window_span(w, 2, c, &s);
                    if (s.count[0] * s.count[1] * s.count[2] == 0) continue;
                    const int64_t at = hk_window_at(w, &s);
                    const float scale = t->kind == HK_POOL_MAX ? 1.0f : 1.0f / hk_window_total(t, &s);
                    for (int64_t channel = first; channel < last; channel += HK_LANES) {
                        const int64_t n = hk_min(last - channel, HK_LANES);
                        const vf gradient = v_load_n(g + channel, n, zero) * scale;
                        float *target = dx + at + channel;
                        if (t->kind == HK_POOL_MAX) {
                            const vi largest = hk_largest(w, &s, x + at + channel, n);
                            int32_t number = 0;
                            HK_EACH_ELEMENT(w, &s, p) {
                                vf share = v_select(largest == number, gradient, zero);
                                v_store_n(target + p, n, v_load_n(target + p, n, zero) + share);
                                ++number;
                            }
                        } else {
                            HK_EACH_ELEMENT(w, &s, p)
                            v_store_n(target + p, n, v_load_n(target + p, n, zero) + gradient);
                        }
                    }
                }
            }
        }
    }
}

static void HK_NAME(hk_pool_pick_rows)(const hk_pool_task *t, int64_t begin, int64_t end) {
    const hk_windows *w = t->w;
    const int64_t channels = w->channels, sample = w->input[0] * w->input[1] * w->input[2] * channels;
    const vf zero = {0};
    for (int64_t row = begin; row < end; ++row) {
        hk_span s;
        hk_window_span(w, 0, row / w->output[1] % w->output[0], &s);
        hk_window_span(w, 1, row % w->output[1], &s);
        const int64_t base = row / w->output[1] / w->output[0] * sample;
        float *out = t->out + row * w->output[2] * channels;
        for (int64_t place = 0; place < w->output[2]; ++place, out += channels) {
            hk_window_span(w, 2, place, &s);
            if (s.count[0] * s.count[1] * s.count[2] == 0) {
                memset(out, 0, (size_t)channels * sizeof(float));
                continue;
            }
            const int64_t at = base + hk_window_at(w, &s);
            for (int64_t c = 0; c < channels; c += HK_LANES) {
                const int64_t n = hk_min(channels - c, HK_LANES);
                const vi largest = hk_largest(w, &s, t->x + at + c, n);
                vf picked = zero;
                int32_t number = 0;
                HK_EACH_ELEMENT(w, &s, p) {
                    picked = v_select(largest == number, v_load_n(t->other + at + p + c, n, zero), picked);
                    ++number;
                }
                v_store_n(out + c, n, picked);
            }
        }
    }
}

#undef HK_EACH_ELEMENT
