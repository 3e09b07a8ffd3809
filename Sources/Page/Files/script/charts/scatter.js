/**
 * Points over two axes, on canvas: what came of each trial against what was set for it.
 * @module
 */
import { metric as metricText } from "../core/format.js";
import { Canvas } from "./canvas.js";
import { drawMark, themeColor } from "./palette.js";
import { makeScale } from "./scale.js";
import { ticks } from "./ticks.js";

const margin = { left: 56, right: 14, top: 10, bottom: 26 };

/** A plot of points that can be walked by keys. */
export class ScatterPlot {
  #at = null;

  /**
   * @param {Object} options
   * @param {import("./parallel.js").Axis} options.x
   * @param {import("./parallel.js").Axis} options.y
   * @param {string[]} options.names What each point is of.
   * @param {function(?number): void} options.told Is told of the point that the cursor is at; null for none.
   */
  constructor(options) {
    this.options = options;
    this.order = options.names.map((_, index) => index).sort((a, b) => options.x.numbers[a] - options.x.numbers[b]);
    this.canvas = new Canvas(200, (context, width, height) => this.#draw(context, width, height));
    const element = this.element = this.canvas.element;
    element.tabIndex = 0;
    element.addEventListener("pointermove", (event) => this.#point(event));
    element.addEventListener("pointerleave", () => this.#move(null));
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Says in words what is to be seen.
   *
   * @param {string} text
   */
  describe(text) {
    this.canvas.describe(text);
  }

  close() {
    this.canvas.close();
  }

  #scales(width, height) {
    const { x, y } = this.options;
    return {
      x: makeScale(x.domain, [margin.left, width - margin.right], x.isLog),
      y: makeScale(y.domain, [height - margin.bottom, margin.top], y.isLog),
    };
  }

  #draw(context, width, height) {
    const { x, y } = this.options;
    const scales = this.#scales(width, height);
    context.font = "11px system-ui, sans-serif";
    context.fillStyle = themeColor("quiet");
    context.strokeStyle = themeColor("grid");
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const value of ticks(y.domain, 4, y.isLog)) {
      const place = Math.round(scales.y.place(value)) + 0.5;
      context.beginPath();
      context.moveTo(margin.left, place);
      context.lineTo(width - margin.right, place);
      context.stroke();
      context.fillText(metricText(value), margin.left - 7, place);
    }
    context.textBaseline = "top";
    context.textAlign = "center";
    const marks = x.words.length ? x.words.map((word, index) => [index, word.slice(0, 14)])
      : ticks(x.domain, Math.max(2, Math.floor(width / 90)), x.isLog).map((value) => [value, metricText(value)]);
    for (const [value, text] of marks) context.fillText(text, scales.x.place(value), height - margin.bottom + 7);
    context.fillStyle = themeColor("run");
    context.globalAlpha = 0.75;
    for (const index of this.order) if (index !== this.#at) this.#mark(context, scales, index, 4);
    context.globalAlpha = 1;
    context.fillStyle = themeColor("accent");
    if (this.#at !== null) this.#mark(context, scales, this.#at, 6);
  }

  #mark(context, scales, index, size) {
    drawMark(context, "circle", scales.x.place(this.options.x.numbers[index]), scales.y.place(this.options.y.numbers[index]), size);
  }

  #point(event) {
    const box = this.element.getBoundingClientRect();
    const scales = this.#scales(box.width, this.canvas.height);
    const distance = (index) => Math.hypot(scales.x.place(this.options.x.numbers[index]) - event.clientX + box.left,
      scales.y.place(this.options.y.numbers[index]) - event.clientY + box.top);
    const nearest = this.order.reduce((best, index) => (best === null || distance(index) < distance(best) ? index : best), null);
    this.#move(nearest !== null && distance(nearest) < 24 ? nearest : null);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.order.length - 1;
    const place = this.#at === null ? -1 : this.order.indexOf(this.#at);
    const moves = { ArrowRight: place + 1, ArrowLeft: place < 0 ? last : place - 1, Home: 0, End: last };
    if (event.key in moves) this.#move(this.order[Math.min(Math.max(moves[event.key], 0), last)]);
    else if (event.key === "Escape") this.#move(null);
    else return;
    event.preventDefault();
  }

  #move(index) {
    if (this.#at === index) return;
    this.#at = index;
    this.options.told(index);
    this.canvas.redraw();
  }
}
