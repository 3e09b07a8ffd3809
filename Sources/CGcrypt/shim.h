#include <gcrypt.h>

// gcry_control takes a varying number of arguments, which Swift can't pass.
static inline void trainyard_gcrypt_initialized(void) {
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}
