/**
 * A plane of numbers as colours, a pixel each, with a mark that mouse and keys move.
 * @module
 */
import { h } from "../core/dom.js";
import { metric as metricText } from "../core/format.js";
import { rangeOf } from "./arrays.js";
import { diverging } from "./palette.js";

/** The colour of what isn't a finite number. */
const nowhere = [150, 20, 150];

/**
 * Paints a plane into a canvas of as many pixels.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {import("./arrays.js").Plane} plane
 * @param {{range?: {low: number, high: number, isSigned: boolean}, under?: import("./arrays.js").Plane,
 *   colors?: import("./arrays.js").Plane[]}} [options] With
 *   `under`, a plane of the same size that is drawn in grey, over which the numbers lie the denser the greater they are; with
 *   `colors`, planes for red, green and blue, these in place of the plane's own numbers.
 */
export function paint(canvas, { height, width, values }, { range = rangeOf(values), under = null, colors = null } = {}) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const { low, high, isSigned } = range;
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const ground = under && rangeOf(under.values);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    let color;
    if (!Number.isFinite(value)) color = nowhere;
    else if (colors) color = colors.map((plane) => 255 * (plane.values[at] - low) / (high - low || 1));
    else if (under) {
      const tone = 255 * (under.values[at] - ground.low) / (ground.high - ground.low || 1);
      const share = Math.min(Math.abs(value) / most, 1);
      const ink = value < 0 ? [60, 130, 255] : [255, 130, 20];
      color = ink.map((part) => tone * (1 - share) + part * share);
    } else if (isSigned) color = diverging(value / most);
    else {
      const tone = 255 * (value - low) / (high - low || 1);
      color = [tone, tone, tone];
    }
    image.data.set(color, 4 * at);
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** A plane that can be read number by number. */
export class HeatMap {
  #plane = { height: 0, width: 0, values: [] };
  #at = null;

  /**
   * @param {Object} options
   * @param {?function(?[number, number]): void} [options.point] Told of the row and column at the mark, null where it is gone.
   * @param {?function([number, number]): void} [options.choose] Told of a click, and of Enter.
   * @param {number} [options.height] In pixels where it fills its place's width; else its cells are square.
   * @param {number} [options.cell] The greatest side of a square cell.
   */
  constructor({ point = null, choose = null, height = 0, cell = 26 } = {}) {
    this.options = { point, choose, height, cell };
    this.canvas = h("canvas", { role: "img", "aria-label": "No numbers yet", tabindex: point || choose ? "0" : null });
    this.mark = h("span.heat-mark", { hidden: true });
    this.element = h(height ? "div.heat.stretched" : "div.heat", {}, this.canvas, this.mark);
    if (!point && !choose) return;
    this.canvas.addEventListener("pointermove", (event) => this.#move(this.#place(event)));
    this.canvas.addEventListener("pointerleave", () => { if (document.activeElement !== this.canvas) this.#move(null); });
    this.canvas.addEventListener("click", (event) => choose?.(this.#place(event)));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Shows other numbers; the mark stays where it is.
   *
   * @param {import("./arrays.js").Plane} plane
   * @param {string} name Says what is to be seen.
   * @param {Object} [options] As of `paint`.
   */
  show(plane, name, options = {}) {
    this.#plane = plane;
    const range = options.range ?? rangeOf(plane.values);
    this.canvas.setAttribute("aria-label", `${name}, ${metricText(range.low)} to ${metricText(range.high)}`);
    paint(this.canvas, plane, { ...options, range });
    this.canvas.dispatchEvent(new Event("numbers", { bubbles: true }));
    const { height, cell } = this.options;
    const style = this.element.style;
    if (height) style.setProperty("height", `${height}px`);
    else {
      const side = Math.max(1, Math.min(cell, Math.floor(300 / Math.max(plane.height, plane.width)) || 1));
      style.setProperty("width", `min(100%, ${plane.width * side}px)`);
      style.setProperty("aspect-ratio", `${plane.width} / ${plane.height}`);
    }
  }

  /** What is shown. */
  get plane() {
    return this.#plane;
  }

  /**
   * Marks some cells, without telling of it.
   *
   * @param {?{row: number, column: number, rows?: number, columns?: number}} cells May reach over the edge.
   */
  highlight(cells) {
    this.mark.hidden = !cells;
    if (!cells) return;
    const { height, width } = this.#plane;
    const share = (value, of) => `${value / of * 100}%`;
    const [top, left] = [Math.max(cells.row, 0), Math.max(cells.column, 0)];
    const bottom = Math.min(cells.row + (cells.rows ?? 1), height);
    const right = Math.min(cells.column + (cells.columns ?? 1), width);
    this.mark.hidden = bottom <= top || right <= left;
    for (const [property, value] of [
      ["top", share(top, height)], ["left", share(left, width)], ["height", share(bottom - top, height)], ["width", share(right - left, width)],
    ]) this.mark.style.setProperty(property, value);
  }

  async #tellKeys() {
    const { showKeys } = await import("../parts/keys.js");
    showKeys("Map", [["← → ↑ ↓", "go from number to number"], ...(this.options.choose ? [["Enter", "choose the number"]] : []), ["Escape", "take the mark away"]]);
  }

  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    const place = (from, size, count) => Math.min(Math.max(Math.floor(from / size * count), 0), count - 1);
    return [place(event.clientY - box.top, box.height, this.#plane.height), place(event.clientX - box.left, box.width, this.#plane.width)];
  }

  #move(at) {
    if (at?.join() === this.#at?.join()) return;
    this.#at = at;
    this.highlight(at && { row: at[0], column: at[1] });
    this.options.point?.(at);
  }

  #key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const { height, width } = this.#plane;
    if (event.ctrlKey || event.metaKey || event.altKey || !height) return;
    if (event.key === "Enter" && this.#at) this.options.choose?.(this.#at);
    else if (event.key === "Escape") this.#move(null);
    else if (event.key === "?") this.#tellKeys();
    else if (event.key in moves) {
      const [down, right] = moves[event.key];
      const at = this.#at ? [this.#at[0] + down, this.#at[1] + right] : [0, 0];
      this.#move([Math.min(Math.max(at[0], 0), height - 1), Math.min(Math.max(at[1], 0), width - 1)]);
    } else return;
    event.preventDefault();
  }
}
