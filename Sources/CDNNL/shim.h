#include <oneapi/dnnl/dnnl.h>

/* Of libgomp, which oneDNN runs on; its own header belongs to the C compiler. */
void omp_set_num_threads(int count);
