// Elementary functions of sixteen floats, accurate to 1-3 ulp with IEEE special values. A template: compiled once per
// instruction set. Multiply-adds are contracted within an expression where the set has them, and nothing here needs
// them to be.
//
// Sources of the polynomials: Cephes (S. Moshier: expf, logf, sinf, cosf), fdlibm (FreeBSD: log1pf's correction, the
// two-part pi/2), N. Juffa (erff, njuffa on the NVIDIA forums and Stack Overflow), M. Giles (erfinv, GPU Gems, 2010).
#define v_scale HK_NAME(v_scale)
#define v_clamp HK_NAME(v_clamp)
#define v_exp_reduced HK_NAME(v_exp_reduced)
#define v_exp HK_NAME(v_exp)
#define v_expm1 HK_NAME(v_expm1)
#define v_tanh HK_NAME(v_tanh)
#define v_sigmoid HK_NAME(v_sigmoid)
#define v_log_core HK_NAME(v_log_core)
#define v_log HK_NAME(v_log)
#define v_log1p HK_NAME(v_log1p)
#define v_softplus HK_NAME(v_softplus)
#define v_erf HK_NAME(v_erf)
#define v_sine_polynomial HK_NAME(v_sine_polynomial)
#define v_cosine_polynomial HK_NAME(v_cosine_polynomial)
#define v_sine HK_NAME(v_sine)
#define v_power HK_NAME(v_power)
#define v_erfinv_central HK_NAME(v_erfinv_central)
#define v_huge_sine HK_NAME(v_huge_sine)

/// x 2^n for whole n in -300 ... 300, rounded once: a result may be a denormal or overflow.
HK_INLINE vf v_scale(vf x, vf n) {
#if HK_LEVEL == 4
    return (vf)_mm512_scalef_ps((__m512)x, (__m512)n);
#else
    vi whole = __builtin_convertvector(n, vi), half = whole >> 1;
    return x * (vf)((half + 127) << 23) * (vf)((whole - half + 127) << 23);
#endif
}

/// NaN passes.
HK_INLINE vf v_clamp(vf x, float low, float high) {
    x = v_select(v_splat(high) < x, v_splat(high), x);
    return v_select(v_splat(low) > x, v_splat(low), x);
}

/// exp(x) - 1 = result for the reduced argument r = x - n log 2, |r| <= log(2) / 2; n is passed back.
HK_INLINE vf v_exp_reduced(vf x, vf *n) {
    *n = v_round(x * 1.44269504088896341f);
    vf r = x - *n * 0.693359375f;
    r = r - *n * -2.12194440e-4f;
    vf p = 1.9875691500e-4f * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * (r * r) + r;
}

/// Deep underflow (masked attention, padding) is selected, not computed: a result below the normal numbers would cost
/// a hundred cycles in the processor's microcode.
HK_INLINE vf v_exp(vf x) {
    vi nothing = x < -104.0f;
    x = v_select(nothing, (vf){0}, x);
    vf n, p = v_exp_reduced(v_select(v_splat(89.0f) < x, v_splat(89.0f), x), &n);
    return v_select(nothing, (vf){0}, v_scale(p + 1.0f, n));
}

/// 2^n (p + 1) - 1, with 2^(n - 1) in the middle because 2^128 is not a float.
HK_INLINE vf v_expm1(vf x) {
    vf n, p = v_exp_reduced(v_clamp(x, -30.0f, 89.0f), &n);
    vf half = (vf)((__builtin_convertvector(n, vi) + 126) << 23);
    vf y = half * p + (half - 0.5f);
    return v_select(v_abs(x) < 1e-30f, x, y + y);
}

HK_INLINE vf v_tanh(vf x) {
    vf magnitude = v_abs(x);
    vf n, t = v_clamp(magnitude, 0.0f, 10.0f);
    vf p = v_exp_reduced(t + t, &n);
    vf scale = (vf)((__builtin_convertvector(n, vi) + 127) << 23);
    t = scale * p + (scale - 1.0f);
    return v_copysign(v_select(magnitude < 1e-30f, magnitude, v_divide_safe(t, t + 2.0f)), x);
}

/// From exp(-|x|), so that neither tail loses its digits.
HK_INLINE vf v_sigmoid(vf x) {
    vf e = v_exp(-v_abs(x));
    return v_divide_safe(v_select(x < 0.0f, e, v_splat(1.0f)), e + 1.0f);
}

