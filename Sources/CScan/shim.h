/* Which bytes of a text are one of three, as bits: a comparison of Swift's vectors gives no such bits. */

#include <stdint.h>
#include <string.h>

typedef uint8_t bytes32 __attribute__((ext_vector_type(32)));
typedef _Bool bits32 __attribute__((ext_vector_type(32)));

/* Of 32 bytes, the first one's bit the lowest. */
static inline __attribute__((always_inline)) uint32_t scan_places32(const uint8_t *bytes, uint8_t a, uint8_t b, uint8_t c) {
    bytes32 block;
    uint32_t bits;
    memcpy(&block, bytes, sizeof block);
    bits32 found = __builtin_convertvector((block == (bytes32)a) | (block == (bytes32)b) | (block == (bytes32)c), bits32);
    memcpy(&bits, &found, sizeof bits);
    return bits;
}

/* Of 64 bytes. */
static inline __attribute__((always_inline)) uint64_t scan_places(const uint8_t *bytes, uint8_t a, uint8_t b, uint8_t c) {
    return scan_places32(bytes, a, b, c) | (uint64_t)scan_places32(bytes + 32, a, b, c) << 32;
}
