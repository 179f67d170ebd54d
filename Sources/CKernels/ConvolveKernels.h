// The blocks of convolutions and of their gradients. A template, compiled for AVX-512 alone.

HK_INLINE void HK_NAME(hk_tile)(const hk_tile *t, const int rows, const int vectors, const bool edge) {
    const int groups = (rows + 2) / 3;
    const float *b = t->b;
    const int64_t a_row = t->a_row, a_step = t->a_step, b_step = t->b_step, last = t->last;
    vf sums[HK_TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) sums[r][v] = (vf){0};
    }
    for (int64_t s = 0; s < t->runs; ++s) {
        // Each pointer is hidden from the optimizer, which would otherwise make a chain of additions of them.
        const float *a[4];
#pragma clang loop unroll(full)
        for (int q = 0; q < groups; ++q) {
            a[q] = t->a[q] + t->offsets[s];
            __asm__("" : "+r"(a[q]));
        }
        for (int64_t p = t->run; p > 0; --p) {
            vf row[2];
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) {
                row[v] = edge && v == vectors - 1 ? v_load_n(b + v * 16, last, (vf){0}) : v_load(b + v * 16);
            }
#pragma clang loop unroll(full)
            for (int r = 0; r < rows; ++r) {
#pragma clang loop unroll(full)
                for (int v = 0; v < vectors; ++v) sums[r][v] += a[r / 3][r % 3 * a_row] * row[v];
            }
#pragma clang loop unroll(full)
            for (int q = 0; q < groups; ++q) a[q] += a_step;
            b += b_step;
        }
    }
    // Row after row: those of an input's gradient overlap.
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; ++v) {
            const bool partial = edge && v == vectors - 1;
            float *c = t->c[r / 3] + r % 3 * t->c_row + v * 16;
            vf sum = sums[r][v];
            if (t->bias) sum += partial ? v_load_n(t->bias + v * 16, last, (vf){0}) : v_load(t->bias + v * 16);
            if (t->accumulate) sum += partial ? v_load_n(c, last, (vf){0}) : v_load(c);
            if (partial) v_store_n(c, last, sum);
            else v_store(c, sum);
        }
    }
}

