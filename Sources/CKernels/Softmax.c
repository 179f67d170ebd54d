// Softmax and log-softmax over the last axis.
#include "Internal.h"

typedef struct {
    const float *in, *g; // the argument; for the gradient, the output of softmax and the upstream gradient
    float *out;
    int64_t columns;
    bool logarithm;
} hk_softmax_task;

#define HK_TEMPLATE "SoftmaxKernels.h"
#include "EachInstructionSet.h"

static void hk_softmax_range(void *context, int64_t begin, int64_t end) {
    HK_DISPATCH(hk_softmax_rows)(context, begin, end);
}
static void hk_softmax_gradient_range(void *context, int64_t begin, int64_t end) {
    HK_DISPATCH(hk_softmax_gradient_rows)(context, begin, end);
}

void hk_softmax(const float *in, float *out, int64_t rows, int64_t columns, bool logarithm, int threads) {
    if (columns <= 0) return;
    hk_softmax_task t = {in, NULL, out, columns, logarithm};
    hk_ranges(threads, rows, 1, rows * columns * 4, hk_softmax_range, &t);
}

void hk_softmax_gradient(const float *y, const float *g, float *dx, int64_t rows, int64_t columns, bool logarithm,
                         int threads) {
    if (columns <= 0) return;
    hk_softmax_task t = {y, g, dx, columns, logarithm};
    hk_ranges(threads, rows, 1, rows * columns * 2, hk_softmax_gradient_range, &t);
}
