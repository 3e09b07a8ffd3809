#ifndef CBFLOAT16_GATES_H
#define CBFLOAT16_GATES_H

#include <stdint.h>

/* The gates of recurrent layers in one pass over each row, in float32: what is left of a step when its product takes half
   of the time. The formulas, operands and layouts are those of GRULoops and LSTMLoops; the logistic function is
   (1 + tanh(x / 2)) / 2, and quotients are products with a reciprocal that one step of Newton's method has made as
   exact as float32 is. */

void bfloat16_gru_forward(
    const float *x, const float *u, const float *bias, float *gates, float *inner, const float *old, float *fresh,
    int64_t rows, int64_t units);

void bfloat16_gru_backward(
    const float *gates, const float *inner, const float *old, const float *arriving, float *dx, float *du, float *dh,
    int64_t rows, int64_t units);

void bfloat16_lstm_forward(
    const float *x, const float *u, float *gates, const float *old, float *fresh, float *state,
    int64_t rows, int64_t units);

void bfloat16_lstm_backward(
    const float *gates, const float *old, const float *fresh, const float *arriving, float *dx, const float *dh, float *dc,
    int64_t rows, int64_t units);

#endif
