#include "CBFloat16.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#define INLINE static inline __attribute__((always_inline)) WIDE

typedef __m512 lanes;

INLINE lanes all(float x) { return _mm512_set1_ps(x); }

INLINE lanes load(const float *x, __mmask16 mask) { return _mm512_maskz_loadu_ps(mask, x); }

INLINE void store(float *x, lanes y, __mmask16 mask) { _mm512_mask_storeu_ps(x, mask, y); }

/* The mask of what is left of a row. */
INLINE __mmask16 rest(int64_t count) { return count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1); }

/* a * b + c, rounded once. */
INLINE lanes fused(lanes a, lanes b, lanes c) { return _mm512_fmadd_ps(a, b, c); }

/* 1 - x. */
INLINE lanes rest_of_one(lanes x) { return _mm512_sub_ps(all(1), x); }

/* The hyperbolic tangent, with the coefficients of VectorMath. */
INLINE lanes tanh_of(lanes x) {
    /* In this order of operands what is no number stays so. */
    lanes c = _mm512_max_ps(all(-7.9988117f), _mm512_min_ps(all(7.9988117f), x));
    lanes s = _mm512_mul_ps(c, c);
    lanes p = all(-2.76076847742355e-16f);
    p = fused(p, s, all(2.00018790482477e-13f));
    p = fused(p, s, all(-8.60467152213735e-11f));
    p = fused(p, s, all(5.12229709037114e-8f));
    p = fused(p, s, all(1.48572235717979e-5f));
    p = fused(p, s, all(6.37261928875436e-4f));
    p = fused(p, s, all(4.89352455891786e-3f));
    lanes q = all(1.19825839466702e-6f);
    q = fused(q, s, all(1.18534705686654e-4f));
    q = fused(q, s, all(2.268434632439e-3f));
    q = fused(q, s, all(4.89352518554385e-3f));
    lanes r = _mm512_rcp14_ps(q);
    r = _mm512_mul_ps(r, _mm512_fnmadd_ps(q, r, all(2)));
    return _mm512_mul_ps(_mm512_mul_ps(c, p), r);
}

/* The logistic function. */
INLINE lanes sigmoid_of(lanes x) { return fused(tanh_of(_mm512_mul_ps(x, all(0.5f))), all(0.5f), all(0.5f)); }

/* x * y * (1 - y): a cotangent through the logistic function, whose value is y. */
INLINE lanes through_sigmoid(lanes x, lanes y) { return _mm512_mul_ps(_mm512_mul_ps(x, y), rest_of_one(y)); }

/* x * (1 - y * y): a cotangent through the hyperbolic tangent, whose value is y. */
INLINE lanes through_tanh(lanes x, lanes y) { return _mm512_mul_ps(x, _mm512_fnmadd_ps(y, y, all(1))); }

WIDE void bfloat16_gru_forward(
    const float *x, const float *u, const float *bias, float *gates, float *inner, const float *old, float *fresh,
    int64_t rows, int64_t units) {
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t i = 0; i < units; i += 16) {
            __mmask16 m = rest(units - i);
            lanes z = _mm512_add_ps(load(x + i, m), _mm512_add_ps(load(u + i, m), load(bias + i, m)));
            int64_t j = units + i;
            lanes r = _mm512_add_ps(load(x + j, m), _mm512_add_ps(load(u + j, m), load(bias + j, m)));
            j += units;
            lanes product = _mm512_add_ps(load(u + j, m), load(bias + j, m));
            z = sigmoid_of(z);
            r = sigmoid_of(r);
            lanes candidate = tanh_of(fused(r, product, load(x + j, m)));
            store(gates + i, z, m);
            store(gates + units + i, r, m);
            store(gates + j, candidate, m);
            store(inner + i, product, m);
            store(fresh + i, fused(z, _mm512_sub_ps(load(old + i, m), candidate), candidate), m);
        }
        x += 3 * units;
        u += 3 * units;
        gates += 3 * units;
        inner += units;
        old += units;
        fresh += units;
    }
}

