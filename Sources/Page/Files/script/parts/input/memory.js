/**
 * What was put into a model last, so that another page goes on with it: in this tab alone, and gone with it.
 * @module
 */

const prefix = "trainyard.input.";
/** What is longer stays in memory, and is gone with the page. */
const longest = 200_000;

const kept = new Map();

/**
 * Keeps an input.
 *
 * @param {string} model
 * @param {import("./inputs.js").Sample} sample
 */
export function remember(model, sample) {
  kept.set(model, sample);
  const text = JSON.stringify(sample);
  try {
    if (text.length <= longest) sessionStorage.setItem(prefix + model, text);
    else sessionStorage.removeItem(prefix + model);
  } catch {
    sessionStorage.removeItem(prefix + model);
  }
}

/**
 * What was kept.
 *
 * @param {string} model
 * @returns {?import("./inputs.js").Sample}
 */
export function recall(model) {
  if (kept.has(model)) return kept.get(model);
  try {
    return JSON.parse(sessionStorage.getItem(prefix + model));
  } catch {
    return null;
  }
}
