// Comma-separated text: rows of plain numbers, and where the fields of a row end.
#include "Internal.h"

typedef uint8_t hk_bytes __attribute__((vector_size(64)));
typedef uint8_t hk_bytes_unaligned __attribute__((vector_size(64), aligned(1), may_alias));
typedef int8_t hk_byte_flags __attribute__((vector_size(64)));
typedef bool hk_bits __attribute__((ext_vector_type(64)));

static inline bool hk_csv_is_mark(uint8_t byte, uint8_t delimiter) {
    return byte == delimiter || byte == '\n' || byte == '\r' || byte == '"';
}

// What double holds exactly ends with 10^22; the others are the doubles next to their powers.
static const double hk_powers_of_ten[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31,
    1e32, 1e33, 1e34, 1e35, 1e36, 1e37, 1e38, 1e39, 1e40, 1e41, 1e42, 1e43, 1e44, 1e45, 1e46, 1e47,
    1e48, 1e49, 1e50, 1e51, 1e52, 1e53, 1e54, 1e55, 1e56, 1e57, 1e58, 1e59, 1e60, 1e61, 1e62, 1e63,
};
enum { HK_EXACT_POWER = 22, HK_LARGEST_POWER = 63, HK_EXACT_DIGITS = 19 };

/// Digits × 10^exponent, negated or not. Of more than 19 significant digits the others are left out.
typedef struct {
    uint64_t digits;
    int32_t exponent;
    bool negative, is_cut;
} hk_decimal;

