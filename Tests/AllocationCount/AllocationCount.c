// Counts the allocations of each thread, by standing in for glibc's allocator in the test program.
//
// What is asked for goes to glibc under its other names, so what is given back needs no stand-in. An allocation is
// oneDNN's where the caller lies in its code or in the C++ library, which nothing else here uses.

#define _GNU_SOURCE
#include "AllocationCount.h"

#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define HAS_OTHER_ALLOCATOR 1
#endif
#endif

static __thread long own;
static __thread long of_library;

bool allocation_count_works(void) {
#ifdef HAS_OTHER_ALLOCATOR
    return false;
#else
    return true;
#endif
}

long allocation_count(void) { return own; }

long allocation_count_of_library(void) { return of_library; }

#ifndef HAS_OTHER_ALLOCATOR

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

struct range {
    uintptr_t begin, end;
};

enum { greatest_count = 4 };
static struct range library[greatest_count];
static int library_count;

static int note(struct dl_phdr_info *info, size_t size, void *unused) {
    if (!strstr(info->dlpi_name, "libdnnl") && !strstr(info->dlpi_name, "libstdc++")) return 0;
    for (int i = 0; i < info->dlpi_phnum && library_count < greatest_count; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        uintptr_t begin = info->dlpi_addr + part->p_vaddr;
        library[library_count++] = (struct range){begin, begin + part->p_memsz};
    }
    return 0;
}

// Before main, when one thread runs; what was allocated earlier nobody counts.
__attribute__((constructor)) static void find_library(void) { dl_iterate_phdr(note, NULL); }

static void count(const void *caller) {
    for (int i = 0; i < library_count; i++) {
        if ((uintptr_t)caller - library[i].begin < library[i].end - library[i].begin) {
            of_library++;
            return;
        }
    }
    own++;
}

void *malloc(size_t size) {
    count(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(__builtin_return_address(0));
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count(__builtin_return_address(0));
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    count(__builtin_return_address(0));
    void *memory = __libc_memalign(alignment, size);
    if (!memory) return ENOMEM;
    *result = memory;
    return 0;
}

#endif
