// Conversions between element types.
#include "Cast.h"

// Truncation towards zero that saturates, NaN to 0. The bounds are the first values out of range, which floats hold.
#define HK_SATURATE(name, FROM, TO, LOW, HIGH, LEAST, MOST) \
    static inline TO name(FROM x) { \
        return x != x ? 0 : x < (LOW) ? (LEAST) : x >= (HIGH) ? (MOST) : (TO)x; \
    }
HK_SATURATE(hk_f32_i32, float, int32_t, -0x1p31f, 0x1p31f, INT32_MIN, INT32_MAX)
HK_SATURATE(hk_f64_i32, double, int32_t, -0x1p31, 0x1p31, INT32_MIN, INT32_MAX)
HK_SATURATE(hk_f32_i64, float, int64_t, -0x1p63f, 0x1p63f, INT64_MIN, INT64_MAX)
HK_SATURATE(hk_f64_i64, double, int64_t, -0x1p63, 0x1p63, INT64_MIN, INT64_MAX)
HK_SATURATE(hk_f32_u8, float, uint8_t, 0.0f, 256.0f, 0, 255)
HK_SATURATE(hk_f64_u8, double, uint8_t, 0.0, 256.0, 0, 255)
static inline int32_t hk_i32_i32(int32_t x) { return x; }
static inline int32_t hk_i64_i32(int64_t x) { return (int32_t)(uint32_t)(uint64_t)x; }
static inline int64_t hk_i64_i64(int64_t x) { return x; }
static inline uint8_t hk_i64_u8(int64_t x) { return (uint8_t)(uint64_t)x; }

#define HK_TEMPLATE "CastKernels.h"
#include "EachInstructionSet.h"

size_t hk_type_size(hk_type type) {
    static const size_t sizes[] = {4, 8, 4, 8, 1, 1, 2, 2};
    return sizes[type];
}

hk_converter hk_find_converter(hk_type from, hk_type to) {
    if (from == to) return NULL;
    return HK_DISPATCH(hk_converters)[from][to];
}

typedef struct {
    const char *in;
    char *out;
    size_t in_size, out_size;
    hk_converter convert;
} hk_cast_task;

static void hk_cast_range(void *context, int64_t begin, int64_t end) {
    const hk_cast_task *task = context;
    const char *in = task->in + (size_t)begin * task->in_size;
    char *out = task->out + (size_t)begin * task->out_size;
    if (task->convert) task->convert(in, out, (size_t)(end - begin));
    else memmove(out, in, (size_t)(end - begin) * task->in_size);
}

void hk_cast(hk_type from, const void *in, hk_type to, void *out, int64_t count, int threads) {
    hk_cast_task task = {in, out, hk_type_size(from), hk_type_size(to), hk_find_converter(from, to)};
    hk_ranges(threads, count, 1024, count, hk_cast_range, &task);
}

static hk_type hk_wide_type(hk_element_type type) {
    static const hk_type types[] = {HK_T_FLOAT32, HK_T_BOOL, HK_T_UINT8, HK_T_FLOAT16, HK_T_BFLOAT16};
    return types[type];
}

void hk_load_floats(hk_element_type type, const void *in, int64_t index, float *out, int64_t count) {
    hk_type wide = hk_wide_type(type);
    const char *source = (const char *)in + (size_t)index * hk_type_size(wide);
    hk_converter convert = hk_find_converter(wide, HK_T_FLOAT32);
    if (convert) convert(source, out, (size_t)count);
    else memcpy(out, source, (size_t)count * sizeof(float));
}

void hk_store_floats(hk_element_type type, const float *in, size_t mask, void *out, int64_t index, int64_t count) {
    hk_type wide = hk_wide_type(type);
    size_t size = hk_type_size(wide);
    hk_converter convert = hk_find_converter(HK_T_FLOAT32, wide);
    char *target = (char *)out + (size_t)index * size;
    if (mask == 0) { // the same value everywhere
        char value[4];
        if (convert) convert(in, value, 1);
        else memcpy(value, in, sizeof(float));
        hk_fill((int)size, value, target, count, 1);
    } else if (convert) {
        convert(in, target, (size_t)count);
    } else {
        memmove(target, in, (size_t)count * sizeof(float));
    }
}
