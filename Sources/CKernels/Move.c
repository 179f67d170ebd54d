// Strided copies: transposition, slicing, broadcasting, concatenation, padding.
#include "Internal.h"

#define HK_TEMPLATE "MoveKernels.h"
#include "EachInstructionSet.h"

enum { MAX_RANK = 32 };

typedef struct { int64_t size, in, out; } hk_axis; // strides in elements

typedef struct {
    int element_size, rank, split;
    hk_axis axes[MAX_RANK];
    const char *in;
    char *out;
} hk_move;

typedef uint8_t hk_element_1;
typedef uint16_t hk_element_2;
typedef uint32_t hk_element_4;
typedef uint64_t hk_element_8;

#define HK_MOVE_LOOPS(SIZE) \
    static void hk_move_line_##SIZE(const void *in, int64_t in_stride, void *out, int64_t out_stride, int64_t n) { \
        const hk_element_##SIZE *source = in; \
        hk_element_##SIZE *target = out; \
        if (in_stride == 0 && out_stride == 1) { \
            const hk_element_##SIZE value = *source; \
            for (int64_t i = 0; i < n; ++i) target[i] = value; \
        } else { \
            for (int64_t i = 0; i < n; ++i) target[i * out_stride] = source[i * in_stride]; \
        } \
    }
#define HK_MOVE_TRANSPOSED(SIZE) \
    static void hk_transpose_##SIZE(const void *in, int64_t in_stride, void *out, int64_t out_stride, int64_t nx, \
                                    int64_t ny) { \
        enum { TILE = 64 / SIZE }; \
        const hk_element_##SIZE *source = in; \
        hk_element_##SIZE *target = out; \
        for (int64_t y = 0; y < ny; y += TILE) { \
            for (int64_t x = 0; x < nx; x += TILE) { \
                int64_t high = hk_min(y + TILE, ny), wide = hk_min(x + TILE, nx); \
                for (int64_t i = x; i < wide; ++i) { \
                    for (int64_t j = y; j < high; ++j) target[i * out_stride + j] = source[j * in_stride + i]; \
                } \
            } \
        } \
    }
HK_MOVE_LOOPS(1)
HK_MOVE_LOOPS(2)
HK_MOVE_LOOPS(4)
HK_MOVE_LOOPS(8)
HK_MOVE_TRANSPOSED(1)
HK_MOVE_TRANSPOSED(2)
HK_MOVE_TRANSPOSED(8)

static void hk_move_line(int size, const char *in, char *target, const hk_axis *axis) {
    if (axis->in == 1 && axis->out == 1) {
        memmove(target, in, (size_t)(axis->size * size));
        return;
    }
    switch (size) {
    case 1: hk_move_line_1(in, axis->in, target, axis->out, axis->size); break;
    case 2: hk_move_line_2(in, axis->in, target, axis->out, axis->size); break;
    case 4: hk_move_line_4(in, axis->in, target, axis->out, axis->size); break;
    default: hk_move_line_8(in, axis->in, target, axis->out, axis->size); break;
    }
}

/// Axis x is contiguous in the input and axis y in the output.
static void hk_move_transposed(int size, const char *in, char *out, const hk_axis *x, const hk_axis *y) {
    switch (size) {
    case 1: hk_transpose_1(in, y->in, out, x->out, x->size, y->size); break;
    case 2: hk_transpose_2(in, y->in, out, x->out, x->size, y->size); break;
    case 4:
        HK_DISPATCH(hk_transpose_words)((const float *)(const void *)in, y->in, (float *)(void *)out, x->out, x->size,
                                        y->size);
        break;
    default: hk_transpose_8(in, y->in, out, x->out, x->size, y->size); break;
    }
}

static void hk_move_axes(const hk_move *move, int axis, const char *in, char *out) {
    int size = move->element_size, rank = move->rank;
    const hk_axis *axes = move->axes;
    if (rank == 0) {
        memcpy(out, in, (size_t)size);
        return;
    }
    if (axis == rank - 1) {
        hk_move_line(size, in, out, &axes[axis]);
        return;
    }
    if (axis == rank - 2) {
        const hk_axis *a = &axes[axis], *b = &axes[axis + 1];
        if (a->in == 1 && a->out != 1 && b->out == 1 && b->in != 1) {
            hk_move_transposed(size, in, out, a, b);
            return;
        }
        if (a->out == 1 && a->in != 1 && b->in == 1 && b->out != 1) {
            hk_move_transposed(size, in, out, b, a);
            return;
        }
    }
    for (int64_t i = 0; i < axes[axis].size; ++i) {
        hk_move_axes(move, axis + 1, in + i * axes[axis].in * size, out + i * axes[axis].out * size);
    }
}

