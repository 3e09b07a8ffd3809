/**
 * Bars beside words: a share, a count, a bin of a histogram. Elements, so that they are read as they are seen.
 * @module
 */
import { h } from "../core/dom.js";

/**
 * Bars that lie, one a line.
 *
 * @param {string} name
 * @param {{label: string, value: number, text: string, isBest?: boolean}[]} items
 * @param {number} [greatest] What a whole bar stands for.
 * @returns {HTMLElement}
 */
export function bars(name, items, greatest = Math.max(...items.map((item) => item.value), 0)) {
  return h("table.bars", { "aria-label": name }, h("tbody", {}, items.map((item) => (
    h(item.isBest ? "tr.best" : "tr", {},
      h("th", { scope: "row" }, h("bdi", {}, item.label)),
      h("td.track", {}, h("span.bar", { style: { width: `${greatest ? Math.max(item.value / greatest, 0) * 100 : 0}%` } })),
      h("td.number.right", {}, item.text))
  ))));
}

/**
 * A histogram: bars that stand.
 *
 * @param {string} name
 * @param {{from: string, to: string, count: number}[]} bins
 * @returns {HTMLElement}
 */
export function histogram(name, bins) {
  const greatest = Math.max(...bins.map((bin) => bin.count), 1);
  return h("div.histogram", { role: "img", "aria-label": name }, bins.map((bin) => (
    h("span.bin", { title: `${bin.from} to ${bin.to}: ${bin.count}`, style: { height: `${bin.count / greatest * 100}%` } })
  )));
}
