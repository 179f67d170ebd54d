// Element-wise programs: fused chains, interpreted tile by tile so that everything between the inputs and the outputs
// stays in the first-level cache.
//
// A register is a pointer and a mask. Full float32 inputs are read where they lie and results are written where they
// belong; a scalar or constant is sixteen copies of it under a mask of zero; a short row or a broadcast pattern is
// laid out once and read at an offset. Only what remains (narrow types, broadcasts with a long period) is unpacked
// tile by tile. A count that is not a multiple of sixteen ends in a pass over one padded vector.
#include "Elementwise.h"

#define HK_TEMPLATE "ElementwiseKernels.h"
#include "EachInstructionSet.h"

enum {
    TILE = 1024,               // elements; 4 KiB a register
    GAP = 32,                  // between slots: hk_spread writes beyond, and strides of 4 KiB would alias in L1
    PREFETCH = 65536,          // elements from which tiles are fetched ahead: below, they are in cache
    SMALL = 8192,              // elements of all registers up to which every register gets a slot of its own
    SPLAT = HK_LANES
};

typedef enum { IN_PLACE, CONVERT, FIXED, PATTERN, SPREAD, WINDOW } hk_source;

typedef struct {
    const hk_program *program;
    void *const *buffers;
    float *scratch;
    int64_t scratch_stride;    // floats of scratch a member
    int64_t tile, slot_stride;
    void (*const *instructions)(const hk_operands *);
    int32_t slots, registers;
    uint8_t source[HK_MAX_REGISTERS];    // of each input
    int64_t repeat[HK_MAX_REGISTERS], period[HK_MAX_REGISTERS];
    int16_t slot[HK_MAX_REGISTERS];      // where a register lives, -1 for none
    int16_t direct[HK_MAX_REGISTERS];    // the output that a register is written to directly, -1 for none
} hk_layout_plan;

typedef struct { const float *data; size_t mask; } hk_register;

int hk_arity(hk_opcode opcode) { return opcode < HK_ADD ? 1 : opcode < HK_SELECT ? 2 : 3; }

/// How an input is brought in: the layout in terms of `repeat` (of each element) and `period` (elements, then again).
static void hk_lay_input(hk_layout_plan *plan, int32_t input) {
    const hk_operand *operand = &plan->program->inputs[input];
    int64_t count = plan->program->count;
    int64_t repeat = 1, period = count;
    switch (operand->layout) {
    case HK_FULL: break;
    case HK_SCALAR: repeat = count; period = 1; break;
    case HK_ROW: period = operand->inner; break;
    case HK_COLUMN: repeat = operand->inner; period = (count + repeat - 1) / repeat; break;
    case HK_MIDDLE: repeat = operand->inner; period = operand->outer; break;
    case HK_WINDOW:
        plan->repeat[input] = 1;
        plan->period[input] = count;
        plan->source[input] = WINDOW;
        return;
    }
    plan->repeat[input] = repeat;
    plan->period[input] = period;
    if (repeat >= count || (period == 1)) {
        plan->source[input] = FIXED;
    } else if (repeat == 1 && period >= count) {
        plan->source[input] = operand->type == HK_FLOAT32 ? IN_PLACE : CONVERT;
    } else {
        plan->source[input] = repeat * period <= plan->tile ? PATTERN : SPREAD;
    }
}

