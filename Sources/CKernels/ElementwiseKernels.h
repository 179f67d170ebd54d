// The instructions of element-wise programs, one loop each, and the loads and stores of the narrow types.
// A template: compiled once per instruction set.

#define HK_LOOP(name, ARGUMENTS, EXPRESSION) \
    static void HK_NAME(hk_do_##name)(const hk_operands *o) { \
        for (size_t i = 0; i < o->count; i += HK_LANES) { \
            ARGUMENTS \
            v_store(o->out + i, EXPRESSION); \
        } \
    }
// A mask of zero repeats the first sixteen elements: a scalar or constant, spread over them once.
#define HK_A vf a = v_load(o->a + (i & o->a_mask));
#define HK_B vf b = v_load(o->b + (i & o->b_mask));
#define HK_C vf c = v_load(o->c + (i & o->c_mask));
#define HK_UNARY(name, EXPRESSION) HK_LOOP(name, HK_A, EXPRESSION)
#define HK_BINARY(name, EXPRESSION) HK_LOOP(name, HK_A HK_B, EXPRESSION)
#define HK_TERNARY(name, EXPRESSION) HK_LOOP(name, HK_A HK_B HK_C, EXPRESSION)
/// 1 where the mask is set, else 0.
#define HK_TRUTH(mask) ((vf)((mask) & 0x3f800000))

// Rare functions, lane by lane in libm.
#define HK_RARE(name, ARGUMENTS, EXPRESSION) \
    static void HK_NAME(hk_do_##name)(const hk_operands *o) { \
        for (size_t i = 0; i < o->count; ++i) { \
            size_t lane = i & (HK_LANES - 1), block = i - lane; \
            ARGUMENTS \
            o->out[i] = EXPRESSION; \
        } \
    }
#define HK_RARE_A float a = o->a[(block & o->a_mask) + lane];
#define HK_RARE_B float b = o->b[(block & o->b_mask) + lane];

