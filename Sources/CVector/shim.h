/* What Swift's vectors compute number by number, with a branch for each. */

typedef float vector16 __attribute__((ext_vector_type(16)));

static inline __attribute__((always_inline)) vector16 vector_square_root(vector16 x) {
    return __builtin_elementwise_sqrt(x);
}
