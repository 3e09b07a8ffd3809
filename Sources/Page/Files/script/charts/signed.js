/**
 * Bars to both sides of zero, one a line: what grows and what shrinks.
 * @module
 */
import { h } from "../core/dom.js";

/**
 * @param {string} name
 * @param {{label: string, value: number, text: string, isBest?: boolean}[]} items
 * @returns {HTMLElement}
 */
export function signedBars(name, items) {
  const most = Math.max(...items.map(({ value }) => Math.abs(value)), 0) || 1;
  return h("table.bars.signed", { "aria-label": name }, h("tbody", {}, items.map(({ label, value, text, isBest }) => {
    const width = Math.abs(value) / most * 50;
    return h(isBest ? "tr.best" : "tr", {},
      h("th", { scope: "row" }, h("bdi", {}, label)),
      h("td.track", {}, h("span.axis", {}, h(value < 0 ? "span.bar.less" : "span.bar", { style: { width: `${width}%`, left: `${value < 0 ? 50 - width : 50}%` } }))),
      h("td.number.right", {}, text));
  })));
}
