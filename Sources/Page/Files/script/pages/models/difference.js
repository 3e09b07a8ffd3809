/**
 * The difference of two definitions, line by line.
 * @module
 */
import { h } from "../../core/dom.js";

/**
 * Compares two texts by lines: the longest common subsequence stays. Pure.
 *
 * @param {string[]} old
 * @param {string[]} fresh
 * @returns {{kind: "same"|"gone"|"new", line: string}[]}
 */
export function lineDifference(old, fresh) {
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end += 1;
  const [a, b] = [old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)];
  const middle = a.length * b.length > 4e6
    ? [...a.map((line) => ({ kind: "gone", line })), ...b.map((line) => ({ kind: "new", line }))] : common(a, b);
  const same = (lines) => lines.map((line) => ({ kind: "same", line }));
  return [...same(old.slice(0, start)), ...middle, ...same(old.slice(old.length - end))];
}

function common(a, b) {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1] + 1
        : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const result = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      result.push({ kind: "same", line: a[i] });
      i += 1;
      j += 1;
    } else if (j >= b.length || i < a.length && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
      result.push({ kind: "gone", line: a[i] });
      i += 1;
    } else {
      result.push({ kind: "new", line: b[j] });
      j += 1;
    }
  }
  return result;
}

/**
 * Shows how one object becomes another.
 *
 * @param {Object} old
 * @param {Object} fresh
 * @returns {HTMLElement}
 */
export function differenceOf(old, fresh) {
  const lines = (value) => JSON.stringify(value, null, 1).split("\n");
  const found = lineDifference(lines(old), lines(fresh));
  if (found.every((one) => one.kind === "same")) return h("p", {}, "They are the same.");
  const signs = { same: "  ", gone: "− ", new: "+ " };
  return h("pre.difference", { tabindex: "0", "aria-label": "Difference" }, found.map((one) => h(`span.${one.kind}`, {}, signs[one.kind] + one.line)));
}
