// Shared between the files of element-wise programs: the instructions, and the form in which a program runs.
#pragma once
#include "Internal.h"
#include "Cast.h"

/// The common instructions, each as ENTRY(opcode, name, what it gives of vectors a, b and c): they work on values that
/// stay in vector registers. All others are loops that are called.
#define HK_COMMON_UNARY(ENTRY) \
    ENTRY(HK_COPY, copy, a) \
    ENTRY(HK_NEGATE, negate, -a) \
    ENTRY(HK_ABS, abs, v_abs(a)) \
    ENTRY(HK_SIGN, sign, v_select(a > 0.0f, v_splat(1.0f), v_select(a < 0.0f, v_splat(-1.0f), a))) \
    ENTRY(HK_SQRT, sqrt, v_fast_sqrt(a)) \
    ENTRY(HK_RSQRT, rsqrt, v_fast_rsqrt(a)) \
    ENTRY(HK_SQUARE, square, a * a) \
    ENTRY(HK_RECIPROCAL, reciprocal, v_reciprocal(a)) \
    ENTRY(HK_EXP, exp, v_exp(a)) \
    ENTRY(HK_TANH, tanh, v_tanh(a)) \
    ENTRY(HK_SIGMOID, sigmoid, v_sigmoid(a)) \
    ENTRY(HK_RELU, relu, v_select(0.0f > a, (vf){0}, a)) \
    ENTRY(HK_FLOOR, floor, v_floor(a)) \
    ENTRY(HK_CEIL, ceil, v_ceil(a)) \
    ENTRY(HK_ROUND, round, v_round(a)) \
    ENTRY(HK_TRUNC, trunc, v_trunc(a)) \
    ENTRY(HK_LOGICAL_NOT, logical_not, HK_TRUTH(a == 0.0f)) \
    ENTRY(HK_IS_NAN, is_nan, HK_TRUTH(a != a)) \
    ENTRY(HK_IS_FINITE, is_finite, HK_TRUTH(v_abs(a) < INFINITY)) \
    ENTRY(HK_IS_INF, is_inf, HK_TRUTH(v_abs(a) == INFINITY)) \
    ENTRY(HK_ROUND_BFLOAT16, round_bfloat16, v_rounded_bfloat(a))
#define HK_COMMON_BINARY(ENTRY) \
    ENTRY(HK_ADD, add, a + b) \
    ENTRY(HK_SUBTRACT, subtract, a - b) \
    ENTRY(HK_MULTIPLY, multiply, a * b) \
    ENTRY(HK_DIVIDE, divide, v_divide(a, b)) \
    ENTRY(HK_DIVIDE_BY_ROOT, divide_by_root, v_divide_by_root(a, b)) \
    ENTRY(HK_MAXIMUM, maximum, v_max(a, b)) \
    ENTRY(HK_MINIMUM, minimum, v_min(a, b)) \
    ENTRY(HK_EQUAL, equal, HK_TRUTH(a == b)) \
    ENTRY(HK_NOT_EQUAL, not_equal, HK_TRUTH(a != b)) \
    ENTRY(HK_LESS, less, HK_TRUTH(a < b)) \
    ENTRY(HK_LESS_EQUAL, less_equal, HK_TRUTH(a <= b)) \
    ENTRY(HK_GREATER, greater, HK_TRUTH(a > b)) \
    ENTRY(HK_GREATER_EQUAL, greater_equal, HK_TRUTH(a >= b)) \
    ENTRY(HK_LOGICAL_AND, logical_and, HK_TRUTH((a != 0.0f) & (b != 0.0f))) \
    ENTRY(HK_LOGICAL_OR, logical_or, HK_TRUTH((a != 0.0f) | (b != 0.0f))) \
    ENTRY(HK_LOGICAL_XOR, logical_xor, HK_TRUTH((a != 0.0f) ^ (b != 0.0f)))
