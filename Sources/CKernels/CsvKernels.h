// Text of numbers and fields. A template: compiled once per instruction set.

/// Bit i is set where byte i of the 64 at `p` is one that the format gives a meaning.
HK_INLINE uint64_t HK_NAME(hk_csv_marks)(const uint8_t *p, uint8_t delimiter) {
    hk_bytes x = *(const hk_bytes_unaligned *)p;
    hk_byte_flags found = (x == delimiter) | (x == '\n') | (x == '\r') | (x == '"');
    hk_bits bits = __builtin_convertvector(found, hk_bits);
    uint64_t mask;
    memcpy(&mask, &bits, sizeof mask);
    return mask;
}

static int64_t HK_NAME(hk_csv_scan)(const uint8_t *text, int64_t size, uint8_t delimiter) {
    int64_t i = 0;
    for (; i + 64 <= size; i += 64) {
        uint64_t marks = HK_NAME(hk_csv_marks)(text + i, delimiter);
        if (marks) return i + __builtin_ctzll(marks);
    }
    while (i < size && !hk_csv_is_mark(text[i], delimiter)) ++i;
    return i;
}

static hk_csv_row HK_NAME(hk_csv_split)(const uint8_t *text, int64_t size, uint8_t delimiter, int32_t *ends,
                                        int64_t most_fields) {
    const hk_csv_row refused = {0, 0}, cut = {0, size};
    int64_t fields = 0;
    for (int64_t i = 0; i < size; i += 64) {
        uint64_t marks;
        if (i + 64 <= size) {
            marks = HK_NAME(hk_csv_marks)(text + i, delimiter);
        } else { // nothing beyond the text is read
            marks = 0;
            for (int64_t k = i; k < size; ++k) marks |= (uint64_t)hk_csv_is_mark(text[k], delimiter) << (k - i);
        }
        for (; marks; marks &= marks - 1) {
            int64_t at = i + __builtin_ctzll(marks);
            if (text[at] == '"' || fields == most_fields) return refused;
            ends[fields++] = (int32_t)at;
            if (text[at] == delimiter) continue;
            if (text[at] == '\n') return (hk_csv_row){fields, at + 1};
            if (at + 1 == size) return cut; // a line feed may follow
            return (hk_csv_row){fields, at + (text[at + 1] == '\n' ? 2 : 1)};
        }
    }
    return cut;
}

static hk_csv_block HK_NAME(hk_csv_numbers)(const uint8_t *text, int64_t size, uint8_t delimiter, int64_t fields,
                                            const hk_csv_slot *slots, int64_t slot_count, int64_t most_rows) {
    hk_csv_block block = {0, 0};
    // Whatever is read stops at a line feed, so that none of the loops below need look for the end of the text.
    while (size > 0 && text[size - 1] != '\n') --size;
    const uint8_t *p = text, *end = text + size;
    uint8_t blank = delimiter == ' ' ? '\n' : ' ';
    while (p < end && block.rows < most_rows) {
        const hk_csv_slot *slot = slots, *last = slots + slot_count;
        for (int64_t field = 0;; ++field) {
            if (slot < last && slot->column == field) {
                float value;
                p = hk_csv_float(p, end, blank, &value);
                if (!p) return block;
                do slot->out[block.rows * slot->stride] = value;
                while (++slot < last && slot->column == field);
            } else {
                p += HK_NAME(hk_csv_scan)(p, end - p, delimiter);
            }
            if (*p == delimiter && field + 1 < fields) {
                ++p;
                continue;
            }
            if (field + 1 != fields) return block;
            break;
        }
        if (*p == '\r') ++p;
        if (*p != '\n') return block;
        ++p;
        ++block.rows;
        block.bytes = p - text;
    }
    return block;
}
