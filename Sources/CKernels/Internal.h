// What every kernel file shares: the vector types, the choice of instruction set, and work in pieces.
//
// A family with vector code keeps it in a template, `XKernels.h`, which EachInstructionSet.h compiles once for each
// instruction set with the set's suffix on every name; `X.c` holds the public functions, which pick one with
// HK_DISPATCH. This is target_clones by hand, for three reasons: clang's clones prefer 256-bit vectors on AVX-512,
// a template can choose its register blocking by the set, and tests can force a lesser set (hk_limit_instruction_set).
#pragma once
#include "CKernels.h"
#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if !defined(__clang__)
#error "CKernels is compiled by clang, as the Swift package manager does: it relies on clang's vector builtins."
#endif

/// Sixteen lanes everywhere: one AVX-512 register, two of AVX2, four of SSE2 or NEON. Because the lanes are the same
/// everywhere, so are the pieces in which sums are made.
enum { HK_LANES = 16 };
typedef float vf __attribute__((vector_size(64)));
typedef int32_t vi __attribute__((vector_size(64)));
typedef uint32_t vu __attribute__((vector_size(64)));
typedef float vf_unaligned __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t vi_unaligned __attribute__((vector_size(64), aligned(4), may_alias));
typedef uint16_t vh_unaligned __attribute__((vector_size(32), aligned(2), may_alias));
typedef double vd __attribute__((vector_size(128)));
typedef int64_t vl __attribute__((vector_size(128)));
typedef uint64_t vul __attribute__((vector_size(128)));
typedef double vd_unaligned __attribute__((vector_size(128), aligned(8), may_alias));

#define HK_INLINE static inline __attribute__((always_inline, unused))
#define HK_JOIN_(a, b) a##b
#define HK_JOIN(a, b) HK_JOIN_(a, b)
/// `name` with the suffix of the instruction set being compiled.
#define HK_NAME(name) HK_JOIN(name, HK_SUFFIX)

/// The x86-64 level in use: 4 (AVX-512), 3 (AVX2 and FMA) or 1; set before main.
extern int hk_level;
#if defined(__x86_64__)
#define HK_DISPATCH(name) (hk_level == 4 ? name##_v4 : hk_level == 3 ? name##_v3 : name##_base)
#else
#define HK_DISPATCH(name) (name##_base)
#endif

HK_INLINE int64_t hk_min(int64_t a, int64_t b) { return a < b ? a : b; }
HK_INLINE int64_t hk_max(int64_t a, int64_t b) { return a > b ? a : b; }

/// Runs body(context, begin, end) over 0 ..< count, cut into at most `threads` ranges whose bounds are multiples of
/// `grain`; on this thread alone when a team is not worth its 1.2 µs (work: elements touched, weighted by cost).
void hk_ranges(int threads, int64_t count, int64_t grain, int64_t work,
               void (*body)(void *context, int64_t begin, int64_t end), void *context);
