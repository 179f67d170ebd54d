// Conversions between element types, for the kernels that load and store other types than float32.
#pragma once
#include "Internal.h"

typedef void (*hk_converter)(const void *in, void *out, size_t count);
/// The loop that converts `from` to `to`; NULL when they are the same type (copy the bytes).
hk_converter hk_find_converter(hk_type from, hk_type to);
size_t hk_type_size(hk_type type);

/// out[i] = in[index + i] as float32.
void hk_load_floats(hk_element_type type, const void *in, int64_t index, float *out, int64_t count);
/// out[index + i] = in[i], or in[0] when the mask is zero, converted.
void hk_store_floats(hk_element_type type, const float *in, size_t mask, void *out, int64_t index, int64_t count);

static inline float hk_from_bits(uint32_t bits) { float x; memcpy(&x, &bits, 4); return x; }
static inline uint32_t hk_to_bits(float x) { uint32_t bits; memcpy(&bits, &x, 4); return bits; }

// Without branches, so that loops of them vectorise on every instruction set.
static inline float hk_half_to_float(uint16_t half) {
    uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13, sign = (uint32_t)(half & 0x8000) << 16;
    // Multiplying by 2^112 rebiases the exponent, and normalises denormals; infinities and NaN keep a full exponent.
    uint32_t bits = hk_to_bits(hk_from_bits(magnitude) * 0x1p112f);
    return hk_from_bits((magnitude >= 0x0f800000u ? magnitude | 0x7f800000u : bits) | sign);
}
static inline uint16_t hk_float_to_half(float x) {
    uint32_t bits = hk_to_bits(x), sign = bits & 0x80000000u, magnitude = bits ^ sign;
    // Normal results: rebias, and round to nearest even in the integers (a carry into the exponent is right).
    uint32_t normal = (magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1)) >> 13;
    // Denormal results: adding 0.5 lines the bits up, and the addition rounds.
    uint32_t denormal = hk_to_bits(hk_from_bits(magnitude) + 0.5f) - 0x3f000000u;
    uint32_t special = magnitude > 0x7f800000u ? 0x7e00u : 0x7c00u;
    uint32_t half = magnitude >= 0x477ff000u ? special : magnitude < 0x38800000u ? denormal : normal;
    return (uint16_t)(half | (sign >> 16));
}
static inline float hk_bfloat_to_float(uint16_t bits) { return hk_from_bits((uint32_t)bits << 16); }
static inline uint16_t hk_float_to_bfloat(float x) {
    uint32_t bits = hk_to_bits(x);
    uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1)) >> 16; // to nearest even
    return (uint16_t)(x != x ? (bits >> 16) | 0x40u : rounded);
}
