// Compiles HK_TEMPLATE once for each instruction set. `pragma attribute` puts the target on every function, helpers
// included, so that helpers inline and vectors pass in registers; min_vector_width lets AVX-512 use 512 bits.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi" // helpers are always inlined: no vector crosses a call
#pragma clang diagnostic ignored "-Wpass-failed" // a build that does not optimise does not vectorise either

#if defined(__x86_64__)

#define HK_SUFFIX _v4
#define HK_LEVEL 4
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#include "Vector.h"
#include "VectorMath.h"
#include HK_TEMPLATE
#pragma clang attribute pop
#undef HK_SUFFIX
#undef HK_LEVEL

#define HK_SUFFIX _v3
#define HK_LEVEL 3
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "Vector.h"
#include "VectorMath.h"
#include HK_TEMPLATE
#pragma clang attribute pop
#undef HK_SUFFIX
#undef HK_LEVEL

#endif

#define HK_SUFFIX _base
#define HK_LEVEL 1
#include "Vector.h"
#include "VectorMath.h"
#include HK_TEMPLATE
#undef HK_SUFFIX
#undef HK_LEVEL

#pragma clang diagnostic pop
