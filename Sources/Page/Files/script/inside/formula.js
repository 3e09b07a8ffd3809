/**
 * What a view computes, with this model's numbers put in, and where the docs tell of it.
 * @module
 */
import { h, replace } from "../core/dom.js";
import { metric } from "../core/format.js";
import { link } from "../core/router.js";

/** A box of lines. */
export class Formula {
  /**
   * @param {string} section The part of docs/views.md that tells of the view.
   * @param {string} [subject] What is explained, for the link's name.
   */
  constructor(section, subject = "this view") {
    this.lines = h("div.formula-lines", { role: "group", "aria-label": "Formula" });
    this.element = h("div.formula", {},
      h("div.row", {}, h("h3", {}, "Formula"), h("a.explain", { href: link(["docs", "views", section]), "aria-label": `Explain ${subject}` }, "Explain")), this.lines);
  }

  /** @param {string[]} lines The general one first, then with numbers. */
  show(lines) {
    replace(this.lines, lines.map((line) => h("code", {}, line)));
  }
}

/**
 * A number in a formula: in parentheses where it is negative.
 *
 * @param {number} value
 * @returns {string}
 */
export const number = (value) => (value < 0 ? `(${metric(value)})` : metric(value));

/**
 * All digits of a 32-bit float: the fewest that read back to it.
 *
 * @param {number} value
 * @returns {string}
 */
export function digits(value) {
  for (let count = 6; count < 9; count += 1) if (Math.fround(Number(value.toPrecision(count))) === Math.fround(value)) return String(Number(value.toPrecision(count))).replace("-", "−");
  return String(Number(value.toPrecision(9))).replace("-", "−");
}
