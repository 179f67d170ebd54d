/// Hornbill's own CPU kernels: plain C loops that the compiler vectorises for AVX-512, AVX2 and SSE, chosen at run
/// time. Float32 unless a name says otherwise; row-major, contiguous unless strides are passed. No kernel allocates.
/// `threads` is the size of the team fixed when a plan was compiled; a kernel called with 1 never leaves its thread,
/// and the result never depends on the number of threads (work is cut into pieces of a fixed size).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Threads

/// Runs `body(context, member, members)` once on each member of libgomp's team, the caller included.
void hk_parallel(int threads, void (*body)(void *context, int member, int members), void *context);
/// Makes the calling thread take denormal numbers as zero, as all members of the team but the caller always do; gives
/// what hk_restore_denormals takes to undo it.
uint32_t hk_flush_denormals(void);
void hk_restore_denormals(uint32_t mode);
/// Whether this library was compiled without optimisation (a debug build: kernels are then several times slower).
bool hk_unoptimised(void);
/// The x86-64 level in use: 4 (AVX-512), 3 (AVX2) or 1. Only tests limit it (to compare the variants on one machine);
/// not while kernels run.
int hk_instruction_set(void);
void hk_limit_instruction_set(int level);

// MARK: Element-wise programs

/// What an instruction does: `destination ← op(a, b, c)`, tile by tile, in float32 registers.
typedef enum {
    // Unary
    HK_COPY, HK_NEGATE, HK_ABS, HK_SIGN, HK_EXP, HK_EXPM1, HK_LOG, HK_LOG1P, HK_SQRT, HK_RSQRT, HK_SQUARE,
    HK_RECIPROCAL, HK_SIN, HK_COS, HK_TAN, HK_ASIN, HK_ACOS, HK_ATAN, HK_SINH, HK_COSH, HK_TANH, HK_SIGMOID, HK_ERF,
    HK_RELU, HK_SOFTPLUS, HK_FLOOR, HK_CEIL, HK_ROUND /* half to even */, HK_TRUNC, HK_LOGICAL_NOT, HK_IS_NAN,
    HK_IS_FINITE, HK_IS_INF, HK_ROUND_BFLOAT16 /* to the nearest that the type holds */, HK_ROUND_FLOAT16,
    // Binary
    HK_ADD, HK_SUBTRACT, HK_MULTIPLY, HK_DIVIDE, HK_DIVIDE_BY_ROOT /* a / sqrt(b) */,
    HK_MAXIMUM /* NaN wins */, HK_MINIMUM, HK_POWER,
    HK_FLOOR_MOD /* sign of the divisor, as Python */, HK_FLOOR_DIVIDE, HK_ATAN2,
    HK_EQUAL, HK_NOT_EQUAL, HK_LESS, HK_LESS_EQUAL, HK_GREATER, HK_GREATER_EQUAL, HK_LOGICAL_AND, HK_LOGICAL_OR,
    HK_LOGICAL_XOR,
    // Ternary
    HK_SELECT /* a != 0 ? b : c */, HK_MULTIPLY_ADD /* a * b + c */,
    HK_OPCODE_COUNT
} hk_opcode;

/// How many of a, b and c an opcode reads: 1, 2 or 3.
int hk_arity(hk_opcode opcode);

/// Element types that a program can load and store; all arithmetic is float32 (bool and uint8 load as numbers).
typedef enum { HK_FLOAT32, HK_BOOL, HK_UINT8, HK_FLOAT16, HK_BFLOAT16 } hk_element_type;

/// How an input is laid over the output's `count` elements, seen as a flat index i.
typedef enum {
    HK_FULL,      ///< element i
    HK_SCALAR,    ///< element 0
    HK_ROW,       ///< element i % inner: broadcast along leading axes (a bias)
    HK_COLUMN,    ///< element i / inner: broadcast along trailing axes
    HK_MIDDLE,    ///< element (i / inner) % outer: broadcast on both sides ([1, outer, 1] over [n, outer, inner])
    HK_WINDOW     ///< element (i / inner) * outer + offset + i % inner: some columns of a wider matrix
} hk_layout;

