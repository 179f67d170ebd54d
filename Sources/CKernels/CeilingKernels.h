// What the machine can do at best. A template: compiled once per instruction set.

/// Fused multiply-adds on twelve registers, enough to hide their latency: the number of floating-point operations.
static double HK_NAME(hk_multiply_adds)(int64_t rounds, float *sum) {
    enum { CHAINS = 12 };
    vf sums[CHAINS];
    const vf factor = v_splat(0.999999f), term = v_splat(1e-6f);
    for (int i = 0; i < CHAINS; ++i) sums[i] = v_splat((float)i);
    for (int64_t round = 0; round < rounds; ++round) {
#pragma clang loop unroll(full)
        for (int i = 0; i < CHAINS; ++i) sums[i] = sums[i] * factor + term;
    }
    for (int i = 1; i < CHAINS; ++i) sums[0] += sums[i];
    *sum = v_sum(sums[0]);
    return 2.0 * CHAINS * HK_LANES * (double)rounds;
}

/// Reads and writes every element once.
static void HK_NAME(hk_scale_range)(float *x, int64_t begin, int64_t end) {
    const vf factor = v_splat(0.999999f);
    for (int64_t i = begin; i < end; i += HK_LANES) v_store(x + i, v_load(x + i) * factor);
}
