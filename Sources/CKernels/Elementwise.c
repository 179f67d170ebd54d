// Runs element-wise programs: fused chains, a chunk of a few vectors at a time, so that everything between the inputs
// and the outputs stays in vector registers and the first-level cache.
//
// Full float32 and bfloat16 inputs are read where they lie and results are written where they belong; a scalar or
// constant is a chunk of copies of it; a short row or a broadcast pattern is laid out once and read at an offset. Only
// what remains (other types, broadcasts with a long period) is unpacked and packed, tile by tile. A count that is not a
// multiple of sixteen ends in a pass over one padded vector.
#include "Elementwise.h"

#define HK_TEMPLATE "ElementwiseKernels.h"
#include "EachInstructionSet.h"

typedef struct {
    const hk_compiled *plan;
    void *const *buffers;
    char *scratch;
    const hk_step *steps;
} hk_run;

/// One member's run: the table of registers, and its parts of the scratch memory.
typedef struct {
    const hk_compiled *plan;
    const hk_run *run;
    hk_register *registers;
    float *input_chunks, *output_vectors, *tile_slots;
} hk_member;

static inline float *hk_input_chunk(const hk_member *member, int32_t input) {
    return member->input_chunks + input * HK_CHUNK;
}
static inline float *hk_tile_slot(const hk_member *member, int32_t slot) {
    return member->tile_slots + slot * (member->plan->slot_size + HK_GAP);
}
static inline void *hk_output(const hk_member *member, int32_t output) {
    const hk_program *program = member->plan->program;
    return member->run->buffers[program->input_count + program->outputs[output].buffer];
}

static inline void hk_splat(float *chunk, float value) {
    for (int i = 0; i < HK_CHUNK; ++i) chunk[i] = value;
}

/// Where element `i` of rows of `inner` elements is in rows of `outer`.
static inline int64_t hk_in_window(int64_t i, int64_t inner, int64_t outer, int64_t offset) {
    int64_t row = i / inner;
    return row * outer + offset + (i - row * inner);
}