static void hk_move_range(void *context, int64_t begin, int64_t end) {
    hk_move part = *(const hk_move *)context;
    hk_axis *axis = &part.axes[part.split];
    axis->size = end - begin;
    hk_move_axes(&part, 0, part.in + begin * axis->in * part.element_size,
                 part.out + begin * axis->out * part.element_size);
}

static void hk_move_run(hk_move *move, int rank, const hk_axis *axes, int threads) {
    // Axes of one element go; neighbours that are contiguous in both arrays become one.
    int kept = 0;
    int64_t count = 1;
    for (int d = 0; d < rank; ++d) {
        count *= axes[d].size;
        if (axes[d].size == 1) continue;
        hk_axis *previous = kept > 0 ? &move->axes[kept - 1] : NULL;
        if (previous && previous->in == axes[d].in * axes[d].size && previous->out == axes[d].out * axes[d].size) {
            *previous = (hk_axis){previous->size * axes[d].size, axes[d].in, axes[d].out};
        } else {
            move->axes[kept++] = axes[d];
        }
    }
    if (count <= 0) return;
    move->rank = kept;
    // A transposition: bring the axis that is contiguous on the strided side next to the innermost.
    if (kept > 2) {
        hk_axis *inner = &move->axes[kept - 1];
        for (int d = 0; d < kept - 2; ++d) {
            hk_axis axis = move->axes[d];
            bool partner = (axis.in == 1 && inner->out == 1 && inner->in != 1)
                || (axis.out == 1 && inner->in == 1 && inner->out != 1);
            if (!partner) continue;
            memmove(&move->axes[d], &move->axes[d + 1], (size_t)(kept - 2 - d) * sizeof(hk_axis));
            move->axes[kept - 2] = axis;
            break;
        }
    }
    move->split = 0;
    while (move->split + 1 < kept && move->axes[move->split].size < threads) ++move->split;
    if (kept == 0) hk_move_axes(move, 0, move->in, move->out);
    else hk_ranges(threads, move->axes[move->split].size, move->split == kept - 1 ? 64 : 1, count, hk_move_range, move);
}

/// `strides` belong to the input, or to the output; the other array is contiguous.
static void hk_move_start(bool store, int element_size, int rank, const int64_t *shape, const int64_t *strides,
                          const void *in, void *out, int threads) {
    hk_axis axes[MAX_RANK];
    if (rank > MAX_RANK) return;
    int64_t contiguous = 1;
    for (int d = rank - 1; d >= 0; --d) {
        axes[d] = store ? (hk_axis){shape[d], contiguous, strides[d]} : (hk_axis){shape[d], strides[d], contiguous};
        contiguous *= shape[d];
    }
    hk_move move = {.element_size = element_size, .in = in, .out = out};
    hk_move_run(&move, rank, axes, threads);
}

void hk_copy_strided(int element_size, int rank, const int64_t *shape, const int64_t *strides, const void *in,
                     void *out, int threads) {
    hk_move_start(false, element_size, rank, shape, strides, in, out, threads);
}

void hk_store_strided(int element_size, int rank, const int64_t *shape, const int64_t *strides, const void *in,
                      void *out, int threads) {
    hk_move_start(true, element_size, rank, shape, strides, in, out, threads);
}

typedef struct { int element_size; const void *value; char *out; } hk_fill_task;

static void hk_fill_range(void *context, int64_t begin, int64_t end) {
    const hk_fill_task *t = context;
    hk_move_line(t->element_size, t->value, t->out + begin * t->element_size, &(hk_axis){end - begin, 0, 1});
}

void hk_fill(int element_size, const void *value, void *out, int64_t count, int threads) {
    hk_fill_task t = {element_size, value, out};
    hk_ranges(threads, count, 64, count * element_size / 4, hk_fill_range, &t);
}
