// Element-wise programs made ready to run: how each input is brought in, where each value lives, and the steps of the
// interpreter. Done once, when a plan is compiled.
#include "Elementwise.h"

enum {
    PREFETCH = 65536,          // elements from which inputs are fetched ahead: below, they are in cache
    LONG_ROW = 4 * HK_LANES    // elements of a window's row that make a tile of their own worth while
};

int hk_arity(hk_opcode opcode) { return opcode < HK_ADD ? 1 : opcode < HK_SELECT ? 2 : 3; }

static bool hk_is_common(hk_opcode opcode) {
    static const bool common[HK_OPCODE_COUNT] = {
#define HK_ENTRY(OPCODE, name, ...) [OPCODE] = true,
        HK_COMMON_UNARY(HK_ENTRY) HK_COMMON_BINARY(HK_ENTRY) HK_COMMON_TERNARY(HK_ENTRY)
#undef HK_ENTRY
    };
    return common[opcode];
}

// MARK: Where values live

static bool hk_is_window(const hk_operand *input) { return input->layout == HK_WINDOW && input->type == HK_FLOAT32; }
static bool hk_is_column(const hk_result *output) { return output->inner > 0 && output->type == HK_FLOAT32; }

static bool hk_is_narrowed(const hk_result *output) { return output->inner == 0 && output->type == HK_BFLOAT16; }

/// The length of the rows of all windows that are read and written, if that is one length and tiles can be such rows;
/// then these need not be copied. 0 otherwise.
static int64_t hk_row_of_windows(const hk_program *program) {
    int64_t row = 0;
    for (int32_t i = 0; i < program->input_count; ++i) {
        if (!hk_is_window(&program->inputs[i])) continue;
        if (row > 0 && program->inputs[i].inner != row) return 0;
        row = program->inputs[i].inner;
    }
    for (int32_t o = 0; o < program->output_count; ++o) {
        if (!hk_is_column(&program->outputs[o])) continue;
        if (row > 0 && program->outputs[o].inner != row) return 0;
        row = program->outputs[o].inner;
    }
    return row >= LONG_ROW && row % HK_LANES == 0 ? row : 0;
}

/// How an input is brought in, its layout seen as `repeat` (of each element) and `period` (elements, then again).
static void hk_plan_input(const hk_operand *operand, int64_t count, int64_t tile, hk_input_plan *plan) {
    int64_t repeat = 1, period = count;
    switch (operand->layout) {
    case HK_FULL: break;
    case HK_SCALAR: repeat = count; period = 1; break;
    case HK_ROW: period = operand->inner; break;
    case HK_COLUMN: repeat = operand->inner; period = (count + repeat - 1) / repeat; break;
    case HK_MIDDLE: repeat = operand->inner; period = operand->outer; break;
    case HK_WINDOW:
        *plan = (hk_input_plan){HK_STRIDED, -1, 1, count};
        return;
    }
    hk_source source;
    if (repeat >= count || period == 1) {
        source = HK_FIXED;
    } else if (repeat == 1 && period >= count) {
        source = operand->type == HK_FLOAT32 ? HK_IN_PLACE : operand->type == HK_BFLOAT16 ? HK_WIDENED : HK_CONVERT;
    } else {
        source = repeat * period <= tile ? HK_PATTERN : HK_SPREAD;
    }
    *plan = (hk_input_plan){source, -1, repeat, period};
}

/// Tile slots, and the places of registers that do not depend on the steps.
static void hk_place(hk_compiled *plan) {
    const hk_program *program = plan->program;
    int64_t whole = (program->count + HK_LANES - 1) & ~(int64_t)(HK_LANES - 1);
    int64_t tile = hk_min(whole, HK_TILE);
    bool tiled = false;
    plan->boundary = hk_row_of_windows(program);
    plan->slot_count = 0;
    for (int32_t i = 0; i < program->input_count; ++i) {
        hk_input_plan *input = &plan->inputs[i];
        hk_plan_input(&program->inputs[i], program->count, tile, input);
        if (input->source == HK_IN_PLACE || input->source == HK_WIDENED || input->source == HK_FIXED) continue;
        tiled = true;
        input->slot = plan->slot_count;
        plan->slot_count += input->source == HK_PATTERN ? 2 : 1;
    }
    plan->constants = program->input_count;
    plan->outputs = plan->constants + program->constant_count;
    plan->tile_slots = plan->outputs + program->output_count;
    int32_t packed = 0;
    for (int32_t o = 0; o < program->output_count; ++o) {
        const hk_result *output = &program->outputs[o];
        plan->output_slots[o] = -1;
        if (output->inner > 0) tiled = true;
        if (output->type == HK_FLOAT32 && (output->inner == 0 || plan->boundary > 0)) continue;
        if (hk_is_narrowed(output)) continue;
        tiled = true;
        for (int32_t other = 0; other < o; ++other) {
            if (program->outputs[other].value == output->value) plan->output_slots[o] = plan->output_slots[other];
        }
        if (plan->output_slots[o] < 0) plan->output_slots[o] = packed++;
    }
    plan->chunk_slots = plan->tile_slots + packed;
    plan->input_slots = plan->slot_count;
    plan->slot_count += packed;
    plan->slot_size = tile;
    plan->tile = tiled ? tile : whole;
}

