/**
 * Arrays of any rank as planes that can be drawn. Pure.
 * @module
 */

/**
 * @typedef {Object} Numbers
 * @property {number[]} shape
 * @property {Float32Array|number[]} values Row by row.
 *
 * @typedef {Object} Plane
 * @property {number} height
 * @property {number} width
 * @property {Float32Array|number[]} values
 */

/**
 * An answer's array, its numbers in one row; what JSON has no word for is NaN.
 *
 * @param {{shape: number[], values: *}} array
 * @returns {Numbers}
 */
export function numbersOf({ shape, values }) {
  if (ArrayBuffer.isView(values)) return { shape, values };
  const flat = Array.isArray(values) ? values.flat(Infinity) : [values];
  return { shape, values: Float32Array.from(flat, (value) => value ?? NaN) };
}

/**
 * How many channels an array has to be drawn one by one: those of a picture's last axis, else one.
 *
 * @param {number[]} shape
 * @returns {number}
 */
export const channelsOf = (shape) => (shape.length >= 3 ? shape.at(-1) : 1);

/**
 * One channel of an array as a plane: of `[h, w, c]` a picture, of `[steps, units]` time to the right, of a vector one row.
 *
 * @param {Numbers} array
 * @param {number} [channel]
 * @returns {Plane}
 */
export function planeOf({ shape, values }, channel = 0) {
  if (shape.length < 2) return { height: 1, width: values.length, values };
  if (shape.length === 2) return turned(values, shape[0], shape[1]);
  const [channels, width] = [shape.at(-1), shape.at(-2)];
  const height = shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  const plane = new Float32Array(height * width);
  for (let at = 0; at < plane.length; at += 1) plane[at] = values[at * channels + channel];
  return { height, width, values: plane };
}

/**
 * The mean over the channels of a picture at each of its places.
 *
 * @param {Numbers} array
 * @returns {Plane}
 */
export function meanPlane(array) {
  const channels = channelsOf(array.shape);
  const plane = planeOf(array, 0);
  if (channels === 1) return plane;
  const values = sumsOverLast(array).map((sum) => sum / channels);
  return { ...plane, values };
}

/**
 * A matrix with its rows as columns.
 *
 * @param {Float32Array|number[]} values
 * @param {number} rows
 * @param {number} columns
 * @returns {Plane}
 */
export function turned(values, rows, columns) {
  const plane = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) plane[column * rows + row] = values[row * columns + column];
  return { height: columns, width: rows, values: plane };
}

/**
 * The least and the greatest of some numbers.
 *
 * @param {Iterable<number>} values
 * @returns {{low: number, high: number, isSigned: boolean}} Both 0 where none is finite.
 */
export function rangeOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? { low: 0, high: 0, isSigned: false } : { low, high, isSigned: low < 0 };
}

/**
 * The sum over the last axis at each place before it, such as over the features of each step.
 *
 * @param {Numbers} array
 * @param {function(number): number} [of] What is added of a number.
 * @returns {number[]}
 */
export function sumsOverLast({ shape, values }, of = (value) => value) {
  const last = shape.at(-1) ?? 1;
  return Array.from({ length: values.length / last }, (_, place) => {
    let sum = 0;
    for (let index = 0; index < last; index += 1) sum += of(values[place * last + index]);
    return sum;
  });
}

/**
 * The index of a place along each axis.
 *
 * @param {number} place
 * @param {number[]} shape
 * @returns {number[]}
 */
export function indexOf(place, shape) {
  const index = [];
  for (const extent of [...shape].reverse()) {
    index.unshift(place % extent);
    place = Math.floor(place / extent);
  }
  return index;
}