#define HK_TILE(ROWS, VECTORS) \
    static void HK_NAME(hk_tile_##ROWS##_##VECTORS)(const hk_tile *t) { HK_NAME(hk_tile)(t, ROWS, VECTORS, false); } \
    static void HK_NAME(hk_tile_edge_##ROWS##_##VECTORS)(const hk_tile *t) { HK_NAME(hk_tile)(t, ROWS, VECTORS, true); }
#define HK_TILE_ENTRY(ROWS, VECTORS) {HK_NAME(hk_tile_##ROWS##_##VECTORS), HK_NAME(hk_tile_edge_##ROWS##_##VECTORS)},
#define HK_EACH(X, V) X(1, V) X(2, V) X(3, V) X(4, V) X(5, V) X(6, V) X(7, V) X(8, V) X(9, V) X(10, V) X(11, V) X(12, V)
HK_EACH(HK_TILE, 1)
HK_EACH(HK_TILE, 2)
static void (*const HK_NAME(hk_tiles)[2][HK_TILE_ROWS][2])(const hk_tile *) = {
    {HK_EACH(HK_TILE_ENTRY, 1)}, {HK_EACH(HK_TILE_ENTRY, 2)}};
#undef HK_TILE
#undef HK_TILE_ENTRY
#undef HK_EACH

/// The columns of a panel, and what follows from their number.
HK_INLINE void HK_NAME(hk_tile_columns)(hk_tile *t, int64_t columns, int *vectors, bool *edge) {
    *vectors = columns > 16 ? 2 : 1;
    t->last = columns - (*vectors - 1) * 16;
    *edge = t->last < 16;
}

/// Groups begin ..< end of the places, by all filters.
static void HK_NAME(hk_convolve_groups)(const hk_convolve_task *t, int64_t begin, int64_t end) {
    const hk_convolution *w = t->w;
    const hk_strips strips = hk_places(w);
    const int64_t line = w->input[1] * w->channels, image = w->input[0] * line;
    const int64_t depth = w->window[0] * w->window[1] * w->channels;
    hk_tile tile = {.offsets = t->offsets, .runs = hk_runs(w), .run = hk_run_length(w), .a_step = 1,
                    .a_row = w->stride[1] * w->channels, .c_row = w->filters};
    const int64_t chunk = hk_max(HK_CONVOLVE_CHUNK * strips.pieces / w->output[1], 4);
    for (int64_t first = begin; first < end;) {
        int64_t until = hk_min(first + chunk, end);
        for (int64_t filter = 0; filter < w->filters; filter += HK_TILE_WIDTH) {
            int64_t columns = hk_min(w->filters - filter, HK_TILE_WIDTH);
            int vectors;
            bool edge;
            HK_NAME(hk_tile_columns)(&tile, columns, &vectors, &edge);
            tile.b = t->panels ? t->panels + filter * depth : t->kernel + filter;
            tile.b_step = t->panels ? vectors * 16 : w->filters;
            tile.bias = t->bias ? t->bias + filter : NULL;
            hk_strip at = hk_strip_at(&strips, first);
            while (at.index < until) {
                hk_corner corners[4];
                int rows = hk_next_block(&strips, &at, until, corners);
                for (int q = 0; 3 * q < rows; ++q) {
                    int64_t row = corners[q].row, start = corners[q].start, sample = row / w->output[0];
                    int64_t y = row - sample * w->output[0];
                    tile.a[q] = t->x + sample * image + y * w->stride[0] * line + start * tile.a_row;
                    tile.c[q] = t->y + (row * w->output[1] + start) * w->filters + filter;
                }
                HK_NAME(hk_tiles)[vectors - 1][rows - 1][edge](&tile);
            }
        }
        first = until;
    }
}

/// The images' part of the gradient, from that of the places: each place's adds to the window that it saw.
static void HK_NAME(hk_convolve_images)(const hk_convolve_task *t, int64_t begin, int64_t end) {
    const hk_convolution *w = t->w;
    const hk_strips strips = hk_places(w);
    const int64_t line = w->input[1] * w->channels, image = w->input[0] * line;
    const int64_t all = w->output[0] * strips.pieces, length = hk_run_length(w), runs = hk_runs(w);
    const int64_t nothing = 0;
    hk_tile tile = {.offsets = &nothing, .runs = 1, .run = w->filters, .a_row = w->filters, .a_step = 1,
                    .c_row = w->stride[1] * w->channels, .accumulate = true};
    for (int64_t sample = begin; sample < end; ++sample) {
        float *dx = t->y + sample * image;
        const float *g = t->g + sample * w->output[0] * w->output[1] * w->filters;
        memset(dx, 0, (size_t)image * sizeof(float));
        for (int64_t run = 0; run < runs; ++run) {
            const float *panel = t->panels + run * hk_panel_floats(w->filters, length);
            for (int64_t column = 0; column < length; column += HK_TILE_WIDTH) {
                int vectors;
                bool edge;
                HK_NAME(hk_tile_columns)(&tile, hk_min(length - column, HK_TILE_WIDTH), &vectors, &edge);
                tile.b = panel;
                tile.b_step = vectors * 16;
                panel += w->filters * vectors * 16;
                hk_strip at = hk_strip_at(&strips, 0);
                while (at.index < all) {
                    hk_corner corners[4];
                    int rows = hk_next_block(&strips, &at, all, corners);
                    for (int q = 0; 3 * q < rows; ++q) {
                        int64_t row = corners[q].row, start = corners[q].start;
                        tile.a[q] = g + (row * w->output[1] + start) * w->filters;
                        tile.c[q] = dx + row * w->stride[0] * line + start * tile.c_row + t->offsets[run] + column;
                    }
                    HK_NAME(hk_tiles)[vectors - 1][rows - 1][edge](&tile);
                }
            }
        }
    }
}

/// Blocks of the kernel's gradient: item = (part × panels + panel) × blocks + block.
static void HK_NAME(hk_convolve_weights)(const hk_convolve_task *t, int64_t begin, int64_t end) {
    const hk_convolution *w = t->w;
    const hk_kernel_cut cut = hk_cut_kernel(w);
    const int64_t line = w->input[1] * w->channels, image = w->input[0] * line;
    const int64_t places = w->output[0] * w->output[1], size = hk_runs(w) * cut.strips.width * w->filters;
    const int64_t *lines = t->offsets + hk_runs(w);
    hk_tile tile = {.offsets = lines, .run = w->output[1], .a_row = 1, .a_step = w->stride[1] * w->channels,
                    .b_step = w->filters, .c_row = w->filters};
    while (begin < end) {
        int64_t part = begin / (cut.panels * cut.blocks), rest = begin - part * cut.panels * cut.blocks;
        int64_t until = hk_min(end, (part + 1) * cut.panels * cut.blocks);
        int64_t first = w->batch * part / cut.parts, last = w->batch * (part + 1) / cut.parts;
        for (int64_t sample = first; sample < last; sample += cut.images) {
            int64_t images = hk_min(cut.images, last - sample);
            tile.runs = images * w->output[0];
            tile.accumulate = sample > first;
            int64_t panel = rest / cut.blocks, block = rest - panel * cut.blocks;
            for (int64_t item = begin; item < until; ++panel, block = 0) {
                int vectors;
                bool edge;
                HK_NAME(hk_tile_columns)(&tile, hk_min(w->filters - panel * HK_TILE_WIDTH, HK_TILE_WIDTH), &vectors,
                                         &edge);
                tile.b = t->g + sample * places * w->filters + panel * HK_TILE_WIDTH;
                hk_strip at = hk_strip_at(&cut.strips, block * cut.strips.block);
                for (; block < cut.blocks && item < until; ++block, ++item) {
                    hk_corner corners[4];
                    int rows = hk_next_block(&cut.strips, &at, hk_runs(w) * cut.strips.pieces, corners);
                    for (int q = 0; 3 * q < rows; ++q) {
                        int64_t row = corners[q].row, start = corners[q].start;
                        tile.a[q] = t->x + sample * image + t->offsets[row] + start;
                        tile.c[q] = t->y + part * size + (row * cut.strips.width + start) * w->filters
                            + panel * HK_TILE_WIDTH;
                    }
                    HK_NAME(hk_tiles)[vectors - 1][rows - 1][edge](&tile);
                }
            }
        }
        if (first == last) {
            // A part without images has nothing to add.
            memset(t->y + part * size, 0, (size_t)size * sizeof(float));
        }
        begin = until;
    }
}

/// Panels begin ..< end of the kernel for the convolution itself: columns are filters.
static void HK_NAME(hk_pack_filters)(const hk_convolve_task *t, int64_t begin, int64_t end) {
    const hk_convolution *w = t->w;
    const int64_t depth = hk_runs(w) * hk_run_length(w);
    for (int64_t panel = begin; panel < end; ++panel) {
        int64_t filter = panel * HK_TILE_WIDTH, columns = hk_min(w->filters - filter, HK_TILE_WIDTH);
        HK_NAME(hk_pack)(t->kernel + filter, w->filters, false, depth, columns, columns > 16 ? 32 : 16,
                         t->panels + filter * depth);
    }
}

/// The same for the images' gradient: columns are elements of one of the window's runs.
static void HK_NAME(hk_pack_windows)(const hk_convolve_task *t, int64_t begin, int64_t end) {
    const hk_convolution *w = t->w;
    const int64_t length = hk_run_length(w), panels = hk_panels(length);
    for (int64_t item = begin; item < end; ++item) {
        int64_t run = item / panels, column = (item - run * panels) * HK_TILE_WIDTH;
        int64_t columns = hk_min(length - column, HK_TILE_WIDTH);
        HK_NAME(hk_pack)(t->kernel + (run * length + column) * w->filters, w->filters, true, w->filters, columns,
                         columns > 16 ? 32 : 16, t->panels + run * hk_panel_floats(w->filters, length) + column * w->filters);
    }
}
