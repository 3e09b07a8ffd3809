/**
 * One cursor for all charts that stand together: where it is in one, it is in each.
 * @module
 */
import { Signal } from "../core/signal.js";

/** The place of the cursor along x, in the axis's numbers; null where it is nowhere. */
export class Cursor extends Signal {
  constructor() {
    super(null);
  }
}

/**
 * The index of the number that is nearest, in a list that rises. Pure.
 *
 * @param {number[]} sorted
 * @param {number} value
 * @returns {number} −1 of an empty list.
 */
export function nearest(sorted, value) {
  if (!sorted.length) return -1;
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - sorted[low - 1] <= sorted[low] - value ? low - 1 : low;
}
