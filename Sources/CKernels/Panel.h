// Columns of a matrix side by side, as blocks in registers read them. A template: compiled once per instruction set.

/// panel[p][j] = B(p, j) for `columns` columns from `b`, zero up to `width`: b[j * ldb + p] when transposed.
static void HK_NAME(hk_pack)(const float *b, int64_t ldb, bool transposed, int64_t k, int64_t columns, int64_t width,
                             float *panel) {
    for (int64_t j = 0; j < width; j += 16) {
        int64_t used = hk_max(hk_min(columns - j, 16), 0);
        if (!transposed) {
            for (int64_t p = 0; p < k; ++p) {
                const float *row = b + p * ldb + j;
                v_store(panel + p * width + j,
                        used == 16 ? v_load(row) : used > 0 ? v_load_n(row, used, (vf){0}) : (vf){0});
            }
            continue;
        }
        for (int64_t p = 0; p < k; p += 16) {
            int64_t depth = hk_min(k - p, 16);
            vf rows[16];
            for (int64_t r = 0; r < 16; ++r) {
                rows[r] = (vf){0};
                if (r >= used) continue;
                const float *row = b + (j + r) * ldb + p;
                rows[r] = depth == 16 ? v_load(row) : v_load_n(row, depth, (vf){0});
            }
            v_transpose(rows);
            for (int64_t r = 0; r < depth; ++r) v_store(panel + (p + r) * width + j, rows[r]);
        }
    }
}
