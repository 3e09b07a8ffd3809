#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

#include <stdbool.h>

/// Whether allocations are counted: not under a sanitizer, which has an allocator of its own.
bool allocation_count_works(void);

/// How often the calling thread has allocated memory so far, oneDNN's own bookkeeping left out.
long allocation_count(void);

/// How often oneDNN has allocated memory in the calling thread so far.
long allocation_count_of_library(void);

#endif
