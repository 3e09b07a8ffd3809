#include "CPQ.h"

#include <dlfcn.h>

const char *CPQLoad(CPQ *functions) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
#define CPQ_FIND(name) \
    functions->name = (__typeof__(functions->name))dlsym(library, #name); \
    if (!functions->name) return dlerror();
    CPQ_FUNCTIONS(CPQ_FIND)
    return NULL;
}