/// Gives each register its place. In a large program slots are reused as soon as their register is dead; in a small
/// one this would cost more than it saves.
static void hk_place(hk_layout_plan *plan) {
    const hk_program *program = plan->program;
    int32_t inputs = program->input_count, registers = plan->registers, instructions = program->instruction_count;
    int32_t last[HK_MAX_REGISTERS];
    for (int32_t r = 0; r < registers; ++r) { last[r] = -1; plan->direct[r] = -1; }
    for (int32_t t = 0; t < instructions; ++t) {
        const hk_instruction *instruction = &program->instructions[t];
        int arity = hk_arity(instruction->opcode);
        if (instruction->a < HK_CONSTANT) last[instruction->a] = t;
        if (arity > 1 && instruction->b < HK_CONSTANT) last[instruction->b] = t;
        if (arity > 2 && instruction->c < HK_CONSTANT) last[instruction->c] = t;
    }
    for (int32_t o = 0; o < program->output_count; ++o) last[program->outputs[o].value] = instructions;

    int32_t slots = 0;
    for (int32_t i = 0; i < inputs; ++i) {
        plan->slot[i] = -1;
        if (plan->source[i] == PATTERN) {
            plan->slot[i] = (int16_t)slots;
            slots += 2;
        } else if (plan->source[i] != IN_PLACE && plan->source[i] != FIXED) {
            plan->slot[i] = (int16_t)slots++;
        } else if (plan->source[i] == IN_PLACE && last[i] == instructions && plan->buffers) {
            // An input that is itself an output, and whose memory another output overwrites: keep a copy.
            for (int32_t o = 0; o < program->output_count; ++o) {
                const hk_result *result = &program->outputs[o];
                if (plan->buffers[inputs + result->buffer] == plan->buffers[i] && result->value != i) {
                    plan->source[i] = CONVERT;
                    plan->slot[i] = (int16_t)slots++;
                    break;
                }
            }
        } else if (plan->source[i] == IN_PLACE && last[i] == instructions && !plan->buffers) {
            slots++; // for the worst case, when the size is asked
        }
    }

    for (int32_t o = 0; o < program->output_count; ++o) {
        const hk_result *result = &program->outputs[o];
        int32_t r = result->value, t = r - inputs;
        if (t < 0 || plan->direct[r] >= 0 || result->type != HK_FLOAT32 || result->inner > 0 || !plan->buffers) continue;
        // Written directly unless that would overwrite an input which a later instruction still reads.
        bool legal = true;
        for (int32_t i = 0; i < inputs && legal; ++i) {
            bool same = plan->buffers[i] == plan->buffers[inputs + result->buffer] && plan->source[i] == IN_PLACE;
            if (same && last[i] > t) legal = false;
        }
        if (legal) plan->direct[r] = (int16_t)o;
    }

    bool reuse = (int64_t)instructions * plan->tile > SMALL;
    int16_t free_slots[HK_MAX_REGISTERS];
    int32_t free_count = 0;
    for (int32_t t = 0; t < instructions; ++t) {
        int32_t r = inputs + t;
        plan->slot[r] = -1;
        if (reuse) {
            // An operand that dies here leaves its slot to the result: each vector is read before it is written.
            const hk_instruction *instruction = &program->instructions[t];
            int arity = hk_arity(instruction->opcode);
            uint16_t operands[3] = {instruction->a, instruction->b, instruction->c};
            for (int k = 0; k < arity; ++k) {
                uint16_t operand = operands[k];
                if (operand >= HK_CONSTANT || operand < inputs) continue;
                if (last[operand] != t || plan->slot[operand] < 0) continue;
                free_slots[free_count++] = plan->slot[operand];
                last[operand] = -2; // freed once, though it may be named twice
            }
        }
        if (plan->direct[r] >= 0) continue;
        plan->slot[r] = (int16_t)(free_count > 0 ? free_slots[--free_count] : slots++);
    }
    plan->slots = slots;
}

static void hk_make_plan(hk_layout_plan *plan, const hk_program *program, void *const *buffers) {
    plan->program = program;
    plan->buffers = buffers;
    plan->registers = program->input_count + program->instruction_count;
    int64_t whole = (program->count + HK_LANES - 1) & ~(int64_t)(HK_LANES - 1);
    plan->tile = whole < TILE ? whole : TILE;
    plan->slot_stride = plan->tile + GAP;
    for (int32_t i = 0; i < program->input_count; ++i) hk_lay_input(plan, i);
    hk_place(plan);
    // One vector for each constant, input and output, then the slots.
    int64_t vectors = program->constant_count + program->input_count + program->output_count;
    plan->scratch_stride = vectors * SPLAT + plan->slots * plan->slot_stride;
}

size_t hk_program_scratch(const hk_program *program) {
    hk_layout_plan plan;
    hk_make_plan(&plan, program, NULL);
    return (size_t)plan.scratch_stride * sizeof(float);
}