/// Elements start ..< start + count of a broadcast input, unpacked.
static void hk_unpack(const hk_member *member, int32_t input, int64_t start, int64_t count, float *out) {
    int64_t repeat = member->plan->inputs[input].repeat, period = member->plan->inputs[input].period;
    const hk_operand *operand = &member->plan->program->inputs[input];
    const void *in = member->run->buffers[input];
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
static void hk_prepare(hk_member *member) {
    const hk_compiled *plan = member->plan;
    const hk_program *program = plan->program;
    hk_register *registers = member->registers;
    for (int32_t k = 0; k < program->constant_count; ++k) {
        registers[plan->constants + k] = (hk_register){plan->splats + k * HK_CHUNK, 0};
    }
    for (int32_t r = plan->tile_slots; r < plan->chunk_slots; ++r) {
        registers[r] = (hk_register){hk_tile_slot(member, plan->input_slots + r - plan->tile_slots), ~(size_t)0};
    }
    float *chunk = member->output_vectors + program->output_count * HK_LANES;
    for (int32_t r = plan->chunk_slots; r < plan->registers; ++r, chunk += HK_CHUNK) {
        registers[r] = (hk_register){chunk, 0};
    }
    for (int32_t i = 0; i < program->input_count; ++i) {
        const hk_input_plan *input = &plan->inputs[i];
        if (input->source == HK_FIXED) {
            float value;
            hk_load_floats(program->inputs[i].type, member->run->buffers[i], 0, &value, 1);
            hk_splat(hk_input_chunk(member, i), value);
            registers[i] = (hk_register){hk_input_chunk(member, i), 0};
        } else if (input->source == HK_PATTERN) {
            float *pattern = hk_tile_slot(member, input->slot);
            int64_t cycle = input->repeat * input->period;
            int64_t length = program->count <= plan->slot_size ? plan->slot_size : plan->slot_size + cycle;
            int64_t filled = hk_min(cycle, length);
            hk_unpack(member, i, 0, filled, pattern);
            while (filled < length) {
                int64_t run = hk_min(filled, length - filled);
                memcpy(pattern + filled, pattern, (size_t)run * sizeof(float));
                filled += run;
            }
        }
    }
}

/// The register of an input that is not whole vectors in place, for elements start ..< start + count.
static hk_register hk_bring_in(const hk_member *member, int32_t i, int64_t start, int64_t count) {
    const hk_program *program = member->plan->program;
    const hk_operand *operand = &program->inputs[i];
    const hk_input_plan *input = &member->plan->inputs[i];
    const void *buffer = member->run->buffers[i];
    bool padded = count < HK_LANES, plain = operand->type == HK_FLOAT32 && !padded;
    float *slot = hk_tile_slot(member, input->slot);
    switch (input->source) {
    case HK_FIXED: return member->registers[i];
    case HK_PATTERN:
        if (program->count > member->plan->slot_size) start %= input->repeat * input->period;
        return (hk_register){slot + start, ~(size_t)0};
    case HK_IN_PLACE:
        HK_DISPATCH(hk_copy_some)((const float *)buffer + start, hk_input_chunk(member, i), count);
        return (hk_register){hk_input_chunk(member, i), ~(size_t)0};
    case HK_WIDENED: {
        void *data = (uint16_t *)buffer + start;
        if (padded) data = memcpy(hk_input_chunk(member, i), data, (size_t)count * sizeof(uint16_t));
        return (hk_register){data, ~(size_t)0};
    }
    case HK_CONVERT:
        hk_load_floats(operand->type, buffer, start, slot, count);
        return (hk_register){slot, ~(size_t)0};
    case HK_STRIDED: {
        int64_t column = start % operand->inner;
        int64_t index = hk_in_window(start, operand->inner, operand->outer, operand->offset);
        if (plain && column + count <= operand->inner) return (hk_register){(float *)buffer + index, ~(size_t)0};
        for (int64_t done = 0; done < count;) {
            int64_t run = hk_min(operand->inner - column, count - done);
            hk_load_floats(operand->type, buffer, index, slot + done, run);
            done += run;
            index += run + operand->outer - operand->inner;
            column = 0;
        }
        return (hk_register){slot, ~(size_t)0};
    }
    case HK_SPREAD: {
        int64_t repeat = input->repeat, period = input->period, index = start / repeat;
        if (plain && repeat == 1 && start % period + count <= period) {
            return (hk_register){(float *)buffer + start % period, ~(size_t)0};
        }
        if (plain && start + count <= (index + 1) * repeat) {
            hk_splat(hk_input_chunk(member, i), ((const float *)buffer)[index % period]);
            return (hk_register){hk_input_chunk(member, i), 0};
        }
        hk_unpack(member, i, start, count, slot);
        return (hk_register){slot, ~(size_t)0};
    }
    }
}

/// Stores elements start ..< start + count of an output from where the steps have left them.
static void hk_store_output(const hk_member *member, int32_t output, int64_t start, int64_t count, const float *data) {
    const hk_result *result = &member->plan->program->outputs[output];
    void *out = hk_output(member, output);
    if (result->inner == 0) {
        hk_store_floats(result->type, data, ~(size_t)0, out, start, count);
        return;
    }
    int64_t column = start % result->inner;
    int64_t index = hk_in_window(start, result->inner, result->outer, result->offset);
    for (int64_t done = 0; done < count;) {
        int64_t run = hk_min(result->inner - column, count - done);
        hk_store_floats(result->type, data + done, ~(size_t)0, out, index, run);
        done += run;
        index += run + result->outer - result->inner;
        column = 0;
    }
}

/// A program of one instruction has nothing to hold in registers: the instruction's own loop.
static void hk_run_single(const hk_member *member, size_t count) {
    const hk_compiled *plan = member->plan;
    const hk_instruction *instruction = plan->program->instructions;
    hk_operands operands = {.count = count};
    const hk_register *out = &member->registers[plan->output_slots[0] < 0 ? plan->outputs : plan->tile_slots];
    operands.out = out->data;
#define HK_OPERAND(name) { \
        int32_t place = instruction->name; \
        if (place >= HK_CONSTANT) place += plan->constants - HK_CONSTANT; \
        operands.name = member->registers[place].data; \
        operands.name##_mask = member->registers[place].mask; \
    }
    int arity = hk_arity(instruction->opcode);
    HK_OPERAND(a)
    if (arity > 1) HK_OPERAND(b)
    if (arity > 2) HK_OPERAND(c)
#undef HK_OPERAND
    HK_DISPATCH(hk_instructions)[instruction->opcode](&operands);
}