// MARK: Steps

typedef struct {
    const hk_compiled *plan;
    hk_step *steps;
    int32_t count;
    bool late;                            // outputs are written at the end
    int32_t held;                         // the value that the interpreter holds, -1 for none
    int32_t uses[HK_MAX_REGISTERS];       // of each value, that are yet to come
    int32_t places[HK_MAX_REGISTERS];     // of each value in memory, -1 for none
    int32_t free_slots[HK_MAX_REGISTERS], free_count, registers;
} hk_emitter;

static int32_t hk_place_of(const hk_emitter *emitter, int32_t value) {
    return value >= HK_CONSTANT ? emitter->plan->constants + value - HK_CONSTANT : emitter->places[value];
}

static hk_step *hk_emit(hk_emitter *emitter, int code) {
    hk_step *step = &emitter->steps[emitter->count++];
    *step = (hk_step){.code = (uint16_t)code};
    return step;
}

static void hk_hold(hk_emitter *emitter, int32_t value) {
    if (emitter->held != value) hk_emit(emitter, HK_LOAD)->a = (uint16_t)hk_place_of(emitter, value);
    emitter->held = value;
}

static void hk_keep(hk_emitter *emitter, int32_t place) {
    hk_emit(emitter, HK_KEEP)->out = (uint16_t)place;
    if (emitter->places[emitter->held] < 0) emitter->places[emitter->held] = place;
}

static int32_t hk_new_slot(hk_emitter *emitter) {
    return emitter->free_count > 0 ? emitter->free_slots[--emitter->free_count] : emitter->registers++;
}

/// Writes the held value to all outputs, and tile slots of outputs, that it is.
static void hk_keep_outputs(hk_emitter *emitter) {
    const hk_compiled *plan = emitter->plan;
    for (int32_t o = 0; o < plan->program->output_count; ++o) {
        if (plan->program->outputs[o].value != emitter->held) continue;
        int32_t slot = plan->output_slots[o];
        if (hk_is_narrowed(&plan->program->outputs[o])) {
            // Inputs that may be in the same memory have all been widened by now.
            hk_emit(emitter, HK_NARROW)->out = (uint16_t)(plan->outputs + o);
        } else if (slot < 0 && emitter->late) {
            if (emitter->places[emitter->held] < 0 || emitter->held < plan->program->input_count) {
                // An input's memory may be overwritten before the end.
                emitter->places[emitter->held] = -1;
                hk_keep(emitter, hk_new_slot(emitter));
            }
        } else {
            int32_t place = slot < 0 ? plan->outputs + o : plan->tile_slots + slot;
            if (emitter->places[emitter->held] != place) hk_keep(emitter, place);
        }
    }
}

