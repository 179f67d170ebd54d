// What the machine can do at best, for profiles to be held against.
#include "Internal.h"

typedef struct {
    int64_t rounds;
    double flops;
} hk_ceiling_task;

#define HK_TEMPLATE "CeilingKernels.h"
#include "EachInstructionSet.h"

static void hk_multiply_add_member(void *context, int member, int members) {
    hk_ceiling_task *task = context;
    volatile float sink; // without it nothing would have to be computed
    float sum;
    double flops = HK_DISPATCH(hk_multiply_adds)(task->rounds, &sum);
    sink = sum;
    (void)sink;
    if (member == 0) task->flops = flops * members;
}

double hk_ceiling_arithmetic(int64_t rounds, int threads) {
    hk_ceiling_task task = {rounds, 0};
    hk_parallel(threads, hk_multiply_add_member, &task);
    return task.flops;
}

static void hk_scale_member(void *context, int64_t begin, int64_t end) {
    HK_DISPATCH(hk_scale_range)(context, begin, end);
}

double hk_ceiling_traffic(float *x, int64_t count, int threads) {
    count &= ~(int64_t)(HK_LANES - 1);
    hk_ranges(threads, count, HK_LANES, count, hk_scale_member, x);
    return 2.0 * sizeof(float) * (double)count;
}