/// Elements start ..< start + count: a multiple of sixteen, or fewer than sixteen.
static void hk_run_tile(const hk_member *member, int64_t start, int64_t count) {
    const hk_compiled *plan = member->plan;
    const hk_program *program = plan->program;
    bool padded = count < HK_LANES;
    for (int32_t i = 0; i < program->input_count; ++i) {
        if (plan->inputs[i].source == HK_FIXED) continue;
        if (plan->inputs[i].source == HK_IN_PLACE && !padded) {
            member->registers[i] = (hk_register){(float *)member->run->buffers[i] + start, ~(size_t)0};
        } else {
            member->registers[i] = hk_bring_in(member, i, start, count);
        }
    }
    for (int32_t o = 0; o < program->output_count; ++o) {
        const hk_result *result = &program->outputs[o];
        if (plan->output_slots[o] >= 0) continue;
        void *data = member->output_vectors + o * HK_LANES;
        if (!padded && result->type == HK_BFLOAT16) {
            data = (uint16_t *)hk_output(member, o) + start;
        } else if (!padded) {
            int64_t index = start;
            if (result->inner > 0) index = hk_in_window(start, result->inner, result->outer, result->offset);
            data = (float *)hk_output(member, o) + index;
        }
        member->registers[plan->outputs + o] = (hk_register){data, ~(size_t)0};
    }

    size_t whole = padded ? HK_LANES : (size_t)count;
    if (plan->single) {
        hk_run_single(member, whole);
    } else {
        HK_DISPATCH(hk_interpret)(member->run->steps, member->registers, whole);
    }

    for (int32_t o = 0; o < program->output_count; ++o) {
        int32_t slot = plan->output_slots[o];
        if (slot >= 0) {
            hk_store_output(member, o, start, count, member->registers[plan->tile_slots + slot].data);
        } else if (padded && program->outputs[o].type == HK_BFLOAT16) {
            memcpy((uint16_t *)hk_output(member, o) + start, member->output_vectors + o * HK_LANES,
                   (size_t)count * sizeof(uint16_t));
        } else if (padded) {
            float *out = hk_output(member, o);
            HK_DISPATCH(hk_copy_some)(member->output_vectors + o * HK_LANES, out + start, count);
        }
    }
}

static void hk_run_member(void *context, int index, int members) {
    const hk_run *run = context;
    const hk_compiled *plan = run->plan;
    int64_t count = plan->program->count;
    int64_t begin = 0, end = count;
    if (members > 1) {
        // Bounds on whole cache lines of the narrowest type, and whole rows.
        int64_t grain = plan->boundary > 0 ? plan->boundary : 64, grains = (count + grain - 1) / grain;
        begin = grains * index / members * grain;
        end = hk_min(grains * (index + 1) / members * grain, count);
        if (begin >= end) return;
    }
    char *scratch = run->scratch + (size_t)index * plan->scratch_bytes;
    hk_member member = {plan, run, (hk_register *)scratch, (float *)(scratch + plan->table_bytes), NULL, NULL};
    member.output_vectors = member.input_chunks + plan->program->input_count * HK_CHUNK;
    member.tile_slots = member.output_vectors + plan->program->output_count * HK_LANES
        + (plan->registers - plan->chunk_slots) * HK_CHUNK;
    hk_prepare(&member);
    while (begin < end) {
        int64_t tile = hk_min(plan->tile, end - begin);
        if (plan->boundary > 0) tile = hk_min(tile, plan->boundary - begin % plan->boundary);
        int64_t whole = tile & ~(int64_t)(HK_LANES - 1);
        if (whole > 0) hk_run_tile(&member, begin, whole);
        if (whole < tile) hk_run_tile(&member, begin + whole, tile - whole);
        begin += tile;
    }
}

void hk_program_run(const hk_compiled *plan, void *const *buffers, void *scratch, int threads) {
    enum { WORTH_A_TEAM = 65536 }; // elements times instructions
    const hk_program *program = plan->program;
    if (program->count <= 0) return;
    hk_run run = {plan, buffers, scratch, plan->steps};
    for (int32_t h = 0; h < plan->hazard_count; ++h) {
        const hk_hazard *hazard = &plan->hazards[h];
        const hk_result *result = &program->outputs[hazard->output];
        if (buffers[hazard->input] == buffers[program->input_count + result->buffer]) run.steps = plan->late_steps;
    }
    if (program->count * (program->instruction_count + 1) < WORTH_A_TEAM) threads = 1;
    hk_parallel(threads, hk_run_member, &run);
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