#define HK_COMMON_TERNARY(ENTRY) \
    ENTRY(HK_SELECT, select, v_select(a != 0.0f, b, c)) \
    ENTRY(HK_MULTIPLY_ADD, multiply_add, a * b + c)
/// 1 where the mask is set, else 0.
#define HK_TRUTH(mask) ((vf)((mask) & 0x3f800000))

/// What an instruction works on. Masks are all ones, or zero for an operand whose sixteen elements are repeated.
typedef struct {
    const float *a, *b, *c;
    size_t a_mask, b_mask, c_mask;
    float *out;
    size_t count; // a multiple of sixteen
} hk_operands;

enum {
    HK_CHUNK = 8 * HK_LANES,   // elements, at most, that a step works on at a time
    HK_TILE = 1024,            // elements that are unpacked, or packed, at a time; 4 KiB a slot
    HK_GAP = 32,               // between slots: hk_spread writes beyond, and strides of 4 KiB would alias in L1
    HK_FETCH_DISTANCE = 1024   // elements from what is worked on to what is fetched
};

/// Where a value lies: element i of a piece at data[i & mask], in float32, or bfloat16 where an input or output is. The
/// mask is all ones; or zero for what is the same in every chunk (constants, scalars: a whole chunk of copies) or lives
/// within a chunk only.
typedef struct { void *data; size_t mask; } hk_register;

/// What the interpreter does. It holds one value, a chunk of it, in vector registers: an instruction takes this as one
/// of its operands and the others from memory, and leaves its result there. Codes are opcodes, for the held value as
/// operand a; HK_OPCODE_COUNT more for it as b, twice as many for c; or one of these.
enum {
    HK_LOAD = 3 * HK_OPCODE_COUNT,    // hold a
    HK_KEEP,                          // write the held value to out
    HK_NARROW,                        // write it to out as bfloat16
    HK_WIDEN,                         // write a, which is bfloat16, to out; what is held stays
    HK_CALL,                          // out ← opcode(a, b, c), by a loop, and hold it
    HK_FETCH,                         // prefetch a, some way ahead
    HK_END,                           // of the chunk
    HK_CODE_COUNT
};
typedef struct { uint16_t code, a, b, c, out, opcode; } hk_step;

/// How an input is brought in: read where it lies (float32, or bfloat16, which is widened chunk by chunk); converted or
/// laid out tile by tile; one element, copied; a short pattern, laid out once.
typedef enum { HK_IN_PLACE, HK_WIDENED, HK_CONVERT, HK_FIXED, HK_PATTERN, HK_SPREAD, HK_STRIDED } hk_source;

typedef struct {
    hk_source source;
    int32_t slot;              // the first of its tile slots, -1 for none
    int64_t repeat, period;    // each element so many times; after so many elements, the first again
} hk_input_plan;

/// An input and an output that must not be in the same memory when results are written as soon as they are there.
typedef struct { int32_t input, output; } hk_hazard;

/// Places in the table of registers are the inputs, then constants, outputs, tile slots and chunk slots.
struct hk_compiled {
    const hk_program *program;
    int32_t constants, outputs, tile_slots, chunk_slots, registers;    // where each begins, and how many there are
    int32_t input_slots, slot_count;    // tile slots: first those of inputs, not in the table, then of outputs
    int64_t slot_size;         // elements of a tile slot that are used
    int64_t tile;              // elements between two fillings of tile slots
    int64_t boundary;          // a tile ends where a multiple of this many elements does; 0 for anywhere
    size_t table_bytes, scratch_bytes;  // a member
    float *splats;             // a chunk of each constant
    hk_input_plan *inputs;
    int32_t *output_slots;     // the tile slot, from tile_slots on, that an output is packed from; -1 if from none
    hk_hazard *hazards;
    int32_t hazard_count;
    bool single;               // one instruction between whole registers, which has nothing to hold
    hk_step *steps;            // each result is written as soon as it is there
    hk_step *late_steps;       // results are written when all inputs of the chunk have been read
};

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
