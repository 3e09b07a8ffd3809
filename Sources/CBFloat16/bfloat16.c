#include "CBFloat16.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define INLINE static inline __attribute__((always_inline)) WIDE

/* So many words of the sum are added before the next columns have their turn: a panel of that depth and the rows beside
   it stay in the first-level cache. The order of a sum is the same with any. */
enum { STRETCH = 160 };

int64_t bfloat16_panel_words(int64_t depth, int64_t columns) { return (depth + 1) / 2 * ((columns + 15) / 16 * 16); }

/* The mask of the first `count` of 16. */
INLINE __mmask16 first(int64_t count) { return count >= 16 ? 0xFFFF : count <= 0 ? 0 : (__mmask16)((1u << count) - 1); }

/* 32 numbers of a row, of which `count` exist, as 16 words. */
INLINE __m512i row_words(const float *x, int64_t count) {
    __m512 low = _mm512_maskz_loadu_ps(first(count), x), high = _mm512_maskz_loadu_ps(first(count - 16), x + 16);
    return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/* 16 words of two rows, one above the other. */
INLINE __m512i column_words(const float *upper, const float *lower, __mmask16 mask) {
    __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, upper)));
    if (!lower) return low;
    __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, lower)));
    return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

WIDE void bfloat16_pack_rows(const float *matrix, int64_t rows, int64_t depth, uint32_t *words) {
    int64_t width = (depth + 1) / 2;
    for (int64_t row = 0; row < rows; row++) {
        const float *x = matrix + row * depth;
        uint32_t *y = words + row * width;
        for (int64_t word = 0; word < width; word += 16)
            _mm512_mask_storeu_epi32(y + word, first(width - word), row_words(x + 2 * word, depth - 2 * word));
    }
}

WIDE void bfloat16_pack_columns(const float *matrix, int64_t depth, int64_t columns, uint32_t *words) {
    for (int64_t row = 0; row < depth; row += 2) {
        const float *upper = matrix + row * columns, *lower = row + 1 < depth ? upper + columns : 0;
        uint32_t *y = words + row / 2 * columns;
        for (int64_t column = 0; column < columns; column += 16) {
            __mmask16 mask = first(columns - column);
            __m512i both = column_words(upper + column, lower ? lower + column : 0, mask);
            _mm512_mask_storeu_epi32(y + column, mask, both);
        }
    }
}

WIDE void bfloat16_pack_panels(const float *matrix, int64_t depth, int64_t columns, uint32_t *panels) {
    int64_t words = (depth + 1) / 2;
    for (int64_t column = 0; column < columns; column += 16) {
        int64_t start = column / 32 * 32;
        int64_t width = columns - start > 16 ? 32 : 16;
        uint32_t *y = panels + start * words + column % 32;
        __mmask16 mask = first(columns - column);
        for (int64_t word = 0; word < words; word++) {
            const float *upper = matrix + 2 * word * columns + column;
            __m512i both = column_words(upper, 2 * word + 1 < depth ? upper + columns : 0, mask);
            _mm512_storeu_si512(y + word * width, both);
        }
    }
}

WIDE void bfloat16_pack_transposed_panels(const float *matrix, int64_t depth, int64_t columns, uint32_t *panels) {
    int64_t words = (depth + 1) / 2;
    uint32_t block[16][16];
    for (int64_t column = 0; column < columns; column += 16) {
        int64_t start = column / 32 * 32;
        int64_t width = columns - start > 16 ? 32 : 16;
        uint32_t *y = panels + start * words + column % 32;
        for (int64_t word = 0; word < words; word += 16) {
            for (int64_t i = 0; i < 16; i++) {
                __m512i row = _mm512_setzero_si512();
                if (column + i < columns)
                    row = row_words(matrix + (column + i) * depth + 2 * word, depth - 2 * word);
                _mm512_storeu_si512(block[i], row);
            }
            int64_t count = words - word < 16 ? words - word : 16;
            for (int64_t j = 0; j < count; j++)
                for (int64_t i = 0; i < 16; i++) y[(word + j) * width + i] = block[i][j];
        }
    }
}

/* What is done to a tile of C before and after its sums. */
typedef struct {
    int64_t c_row;
    bool starts, accumulates, ends, rectifies;
    const float *bias;
    __mmask16 left, right;
} tile;

INLINE __m512 tile_start(const tile *t, const float *c, __mmask16 mask) {
    return t->starts && !t->accumulates ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(mask, c);
}

INLINE void tile_end(const tile *t, __m512 sum, float *c, const float *bias, __mmask16 mask) {
    if (t->ends) {
        if (bias) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, bias));
        if (t->rectifies) sum = _mm512_max_ps(sum, _mm512_setzero_ps());
    }
    _mm512_mask_storeu_ps(c, mask, sum);
}

INLINE __m512bh word(const uint32_t *a) { return (__m512bh)_mm512_set1_epi32((int)*a); }

