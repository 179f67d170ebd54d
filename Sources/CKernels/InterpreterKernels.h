// The interpreter of element-wise programs: one value, HK_VECTORS vectors of it, stays in vector registers from one
// instruction to the next. A template: compiled once per instruction set and number of vectors.
//
// A result that the next instruction takes up never goes through memory, and what goes there (what is used later, or by
// two instructions) is a few lines in the first-level cache. One function with computed jumps, since the calling
// convention passes no wide vectors in registers between functions of different targets.

#if HK_VECTORS == 8
#define HK_EACH(BODY, ...) BODY(x0, 0, __VA_ARGS__) BODY(x1, 1, __VA_ARGS__) BODY(x2, 2, __VA_ARGS__) \
    BODY(x3, 3, __VA_ARGS__) BODY(x4, 4, __VA_ARGS__) BODY(x5, 5, __VA_ARGS__) BODY(x6, 6, __VA_ARGS__) \
    BODY(x7, 7, __VA_ARGS__)
#elif HK_VECTORS == 4
#define HK_EACH(BODY, ...) BODY(x0, 0, __VA_ARGS__) BODY(x1, 1, __VA_ARGS__) BODY(x2, 2, __VA_ARGS__) \
    BODY(x3, 3, __VA_ARGS__)
#elif HK_VECTORS == 2
#define HK_EACH(BODY, ...) BODY(x0, 0, __VA_ARGS__) BODY(x1, 1, __VA_ARGS__)
#else
#define HK_EACH(BODY, ...) BODY(x0, 0, __VA_ARGS__)
#endif

