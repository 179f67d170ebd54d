// Attention in bfloat16 on matrix tiles (Intel's AMX): sixteen rows of thirty-two numbers, whose products are summed up
// in float32. Of a head, some targets and the sources chunk by chunk, as on vectors; weights and slopes are rounded to
// bfloat16 before the products that read them.
//
// The right operand of a product has two rows beside each other, number by number: `pairs`.
#include "Attention.h"

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

enum { HK_TILE_DEPTH = 32, HK_TILE_CHUNK = 128 }; // numbers of a row; sources of a chunk

/// Scratch memory: what is of a head, of a block of targets, and of a block and a chunk. Sizes are rounded up to 32
/// where sums go along them, or else to 16.
typedef struct {
    uint16_t *keys, *values;                 // [sources, size]: left operands
    uint16_t *turned;                        // [size, sources]: the values, or in the gradient the keys
    float *key_slopes, *value_slopes;        // [sources, size]
    uint32_t *queries, *upstream;            // [size / 2, lanes] pairs
    uint32_t *query_rows, *upstream_rows;    // [lanes / 2, size] pairs
    float *means;                            // [size, columns]: of values, or in the gradient of keys
    float *highest, *sums, *factors, *totals; // [lanes]
    float *logits, *slopes;                  // [chunk, lanes]
    uint16_t *weight_rows, *slope_rows;      // [chunk, lanes]: left operands
    uint32_t *pairs;                         // [chunk / 2, columns] pairs: weights, or in the gradient slopes
    uint8_t *seen;                           // [chunk, lanes] of the mask
    int64_t height;                          // sources, rounded up
    int64_t depth, value_depth;              // sizes, rounded up to 32
    int64_t width, value_width;              // and to 16
} hk_tiles_memory;

static size_t hk_tiles_lay_out(const hk_attention *a, bool gradient, uintptr_t base, hk_tiles_memory *m) {
    const int64_t lanes = HK_ATTENTION_LANES, chunk = HK_TILE_CHUNK;
    m->height = hk_up(a->sources, HK_TILE_DEPTH);
    m->depth = hk_up(a->size, 32), m->value_depth = hk_up(a->value_size, 32);
    m->width = hk_up(a->size, 16), m->value_width = hk_up(a->value_size, 16);
    size_t bytes = 0;
#define HK_PART(NAME, COUNT) \
    m->NAME = (void *)(base + bytes), bytes += (size_t)hk_up((COUNT) * (int64_t)sizeof *m->NAME, 64)
    HK_PART(keys, m->height * m->depth);
    HK_PART(turned, hk_max(m->width, m->value_width) * m->height);
    HK_PART(queries, hk_max(m->depth, m->value_depth) / 2 * lanes);
    HK_PART(means, hk_max(m->width, m->value_width) * lanes);
    HK_PART(highest, lanes);
    HK_PART(sums, lanes);
    HK_PART(factors, lanes);
    HK_PART(logits, chunk * lanes);
    HK_PART(pairs, chunk / 2 * lanes);
    HK_PART(seen, chunk * lanes);
    if (!gradient) return bytes;
    HK_PART(values, m->height * m->value_depth);
    HK_PART(key_slopes, m->height * m->width);
    HK_PART(value_slopes, m->height * m->value_width);
    HK_PART(upstream, m->value_depth / 2 * lanes);
    HK_PART(query_rows, lanes / 2 * m->width);
    HK_PART(upstream_rows, lanes / 2 * m->value_width);
    HK_PART(totals, lanes);
    HK_PART(slopes, chunk * lanes);
    HK_PART(weight_rows, chunk * lanes);
    HK_PART(slope_rows, chunk * lanes);
#undef HK_PART
    return bytes;
}

size_t hk_attention_tiles_scratch(const hk_attention *a, bool gradient) {
    hk_tiles_memory memory;
    return hk_tiles_lay_out(a, gradient, 0, &memory);
}

/// C [rows, columns] = A [rows, depth] B [depth, columns], or C += A B: rows and columns are multiples of 16, depth of
/// 32. Steps in elements of each; B has pairs.
typedef struct {
    const uint16_t *a;
    const uint32_t *b;
    float *c;
    int64_t rows, columns, depth, a_step, b_step, c_step;
    bool add;
} hk_tiles_product;

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi" // as in EachInstructionSet.h
#pragma clang diagnostic ignored "-Wpass-failed"
#define HK_SUFFIX _tiles
#define HK_LEVEL 4
#pragma clang attribute push( \
    __attribute__((target("arch=x86-64-v4,avx512bf16,amx-tile,amx-bf16"), min_vector_width(512))), apply_to = function)
#include "Vector.h"
#include "VectorMath.h"
#include "AttentionRows.h"
#include "AttentionTilesKernels.h"
#pragma clang attribute pop
#pragma clang diagnostic pop

static int hk_tiles_state;

/// Linux gives a process the registers on request (its threads' frames for signals grow by 8 KiB).
__attribute__((constructor)) static void hk_ask_for_tiles(void) {
    enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
    unsigned a = 0, b = 0, c = 0, d = 0;
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx512bf16")) return;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(7), "2"(0));
    const unsigned bfloat16 = 1u << 22, tile = 1u << 24;
    if (!(d & bfloat16) || !(d & tile)) return;
    hk_tiles_state = syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

bool hk_has_tiles(void) { return hk_tiles_state && hk_level == 4; }

#else

size_t hk_attention_tiles_scratch(const hk_attention *a, bool gradient) { return 0; }
void hk_attention_tiles_member(void *task, int member, int members) {}
bool hk_has_tiles(void) { return false; }

#endif