/* `ROWS` rows by 16 or 32 columns of C stay in registers through a stretch of the sum. */
#define TILE(ROWS)                                                                                                   \
    INLINE void wide_##ROWS(                                                                                         \
        const tile *t, int64_t words, const uint32_t *a, int64_t row_step, int64_t depth_step, const uint32_t *b,    \
        float *c) {                                                                                                  \
        __m512 left[ROWS], right[ROWS];                                                                              \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++) {                                          \
            left[i] = tile_start(t, c + i * t->c_row, t->left);                                                      \
            right[i] = tile_start(t, c + i * t->c_row + 16, t->right);                                               \
        }                                                                                                            \
        for (int64_t w = 0; w < words; w++) {                                                                        \
            __m512bh x = (__m512bh)_mm512_loadu_si512(b), y = (__m512bh)_mm512_loadu_si512(b + 16);                  \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++) {                                      \
                __m512bh z = word(a + i * row_step);                                                                 \
                left[i] = _mm512_dpbf16_ps(left[i], z, x);                                                           \
                right[i] = _mm512_dpbf16_ps(right[i], z, y);                                                         \
            }                                                                                                        \
            a += depth_step;                                                                                         \
            b += 32;                                                                                                 \
        }                                                                                                            \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++) {                                          \
            tile_end(t, left[i], c + i * t->c_row, t->bias, t->left);                                                \
            tile_end(t, right[i], c + i * t->c_row + 16, t->bias ? t->bias + 16 : 0, t->right);                      \
        }                                                                                                            \
    }                                                                                                                \
    INLINE void narrow_##ROWS(                                                                                       \
        const tile *t, int64_t words, const uint32_t *a, int64_t row_step, int64_t depth_step, const uint32_t *b,    \
        float *c) {                                                                                                  \
        __m512 sum[ROWS];                                                                                            \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++)                                            \
            sum[i] = tile_start(t, c + i * t->c_row, t->left);                                                       \
        for (int64_t w = 0; w < words; w++) {                                                                        \
            __m512bh x = (__m512bh)_mm512_loadu_si512(b);                                                            \
            _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++)                                        \
                sum[i] = _mm512_dpbf16_ps(sum[i], word(a + i * row_step), x);                                        \
            a += depth_step;                                                                                         \
            b += 16;                                                                                                 \
        }                                                                                                            \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < ROWS; i++)                                            \
            tile_end(t, sum[i], c + i * t->c_row, t->bias, t->left);                                                 \
    }

TILE(1)
TILE(2)
TILE(4)
TILE(8)

/* All rows of one panel, through one stretch of the sum. */
#define ROWS_OF(KIND)                                                                                                \
    INLINE void KIND##_rows(                                                                                         \
        const tile *t, int64_t rows, int64_t words, const uint32_t *a, int64_t row_step, int64_t depth_step,         \
        const uint32_t *b, float *c) {                                                                               \
        int64_t row = 0;                                                                                             \
        for (; row + 8 <= rows; row += 8)                                                                            \
            KIND##_8(t, words, a + row * row_step, row_step, depth_step, b, c + row * t->c_row);                     \
        if (rows - row >= 4) {                                                                                       \
            KIND##_4(t, words, a + row * row_step, row_step, depth_step, b, c + row * t->c_row);                     \
            row += 4;                                                                                                \
        }                                                                                                            \
        if (rows - row >= 2) {                                                                                       \
            KIND##_2(t, words, a + row * row_step, row_step, depth_step, b, c + row * t->c_row);                     \
            row += 2;                                                                                                \
        }                                                                                                            \
        if (row < rows) KIND##_1(t, words, a + row * row_step, row_step, depth_step, b, c + row * t->c_row);         \
    }

ROWS_OF(wide)
ROWS_OF(narrow)

WIDE void bfloat16_multiply(
    int64_t rows, int64_t columns, int64_t depth,
    const uint32_t *a, int64_t row_step, int64_t depth_step,
    const uint32_t *panels,
    float *c, bool accumulates,
    const float *bias, bool rectifies) {
    int64_t words = (depth + 1) / 2;
    for (int64_t start = 0; start < words; start += STRETCH) {
        int64_t count = words - start < STRETCH ? words - start : STRETCH;
        for (int64_t column = 0; column < columns; column += 32) {
            tile t = {
                columns, start == 0, accumulates, start + count == words, rectifies, bias ? bias + column : 0,
                first(columns - column), first(columns - column - 16),
            };
            const uint32_t *panel = panels + column * words;
            const uint32_t *x = a + start * depth_step;
            if (columns - column > 16)
                wide_rows(&t, rows, count, x, row_step, depth_step, panel + start * 32, c + column);
            else
                narrow_rows(&t, rows, count, x, row_step, depth_step, panel + start * 16, c + column);
        }
    }
}

#else

/* Never called: Swift asks the processor first. */
int64_t bfloat16_panel_words(int64_t depth, int64_t columns) { return (depth + 1) / 2 * ((columns + 15) / 16 * 16); }

void bfloat16_pack_rows(const float *matrix, int64_t rows, int64_t depth, uint32_t *words) {}

void bfloat16_pack_columns(const float *matrix, int64_t depth, int64_t columns, uint32_t *words) {}

void bfloat16_pack_panels(const float *matrix, int64_t depth, int64_t columns, uint32_t *panels) {}

void bfloat16_pack_transposed_panels(const float *matrix, int64_t depth, int64_t columns, uint32_t *panels) {}

void bfloat16_multiply(
    int64_t rows, int64_t columns, int64_t depth,
    const uint32_t *a, int64_t row_step, int64_t depth_step,
    const uint32_t *panels,
    float *c, bool accumulates,
    const float *bias, bool rectifies) {}

#endif