/// log(1 + f) + e log 2 + correction, for f in sqrt(1/2) - 1 ... sqrt(2) - 1.
HK_INLINE vf v_log_core(vf f, vf e, vf correction) {
    vf z = f * f;
    vf p = 7.0376836292e-2f * f + -1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f + -1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f + -1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f + -2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    vf y = p * f * z + (e * -2.12194440e-4f + correction);
    y = y - 0.5f * z;
    return (f + y) + e * 0.693359375f;
}

HK_INLINE vf v_log(vf x) {
    vi tiny = x < 1.17549435e-38f;
    vf scaled = v_select(tiny, x * 8388608.0f, x);
    // The mantissa in sqrt(1/2) ... sqrt(2): shifting the bits by those of sqrt(1/2) before taking the exponent.
    vi bits = (vi)scaled - 0x3f3504f3;
    vf e = __builtin_convertvector((bits >> 23) + (tiny & -23), vf);
    vf m = (vf)((bits & 0x7fffff) + 0x3f3504f3);
    vf y = v_log_core(m - 1.0f, e, (vf){0});
    y = v_select(x == INFINITY, x, y);
    y = v_select(x == 0.0f, v_splat(-INFINITY), y);
    return v_select((x < 0.0f) | (x != x), v_splat(NAN), y);
}

HK_INLINE vf v_log1p(vf x) {
    vf u = x + 1.0f;
    vi bits = (vi)u - 0x3f3504f3;
    vi exponent = bits >> 23;
    vf e = __builtin_convertvector(exponent, vf);
    vf f = (vf)((bits & 0x7fffff) + 0x3f3504f3) - 1.0f;
    // What 1 + x lost to rounding, relative to u.
    vf lost = v_select(u > 2.0f, 1.0f - (u - x), x - (u - 1.0f)) / u;
    vi near = exponent == 0;
    vf y = v_log_core(v_select(near, x, f), e, v_select(near, (vf){0}, lost));
    y = v_select(x == INFINITY, x, y);
    y = v_select(x == -1.0f, v_splat(-INFINITY), y);
    y = v_select((x < -1.0f) | (x != x), v_splat(NAN), y);
    return v_select(x == 0.0f, x, y);
}

/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)).
HK_INLINE vf v_softplus(vf x) {
    vf e = v_exp(-v_abs(x));
    vf u = e + 1.0f;
    vi high = u > 1.41421356f;
    vf lost = v_divide_safe(v_select(u > 1.5f, 1.0f - (u - e), e - (u - 1.0f)), u);
    vf f = v_select(high, u * 0.5f - 1.0f, e);
    vf y = v_log_core(f, v_select(high, v_splat(1.0f), (vf){0}), v_select(high, lost, (vf){0}));
    return v_select(x < 0.0f, y, x + y);
}

HK_INLINE vf v_erf(vf x) {
    vf t = v_select(v_splat(4.0f) < v_abs(x), v_splat(4.0f), v_abs(x)), s = t * t;
    vf r = -1.72853470e-5f * t + 3.83197126e-4f;
    vf u = -3.88396438e-3f * t + 2.42546219e-2f;
    r = r * s + u;
    r = r * t + -1.06777877e-1f;
    r = r * t + -6.34846687e-1f;
    r = r * t + -1.28717512e-1f;
    r = r * t - t;
    vf outer = v_copysign(1.0f - v_exp(r), x);
    vf p = -5.96761703e-4f * s + 4.99119423e-3f;
    p = p * s + -2.67681349e-2f;
    p = p * s + 1.12819925e-1f;
    p = p * s + -3.76125336e-1f;
    p = p * s + 1.28379166e-1f;
    return v_select(t > 0.927734375f, outer, p * x + x);
}

HK_INLINE vf v_sine_polynomial(vf r) {
    vf z = r * r;
    vf p = -1.9515295891e-4f * z + 8.3321608736e-3f;
    p = p * z + -1.6666654611e-1f;
    return p * z * r + r;
}
HK_INLINE vf v_cosine_polynomial(vf r) {
    vf z = r * r;
    vf p = 2.443315711809948e-5f * z + -1.388731625493765e-3f;
    p = p * z + 4.166664568298827e-2f;
    return p * (z * z) + (1.0f - 0.5f * z);
}

/// Lanes beyond a million, and infinities: libm knows pi to enough digits.
static __attribute__((noinline, unused)) void v_huge_sine(const float *x, float *y, bool cosine) {
    for (int i = 0; i < 16; ++i) {
        if (!(fabsf(x[i]) <= 1e6f)) y[i] = cosine ? cosf(x[i]) : sinf(x[i]);
    }
}