typedef struct { hk_element_type type; hk_layout layout; int64_t inner, outer, offset; } hk_operand;

/// A result that is stored: register `value` to buffer number `buffer` behind the inputs; whole, or with inner > 0 as
/// columns of a wider matrix, laid out as HK_WINDOW.
typedef struct {
    hk_element_type type;
    int32_t value, buffer;
    int64_t inner, outer, offset;
} hk_result;

/// Registers: 0 ..< input_count are the inputs; each instruction writes register input_count + its index;
/// a, b, c name registers, or a constant when >= HK_CONSTANT: constants[x - HK_CONSTANT].
enum { HK_CONSTANT = 0x4000, HK_MAX_REGISTERS = 256 };
typedef struct { uint16_t opcode, a, b, c; } hk_instruction;

typedef struct {
    int32_t input_count, instruction_count, output_count, constant_count;
    const hk_operand *inputs;
    const hk_instruction *instructions;
    const hk_result *outputs;
    const float *constants;
    int64_t count;                         ///< elements of each register
} hk_program;

/// A program made ready to run, which is done once. Any number of threads may run it at the same time.
typedef struct hk_compiled hk_compiled;
/// Bytes that the compiled form of `program` takes.
size_t hk_compiled_bytes(const hk_program *program);
/// Compiles `program`, which must stay where it is as long as the result is used, into `memory`, 64-byte aligned.
hk_compiled *hk_compile(const hk_program *program, void *memory);
/// Bytes of scratch, a multiple of 64, that one thread needs for a run; the caller passes threads times as much, 64-byte aligned.
size_t hk_program_scratch(const hk_compiled *program);
/// Runs the program. `buffers`: the inputs, then the outputs. An output may be the same memory as a HK_FULL input of
/// the same element size (in-place); any other overlap is the caller's error.
void hk_program_run(const hk_compiled *program, void *const *buffers, void *scratch, int threads);
/// One instruction over whole contiguous arrays (for eager calls); b and c may be NULL when the opcode takes fewer.
void hk_elementwise(hk_opcode opcode, const float *a, const float *b, const float *c, float *out, int64_t count);

// MARK: Matrix products

/// What follows a product, while the tile is in cache.
typedef enum { HK_EPILOGUE_NONE, HK_EPILOGUE_RELU, HK_EPILOGUE_SIGMOID, HK_EPILOGUE_TANH } hk_epilogue;

/// C[m, n] = epilogue(op(A) op(B) + bias[n]) (+ C first when accumulate). For products too small for a library call to
/// pay. lda, ldb, ldc: row strides in elements of the stored matrices; bias may be NULL.
/// On the calling thread when threads == 1.
void hk_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
             const float *b, int64_t ldb, float *c, int64_t ldc, bool accumulate, const float *bias,
             hk_epilogue epilogue, int threads);

// MARK: Convolutions

/// A convolution without padding over two spatial axes: images [batch, input…, channels], kernel [window…, channels,
/// filters], places [batch, output…, filters]. One axis is preceded by one of size 1.
typedef struct {
    int64_t batch, channels, filters, input[2], output[2], window[2], stride[2], dilation[2];
} hk_convolution;
typedef enum { HK_CONVOLVE, HK_CONVOLVE_IMAGES, HK_CONVOLVE_KERNEL } hk_convolution_part;

/// Whether the next functions can be called: the windows lie within the images, and the processor has AVX-512.
bool hk_convolves(const hk_convolution *convolution);
/// Bytes of scratch that a call needs, 64-byte aligned.
size_t hk_convolve_scratch(const hk_convolution *convolution, hk_convolution_part part);
/// y = x * kernel + bias; bias may be NULL.
void hk_convolve(const hk_convolution *convolution, const float *x, const float *kernel, const float *bias, float *y,
                 void *scratch, int threads);
