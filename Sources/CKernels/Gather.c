// Rows picked by index, with the cast on the way, and their gradient.
#include "Cast.h"

static inline int64_t hk_index(hk_type type, const void *indices, int64_t position, int64_t rows) {
    int64_t index;
    switch (type) {
    case HK_T_INT64: index = ((const int64_t *)indices)[position]; break;
    case HK_T_INT32: index = ((const int32_t *)indices)[position]; break;
    case HK_T_UINT8: case HK_T_BOOL: index = ((const uint8_t *)indices)[position]; break;
    case HK_T_FLOAT32: { // Keras feeds embeddings floats
        float value = ((const float *)indices)[position];
        index = value >= -0x1p62f && value < 0x1p62f ? (int64_t)value : INT64_MIN;
        break;
    }
    default: index = INT64_MIN; break;
    }
    if (index < 0 && index >= -rows) index += rows;
    return index >= 0 && index < rows ? index : -1;
}

typedef struct {
    const char *in;
    char *out;
    int64_t rows, width;
    size_t in_row, out_row, out_bytes;
    hk_type index_type;
    const void *indices;
    hk_converter convert;
} hk_gather_task;

static void hk_gather_range(void *context, int64_t begin, int64_t end) {
    const hk_gather_task *t = context;
    for (int64_t r = begin; r < end; ++r) {
        int64_t index = hk_index(t->index_type, t->indices, r, t->rows);
        char *out = t->out + (size_t)r * t->out_row;
        if (index < 0) {
            memset(out, 0, t->out_bytes);
            continue;
        }
        const char *in = t->in + (size_t)index * t->in_row;
        if (t->convert) t->convert(in, out, (size_t)t->width);
        else memcpy(out, in, t->out_bytes);
    }
}

int64_t hk_gather_rows(hk_type from, const void *in, int64_t rows, int64_t width, hk_type index_type,
                       const void *indices, int64_t count, hk_type to, void *out, int64_t out_stride, int threads) {
    size_t to_size = hk_type_size(to);
    hk_gather_task t = {in, out, rows, width, (size_t)width * hk_type_size(from), (size_t)out_stride * to_size,
                        (size_t)width * to_size, index_type, indices, hk_find_converter(from, to)};
    hk_ranges(threads, count, 1, count * (width + 4), hk_gather_range, &t);
    for (int64_t r = 0; r < count; ++r) {
        if (hk_index(index_type, indices, r, rows) < 0) return r;
    }
    return -1;
}

typedef struct {
    const float *in;
    float *out;
    int64_t rows, width, count;
    hk_type index_type;
    const void *indices;
    bool by_columns, zero;
} hk_scatter_task;

/// A member owns a range of the output's columns, or of its rows: it alone adds there, in the order of the indices.
static void hk_scatter_range(void *context, int64_t begin, int64_t end) {
    const hk_scatter_task *t = context;
    int64_t first = t->by_columns ? 0 : begin, last = t->by_columns ? t->rows : end;
    int64_t left = t->by_columns ? begin : 0, right = t->by_columns ? end : t->width;
    if (t->zero) {
        for (int64_t r = first; r < last; ++r) {
            memset(t->out + r * t->width + left, 0, (size_t)(right - left) * sizeof(float));
        }
    }
    for (int64_t r = 0; r < t->count; ++r) {
        int64_t index = hk_index(t->index_type, t->indices, r, t->rows);
        if (index < first || index >= last) continue;
        const float *in = t->in + r * t->width;
        float *out = t->out + index * t->width;
        for (int64_t j = left; j < right; ++j) out[j] += in[j];
    }
}

void hk_scatter_add_rows(const float *in, hk_type index_type, const void *indices, int64_t count, float *out,
                         int64_t rows, int64_t width, bool zero, int threads) {
    if (rows <= 0 || width <= 0) return;
    bool by_columns = width >= 64 * (int64_t)threads;
    hk_scatter_task t = {in, out, rows, width, count, index_type, indices, by_columns, zero};
    hk_ranges(threads, by_columns ? width : rows, by_columns ? 16 : 1, (count + (zero ? rows : 0)) * width,
              hk_scatter_range, &t);
}

void hk_sort_rows(hk_type index_type, const void *indices, int64_t count, int64_t rows, int64_t block, int64_t first,
                  int64_t last, int32_t *starts, int32_t *positions) {
    int shift = 0;
    while ((int64_t)1 << shift < block) ++shift;
    // starts[b + 1] counts block b's rows, then is where the next of them goes, and in the end where they end.
    memset(starts, 0, (size_t)(last - first + 1) * sizeof(int32_t));
    for (int64_t r = 0; r < count; ++r) {
        int64_t index = hk_index(index_type, indices, r, rows), b = index >> shift;
        if (index >= 0 && b >= first && b < last) ++starts[b - first + 1];
    }
    int32_t start = 0;
    for (int64_t b = 0; b < last - first; ++b) {
        int32_t here = starts[b + 1];
        starts[b + 1] = start;
        start += here;
    }
    for (int64_t r = 0; r < count; ++r) {
        int64_t index = hk_index(index_type, indices, r, rows), b = index >> shift;
        if (index >= 0 && b >= first && b < last) positions[starts[b - first + 1]++] = (int32_t)r;
    }
}

void hk_sum_rows(const float *in, hk_type index_type, const void *indices, const int32_t *positions, int64_t count,
                 int64_t rows, int64_t width, int64_t first, int64_t block, float *out) {
    memset(out, 0, (size_t)(block * width) * sizeof(float));
    for (int64_t p = 0; p < count; ++p) {
        int64_t r = positions[p];
        const float *row = in + r * width;
        float *sum = out + (hk_index(index_type, indices, r, rows) - first) * width;
        for (int64_t j = 0; j < width; ++j) sum[j] += row[j];
    }
}