static void hk_emit_instruction(hk_emitter *emitter, const hk_instruction *instruction, int32_t result) {
    int arity = hk_arity(instruction->opcode), held = -1;
    int32_t operands[3] = {instruction->a, instruction->b, instruction->c};
    bool in_registers = hk_is_common(instruction->opcode), again = false;
    for (int k = 0; k < arity; ++k) {
        if (operands[k] < HK_CONSTANT) --emitter->uses[operands[k]];
        if (operands[k] != emitter->held) continue;
        if (in_registers && held < 0) held = k; else again = true;
    }
    int32_t before = emitter->held;
    if (before >= 0 && emitter->places[before] < 0 && (again || emitter->uses[before] > 0)) {
        hk_keep(emitter, hk_new_slot(emitter));
    }
    if (in_registers) {
        if (held < 0) {
            hk_hold(emitter, operands[0]);
            held = 0;
        }
        if (instruction->opcode != HK_COPY) {
            hk_step *step = hk_emit(emitter, instruction->opcode + held * HK_OPCODE_COUNT);
            uint16_t *places[3] = {&step->a, &step->b, &step->c};
            for (int k = 0; k < arity; ++k) {
                if (k != held) *places[k] = (uint16_t)hk_place_of(emitter, operands[k]);
            }
        }
    } else {
        emitter->places[result] = hk_new_slot(emitter);
        *hk_emit(emitter, HK_CALL) = (hk_step){
            HK_CALL, (uint16_t)hk_place_of(emitter, operands[0]),
            arity > 1 ? (uint16_t)hk_place_of(emitter, operands[1]) : 0,
            arity > 2 ? (uint16_t)hk_place_of(emitter, operands[2]) : 0, (uint16_t)emitter->places[result],
            instruction->opcode
        };
    }
    emitter->held = result;
    hk_keep_outputs(emitter);
    for (int k = 0; k < arity; ++k) {
        int32_t operand = operands[k];
        if (operand >= HK_CONSTANT || emitter->uses[operand] > 0) continue;
        if (emitter->places[operand] < emitter->plan->chunk_slots) continue;
        emitter->free_slots[emitter->free_count++] = emitter->places[operand];
        emitter->places[operand] = -1;
    }
}

/// Whether an output is written at the end.
static bool hk_is_late(const hk_compiled *plan, int32_t output, bool late) {
    return late && plan->output_slots[output] < 0 && !hk_is_narrowed(&plan->program->outputs[output]);
}

/// Gives how many registers there are.
static int32_t hk_emit_steps(const hk_compiled *plan, hk_step *steps, bool late) {
    const hk_program *program = plan->program;
    int32_t inputs = program->input_count;
    hk_emitter emitter = {.plan = plan, .steps = steps, .late = late, .held = -1, .registers = plan->chunk_slots};
    for (int32_t r = 0; r < inputs + program->instruction_count; ++r) {
        emitter.uses[r] = 0;
        emitter.places[r] = r < inputs ? r : -1;
    }
    for (int32_t t = 0; t < program->instruction_count; ++t) {
        const hk_instruction *instruction = &program->instructions[t];
        int32_t operands[3] = {instruction->a, instruction->b, instruction->c};
        for (int k = 0; k < hk_arity(instruction->opcode); ++k) {
            if (operands[k] < HK_CONSTANT) ++emitter.uses[operands[k]];
        }
    }
    for (int32_t o = 0; o < program->output_count; ++o) {
        if (hk_is_late(plan, o, late)) ++emitter.uses[program->outputs[o].value];
    }
    // The processor's prefetchers stop at the end of a page, and know fewer streams than an optimizer has.
    if (program->count >= PREFETCH && program->instruction_count >= 3) {
        for (int32_t i = 0; i < inputs; ++i) {
            hk_source source = plan->inputs[i].source;
            if (source == HK_IN_PLACE || source == HK_WIDENED) hk_emit(&emitter, HK_FETCH)->a = (uint16_t)i;
        }
    }
    for (int32_t i = 0; i < inputs; ++i) {
        if (plan->inputs[i].source != HK_WIDENED) continue;
        emitter.places[i] = hk_new_slot(&emitter);
        hk_step *step = hk_emit(&emitter, HK_WIDEN);
        step->a = (uint16_t)i;
        step->out = (uint16_t)emitter.places[i];
    }
    for (int32_t o = 0; o < program->output_count; ++o) {
        if (program->outputs[o].value >= inputs) continue;
        hk_hold(&emitter, program->outputs[o].value);
        hk_keep_outputs(&emitter);
    }
    for (int32_t t = 0; t < program->instruction_count; ++t) {
        hk_emit_instruction(&emitter, &program->instructions[t], inputs + t);
    }
    for (int32_t o = 0; o < program->output_count; ++o) {
        if (!hk_is_late(plan, o, late)) continue;
        hk_hold(&emitter, program->outputs[o].value);
        hk_keep(&emitter, plan->outputs + o);
    }
    hk_emit(&emitter, HK_END);
    return emitter.registers;
}

