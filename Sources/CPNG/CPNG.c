// C, since libpng tells of errors by longjmp, which must not cross Swift's frames.
#include "CPNG.h"

#include <png.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t count;
    // How far may be read.
    size_t limit;
    PNGFault *fault;
} PNGSource;

// How many bytes may stand in the last row's data beside it.
static const size_t surplus = 65536;

static void next_bytes(png_structp png, png_bytep out, size_t count) {
    PNGSource *source = png_get_io_ptr(png);
    if (count > source->count - source->fault->position) png_error(png, "the file ends too early");
    if (source->fault->position > source->limit) png_error(png, "there are far more data than pixels");
    memcpy(out, source->bytes + source->fault->position, count);
    source->fault->position += count;
}

static void fail(png_structp png, png_const_charp message) {
    PNGFault *fault = png_get_error_ptr(png);
    strncpy(fault->message, message, sizeof fault->message - 1);
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void read_picture(
    PNGSource *source, png_structp png, png_infop info, uint32_t width, uint32_t height, int channels, uint8_t *samples
) {
    // Only what the pixels depend on is looked at; transparency is among it, text and profiles aren't.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height) {
        png_error(png, "the size changed");
    }
    size_t packed_row_bytes = png_get_rowbytes(png, info);
    png_set_expand(png);
    png_set_strip_16(png);
    if (channels > 1) png_set_gray_to_rgb(png);
    if (channels == 4) {
        png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
    } else {
        png_set_strip_alpha(png);
    }
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t row_bytes = (size_t)width * (size_t)channels;
    if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "the kind of pixels changed");
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t row = 0; row < height; row++) {
            // With the last row libpng unpacks all data that follow, which may become any size.
            if (pass == passes - 1 && row == height - 1) source->limit = source->fault->position + packed_row_bytes + surplus;
            png_read_row(png, samples + row * row_bytes, NULL);
        }
    }
    // The checksums behind the pixels were looked at before.
}

int png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int channels, uint8_t *samples, PNGFault *fault
) {
    memset(fault, 0, sizeof *fault);
    PNGSource source = {bytes, count, SIZE_MAX, fault};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, fault, fail, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_read_struct(&png, NULL, NULL);
        strncpy(fault->message, "no memory", sizeof fault->message - 1);
        return -1;
    }
    int result = -1;
    if (!setjmp(png_jmpbuf(png))) {
        png_set_read_fn(png, &source, next_bytes);
        read_picture(&source, png, info, width, height, channels, samples);
        result = 0;
    }
    png_destroy_read_struct(&png, &info, NULL);
    return result;
}

static void put_bytes(png_structp png, png_bytep bytes, size_t count) {
    PNGSink *sink = png_get_io_ptr(png);
    sink->take(sink->owner, bytes, count);
}

static void flush_nothing(png_structp png) { (void)png; }

int png_encode(
    const uint8_t *samples, uint32_t width, uint32_t height, int channels, PNGSink sink, PNGFault *fault
) {
    memset(fault, 0, sizeof *fault);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, fault, fail, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        strncpy(fault->message, "no memory", sizeof fault->message - 1);
        return -1;
    }
    int result = -1;
    if (!setjmp(png_jmpbuf(png))) {
        png_set_write_fn(png, &sink, put_bytes, flush_nothing);
        int color = channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB;
        png_set_IHDR(
            png, info, width, height, 8, color, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT
        );
        // Cells of one colour each need no more to become small.
        png_set_filter(png, 0, PNG_FILTER_UP);
        png_set_compression_level(png, 3);
        png_write_info(png, info);
        for (uint32_t row = 0; row < height; row++) {
            png_write_row(png, samples + (size_t)row * width * (size_t)channels);
        }
        png_write_end(png, info);
        result = 0;
    }
    png_destroy_write_struct(&png, &info);
    return result;
}