/// The gradient of x from that of y, g.
void hk_convolve_images(const hk_convolution *convolution, const float *kernel, const float *g, float *dx, void *scratch,
                        int threads);
/// The gradients of kernel and bias (which may be NULL) from that of y.
void hk_convolve_kernel(const hk_convolution *convolution, const float *x, const float *g, float *dkernel, float *dbias,
                        void *scratch, int threads);

// MARK: Reductions

typedef enum {
    HK_REDUCE_SUM, HK_REDUCE_MEAN, HK_REDUCE_MAX, HK_REDUCE_MIN, HK_REDUCE_PROD, HK_REDUCE_SUM_SQUARES
} hk_reduction;

/// out[o, i] = reduction over r of in[o, r, i], for in of shape [outer, reduced, inner]. Sums are made pairwise or in
/// several lanes, so that the error does not grow linearly. An empty sum is 0, mean NaN, prod 1, max -inf, min +inf.
void hk_reduce(hk_reduction kind, const float *in, float *out, int64_t outer, int64_t reduced, int64_t inner,
               int threads);
/// out[o] = index of the largest (or smallest) of in[o, r, i] along r, first of equals, NaN first as NumPy.
void hk_arg_reduce(bool smallest, const float *in, int64_t *out, int64_t outer, int64_t reduced, int64_t inner,
                   int threads);

/// Softmax (or log-softmax) over the last axis of [rows, columns]; may be in place.
void hk_softmax(const float *in, float *out, int64_t rows, int64_t columns, bool logarithm, int threads);
/// Its gradient from the output: softmax: y (g - Σ g y); log-softmax: g - exp(y) Σ g. dx may be g.
void hk_softmax_gradient(const float *y, const float *g, float *dx, int64_t rows, int64_t columns, bool logarithm,
                         int threads);

// MARK: Pools

/// Windows over three spatial axes of a contiguous [batch, input…, channels]; fewer axes are preceded by ones of size 1.
/// Output element o of an axis is the window from o × stride - low on; what lies outside of the input is padding.
typedef struct {
    int64_t batch, channels, input[3], output[3], window[3], stride[3], low[3];
} hk_windows;
typedef enum { HK_POOL_MAX, HK_POOL_AVERAGE /* of what lies inside */, HK_POOL_AVERAGE_WITH_PADDING } hk_pool_kind;
/// y[batch, output…, channels]; the largest of nothing is -inf, NaN is larger than all.
void hk_pool(hk_pool_kind kind, const hk_windows *windows, const float *x, float *y, int threads);
/// dx from the gradient g of y; the largest's goes to the first of equals. x is not read for averages.
void hk_pool_gradient(hk_pool_kind kind, const hk_windows *windows, const float *x, const float *g, float *dx,
                      int threads);
/// out[batch, output…, channels] = `values` (of x's shape) where x is largest in the window; 0 for nothing.
void hk_pool_pick(const hk_windows *windows, const float *x, const float *values, float *out, int threads);

// MARK: Normalization

// x, y, g and dx are bfloat16 if `half`, float32 otherwise; everything else is float32.

/// Batch normalization of [rows, channels]: y = (x - mean) gamma / sqrt(variance + epsilon) + beta, with the mean and the
/// biased variance of each channel, which it gives too (NaN without rows). y may be x. `scratch` as the next function
/// says, aligned to 64 bytes.
void hk_batch_norm(bool half, const void *x, const float *gamma, const float *beta, void *y, float *mean,
                   float *variance, int64_t rows, int64_t channels, float epsilon, void *scratch, int threads);
int64_t hk_batch_norm_scratch(int64_t rows, int64_t channels);
/// The gradients of x, gamma and beta from that of y. dx may be g.
void hk_batch_norm_gradient(bool half, const void *x, const float *gamma, const float *mean, const float *variance,
                            const void *g, void *dx, float *dgamma, float *dbeta, int64_t rows, int64_t channels,
                            float epsilon, void *scratch, int threads);