static inline float *hk_input_vector(const hk_layout_plan *plan, float *scratch, int32_t input) {
    return scratch + (plan->program->constant_count + input) * SPLAT;
}
static inline float *hk_output_vector(const hk_layout_plan *plan, float *scratch, int32_t output) {
    return scratch + (plan->program->constant_count + plan->program->input_count + output) * SPLAT;
}
static inline float *hk_slot(const hk_layout_plan *plan, float *scratch, int32_t slot) {
    int64_t vectors = plan->program->constant_count + plan->program->input_count + plan->program->output_count;
    return scratch + vectors * SPLAT + slot * plan->slot_stride;
}

static inline void hk_splat(float *vector, float value) {
    for (int lane = 0; lane < HK_LANES; ++lane) vector[lane] = value;
}

/// Elements start ..< start + count of a broadcast input, unpacked.
static void hk_unpack(const hk_layout_plan *plan, int32_t input, int64_t start, int64_t count, float *out) {
    int64_t repeat = plan->repeat[input], period = plan->period[input];
    const hk_operand *operand = &plan->program->inputs[input];
    const void *in = plan->buffers[input];
    int64_t index = repeat == 1 ? start : start / repeat, position = start - index * repeat;
    if (index >= period) index %= period;
    if (repeat == 1) {
        while (count > 0) {
            int64_t run = hk_min(count, period - index);
            hk_load_floats(operand->type, in, index, out, run);
            out += run;
            count -= run;
            index = 0;
        }
    } else if (operand->type == HK_FLOAT32) {
        HK_DISPATCH(hk_spread)(in, index, position, repeat, period, out, count);
    } else {
        for (int64_t done = 0; done < count; ++done) {
            if (done == 0 || position == repeat) {
                if (done > 0) { position = 0; index = index + 1 == period ? 0 : index + 1; }
                hk_load_floats(operand->type, in, index, out + done, 1);
            } else {
                out[done] = out[done - 1];
            }
            ++position;
        }
    }
}

/// What stays the same for all of a member's tiles.
static void hk_prepare(const hk_layout_plan *plan, float *scratch, hk_register *registers) {
    const hk_program *program = plan->program;
    for (int32_t k = 0; k < program->constant_count; ++k) hk_splat(scratch + k * SPLAT, program->constants[k]);
    for (int32_t i = 0; i < program->input_count; ++i) {
        if (plan->source[i] == FIXED) {
            float value;
            hk_load_floats(program->inputs[i].type, plan->buffers[i], 0, &value, 1);
            hk_splat(hk_input_vector(plan, scratch, i), value);
            registers[i] = (hk_register){hk_input_vector(plan, scratch, i), 0};
        } else if (plan->source[i] == PATTERN) {
            float *pattern = hk_slot(plan, scratch, plan->slot[i]);
            int64_t cycle = plan->repeat[i] * plan->period[i];
            int64_t length = program->count <= plan->tile ? plan->tile : plan->tile + cycle;
            int64_t filled = hk_min(cycle, length);
            hk_unpack(plan, i, 0, filled, pattern);
            while (filled < length) {
                int64_t run = hk_min(filled, length - filled);
                memcpy(pattern + filled, pattern, (size_t)run * sizeof(float));
                filled += run;
            }
        }
    }
}

/// Prefetches lines first ..< last, counted from element `start` of every input in place.
static inline void hk_fetch(const hk_layout_plan *plan, int64_t start, int64_t first, int64_t last) {
    for (int32_t i = 0; i < plan->program->input_count; ++i) {
        if (plan->source[i] != IN_PLACE) continue;
        const float *data = (const float *)plan->buffers[i] + start;
        for (int64_t line = first; line < last; ++line) __builtin_prefetch(data + line * HK_LANES);
    }
}

