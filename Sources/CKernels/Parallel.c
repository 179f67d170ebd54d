// Threads, from libgomp's team, and the choice of the instruction set.
#include "Internal.h"

// libgomp's entry points, declared here because its compiler flag (-fopenmp) is not available to a Swift package.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);

typedef struct {
    void (*body)(void *context, int member, int members);
    void *context;
} hk_region;

uint32_t hk_flush_denormals(void) {
#if defined(__x86_64__)
    // FTZ and DAZ. A running mean that decays, as an optimizer's slot of a weight whose inputs are zero, ends in
    // denormal numbers, on which every operation takes the processor a hundred cycles more.
    unsigned mode = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(mode | 0x8040u);
    return mode;
#else
    return 0;
#endif
}

void hk_restore_denormals(uint32_t mode) {
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(mode);
#else
    (void)mode;
#endif
}

static void hk_run_region(void *data) {
    const hk_region *region = data;
    // The team's threads do nothing else, so their mode stays; the caller's is the caller's to set.
    if (omp_get_thread_num() > 0) hk_flush_denormals();
    region->body(region->context, omp_get_thread_num(), omp_get_num_threads());
}

void hk_parallel(int threads, void (*body)(void *context, int member, int members), void *context) {
    if (threads <= 1) {
        body(context, 0, 1);
        return;
    }
    hk_region region = {body, context};
    GOMP_parallel(hk_run_region, &region, (unsigned)threads, 0);
}

typedef struct {
    void (*body)(void *context, int64_t begin, int64_t end);
    void *context;
    int64_t count, grain;
} hk_range_task;

static void hk_run_range(void *context, int member, int members) {
    const hk_range_task *task = context;
    int64_t grains = (task->count + task->grain - 1) / task->grain;
    int64_t begin = grains * member / members * task->grain;
    int64_t end = hk_min(grains * (member + 1) / members * task->grain, task->count);
    if (begin < end) task->body(task->context, begin, end);
}

void hk_ranges(int threads, int64_t count, int64_t grain, int64_t work,
               void (*body)(void *context, int64_t begin, int64_t end), void *context) {
    enum { WORTH_A_TEAM = 32768 };
    if (count <= 0) return;
    if (threads <= 1 || work < WORTH_A_TEAM || count <= grain) {
        body(context, 0, count);
        return;
    }
    hk_range_task task = {body, context, count, grain};
    hk_parallel(threads, hk_run_range, &task);
}

bool hk_unoptimised(void) {
#if defined(__OPTIMIZE__)
    return false;
#else
    return true;
#endif
}

int hk_level = 1;

static int hk_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2")) return 1;
    bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512cd");
    return avx512 ? 4 : 3;
#else
    return 1;
#endif
}

__attribute__((constructor)) static void hk_choose_level(void) { hk_level = hk_best_level(); }

int hk_instruction_set(void) { return hk_level; }

void hk_limit_instruction_set(int level) {
    int best = hk_best_level();
    hk_level = level >= best ? best : level >= 3 ? 3 : 1;
}
