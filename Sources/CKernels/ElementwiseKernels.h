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
#define HK_UNARY(OPCODE, name, ...) HK_LOOP(name, HK_A, (__VA_ARGS__))
#define HK_BINARY(OPCODE, name, ...) HK_LOOP(name, HK_A HK_B, (__VA_ARGS__))
#define HK_TERNARY(OPCODE, name, ...) HK_LOOP(name, HK_A HK_B HK_C, (__VA_ARGS__))

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

HK_COMMON_UNARY(HK_UNARY)
HK_COMMON_BINARY(HK_BINARY)
HK_COMMON_TERNARY(HK_TERNARY)
HK_UNARY(HK_EXPM1, expm1, v_expm1(a))
HK_UNARY(HK_LOG, log, v_log(a))
HK_UNARY(HK_LOG1P, log1p, v_log1p(a))
HK_UNARY(HK_SIN, sin, v_sine(a, false))
HK_UNARY(HK_COS, cos, v_sine(a, true))
HK_UNARY(HK_ERF, erf, v_erf(a))
HK_UNARY(HK_SOFTPLUS, softplus, v_softplus(a))
HK_BINARY(HK_POWER, power, v_power(a, b))

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
#define HK_ENTRY(OPCODE, name, ...) [OPCODE] = HK_NAME(hk_do_##name),
    HK_COMMON_UNARY(HK_ENTRY) HK_COMMON_BINARY(HK_ENTRY) HK_COMMON_TERNARY(HK_ENTRY)
    HK_ENTRY(HK_EXPM1, expm1) HK_ENTRY(HK_LOG, log) HK_ENTRY(HK_LOG1P, log1p)
    HK_ENTRY(HK_SIN, sin) HK_ENTRY(HK_COS, cos) HK_ENTRY(HK_TAN, tan) HK_ENTRY(HK_ASIN, asin) HK_ENTRY(HK_ACOS, acos)
    HK_ENTRY(HK_ATAN, atan) HK_ENTRY(HK_SINH, sinh) HK_ENTRY(HK_COSH, cosh)
    HK_ENTRY(HK_ERF, erf) HK_ENTRY(HK_SOFTPLUS, softplus)
    HK_ENTRY(HK_ROUND_FLOAT16, round_float16) HK_ENTRY(HK_POWER, power) HK_ENTRY(HK_FLOOR_MOD, floor_mod)
    HK_ENTRY(HK_FLOOR_DIVIDE, floor_divide) HK_ENTRY(HK_ATAN2, atan2)
#undef HK_ENTRY
};

#undef HK_LOOP
#undef HK_A
#undef HK_B
#undef HK_C
#undef HK_UNARY
#undef HK_BINARY
#undef HK_TERNARY
#undef HK_RARE
#undef HK_RARE_A
#undef HK_RARE_B

/// The address, hidden from the optimizer, which would rather give every use of it an index.
HK_INLINE float *HK_NAME(hk_based)(float *address) {
    __asm__("" : "+r"(address));
    return address;
}

// As many vectors as leave the registers that an instruction needs.
#define HK_VECTORS 1
#include "InterpreterKernels.h"
#if HK_LEVEL == 4
#define HK_VECTORS 8
#include "InterpreterKernels.h"
#define HK_VECTORS 4
#include "InterpreterKernels.h"
#elif HK_LEVEL == 3
#define HK_VECTORS 2
#include "InterpreterKernels.h"
#endif

/// Runs a program's steps over elements 0 ..< count, a multiple of sixteen, of the registers' pieces.
static void HK_NAME(hk_interpret)(const hk_step *steps, const hk_register *registers, size_t count) {
    size_t whole = 0;
#if HK_LEVEL == 4
    size_t most = count & ~(size_t)(8 * HK_LANES - 1);
    whole = count & ~(size_t)(4 * HK_LANES - 1);
    HK_NAME(hk_interpret_8)(steps, registers, 0, most);
    HK_NAME(hk_interpret_4)(steps, registers, most, whole);
#elif HK_LEVEL == 3
    whole = count & ~(size_t)(2 * HK_LANES - 1);
    HK_NAME(hk_interpret_2)(steps, registers, 0, whole);
#endif
    HK_NAME(hk_interpret_1)(steps, registers, whole, count);
}

/// Fewer than sixteen elements, and nothing beyond them.
static void HK_NAME(hk_copy_some)(const float *in, float *out, int64_t count) {
    v_store_n(out, count, v_load_n(in, count, (vf){0}));
}

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