/// Elements start ..< start + count: a multiple of sixteen, or fewer than sixteen, which are copied to padded vectors.
/// `ahead`: cache lines of the next tile to fetch meanwhile.
static void hk_run_tile(const hk_layout_plan *plan, float *scratch, hk_register *registers, int64_t start,
                        int64_t count, int64_t ahead) {
    const hk_program *program = plan->program;
    int32_t inputs = program->input_count;
    bool padded = count < HK_LANES;
    for (int32_t i = 0; i < inputs; ++i) {
        switch ((hk_source)plan->source[i]) {
        case FIXED: break;
        case PATTERN: {
            int64_t offset = start;
            if (program->count > plan->tile) offset %= plan->repeat[i] * plan->period[i];
            registers[i] = (hk_register){hk_slot(plan, scratch, plan->slot[i]) + offset, ~(size_t)0};
            break;
        }
        case IN_PLACE: {
            const float *data = (const float *)plan->buffers[i] + start;
            if (padded) {
                float *vector = hk_input_vector(plan, scratch, i);
                memcpy(vector, data, (size_t)count * sizeof(float));
                data = vector;
            }
            registers[i] = (hk_register){data, ~(size_t)0};
            break;
        }
        case CONVERT: {
            float *slot = hk_slot(plan, scratch, plan->slot[i]);
            hk_load_floats(program->inputs[i].type, plan->buffers[i], start, slot, count);
            registers[i] = (hk_register){slot, ~(size_t)0};
            break;
        }
        case WINDOW: {
            const hk_operand *window = &program->inputs[i];
            int64_t row = start / window->inner, column = start - row * window->inner;
            int64_t index = row * window->outer + window->offset + column;
            if (window->type == HK_FLOAT32 && !padded && column + count <= window->inner) {
                registers[i] = (hk_register){(const float *)plan->buffers[i] + index, ~(size_t)0};
                break;
            }
            float *slot = hk_slot(plan, scratch, plan->slot[i]);
            for (int64_t done = 0; done < count;) {
                int64_t run = hk_min(window->inner - column, count - done);
                hk_load_floats(window->type, plan->buffers[i], index, slot + done, run);
                done += run;
                index += run + window->outer - window->inner;
                column = 0;
            }
            registers[i] = (hk_register){slot, ~(size_t)0};
            break;
        }
        case SPREAD: {
            int64_t repeat = plan->repeat[i], period = plan->period[i], index = start / repeat;
            bool plain = program->inputs[i].type == HK_FLOAT32 && !padded;
            if (plain && repeat == 1 && start % period + count <= period) {
                registers[i] = (hk_register){(const float *)plan->buffers[i] + start % period, ~(size_t)0};
            } else if (plain && start + count <= (index + 1) * repeat) {
                hk_splat(hk_input_vector(plan, scratch, i), ((const float *)plan->buffers[i])[index % period]);
                registers[i] = (hk_register){hk_input_vector(plan, scratch, i), 0};
            } else {
                float *slot = hk_slot(plan, scratch, plan->slot[i]);
                hk_unpack(plan, i, start, count, slot);
                registers[i] = (hk_register){slot, ~(size_t)0};
            }
            break;
        }
        }
    }

    hk_operands operands;
    operands.count = padded ? HK_LANES : (size_t)count;
#define HK_OPERAND(name, NUMBER) \
    if ((NUMBER) >= HK_CONSTANT) { \
        operands.name = scratch + ((NUMBER) - HK_CONSTANT) * SPLAT; \
        operands.name##_mask = 0; \
    } else { \
        operands.name = registers[NUMBER].data; \
        operands.name##_mask = registers[NUMBER].mask; \
    }
    // The hardware's prefetchers stop at the end of a page, which a tile is, and rest while a tile is computed: the
    // next tile's lines are asked for between the instructions.
    int64_t fetched = 0, share = ahead / (program->instruction_count + 1) + 1;
    for (int32_t t = 0; t < program->instruction_count; ++t) {
        if (fetched < ahead) {
            int64_t until = hk_min(fetched + share, ahead);
            hk_fetch(plan, start + count, fetched, until);
            fetched = until;
        }
        const hk_instruction *instruction = &program->instructions[t];
        int32_t r = inputs + t;
        HK_OPERAND(a, instruction->a)
        if (instruction->opcode >= HK_ADD) {
            HK_OPERAND(b, instruction->b)
            if (instruction->opcode >= HK_SELECT) { HK_OPERAND(c, instruction->c) }
        }
        if (plan->direct[r] < 0) {
            operands.out = hk_slot(plan, scratch, plan->slot[r]);
        } else if (padded) {
            operands.out = hk_output_vector(plan, scratch, plan->direct[r]);
        } else {
            operands.out = (float *)plan->buffers[inputs + program->outputs[plan->direct[r]].buffer] + start;
        }
        registers[r] = (hk_register){operands.out, ~(size_t)0};
        plan->instructions[instruction->opcode](&operands);
    }
#undef HK_OPERAND

    for (int32_t o = 0; o < program->output_count; ++o) {
        const hk_result *result = &program->outputs[o];
        int32_t r = result->value;
        if (r >= inputs && plan->direct[r] == o && !padded) continue;
        void *out = plan->buffers[inputs + result->buffer];
        if (result->inner == 0) {
            hk_store_floats(result->type, registers[r].data, registers[r].mask, out, start, count);
            continue;
        }
        int64_t row = start / result->inner, column = start - row * result->inner;
        int64_t index = row * result->outer + result->offset + column;
        for (int64_t done = 0; done < count;) {
            int64_t run = hk_min(result->inner - column, count - done);
            hk_store_floats(result->type, registers[r].data + (done & (int64_t)registers[r].mask), registers[r].mask, out,
                            index, run);
            done += run;
            index += run + result->outer - result->inner;
            column = 0;
        }
    }
}

