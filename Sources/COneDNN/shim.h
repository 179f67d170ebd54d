#pragma once
#include <oneapi/dnnl/dnnl.h>

// oneDNN runs on libgomp; these are its entry points for the size of the calling thread's teams.
int omp_get_max_threads(void);
void omp_set_num_threads(int threads);