/// Inputs that are read after an output has been written.
static void hk_find_hazards(hk_compiled *plan) {
    const hk_program *program = plan->program;
    int32_t last[HK_MAX_REGISTERS];
    for (int32_t i = 0; i < program->input_count; ++i) last[i] = -1;
    for (int32_t t = 0; t < program->instruction_count; ++t) {
        const hk_instruction *instruction = &program->instructions[t];
        int32_t operands[3] = {instruction->a, instruction->b, instruction->c};
        for (int k = 0; k < hk_arity(instruction->opcode); ++k) {
            if (operands[k] < program->input_count) last[operands[k]] = t;
        }
    }
    plan->hazard_count = 0;
    for (int32_t o = 0; o < program->output_count; ++o) {
        if (plan->output_slots[o] >= 0 || hk_is_narrowed(&program->outputs[o])) continue;
        int32_t written = program->outputs[o].value - program->input_count;
        for (int32_t i = 0; i < program->input_count; ++i) {
            if (plan->inputs[i].source != HK_IN_PLACE || (written >= 0 && last[i] <= written)) continue;
            plan->hazards[plan->hazard_count++] = (hk_hazard){i, o};
        }
    }
}

// MARK: Memory

/// The address of `size` bytes, aligned for vectors, taken from what begins at *memory.
static uintptr_t hk_take(uintptr_t *memory, size_t size) {
    uintptr_t taken = *memory;
    *memory += (size + 63) & ~(size_t)63;
    return taken;
}

/// The compiled form and its parts, one behind another from `memory` on; gives where they end.
static uintptr_t hk_lay_out(hk_compiled *plan, const hk_program *program, uintptr_t memory) {
    size_t inputs = (size_t)program->input_count, outputs = (size_t)program->output_count;
    size_t steps = 2 * inputs + 3 * (size_t)program->instruction_count + 5 * outputs + 1;
    hk_take(&memory, sizeof(hk_compiled));
    plan->program = program;
    plan->splats = (float *)hk_take(&memory, (size_t)program->constant_count * HK_CHUNK * sizeof(float));
    plan->inputs = (hk_input_plan *)hk_take(&memory, inputs * sizeof(hk_input_plan));
    plan->output_slots = (int32_t *)hk_take(&memory, outputs * sizeof(int32_t));
    plan->hazards = (hk_hazard *)hk_take(&memory, inputs * outputs * sizeof(hk_hazard));
    plan->steps = (hk_step *)hk_take(&memory, steps * sizeof(hk_step));
    plan->late_steps = (hk_step *)hk_take(&memory, steps * sizeof(hk_step));
    return memory;
}

size_t hk_compiled_bytes(const hk_program *program) {
    hk_compiled plan;
    return hk_lay_out(&plan, program, 0);
}

hk_compiled *hk_compile(const hk_program *program, void *memory) {
    hk_compiled *plan = memory;
    hk_lay_out(plan, program, (uintptr_t)memory);
    for (int32_t k = 0; k < program->constant_count; ++k) {
        for (int i = 0; i < HK_CHUNK; ++i) plan->splats[k * HK_CHUNK + i] = program->constants[k];
    }
    hk_place(plan);
    int32_t early = hk_emit_steps(plan, plan->steps, false), late = hk_emit_steps(plan, plan->late_steps, true);
    plan->registers = early > late ? early : late;
    hk_find_hazards(plan);
    plan->single = program->instruction_count == 1 && program->output_count == 1
        && program->outputs[0].value == program->input_count && !hk_is_narrowed(&program->outputs[0]);
    for (int32_t i = 0; i < program->input_count; ++i) plan->single &= plan->inputs[i].source != HK_WIDENED;
    // The table of registers; a chunk of each input, a vector of each output; chunk slots, tile slots.
    size_t floats = (size_t)program->input_count * HK_CHUNK + (size_t)program->output_count * HK_LANES
        + (size_t)(plan->registers - plan->chunk_slots) * HK_CHUNK
        + (size_t)plan->slot_count * (size_t)(plan->slot_size + HK_GAP);
    plan->table_bytes = ((size_t)plan->registers * sizeof(hk_register) + 63) & ~(size_t)63;
    plan->scratch_bytes = (plan->table_bytes + floats * sizeof(float) + 63) & ~(size_t)63;
    return plan;
}

size_t hk_program_scratch(const hk_compiled *plan) { return plan->scratch_bytes; }
