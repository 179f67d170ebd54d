// Shared between the interpreter of element-wise programs and its instructions.
#pragma once
#include "Internal.h"
#include "Cast.h"

/// What an instruction works on. Masks are all ones, or zero for an operand whose sixteen elements are repeated.
typedef struct {
    const float *a, *b, *c;
    size_t a_mask, b_mask, c_mask;
    float *out;
    size_t count; // a multiple of sixteen
} hk_operands;

/// Python's modulo, in NumPy's way: exact (fmod), with the divisor's sign.
static inline float hk_floor_mod(float a, float b) {
    float r = fmodf(a, b);
    if (r == 0.0f) return copysignf(0.0f, b);
    return b != 0.0f && (r < 0.0f) != (b < 0.0f) ? r + b : r;
}
/// Python's //: consistent with the modulo, so that rounding a / b up to a whole number cannot happen.
static inline float hk_floor_divide(float a, float b) {
    if (b == 0.0f) return a / b;
    float r = fmodf(a, b), quotient = (a - r) / b;
    if (r != 0.0f && (r < 0.0f) != (b < 0.0f)) quotient -= 1.0f;
    if (quotient == 0.0f) return copysignf(0.0f, a / b);
    float whole = floorf(quotient);
    return quotient - whole > 0.5f ? whole + 1.0f : whole;
}
