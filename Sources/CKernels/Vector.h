// Vectors of sixteen floats: loads, selections, sums over lanes. A template: compiled once per instruction set.
#define v_load HK_NAME(v_load)
#define v_store HK_NAME(v_store)
#define v_load_n HK_NAME(v_load_n)
#define v_store_n HK_NAME(v_store_n)
#define v_splat HK_NAME(v_splat)
#define v_select HK_NAME(v_select)
#define v_select_i HK_NAME(v_select_i)
#define v_select_d HK_NAME(v_select_d)
#define v_any HK_NAME(v_any)
#define v_abs HK_NAME(v_abs)
#define v_copysign HK_NAME(v_copysign)
#define v_sqrt HK_NAME(v_sqrt)
#define v_round HK_NAME(v_round)
#define v_floor HK_NAME(v_floor)
#define v_ceil HK_NAME(v_ceil)
#define v_trunc HK_NAME(v_trunc)
#define v_max HK_NAME(v_max)
#define v_min HK_NAME(v_min)
#define v_sum HK_NAME(v_sum)
#define v_highest HK_NAME(v_highest)
#define v_lowest HK_NAME(v_lowest)
#define v_product HK_NAME(v_product)
#define v_divide_safe HK_NAME(v_divide_safe)
#define v_transpose HK_NAME(v_transpose)
#define v_divide HK_NAME(v_divide)
#define v_divide_by_root HK_NAME(v_divide_by_root)
#define v_fast_sqrt HK_NAME(v_fast_sqrt)
#define v_fast_rsqrt HK_NAME(v_fast_rsqrt)
#define v_reciprocal HK_NAME(v_reciprocal)
#define v_rounded_bfloat HK_NAME(v_rounded_bfloat)
#define v_load_bfloat HK_NAME(v_load_bfloat)
#define v_store_bfloat HK_NAME(v_store_bfloat)
#define v_load_numbers HK_NAME(v_load_numbers)
#define v_store_numbers HK_NAME(v_store_numbers)

HK_INLINE vf v_load(const float *p) { return *(const vf_unaligned *)p; }
HK_INLINE void v_store(float *p, vf x) { *(vf_unaligned *)p = x; }
HK_INLINE vf v_splat(float x) { return x - (vf){0}; }

/// mask ? a : b, lane by lane; masks are what comparisons give, 0 or -1. LLVM turns the bit operations into a blend.
HK_INLINE vf v_select(vi mask, vf a, vf b) { return (vf)(((vi)a & mask) | ((vi)b & ~mask)); }
HK_INLINE vi v_select_i(vi mask, vi a, vi b) { return (a & mask) | (b & ~mask); }
HK_INLINE vd v_select_d(vl mask, vd a, vd b) { return (vd)(((vl)a & mask) | ((vl)b & ~mask)); }
HK_INLINE bool v_any(vi mask) { return __builtin_reduce_or(mask) != 0; }

/// The first n lanes (0 < n <= 16) from memory, `fill` in the others; reads nothing beyond them.
HK_INLINE vf v_load_n(const float *p, int64_t n, vf fill) {
#if HK_LEVEL == 4
    return (vf)_mm512_mask_loadu_ps((__m512)fill, (__mmask16)(0xffffu >> (16 - n)), p);
#else
    vf lanes = fill;
    memcpy(&lanes, p, (size_t)n * sizeof(float));
    return lanes;
#endif
}
HK_INLINE void v_store_n(float *p, int64_t n, vf x) {
#if HK_LEVEL == 4
    _mm512_mask_storeu_ps(p, (__mmask16)(0xffffu >> (16 - n)), (__m512)x);
#else
    memcpy(p, &x, (size_t)n * sizeof(float));
#endif
}

HK_INLINE vf v_abs(vf x) { return (vf)((vi)x & 0x7fffffff); }
HK_INLINE vf v_copysign(vf x, vf sign) { return (vf)(((vi)x & 0x7fffffff) | ((vi)sign & (int32_t)0x80000000)); }
HK_INLINE vf v_sqrt(vf x) { return __builtin_elementwise_sqrt(x); }

// SSE2 has no rounding instruction, and the builtins would call libm lane by lane: there, adding and taking away 2^23
// rounds to the nearest even, and the others follow from it.
HK_INLINE vf v_round(vf x) {
#if HK_LEVEL >= 3
    return __builtin_elementwise_roundeven(x);
#else
    vf magnitude = v_abs(x);
    vf rounded = (magnitude + 8388608.0f) - 8388608.0f;
    return v_copysign(v_select(magnitude < 8388608.0f, rounded, x), x);
#endif
}
HK_INLINE vf v_floor(vf x) {
#if HK_LEVEL >= 3
    return __builtin_elementwise_floor(x);
#else
    vf rounded = v_round(x);
    return v_copysign(v_select(rounded > x, rounded - 1.0f, rounded), x);
#endif
}
HK_INLINE vf v_ceil(vf x) {
#if HK_LEVEL >= 3
    return __builtin_elementwise_ceil(x);
#else
    vf rounded = v_round(x);
    return v_copysign(v_select(rounded < x, rounded + 1.0f, rounded), x);
#endif
}
HK_INLINE vf v_trunc(vf x) {
#if HK_LEVEL >= 3
    return __builtin_elementwise_trunc(x);
#else
    return v_copysign(v_floor(v_abs(x)), x);
#endif
}