/// Each row brought to mean 0 (if `centered`) and mean square 1, times gamma, plus beta; also the rows' means (0 if not
/// centered) and the reciprocals of their deviations. y may be x.
void hk_layer_norm(bool centered, bool half, const void *x, const float *gamma, const float *beta, void *y,
                   float *mean, float *inverse, int64_t rows, int64_t columns, float epsilon, int threads);
int64_t hk_layer_norm_scratch(int64_t rows, int64_t columns);
/// The gradients of x, gamma and beta from that of y. dx may be g.
void hk_layer_norm_gradient(bool centered, bool half, const void *x, const float *gamma, const float *mean,
                            const float *inverse, const void *g, void *dx, float *dgamma, float *dbeta, int64_t rows,
                            int64_t columns, void *scratch, int threads);

// MARK: Attention

/// Sizes of attention: queries [batch, targets, heads, size], keys [batch, sources, shared, size], values [batch,
/// sources, shared, value_size]; heads / shared of the queries' heads look at one of the keys'. The mask's strides are
/// in elements (bytes), 0 along axes that share it.
typedef struct {
    hk_element_type type; ///< of queries, keys, values, results and gradients: HK_FLOAT32, HK_FLOAT16 or HK_BFLOAT16
    int64_t batch, targets, sources, heads, shared, size, value_size;
    float scale;
    bool causal;
    int64_t mask_batch, mask_head, mask_target, mask_source;
} hk_attention;

/// Bytes of scratch that one thread needs; the caller passes threads times as much, 64-byte aligned.
size_t hk_attention_scratch(const hk_attention *attention, bool gradient);
/// out [batch, targets, heads, value_size] = softmax(q kᵀ scale) v; statistics [batch, heads, targets, 2]: each row's
/// largest logit in base 2 (times log₂ e), and one over the sum of the exponentials. mask may be NULL.
void hk_attention_run(const hk_attention *attention, const void *q, const void *k, const void *v, const uint8_t *mask,
                      void *out, float *statistics, void *scratch, int threads);
/// The gradients for queries, keys and values, from that of `out`, g.
void hk_attention_gradient(const hk_attention *attention, const void *q, const void *k, const void *v,
                           const uint8_t *mask, const void *out, const float *statistics, const void *g, void *dq,
                           void *dk, void *dv, void *scratch, int threads);

// MARK: Moving data

/// out (contiguous, of `shape`) gets the element at Σ index × stride of `in`; strides in elements, may be 0 or
/// negative; element_size 1, 2, 4 or 8. Runs of contiguous memory are copied whole, the transposition of two axes is
/// tiled.
void hk_copy_strided(int element_size, int rank, const int64_t *shape, const int64_t *strides, const void *in,
                     void *out, int threads);
/// The reverse: out at Σ index × stride gets the contiguous `in` (for concatenation, padding, slice gradients).
void hk_store_strided(int element_size, int rank, const int64_t *shape, const int64_t *strides, const void *in,
                      void *out, int threads);
void hk_fill(int element_size, const void *value, void *out, int64_t count, int threads);

/// Element types for the moves below (the engine's own numbering).
typedef enum {
    HK_T_FLOAT32, HK_T_FLOAT64, HK_T_INT32, HK_T_INT64, HK_T_UINT8, HK_T_BOOL, HK_T_FLOAT16, HK_T_BFLOAT16
} hk_type;
/// Converts count elements; float to integer truncates towards zero and saturates (NaN → 0); anything to bool is != 0.
void hk_cast(hk_type from, const void *in, hk_type to, void *out, int64_t count, int threads);
/// out[r, :] = cast(in[indices[r], :]) for rows of `width` elements. Negative indices count from the end; returns the
/// position of the first index out of range (that row is filled with zeros), else -1.
int64_t hk_gather_rows(hk_type from, const void *in, int64_t rows, int64_t width, hk_type index_type,
                       const void *indices, int64_t count, hk_type to, void *out, int64_t out_stride, int threads);
