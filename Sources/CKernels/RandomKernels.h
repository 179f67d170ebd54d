// Philox 4x32-10, sixteen blocks at a time. A template: compiled once per instruction set.

/// The high and low words of x * multiplier.
HK_INLINE void HK_NAME(hk_multiply_wide)(vu x, uint32_t multiplier, vu *high, vu *low) {
    vul product = __builtin_convertvector(x, vul) * (uint64_t)multiplier;
    *high = __builtin_convertvector(product >> 32, vu);
    *low = x * multiplier;
}

/// Group `group` of the stream: sixty-four words, element 16 w + b of the group being word w of block 16 group + b.
HK_INLINE void HK_NAME(hk_philox)(uint64_t seed, uint64_t call, uint64_t group, vu words[4]) {
    const vu lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uint64_t block = group * 16; // sixteen blocks never carry over the low word
    vu a = lane + (uint32_t)block, b = (vu){0} + (uint32_t)(block >> 32);
    vu c = (vu){0} + (uint32_t)call, d = (vu){0} + (uint32_t)(call >> 32);
    uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        vu high0, low0, high1, low1;
        HK_NAME(hk_multiply_wide)(a, 0xD2511F53u, &high0, &low0);
        HK_NAME(hk_multiply_wide)(c, 0xCD9E8D57u, &high1, &low1);
        a = high1 ^ b ^ key0;
        c = high0 ^ d ^ key1;
        b = low1;
        d = low0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    words[0] = a;
    words[1] = b;
    words[2] = c;
    words[3] = d;
}

/// (0, 1): the middle of one of 2^23 equal intervals.
HK_INLINE vf HK_NAME(hk_open_unit)(vu words) {
    return __builtin_convertvector((vi)(words >> 9), vf) * 0x1p-23f + 0x1p-24f;
}

/// Box and Muller: two uniform words make two normal deviates. The radius takes all 32 bits, for the tail's sake.
HK_INLINE void HK_NAME(hk_normal_pair)(vu first, vu second, vf *x, vf *y) {
    vf uniform = __builtin_convertvector((vi)(first >> 8), vf) * 0x1p-24f
        + (__builtin_convertvector((vi)(first & 0xff), vf) * 0x1p-32f + 0x1p-33f);
    vf radius = v_sqrt(v_log(uniform) * -2.0f);
    // The angle: a quadrant, and a fraction of it centred on zero, exactly.
    vf turn = __builtin_convertvector((vi)(second << 2 >> 8), vf) - 8388608.0f;
    vf angle = turn * (1.57079632679489661923f * 0x1p-24f);
    vf sine = v_sine_polynomial(angle), cosine = v_cosine_polynomial(angle);
    vi swap = (vi)(second & 0x40000000u) != 0;
    vi flip = (vi)(second & 0x80000000u);
    *x = (vf)((vi)(radius * v_select(swap, sine, cosine)) ^ flip);
    *y = (vf)((vi)(radius * v_select(swap, -cosine, sine)) ^ flip);
}

static void HK_NAME(hk_random_group)(hk_distribution distribution, uint64_t seed, uint64_t call, uint64_t group,
                                     float *out) {
    vu words[4];
    vf values[4];
    HK_NAME(hk_philox)(seed, call, group, words);
    switch (distribution) {
    case HK_RANDOM_BITS:
        for (int w = 0; w < 4; ++w) values[w] = (vf)words[w];
        break;
    case HK_RANDOM_UNIFORM:
        for (int w = 0; w < 4; ++w) values[w] = __builtin_convertvector((vi)(words[w] >> 8), vf) * 0x1p-24f;
        break;
    case HK_RANDOM_NORMAL:
        HK_NAME(hk_normal_pair)(words[0], words[1], &values[0], &values[1]);
        HK_NAME(hk_normal_pair)(words[2], words[3], &values[2], &values[3]);
        break;
    case HK_RANDOM_TRUNCATED_NORMAL:
        // The quantile function over the probabilities within two standard deviations; erf(sqrt 2) = 0.9545.
        for (int w = 0; w < 4; ++w) {
            vf u = HK_NAME(hk_open_unit)(words[w]) * 2.0f - 1.0f;
            values[w] = v_clamp(v_erfinv_central(u * 0.954499736f) * 1.41421356f, -2.0f, 2.0f);
        }
        break;
    }
    for (int w = 0; w < 4; ++w) v_store(out + w * 16, values[w]);
}