WIDE void bfloat16_gru_backward(
    const float *gates, const float *inner, const float *old, const float *arriving, float *dx, float *du, float *dh,
    int64_t rows, int64_t units) {
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t i = 0; i < units; i += 16) {
            __mmask16 m = rest(units - i);
            lanes z = load(gates + i, m), r = load(gates + units + i, m), candidate = load(gates + 2 * units + i, m);
            lanes flowing = load(dh + i, m);
            lanes by_update = through_sigmoid(_mm512_mul_ps(flowing, _mm512_sub_ps(load(old + i, m), candidate)), z);
            lanes slope = through_tanh(_mm512_mul_ps(flowing, rest_of_one(z)), candidate);
            lanes by_reset = through_sigmoid(_mm512_mul_ps(slope, load(inner + i, m)), r);
            store(dx + i, by_update, m);
            store(du + i, by_update, m);
            store(dx + units + i, by_reset, m);
            store(du + units + i, by_reset, m);
            store(dx + 2 * units + i, slope, m);
            store(du + 2 * units + i, _mm512_mul_ps(slope, r), m);
            store(dh + i, fused(flowing, z, load(arriving + i, m)), m);
        }
        gates += 3 * units;
        inner += units;
        old += units;
        arriving += units;
        dx += 3 * units;
        du += 3 * units;
        dh += units;
    }
}

WIDE void bfloat16_lstm_forward(
    const float *x, const float *u, float *gates, const float *old, float *fresh, float *state,
    int64_t rows, int64_t units) {
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t i = 0; i < units; i += 16) {
            __mmask16 m = rest(units - i);
            int64_t f = units + i, c = 2 * units + i, o = 3 * units + i;
            lanes input = sigmoid_of(_mm512_add_ps(load(x + i, m), load(u + i, m)));
            lanes forget = sigmoid_of(_mm512_add_ps(load(x + f, m), load(u + f, m)));
            lanes candidate = tanh_of(_mm512_add_ps(load(x + c, m), load(u + c, m)));
            lanes output = sigmoid_of(_mm512_add_ps(load(x + o, m), load(u + o, m)));
            lanes cell = fused(input, candidate, _mm512_mul_ps(forget, load(old + i, m)));
            store(gates + i, input, m);
            store(gates + f, forget, m);
            store(gates + c, candidate, m);
            store(gates + o, output, m);
            store(fresh + i, cell, m);
            store(state + i, _mm512_mul_ps(output, tanh_of(cell)), m);
        }
        x += 4 * units;
        u += 4 * units;
        gates += 4 * units;
        old += units;
        fresh += units;
        state += units;
    }
}

WIDE void bfloat16_lstm_backward(
    const float *gates, const float *old, const float *fresh, const float *arriving, float *dx, const float *dh, float *dc,
    int64_t rows, int64_t units) {
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t i = 0; i < units; i += 16) {
            __mmask16 m = rest(units - i);
            int64_t f = units + i, c = 2 * units + i, o = 3 * units + i;
            lanes input = load(gates + i, m), forget = load(gates + f, m);
            lanes candidate = load(gates + c, m), output = load(gates + o, m);
            lanes squashed = tanh_of(load(fresh + i, m)), flowing = load(dh + i, m);
            lanes cell = _mm512_add_ps(load(dc + i, m), through_tanh(_mm512_mul_ps(flowing, output), squashed));
            store(dx + o, through_sigmoid(_mm512_mul_ps(flowing, squashed), output), m);
            store(dx + i, through_sigmoid(_mm512_mul_ps(cell, candidate), input), m);
            store(dx + f, through_sigmoid(_mm512_mul_ps(cell, load(old + i, m)), forget), m);
            store(dx + c, through_tanh(_mm512_mul_ps(cell, input), candidate), m);
            store(dc + i, fused(cell, forget, load(arriving + i, m)), m);
        }
        gates += 4 * units;
        old += units;
        fresh += units;
        arriving += units;
        dx += 4 * units;
        dh += units;
        dc += units;
    }
}

#else

/* Never called: Swift asks the processor first. */
void bfloat16_gru_forward(
    const float *x, const float *u, const float *bias, float *gates, float *inner, const float *old, float *fresh,
    int64_t rows, int64_t units) {}

void bfloat16_gru_backward(
    const float *gates, const float *inner, const float *old, const float *arriving, float *dx, float *du, float *dh,
    int64_t rows, int64_t units) {}

void bfloat16_lstm_forward(
    const float *x, const float *u, float *gates, const float *old, float *fresh, float *state,
    int64_t rows, int64_t units) {}

void bfloat16_lstm_backward(
    const float *gates, const float *old, const float *fresh, const float *arriving, float *dx, const float *dh, float *dc,
    int64_t rows, int64_t units) {}

#endif