/// out[indices[r], :] += in[r, :]; out of [rows, width] is zeroed first when `zero`. Deterministic at any thread count.
void hk_scatter_add_rows(const float *in, hk_type index_type, const void *indices, int64_t count, float *out,
                         int64_t rows, int64_t width, bool zero, int threads);
/// The positions of indices, sorted by blocks of `block` rows (a power of two): for block b of first ..< last,
/// positions[starts[b - first] ..< starts[b - first + 1]], in their own order. Indices out of range are left out.
void hk_sort_rows(hk_type index_type, const void *indices, int64_t count, int64_t rows, int64_t block, int64_t first,
                  int64_t last, int32_t *starts, int32_t *positions);
/// out = rows first ..< first + block of what hk_scatter_add_rows makes of the rows at so many positions, whose indices
/// are all among these.
void hk_sum_rows(const float *in, hk_type index_type, const void *indices, const int32_t *positions, int64_t count,
                 int64_t rows, int64_t width, int64_t first, int64_t block, float *out);

// MARK: Random numbers (Philox 4×32-10; Salmon et al., 2011)

typedef enum {
    HK_RANDOM_BITS /* uint32 */, HK_RANDOM_UNIFORM /* [0, 1) */, HK_RANDOM_NORMAL,
    HK_RANDOM_TRUNCATED_NORMAL /* within 2 σ */
} hk_distribution;
/// Elements first ..< first + count of the stream (seed, call): element i depends on (seed, call, i) alone.
void hk_random(hk_distribution distribution, uint64_t seed, uint64_t call, uint64_t first, int64_t count, void *out,
               int threads);

// MARK: Comma-separated text

/// Where the numbers of one column go: row r's to out[r * stride].
typedef struct {
    int64_t column;
    float *out;
    int64_t stride;
} hk_csv_slot;
typedef struct {
    int64_t rows, bytes;
} hk_csv_block;
/// Reads the rows of plain numbers at the beginning of `text`, at most most_rows: `fields` fields each, of which those
/// with slots (in the order of their columns, of which several may be one) are numbers with blanks around them, or
/// missing (empty, na, nan, null, n/a in any case) and NaN then. Each number is the float next to the double next to it.
/// Stops before a row that has no line feed in the text, a quote, another number of fields, or anything else that takes
/// more; what it writes of that row does not count.
hk_csv_block hk_csv_numbers(const uint8_t *text, int64_t size, uint8_t delimiter, int64_t fields,
                            const hk_csv_slot *slots, int64_t slot_count, int64_t most_rows);

typedef struct {
    int64_t fields, bytes;
} hk_csv_row;
/// Where the fields of the first row end; its line break is one of the row's bytes. No fields if the row is not whole
/// (it has `size` bytes then), or has a quote or more than most_fields (it has none then).
hk_csv_row hk_csv_split(const uint8_t *text, int64_t size, uint8_t delimiter, int32_t *ends, int64_t most_fields);
/// The place of the first delimiter, quote, line feed or carriage return; size if there is none.
int64_t hk_csv_scan(const uint8_t *text, int64_t size, uint8_t delimiter);

typedef enum { HK_CSV_OTHER, HK_CSV_NUMBER, HK_CSV_MISSING } hk_csv_kind;
/// The double next to the number that a field is, where one operation on doubles gives it; HK_CSV_OTHER for all else.
hk_csv_kind hk_csv_double(const uint8_t *text, int64_t size, double *out);

// MARK: Ceilings

/// Does nothing but multiply and add in registers, on all members of the team; gives the number of floating-point
/// operations that they did. The caller has the clock.
double hk_ceiling_arithmetic(int64_t rounds, int threads);
/// Reads and writes each of count floats once (count is rounded down to 16); gives the number of bytes moved.
double hk_ceiling_traffic(float *x, int64_t count, int threads);

#ifdef __cplusplus
}
#endif