/// Elements begin ..< end of the registers' pieces, a multiple of what is done at a time.
static void HK_NAME(HK_JOIN(hk_interpret_, HK_VECTORS))(const hk_step *steps, const hk_register *registers,
                                                        size_t begin, size_t end) {
#define HK_LABEL(OPCODE, name, ...) [OPCODE] = &&name##_a,
#define HK_LABEL_2(OPCODE, name, ...) HK_LABEL(OPCODE, name) [OPCODE + HK_OPCODE_COUNT] = &&name##_b,
#define HK_LABEL_3(OPCODE, name, ...) HK_LABEL_2(OPCODE, name) [OPCODE + 2 * HK_OPCODE_COUNT] = &&name##_c,
    static const void *const labels[HK_CODE_COUNT] = {
        HK_COMMON_UNARY(HK_LABEL) HK_COMMON_BINARY(HK_LABEL_2) HK_COMMON_TERNARY(HK_LABEL_3)
        [HK_LOAD] = &&load, [HK_KEEP] = &&keep, [HK_NARROW] = &&narrow, [HK_WIDEN] = &&widen, [HK_CALL] = &&call,
        [HK_FETCH] = &&fetch, [HK_END] = &&end,
    };
#define HK_NEXT goto *labels[(++step)->code];
// An address of a base alone: with an index, each load is an operation of its own beside the arithmetic.
#define HK_AT(operand) HK_NAME(hk_based)((float *)registers[step->operand].data + (begin & registers[step->operand].mask))
#define HK_NARROW_AT(operand) \
    ((uint16_t *)registers[step->operand].data + (begin & registers[step->operand].mask))
#define HK_VALUE(x, v, ...) vf x = {0};
#define HK_HELD_A(x, v, ...) { vf a = x; x = __VA_ARGS__; }
#define HK_HELD_A_2(x, v, ...) { vf a = x, b = v_load(second + v * HK_LANES); x = __VA_ARGS__; }
#define HK_HELD_B_2(x, v, ...) { vf a = v_load(first + v * HK_LANES), b = x; x = __VA_ARGS__; }
#define HK_HELD_A_3(x, v, ...) \
    { vf a = x, b = v_load(second + v * HK_LANES), c = v_load(third + v * HK_LANES); x = __VA_ARGS__; }
#define HK_HELD_B_3(x, v, ...) \
    { vf a = v_load(first + v * HK_LANES), b = x, c = v_load(third + v * HK_LANES); x = __VA_ARGS__; }
#define HK_HELD_C_3(x, v, ...) \
    { vf a = v_load(first + v * HK_LANES), b = v_load(second + v * HK_LANES), c = x; x = __VA_ARGS__; }
#define HK_READ(x, v, ...) x = v_load(first + v * HK_LANES);
#define HK_WRITE(x, v, ...) v_store(out + v * HK_LANES, x);
#define HK_WRITE_NARROW(x, v, ...) v_store_bfloat(out + v * HK_LANES, x);
#define HK_COPY_WIDE(x, v, ...) v_store(out + v * HK_LANES, v_load_bfloat(first + v * HK_LANES));
#define HK_AHEAD(x, v, ...) __builtin_prefetch(first + HK_FETCH_DISTANCE + v * HK_LANES);
#define HK_STEP_1(OPCODE, name, ...) name##_a: HK_EACH(HK_HELD_A, __VA_ARGS__) HK_NEXT
#define HK_STEP_2(OPCODE, name, ...) \
    name##_a: { const float *second = HK_AT(b); HK_EACH(HK_HELD_A_2, __VA_ARGS__) } HK_NEXT \
    name##_b: { const float *first = HK_AT(a); HK_EACH(HK_HELD_B_2, __VA_ARGS__) } HK_NEXT
#define HK_STEP_3(OPCODE, name, ...) \
    name##_a: { const float *second = HK_AT(b), *third = HK_AT(c); HK_EACH(HK_HELD_A_3, __VA_ARGS__) } HK_NEXT \
    name##_b: { const float *first = HK_AT(a), *third = HK_AT(c); HK_EACH(HK_HELD_B_3, __VA_ARGS__) } HK_NEXT \
    name##_c: { const float *first = HK_AT(a), *second = HK_AT(b); HK_EACH(HK_HELD_C_3, __VA_ARGS__) } HK_NEXT

    HK_EACH(HK_VALUE)
    const hk_step *step = steps;
    if (begin >= end) return;
    goto *labels[step->code];
    HK_COMMON_UNARY(HK_STEP_1)
    HK_COMMON_BINARY(HK_STEP_2)
    HK_COMMON_TERNARY(HK_STEP_3)
load: { const float *first = HK_AT(a); HK_EACH(HK_READ) } HK_NEXT
keep: { float *out = HK_AT(out); HK_EACH(HK_WRITE) } HK_NEXT
narrow: { uint16_t *out = HK_NARROW_AT(out); HK_EACH(HK_WRITE_NARROW) } HK_NEXT
widen: { const uint16_t *first = HK_NARROW_AT(a); float *out = HK_AT(out); HK_EACH(HK_COPY_WIDE) } HK_NEXT
fetch: { const float *first = HK_AT(a); HK_EACH(HK_AHEAD) } HK_NEXT
call: {
        hk_operands operands = {
            HK_AT(a), HK_AT(b), HK_AT(c), ~(size_t)0, ~(size_t)0, ~(size_t)0, HK_AT(out), HK_VECTORS * HK_LANES
        };
        HK_NAME(hk_instructions)[step->opcode](&operands);
        const float *first = operands.out;
        HK_EACH(HK_READ)
    }
    HK_NEXT
end:
    begin += HK_VECTORS * HK_LANES;
    if (begin >= end) return;
    step = steps;
    goto *labels[step->code];
}

#undef HK_EACH
#undef HK_LABEL
#undef HK_LABEL_2
#undef HK_LABEL_3
#undef HK_NEXT
#undef HK_AT
#undef HK_VALUE
#undef HK_HELD_A
#undef HK_HELD_A_2
#undef HK_HELD_B_2
#undef HK_HELD_A_3
#undef HK_HELD_B_3
#undef HK_HELD_C_3
#undef HK_READ
#undef HK_WRITE
#undef HK_AHEAD
#undef HK_WRITE_NARROW
#undef HK_COPY_WIDE
#undef HK_NARROW_AT
#undef HK_STEP_1
#undef HK_STEP_2
#undef HK_STEP_3
#undef HK_VECTORS
