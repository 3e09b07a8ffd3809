#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

/// What went wrong with a PNG file, and where.
typedef struct {
    /// libpng's words, ended by 0.
    char message[160];
    /// How many bytes had been read.
    size_t position;
} PNGFault;

/// Decodes a PNG file into 8-bit samples, row-major, without gaps: palettes and fewer bits spread out, of 16 bits the
/// high ones, gamma and colour profiles left alone.
///
/// `channels` is 1 (of a grey file, alpha dropped), 3 (alpha dropped) or 4 (alpha 255 where the file has none).
/// `samples` must hold width * height * channels bytes. Gives 0, or -1 and the fault.
int png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int channels, uint8_t *samples, PNGFault *fault
);

/// Bytes that a PNG file is written to; `take` gets them piece by piece.
typedef struct {
    void *owner;
    void (*take)(void *owner, const uint8_t *bytes, size_t count);
} PNGSink;

/// Writes 8-bit samples, row-major, without gaps, as a PNG file: 1 channel for grey, 3 for colours. Gives 0, or -1 and the
/// fault.
int png_encode(
    const uint8_t *samples, uint32_t width, uint32_t height, int channels, PNGSink sink, PNGFault *fault
);

#endif
