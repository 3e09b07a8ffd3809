#ifndef CBFLOAT16_H
#define CBFLOAT16_H

#include <stdbool.h>
#include <stdint.h>

#include "CBFloat16Gates.h"

/* Products of matrices whose numbers are rounded to bfloat16, with sums in float32.

   Two neighbours of a sum lie in one 32-bit word, the first in its low half: that is what the processor multiplies at
   once. A sum of odd length ends with a zero. Only for processors with AVX-512 BF16. */

/* The words of a panel arrangement of [depth, columns]. */
int64_t bfloat16_panel_words(int64_t depth, int64_t columns);

/* Rows of [rows, depth] to words [rows, (depth + 1) / 2]. */
void bfloat16_pack_rows(const float *matrix, int64_t rows, int64_t depth, uint32_t *words);

/* A matrix [depth, columns] to words [(depth + 1) / 2, columns], for a left side that is given transposed. */
void bfloat16_pack_columns(const float *matrix, int64_t depth, int64_t columns, uint32_t *words);

/* A right side [depth, columns] to panels: words [(depth + 1) / 2, 32] for every 32 columns, where 16 or fewer remain
   [(depth + 1) / 2, 16]; columns that are missing are zeros. */
void bfloat16_pack_panels(const float *matrix, int64_t depth, int64_t columns, uint32_t *panels);

/* The same of a right side that is given transposed, [columns, depth]. */
void bfloat16_pack_transposed_panels(const float *matrix, int64_t depth, int64_t columns, uint32_t *panels);

/* C = A * B, or C += A * B, [rows, columns]; each number of C is added up in the order of the sum, whatever the number
   of rows. The words of A lie `row_step` apart from row to row and `depth_step` along the sum; the bias, where there is
   one, is added to each row, then what is negative becomes zero where it `rectifies`. */
void bfloat16_multiply(
    int64_t rows, int64_t columns, int64_t depth,
    const uint32_t *a, int64_t row_step, int64_t depth_step,
    const uint32_t *panels,
    float *c, bool accumulates,
    const float *bias, bool rectifies);

#endif