/// To the nearest bfloat16, halves to even; NaN stays NaN.
HK_INLINE vf HK_NAME(hk_rounded_bfloat)(vf x) {
    vu bits = (vu)x;
    vi rounded = (vi)((bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u);
    return (vf)v_select_i(x != x, (vi)((bits & 0xffff0000u) | 0x400000u), rounded);
}

HK_UNARY(copy, a)
HK_UNARY(negate, -a)
HK_UNARY(abs, v_abs(a))
HK_UNARY(sign, v_select(a > 0.0f, v_splat(1.0f), v_select(a < 0.0f, v_splat(-1.0f), a)))
HK_UNARY(exp, v_exp(a))
HK_UNARY(expm1, v_expm1(a))
HK_UNARY(log, v_log(a))
HK_UNARY(log1p, v_log1p(a))
HK_UNARY(sqrt, v_fast_sqrt(a))
HK_UNARY(rsqrt, v_fast_rsqrt(a))
HK_UNARY(square, a * a)
HK_UNARY(reciprocal, v_reciprocal(a))
HK_UNARY(sin, v_sine(a, false))
HK_UNARY(cos, v_sine(a, true))
HK_UNARY(tanh, v_tanh(a))
HK_UNARY(sigmoid, v_sigmoid(a))
HK_UNARY(erf, v_erf(a))
HK_UNARY(relu, v_select(0.0f > a, (vf){0}, a))
HK_UNARY(softplus, v_softplus(a))
HK_UNARY(floor, v_floor(a))
HK_UNARY(ceil, v_ceil(a))
HK_UNARY(round, v_round(a))
HK_UNARY(trunc, v_trunc(a))
HK_UNARY(logical_not, HK_TRUTH(a == 0.0f))
HK_UNARY(is_nan, HK_TRUTH(a != a))
HK_UNARY(is_finite, HK_TRUTH(v_abs(a) < INFINITY))
HK_UNARY(is_inf, HK_TRUTH(v_abs(a) == INFINITY))
HK_UNARY(round_bfloat16, HK_NAME(hk_rounded_bfloat)(a))
HK_BINARY(add, a + b)
HK_BINARY(subtract, a - b)
HK_BINARY(multiply, a * b)
HK_BINARY(divide, v_divide(a, b))
HK_BINARY(maximum, v_max(a, b))
HK_BINARY(minimum, v_min(a, b))
HK_BINARY(power, v_power(a, b))
HK_BINARY(equal, HK_TRUTH(a == b))
HK_BINARY(not_equal, HK_TRUTH(a != b))
HK_BINARY(less, HK_TRUTH(a < b))
HK_BINARY(less_equal, HK_TRUTH(a <= b))
HK_BINARY(greater, HK_TRUTH(a > b))
HK_BINARY(greater_equal, HK_TRUTH(a >= b))
HK_BINARY(logical_and, HK_TRUTH((a != 0.0f) & (b != 0.0f)))
HK_BINARY(logical_or, HK_TRUTH((a != 0.0f) | (b != 0.0f)))
HK_BINARY(logical_xor, HK_TRUTH((a != 0.0f) ^ (b != 0.0f)))
HK_TERNARY(select, v_select(a != 0.0f, b, c))
HK_TERNARY(multiply_add, a * b + c)

HK_RARE(tan, HK_RARE_A, tanf(a))
HK_RARE(asin, HK_RARE_A, asinf(a))
HK_RARE(acos, HK_RARE_A, acosf(a))
HK_RARE(atan, HK_RARE_A, atanf(a))
HK_RARE(sinh, HK_RARE_A, sinhf(a))
HK_RARE(cosh, HK_RARE_A, coshf(a))
HK_RARE(round_float16, HK_RARE_A, hk_half_to_float(hk_float_to_half(a)))
HK_RARE(atan2, HK_RARE_A HK_RARE_B, atan2f(a, b))
HK_RARE(floor_mod, HK_RARE_A HK_RARE_B, hk_floor_mod(a, b))
HK_RARE(floor_divide, HK_RARE_A HK_RARE_B, hk_floor_divide(a, b))

static void (*const HK_NAME(hk_instructions)[HK_OPCODE_COUNT])(const hk_operands *) = {
#define HK_ENTRY(OPCODE, name) [OPCODE] = HK_NAME(hk_do_##name),
    HK_ENTRY(HK_COPY, copy) HK_ENTRY(HK_NEGATE, negate) HK_ENTRY(HK_ABS, abs) HK_ENTRY(HK_SIGN, sign)
    HK_ENTRY(HK_EXP, exp) HK_ENTRY(HK_EXPM1, expm1) HK_ENTRY(HK_LOG, log) HK_ENTRY(HK_LOG1P, log1p)
    HK_ENTRY(HK_SQRT, sqrt) HK_ENTRY(HK_RSQRT, rsqrt) HK_ENTRY(HK_SQUARE, square)
    HK_ENTRY(HK_RECIPROCAL, reciprocal) HK_ENTRY(HK_SIN, sin) HK_ENTRY(HK_COS, cos) HK_ENTRY(HK_TAN, tan)
    HK_ENTRY(HK_ASIN, asin) HK_ENTRY(HK_ACOS, acos) HK_ENTRY(HK_ATAN, atan) HK_ENTRY(HK_SINH, sinh)
    HK_ENTRY(HK_COSH, cosh) HK_ENTRY(HK_TANH, tanh) HK_ENTRY(HK_SIGMOID, sigmoid) HK_ENTRY(HK_ERF, erf)
    HK_ENTRY(HK_RELU, relu) HK_ENTRY(HK_SOFTPLUS, softplus) HK_ENTRY(HK_FLOOR, floor) HK_ENTRY(HK_CEIL, ceil)
    HK_ENTRY(HK_ROUND, round) HK_ENTRY(HK_TRUNC, trunc) HK_ENTRY(HK_LOGICAL_NOT, logical_not)
    HK_ENTRY(HK_IS_NAN, is_nan) HK_ENTRY(HK_IS_FINITE, is_finite) HK_ENTRY(HK_IS_INF, is_inf)
    HK_ENTRY(HK_ROUND_BFLOAT16, round_bfloat16) HK_ENTRY(HK_ROUND_FLOAT16, round_float16)
    HK_ENTRY(HK_ADD, add) HK_ENTRY(HK_SUBTRACT, subtract) HK_ENTRY(HK_MULTIPLY, multiply)
    HK_ENTRY(HK_DIVIDE, divide) HK_ENTRY(HK_MAXIMUM, maximum) HK_ENTRY(HK_MINIMUM, minimum)
    HK_ENTRY(HK_POWER, power) HK_ENTRY(HK_FLOOR_MOD, floor_mod) HK_ENTRY(HK_FLOOR_DIVIDE, floor_divide)
    HK_ENTRY(HK_ATAN2, atan2) HK_ENTRY(HK_EQUAL, equal) HK_ENTRY(HK_NOT_EQUAL, not_equal) HK_ENTRY(HK_LESS, less)
    HK_ENTRY(HK_LESS_EQUAL, less_equal) HK_ENTRY(HK_GREATER, greater) HK_ENTRY(HK_GREATER_EQUAL, greater_equal)
    HK_ENTRY(HK_LOGICAL_AND, logical_and) HK_ENTRY(HK_LOGICAL_OR, logical_or) HK_ENTRY(HK_LOGICAL_XOR, logical_xor)
    HK_ENTRY(HK_SELECT, select) HK_ENTRY(HK_MULTIPLY_ADD, multiply_add)
#undef HK_ENTRY
};

#undef HK_LOOP
#undef HK_A
#undef HK_B
#undef HK_C
#undef HK_UNARY
#undef HK_BINARY
#undef HK_TERNARY
#undef HK_TRUTH
#undef HK_RARE
#undef HK_RARE_A
#undef HK_RARE_B

/// Every element `repeat` times, to out[0 ..< count] (and up to sixteen beyond); from position `position` within the
/// run of repeats of element `index`; wraps to element 0 after `period` elements.
static void HK_NAME(hk_spread)(const float *in, int64_t index, int64_t position, int64_t repeat, int64_t period,
                               float *out, int64_t count) {
    int64_t done = 0;
    while (done < count) {
        // Whole vectors, each overlapped by the next run: no run needs a loop of its own when it is short.
        vf value = v_splat(in[index]);
        int64_t end = done + repeat - position;
        if (end > count) end = count;
        for (int64_t i = done; i < end; i += HK_LANES) v_store(out + i, value);
        done = end;
        position = 0;
        if (++index == period) index = 0;
    }
}