/// Appends the digits at `p` to *value, which may overflow; gives the place of the first byte that is none.
HK_INLINE const uint8_t *hk_digits(const uint8_t *p, const uint8_t *end, uint64_t *value) {
    static const uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    uint64_t result = *value;
    while (end - p >= 8) { // eight bytes at a time (Lemire, 2018): pairs, then fours, then all eight
        uint64_t x;
        memcpy(&x, p, 8);
        x ^= 0x3030303030303030u;
        uint64_t others = ((x + 0x7676767676767676u) | x) & 0x8080808080808080u;
        int count = others ? __builtin_ctzll(others) >> 3 : 8;
        if (count == 0) break;
        x <<= 64 - 8 * count; // zeros before the digits
        x = x * 10 + (x >> 8);
        x = ((x & 0x000000ff000000ffu) * 0x000f424000000064u + ((x >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u)
            >> 32;
        result = result * powers[count] + x;
        p += count;
        if (count < 8) break;
    }
    if (end - p < 8)
        for (; p < end && (uint8_t)(*p - '0') < 10; ++p) result = result * 10 + (uint8_t)(*p - '0');
    *value = result;
    return p;
}

/// The first 19 significant digits of the number whose digits and point are text ..< end.
static hk_decimal hk_cut_decimal(const uint8_t *text, const uint8_t *end) {
    hk_decimal result = {.is_cut = true};
    int count = 0;
    bool behind_point = false;
    for (; text < end; ++text) {
        if (*text == '.') {
            behind_point = true;
        } else if (count < HK_EXACT_DIGITS) {
            result.digits = result.digits * 10 + (uint8_t)(*text - '0');
            count += result.digits != 0;
            result.exponent -= behind_point;
        } else {
            result.exponent += !behind_point;
        }
    }
    return result;
}

/// Reads a number in decimal notation; NULL where there is none, or one of absurd length.
HK_INLINE const uint8_t *hk_decimal_at(const uint8_t *p, const uint8_t *end, hk_decimal *out) {
    hk_decimal result = {0};
    if (p < end && (*p == '-' || *p == '+')) result.negative = *p++ == '-';
    const uint8_t *first = p;
    p = hk_digits(p, end, &result.digits);
    int64_t count = p - first;
    if (p < end && *p == '.') {
        const uint8_t *fraction = ++p;
        p = hk_digits(p, end, &result.digits);
        result.exponent = -(int32_t)(p - fraction);
        count += p - fraction;
    }
    if (count == 0 || count > 1000) return NULL;
    if (count > HK_EXACT_DIGITS) {
        bool negative = result.negative;
        result = hk_cut_decimal(first, p);
        result.negative = negative;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        bool negative = false;
        if (++p < end && (*p == '-' || *p == '+')) negative = *p++ == '-';
        const uint8_t *digits = p;
        uint64_t exponent = 0;
        p = hk_digits(p, end, &exponent);
        if (p == digits || p - digits > 4) return NULL;
        result.exponent += negative ? -(int32_t)exponent : (int32_t)exponent;
    }
    *out = result;
    return p;
}

/// digits × 10^exponent, rounded once at each of at most three steps: a double that holds both exactly has no
/// other rounding than the last.
HK_INLINE double hk_decimal_value(hk_decimal x) {
    double digits = (double)x.digits;
    return x.exponent < 0 ? digits / hk_powers_of_ten[-x.exponent] : digits * hk_powers_of_ten[x.exponent];
}
HK_INLINE bool hk_is_exact(hk_decimal x) {
    return !x.is_cut && x.digits <= 1ull << 53 && x.exponent >= -HK_EXACT_POWER && x.exponent <= HK_EXACT_POWER;
}

/// The float next to the double next to the number; false where that takes more than a double's arithmetic.
HK_INLINE bool hk_decimal_float(hk_decimal x, float *out) {
    if (x.digits == 0 && !x.is_cut) {
        *out = x.negative ? -0.0f : 0.0f;
        return true;
    }
    if (x.exponent < -HK_LARGEST_POWER || x.exponent > HK_LARGEST_POWER) return false;
    double value = hk_decimal_value(x);
    if (!hk_is_exact(x)) {
        // At most four units away from the right double, and so rounds to the same float as that one does, unless the
        // middle between two floats is as near.
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        uint64_t away = (bits & 0x1fffffff) - (0x10000000 - 16);
        if (away <= 32 || value < 0x1p-125 || value > 0x1p126) return false;
    }
    *out = (float)(x.negative ? -value : value);
    return true;
}

/// Behind one of the words for a missing value, NULL if there is none; looks no further than the first other byte.
static inline const uint8_t *hk_csv_missing(const uint8_t *p, const uint8_t *end) {
    static const char words[][5] = {"nan", "na", "n/a", "null"};
    for (int word = 0; word < 4; ++word) {
        int i = 0;
        while (words[word][i] && p + i < end && (p[i] | (words[word][i] == '/' ? 0 : 0x20)) == words[word][i]) ++i;
        if (!words[word][i]) return p + i;
    }
    return NULL;
}

/// Reads the field at `p`, which a line feed before `end` ends at the latest: a number with blanks around it, or
/// something missing. Gives the place behind it, NULL if it is anything else; what is there is for the caller to see.
HK_INLINE const uint8_t *hk_csv_float(const uint8_t *p, const uint8_t *end, uint8_t blank, float *out) {
    const uint8_t *text = p;
    while (*p == blank && blank == ' ') ++p;
    hk_decimal decimal;
    const uint8_t *behind = hk_decimal_at(p, end, &decimal);
    if (behind) {
        if (!hk_decimal_float(decimal, out)) return NULL;
        while (*behind == blank && blank == ' ') ++behind;
        return behind;
    }
    *out = NAN;
    if ((*text | 0x20) == 'n') return hk_csv_missing(text, end);
    // An empty field; of another text, the byte that ends no field makes the caller stop.
    return text;
}

#define HK_TEMPLATE "CsvKernels.h"
#include "EachInstructionSet.h"

int64_t hk_csv_scan(const uint8_t *text, int64_t size, uint8_t delimiter) {
    return HK_DISPATCH(hk_csv_scan)(text, size, delimiter);
}

hk_csv_row hk_csv_split(const uint8_t *text, int64_t size, uint8_t delimiter, int32_t *ends, int64_t most_fields) {
    return HK_DISPATCH(hk_csv_split)(text, size < INT32_MAX ? size : INT32_MAX, delimiter, ends, most_fields);
}

hk_csv_block hk_csv_numbers(const uint8_t *text, int64_t size, uint8_t delimiter, int64_t fields,
                            const hk_csv_slot *slots, int64_t slot_count, int64_t most_rows) {
    // What may stand in a number or a word for a missing one cannot be told from a delimiter.
    bool is_letter = (uint8_t)((delimiter | 0x20) - 'a') < 26, is_digit = (uint8_t)(delimiter - '0') < 10;
    if (is_letter || is_digit || strchr("+-./", delimiter)) return (hk_csv_block){0, 0};
    return HK_DISPATCH(hk_csv_numbers)(text, size, delimiter, fields, slots, slot_count, most_rows);
}

hk_csv_kind hk_csv_double(const uint8_t *text, int64_t size, double *out) {
    const uint8_t *end = text + size;
    if (size == 0 || hk_csv_missing(text, end) == end) return HK_CSV_MISSING;
    while (text < end && *text == ' ') ++text;
    while (end > text && end[-1] == ' ') --end;
    hk_decimal decimal;
    if (hk_decimal_at(text, end, &decimal) != end || !hk_is_exact(decimal)) return HK_CSV_OTHER;
    double value = hk_decimal_value(decimal);
    *out = decimal.negative ? -value : value;
    return HK_CSV_NUMBER;
}