/// sin(x), or cos(x) as sin one quadrant on. The argument is reduced in double with a two-part pi/2 whose first part
/// has 33 bits, so that n times it is exact.
HK_INLINE vf v_sine(vf x, bool cosine) {
    vd wide = __builtin_convertvector(x, vd);
    vd n = wide * 0.63661977236758134308 + 6755399441055744.0; // rounds to a whole number, in the low bits
    vi quadrant = __builtin_convertvector((vl)n, vi) + (cosine ? 1 : 0);
    n = n - 6755399441055744.0;
    wide = wide - n * 1.57079632673412561417e+00;
    wide = wide - n * 6.07710050650619224932e-11;
    vf r = __builtin_convertvector(wide, vf);
    vf y = v_select((quadrant & 1) != 0, v_cosine_polynomial(r), v_sine_polynomial(r));
    y = (vf)((vi)y ^ ((quadrant & 2) << 30));
    if (__builtin_expect(v_any(v_abs(x) > 1e6f), false)) {
        float arguments[16], results[16];
        v_store(arguments, x);
        v_store(results, y);
        v_huge_sine(arguments, results, cosine);
        y = v_load(results);
    }
    return y;
}

/// x^y = 2^(y log2 |x|) in double, where the logarithm's error stays far below a float's ulp; then C99's special cases.
HK_INLINE vf v_power(vf x, vf y) {
    vf magnitude = v_abs(x);
    vl bits = (vl)__builtin_convertvector(magnitude, vd) - 0x3fe6a09e667f3bcd; // sqrt(1/2)
    vd e = __builtin_convertvector(bits >> 52, vd);
    vd m = (vd)((bits & 0xfffffffffffff) + 0x3fe6a09e667f3bcd);
    vd f = (m - 1.0) / (m + 1.0), s = f * f;
    // 2 / log 2 * artanh(f), odd powers to the 13th.
    vd p = 0.22195308320 * s + 0.26230818925;
    p = p * s + 0.32059889798;
    p = p * s + 0.41219858311;
    p = p * s + 0.57707801635;
    p = p * s + 0.96179669393;
    p = p * s + 2.88539008177792681472;
    vd t = __builtin_convertvector(y, vd) * (p * f + e);
    t = v_select_d(t < 200.0, t, (vd){0} + 200.0);
    t = v_select_d(t > -200.0, t, (vd){0} - 200.0);
    vd n = t + 6755399441055744.0;
    vl whole = (vl)n << 52;
    vd r = (t - (n - 6755399441055744.0)) * 0.69314718055994530942;
    vd q = r * 2.4801587301587302e-5 + 1.9841269841269841e-4;
    q = q * r + 1.3888888888888889e-3;
    q = q * r + 8.3333333333333333e-3;
    q = q * r + 4.1666666666666667e-2;
    q = q * r + 1.6666666666666667e-1;
    q = q * r + 0.5;
    q = q * r + 1.0;
    q = q * r + 1.0;
    vf result = __builtin_convertvector((vd)((vl)q + whole), vf);

    vi zero = magnitude == 0.0f, infinite = magnitude == INFINITY, below = y < 0.0f;
    result = v_select((zero & ~below) | (infinite & below), (vf){0}, result);
    result = v_select((zero & below) | (infinite & ~below), v_splat(INFINITY), result);
    result = v_select(magnitude == 1.0f, v_splat(1.0f), result);
    vi integral = v_trunc(y) == y;
    vi odd = integral & (v_trunc(y * 0.5f) * 2.0f != y) & (v_abs(y) < 16777216.0f);
    vi negative = (vi)x < 0;
    result = (vf)((vi)result ^ (negative & odd & (int32_t)0x80000000));
    result = v_select(negative & ~integral & ~zero & ~infinite, v_splat(NAN), result);
    result = v_select((x != x) | (y != y), v_splat(NAN), result);
    return v_select((y == 0.0f) | (x == 1.0f), v_splat(1.0f), result);
}

/// The inverse of erf for |x| <= erf(sqrt(2)), where one polynomial is enough.
HK_INLINE vf v_erfinv_central(vf x) {
    vf w = -v_log((1.0f - x) * (1.0f + x)) - 2.5f;
    vf p = 2.81022636e-08f * w + 3.43273939e-07f;
    p = p * w + -3.5233877e-06f;
    p = p * w + -4.39150654e-06f;
    p = p * w + 0.00021858087f;
    p = p * w + -0.00125372503f;
    p = p * w + -0.00417768164f;
    p = p * w + 0.246640727f;
    p = p * w + 1.50140941f;
    return p * x;
}
