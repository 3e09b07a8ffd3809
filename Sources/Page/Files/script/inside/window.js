/**
 * The window of a convolution: what of the input made one number of a feature map. Pure.
 * @module
 */

/**
 * @typedef {Object} Window
 * @property {number[]} start The first place along each axis of space, which may lie before the input's edge.
 * @property {number[]} size How many taps along each axis.
 * @property {number[]} dilation
 * @property {number[]} reach How many places from the first tap to the last.
 */

const list = (value, rank) => (Array.isArray(value) ? value : Array(rank).fill(value ?? 1));

/**
 * The kinds of layers whose windows are known.
 *
 * @param {string} type
 * @returns {boolean}
 */
export const hasWindows = (type) => ["Conv1D", "Conv2D", "DepthwiseConv2D"].includes(type);

/**
 * Where the window of an output's place lies.
 *
 * @param {Object} layer The definition.
 * @param {number[]} extents Of the input along the axes of space.
 * @param {number[]} taps Of the kernel along them.
 * @param {number[]} place Of the output along them.
 * @returns {Window}
 */
export function windowOf(layer, extents, taps, place) {
  const rank = taps.length;
  const [strides, dilation] = [list(layer.strides, rank), list(layer.dilation_rate, rank)];
  const reach = taps.map((count, axis) => (count - 1) * dilation[axis] + 1);
  const before = taps.map((_, axis) => {
    if (layer.padding === "causal") return reach[axis] - 1;
    if (layer.padding !== "same") return 0;
    const all = (Math.ceil(extents[axis] / strides[axis]) - 1) * strides[axis] + reach[axis] - extents[axis];
    return Math.floor(Math.max(all, 0) / 2);
  });
  return { start: place.map((at, axis) => at * strides[axis] - before[axis]), size: taps, dilation, reach };
}

/**
 * The input's numbers, the kernel's and their products in a window, for each channel of the input that counts.
 *
 * @param {Object} layer The definition.
 * @param {import("../charts/arrays.js").Numbers} input `[steps, c]` or `[h, w, c]`.
 * @param {import("../charts/arrays.js").Numbers} kernel
 * @param {number[]} place
 * @param {number} filter
 * @returns {{window: Window, channels: {channel: number, input: number[], kernel: number[], sum: number}[], sum: number}}
 */
export function productsIn(layer, input, kernel, place, filter) {
  const rank = place.length;
  const extents = input.shape.slice(0, rank);
  const taps = kernel.shape.slice(0, rank);
  const window = windowOf(layer, extents, taps, place);
  const [ins, outs] = kernel.shape.slice(-2);
  const isDepthwise = layer.type === "DepthwiseConv2D";
  const filters = isDepthwise ? ins * outs : outs;
  const all = input.shape.at(-1);
  const group = isDepthwise ? 0 : Math.floor(filter / (filters / Math.max(1, Math.round(all / ins))));
  const channels = [];
  const count = taps.reduce((product, extent) => product * extent, 1);
  const used = isDepthwise ? [Math.floor(filter / outs)] : Array.from({ length: ins }, (_, channel) => group * ins + channel);
  used.forEach((channel, order) => {
    const [numbers, weights] = [[], []];
    for (let tap = 0; tap < count; tap += 1) {
      const index = rank === 1 ? [tap] : [Math.floor(tap / taps[1]), tap % taps[1]];
      const at = index.map((one, axis) => window.start[axis] + one * window.dilation[axis]);
      const isInside = at.every((one, axis) => one >= 0 && one < extents[axis]);
      const cell = rank === 1 ? at[0] : at[0] * extents[1] + at[1];
      numbers.push(isInside ? input.values[cell * all + channel] : 0);
      weights.push(kernel.values[isDepthwise ? (tap * ins + channel) * outs + filter % outs : (tap * ins + order) * outs + filter]);
    }
    channels.push({ channel, input: numbers, kernel: weights, sum: numbers.reduce((sum, value, tap) => sum + value * weights[tap], 0) });
  });
  return { window, channels, sum: channels.reduce((sum, one) => sum + one.sum, 0) };
}