static void hk_run_member(void *context, int member, int members) {
    const hk_layout_plan *plan = context;
    float *scratch = plan->scratch + member * plan->scratch_stride;
    int64_t grains = (plan->program->count + 63) / 64; // bounds on whole cache lines of the narrowest type
    int64_t begin = grains * member / members * 64;
    int64_t end = hk_min(grains * (member + 1) / members * 64, plan->program->count);
    if (begin >= end) return;
    hk_register registers[HK_MAX_REGISTERS];
    hk_prepare(plan, scratch, registers);
    while (begin < end) {
        int64_t count = hk_min(plan->tile, end - begin), whole = count & ~(int64_t)(HK_LANES - 1);
        // Worth it (measured: an eighth of RMSprop's time) when there is arithmetic to hide the fetches behind.
        bool fetch = plan->program->count >= PREFETCH && plan->program->instruction_count >= 3;
        int64_t ahead = fetch ? hk_min(plan->tile, end - begin - count) / HK_LANES : 0;
        if (whole > 0) hk_run_tile(plan, scratch, registers, begin, whole, ahead);
        if (whole < count) hk_run_tile(plan, scratch, registers, begin + whole, count - whole, 0);
        begin += count;
    }
}

void hk_program_run(const hk_program *program, void *const *buffers, void *scratch, int threads) {
    enum { WORTH_A_TEAM = 65536 }; // elements times instructions
    if (program->count <= 0) return;
    hk_layout_plan plan;
    hk_make_plan(&plan, program, buffers);
    plan.scratch = scratch;
    plan.instructions = HK_DISPATCH(hk_instructions);
    if (program->count * (program->instruction_count + 1) < WORTH_A_TEAM) threads = 1;
    hk_parallel(threads, hk_run_member, &plan);
}

void hk_elementwise(hk_opcode opcode, const float *a, const float *b, const float *c, float *out, int64_t count) {
    size_t whole = (size_t)count & ~(size_t)(HK_LANES - 1), rest = (size_t)count - whole;
    void (*instruction)(const hk_operands *) = HK_DISPATCH(hk_instructions)[opcode];
    hk_operands operands = {a, b, c, ~(size_t)0, ~(size_t)0, ~(size_t)0, out, whole};
    if (whole > 0) instruction(&operands);
    if (rest == 0) return;
    float padded[4][HK_LANES] = {{0}};
    const float *arguments[3] = {a, b, c};
    for (int k = 0; k < hk_arity(opcode); ++k) memcpy(padded[k], arguments[k] + whole, rest * sizeof(float));
    operands = (hk_operands){padded[0], padded[1], padded[2], ~(size_t)0, ~(size_t)0, ~(size_t)0, padded[3], HK_LANES};
    instruction(&operands);
    memcpy(out + whole, padded[3], rest * sizeof(float));
}