/// NaN wins, as in NumPy's maximum; written so that the first selection is one instruction (maxps gives b for a NaN).
HK_INLINE vf v_max(vf a, vf b) { return v_select(a != a, a, v_select(a > b, a, b)); }
HK_INLINE vf v_min(vf a, vf b) { return v_select(a != a, a, v_select(a < b, a, b)); }

// Lanes are folded as a tree, halves on halves, the same way on every instruction set.
#define HK_FOLD(name, EXPRESSION) \
    HK_INLINE float name(vf x) { \
        float lanes[16]; \
        vf a = x, b = __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15); \
        a = EXPRESSION; \
        b = __builtin_shufflevector(a, a, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7); \
        a = EXPRESSION; \
        b = __builtin_shufflevector(a, a, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3); \
        a = EXPRESSION; \
        b = __builtin_shufflevector(a, a, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1); \
        a = EXPRESSION; \
        v_store(lanes, a); \
        return lanes[0]; \
    }
HK_FOLD(v_sum, a + b)
HK_FOLD(v_highest, v_max(a, b))
HK_FOLD(v_lowest, v_min(a, b))
HK_FOLD(v_product, a * b)
#undef HK_FOLD

/// To the nearest bfloat16, halves to even; NaN stays NaN.
HK_INLINE vf v_rounded_bfloat(vf x) {
    vu bits = (vu)x;
    vi rounded = (vi)((bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u);
    return (vf)v_select_i(x != x, (vi)((bits & 0xffff0000u) | 0x400000u), rounded);
}
HK_INLINE vf v_load_bfloat(const uint16_t *p) {
    return (vf)(__builtin_convertvector(*(const vh_unaligned *)p, vu) << 16);
}
HK_INLINE void v_store_bfloat(uint16_t *p, vf x) {
    *(vh_unaligned *)p = __builtin_convertvector((vu)v_rounded_bfloat(x) >> 16, vh_unaligned);
}

/// Elements at ..< at + n (0 < n <= 16) of an array of bfloat16 if `half`, of float32 otherwise; the other lanes are 0.
HK_INLINE vf v_load_numbers(const void *in, int64_t at, int64_t n, const bool half) {
    if (!half) return n == 16 ? v_load((const float *)in + at) : v_load_n((const float *)in + at, n, (vf){0});
    const uint16_t *p = (const uint16_t *)in + at;
    if (n == 16) return v_load_bfloat(p);
    uint16_t lanes[16] = {0};
    memcpy(lanes, p, (size_t)n * sizeof(uint16_t));
    return v_load_bfloat(lanes);
}
HK_INLINE void v_store_numbers(void *out, int64_t at, int64_t n, vf x, const bool half) {
    if (!half) {
        if (n == 16) v_store((float *)out + at, x);
        else v_store_n((float *)out + at, n, x);
        return;
    }
    uint16_t *p = (uint16_t *)out + at, lanes[16];
    if (n == 16) {
        v_store_bfloat(p, x);
        return;
    }
    v_store_bfloat(lanes, x);
    memcpy(p, lanes, (size_t)n * sizeof(uint16_t));
}

/// a / b within an ulp, for quotients known to be finite and divisors well inside the range of normal numbers. On
/// AVX-512 a division takes 16 cycles; an estimate with one Newton step and a correction of the quotient takes 4.
HK_INLINE vf v_divide_safe(vf a, vf b) {
#if HK_LEVEL == 4
    vf r = (vf)_mm512_rcp14_ps((__m512)b);
    r = r + r * (1.0f - b * r);
    vf q = a * r;
    return q + r * (a - b * q);
#else
    return a / b;
#endif
}

// AVX-512 divides sixteen floats in 16 cycles and takes their square roots in 19, which an optimizer's update would
// spend most of its time on. An estimate to 14 bits, a Newton step and a correction by the exact remainder take 5 each
// and round right but for one result in thousands (then by one ulp; an exact quotient or root is always found).
// Where a step leaves the numbers' range (divisors of zero, infinite or denormal, roots of zero and of negative
// numbers, quotients that overflow), the remainder is infinite or not a number, and the result NaN: these lanes take
// the instruction, as do all whose result is truly NaN; so do divisors above 2^126 where denormal numbers are flushed to
// zero, as plans do, and with them their reciprocals. Dividends so small that the remainder is lost stay uncorrected,
// within an ulp.
HK_INLINE vf v_divide(vf a, vf b) {
#if HK_LEVEL == 4
    vf r = (vf)_mm512_rcp14_ps((__m512)b);
    r = r + r * (1.0f - b * r);
    vf q = a * r;
    // Zero keeps its sign, which adding a correction of zero would take.
    vf result = v_copysign(q + r * (a - b * q), q);
    __mmask16 unsafe = _mm512_cmp_ps_mask((__m512)result, (__m512)result, _CMP_UNORD_Q)
        | _mm512_cmp_ps_mask((__m512)r, _mm512_setzero_ps(), _CMP_EQ_OQ);
    if (__builtin_expect(unsafe != 0, false)) {
        result = (vf)_mm512_mask_div_ps((__m512)result, unsafe, (__m512)a, (__m512)b);
    }
    return result;
#else
    return a / b;
#endif
}
/// a / sqrt(b).
HK_INLINE vf v_divide_by_root(vf a, vf b) {
#if HK_LEVEL == 4
    vf r = (vf)_mm512_rsqrt14_ps((__m512)b);
    vf q = a * (r + r * (0.5f - (0.5f * r) * (b * r)));
    __mmask16 unsafe = _mm512_cmp_ps_mask((__m512)q, (__m512)q, _CMP_UNORD_Q);
    if (__builtin_expect(unsafe != 0, false)) {
        q = (vf)_mm512_mask_div_ps((__m512)q, unsafe, (__m512)a, _mm512_sqrt_ps((__m512)b));
    }
    return q;
#else
    return a / v_sqrt(b);
#endif
}
HK_INLINE vf v_reciprocal(vf x) {
#if HK_LEVEL == 4
    vf r = (vf)_mm512_rcp14_ps((__m512)x);
    r = r + r * (1.0f - x * r);
    r = r + r * (1.0f - x * r);
    __mmask16 unsafe = _mm512_cmp_ps_mask((__m512)r, (__m512)r, _CMP_UNORD_Q);
    if (__builtin_expect(unsafe != 0, false)) {
        r = (vf)_mm512_mask_div_ps((__m512)r, unsafe, _mm512_set1_ps(1.0f), (__m512)x);
    }
    return r;
#else
    return 1.0f / x;
#endif
}
HK_INLINE vf v_fast_sqrt(vf x) {
#if HK_LEVEL == 4
    vf r = (vf)_mm512_rsqrt14_ps((__m512)x);
    vf root = x * r, half = 0.5f * r;
    root = root + root * (0.5f - half * root);
    root = root + half * (x - root * root);
    __mmask16 unsafe = _mm512_cmp_ps_mask((__m512)root, (__m512)root, _CMP_UNORD_Q);
    if (__builtin_expect(unsafe != 0, false)) root = (vf)_mm512_mask_sqrt_ps((__m512)root, unsafe, (__m512)x);
    return root;
#else
    return v_sqrt(x);
#endif
}
HK_INLINE vf v_fast_rsqrt(vf x) {
#if HK_LEVEL == 4
    vf r = (vf)_mm512_rsqrt14_ps((__m512)x);
    r = r + r * (0.5f - (0.5f * r) * (x * r));
    __mmask16 unsafe = _mm512_cmp_ps_mask((__m512)r, (__m512)r, _CMP_UNORD_Q);
    if (__builtin_expect(unsafe != 0, false)) {
        r = (vf)_mm512_mask_div_ps((__m512)r, unsafe, _mm512_set1_ps(1.0f), _mm512_sqrt_ps((__m512)x));
    }
    return r;
#else
    return 1.0f / v_sqrt(x);
#endif
}

#define HK_ROUND(STEP, ...) \
    for (int i = 0; i < 16; ++i) { \
        if (i & (STEP)) continue; \
        vf x = rows[i], y = rows[i + (STEP)]; \
        rows[i] = __builtin_shufflevector(x, y, __VA_ARGS__); \
        rows[i + (STEP)] = HK_SECOND(x, y); \
    }
/// Sixteen rows of sixteen, in registers: four rounds that each swap the off-diagonal halves of blocks twice as small.
HK_INLINE void v_transpose(vf rows[16]) {
#define HK_SECOND(x, y) __builtin_shufflevector(x, y, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#pragma clang loop unroll(full)
    HK_ROUND(8, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#undef HK_SECOND
#define HK_SECOND(x, y) __builtin_shufflevector(x, y, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#pragma clang loop unroll(full)
    HK_ROUND(4, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#undef HK_SECOND
#define HK_SECOND(x, y) __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#pragma clang loop unroll(full)
    HK_ROUND(2, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#undef HK_SECOND
#define HK_SECOND(x, y) __builtin_shufflevector(x, y, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
#pragma clang loop unroll(full)
    HK_ROUND(1, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#undef HK_SECOND
}
#undef HK_ROUND
