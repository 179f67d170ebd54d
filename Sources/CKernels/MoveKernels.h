// The transposition of float-sized elements. A template: compiled once per instruction set.

/// out[x * out_stride + y] = in[y * in_stride + x], in blocks of sixteen by sixteen.
static void HK_NAME(hk_transpose_words)(const float *in, int64_t in_stride, float *out, int64_t out_stride, int64_t nx,
                                        int64_t ny) {
    for (int64_t y = 0; y < ny; y += 16) {
        int64_t high = hk_min(ny - y, 16);
        for (int64_t x = 0; x < nx; x += 16) {
            int64_t wide = hk_min(nx - x, 16);
            if (high < 16 || wide < 16) {
                for (int64_t i = 0; i < wide; ++i) {
                    float *row = out + (x + i) * out_stride + y;
                    for (int64_t j = 0; j < high; ++j) row[j] = in[(y + j) * in_stride + x + i];
                }
                continue;
            }
            vf rows[16];
            for (int r = 0; r < 16; ++r) rows[r] = v_load(in + (y + r) * in_stride + x);
            v_transpose(rows);
            for (int r = 0; r < 16; ++r) v_store(out + (x + r) * out_stride + y, rows[r]);
        }
    }
}
