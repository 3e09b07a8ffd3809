#include "CICU.h"

#include <stdint.h>

// Foundation brings ICU, and ICU 34 MB of tables for languages, calendars and time zones, into a program that is linked
// statically. This program asks for none of them: it formats no dates, numbers or currencies for a locale and compares no
// text by a language's rules. So the symbol of ICU's tables is defined here, by a package without entries, and the linker,
// which takes a member of an archive only for what is still missing, leaves Foundation's out. What asks for a table all the
// same is told that there is none (U_FILE_ACCESS_ERROR). A program that is linked dynamically has the library's own.
//
// The symbol has ICU's version in its name, 76 with Swift 6.3; with another one Foundation's tables are linked as ever.
//
// The layout is that of a common data file: https://unicode-org.github.io/icu/userguide/icu_data/ and udata.h (UDataInfo).
struct package {
    uint16_t header_bytes;
    uint8_t magic[2];
    uint16_t info_bytes;
    uint16_t reserved;
    uint8_t is_big_endian;
    uint8_t charset_family;
    uint8_t character_bytes;
    uint8_t reserved_too;
    uint8_t format[4];
    uint8_t format_version[4];
    uint8_t data_version[4];
    uint8_t padding[8];
    uint32_t entries;
};

#define WITHOUT_ENTRIES(VERSION)                                                    \
    const struct package icudt##VERSION##_dat __attribute__((aligned(16))) = {     \
        .header_bytes = 32,                                                         \
        .magic = {0xda, 0x27},                                                      \
        .info_bytes = 20,                                                           \
        .is_big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,                    \
        .character_bytes = 2,                                                       \
        .format = {'C', 'm', 'n', 'D'},                                             \
        .format_version = {1},                                                      \
    }

WITHOUT_ENTRIES(74);
WITHOUT_ENTRIES(76);
