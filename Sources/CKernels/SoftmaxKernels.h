// Softmax and its gradient, row by row. A template: compiled once per instruction set.

static void HK_NAME(hk_softmax_rows)(const hk_softmax_task *t, int64_t begin, int64_t end) {
    const int64_t columns = t->columns, whole = columns & ~(int64_t)15, rest = columns - whole;
    const vf nothing = v_splat(-INFINITY);
    for (int64_t row = begin; row < end; ++row) {
        const float *in = t->in + row * columns;
        float *out = t->out + row * columns;
        vf top = nothing, sum = {0};
        for (int64_t j = 0; j < whole; j += 16) top = v_max(top, v_load(in + j));
        if (rest) top = v_max(top, v_load_n(in + whole, rest, nothing));
        float highest = v_highest(top);
        for (int64_t j = 0; j < whole; j += 16) {
            vf e = v_exp(v_load(in + j) - highest);
            if (!t->logarithm) v_store(out + j, e);
            sum += e;
        }
        if (rest) {
            vf e = v_exp(v_load_n(in + whole, rest, nothing) - highest);
            if (!t->logarithm) v_store_n(out + whole, rest, e);
            sum += e;
        }
        if (t->logarithm) {
            float log_sum = logf(v_sum(sum));
            for (int64_t j = 0; j < whole; j += 16) v_store(out + j, (v_load(in + j) - highest) - log_sum);
            if (rest) v_store_n(out + whole, rest, (v_load_n(in + whole, rest, nothing) - highest) - log_sum);
        } else {
            float scale = 1.0f / v_sum(sum);
            for (int64_t j = 0; j < whole; j += 16) v_store(out + j, v_load(out + j) * scale);
            if (rest) v_store_n(out + whole, rest, v_load_n(out + whole, rest, nothing) * scale);
        }
    }
}

static void HK_NAME(hk_softmax_gradient_rows)(const hk_softmax_task *t, int64_t begin, int64_t end) {
    const int64_t columns = t->columns;
    const vf zero = {0};
    for (int64_t row = begin; row < end; ++row) {
        const float *y = t->in + row * columns, *g = t->g + row * columns;
        float *dx = t->out + row * columns;
        vf sum = zero;
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            vf upstream = v_load_n(g + j, n, zero);
            sum += t->logarithm ? upstream : upstream * v_load_n(y + j, n, zero);
        }
        float total = v_sum(sum);
        for (int64_t j = 0; j < columns; j += 16) {
            int64_t n = hk_min(columns - j, 16);
            vf upstream = v_load_n(g + j, n, zero), value = v_load_n(y + j, n, zero);
            v_store_n(dx + j, n, t->logarithm ? upstream - v_exp(value) * total : value * (upstream - total));
        }
    }
}
