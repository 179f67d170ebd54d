// Every pair of element types, one loop each. A template: compiled once per instruction set.

// Each type as it is stored, and as the value that conversions start from.
#define HK_STORED_F32 float
#define HK_STORED_F64 double
#define HK_STORED_I32 int32_t
#define HK_STORED_I64 int64_t
#define HK_STORED_U8 uint8_t
#define HK_STORED_B8 uint8_t
#define HK_STORED_F16 uint16_t
#define HK_STORED_BF16 uint16_t
#define HK_VALUE_F32(x) (x)
#define HK_VALUE_F64(x) (x)
#define HK_VALUE_I32(x) (x)
#define HK_VALUE_I64(x) (x)
#define HK_VALUE_U8(x) (x)
#define HK_VALUE_B8(x) (x)
#define HK_VALUE_F16(x) hk_half_to_float(x)
#define HK_VALUE_BF16(x) hk_bfloat_to_float(x)

// Floats saturate; integers wrap, as NumPy's do.
#define HK_TO_F32(v) ((float)(v))
#define HK_TO_F64(v) ((double)(v))
#define HK_TO_I32(v) _Generic((v), float: hk_f32_i32, double: hk_f64_i32, int64_t: hk_i64_i32, default: hk_i32_i32)(v)
#define HK_TO_I64(v) _Generic((v), float: hk_f32_i64, double: hk_f64_i64, default: hk_i64_i64)(v)
#define HK_TO_U8(v) _Generic((v), float: hk_f32_u8, double: hk_f64_u8, default: hk_i64_u8)(v)
#define HK_TO_B8(v) ((uint8_t)((v) != 0))
#define HK_TO_F16(v) hk_float_to_half((float)(v))
#define HK_TO_BF16(v) hk_float_to_bfloat((float)(v))

#define HK_PAIR(FROM, TO) \
    static void HK_NAME(hk_##FROM##_to_##TO)(const void *in, void *out, size_t count) { \
        const HK_STORED_##FROM *source = in; \
        HK_STORED_##TO *target = out; \
        _Pragma("clang loop vectorize_width(16) interleave_count(1)") \
        for (size_t i = 0; i < count; ++i) target[i] = HK_TO_##TO(HK_VALUE_##FROM(source[i])); \
    }
#define HK_FROM(FROM) \
    HK_PAIR(FROM, F32) HK_PAIR(FROM, F64) HK_PAIR(FROM, I32) HK_PAIR(FROM, I64) \
    HK_PAIR(FROM, U8) HK_PAIR(FROM, B8) HK_PAIR(FROM, F16) HK_PAIR(FROM, BF16)
HK_FROM(F32) HK_FROM(F64) HK_FROM(I32) HK_FROM(I64) HK_FROM(U8) HK_FROM(B8) HK_FROM(F16) HK_FROM(BF16)

#define HK_ROW_OF(FROM) \
    {HK_NAME(hk_##FROM##_to_F32), HK_NAME(hk_##FROM##_to_F64), HK_NAME(hk_##FROM##_to_I32), \
     HK_NAME(hk_##FROM##_to_I64), HK_NAME(hk_##FROM##_to_U8), HK_NAME(hk_##FROM##_to_B8), \
     HK_NAME(hk_##FROM##_to_F16), HK_NAME(hk_##FROM##_to_BF16)}
static const hk_converter HK_NAME(hk_converters)[8][8] = { // in the order of hk_type
    HK_ROW_OF(F32), HK_ROW_OF(F64), HK_ROW_OF(I32), HK_ROW_OF(I64),
    HK_ROW_OF(U8), HK_ROW_OF(B8), HK_ROW_OF(F16), HK_ROW_OF(BF16),
};
#undef HK_ROW_OF
#undef HK_FROM
#undef HK_PAIR
