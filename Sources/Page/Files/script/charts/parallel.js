/**
 * Parallel coordinates: an axis for each parameter, a line for each trial; a range on an axis leaves the others pale.
 * @module
 */
import { metric as metricText } from "../core/format.js";
import { Canvas } from "./canvas.js";
import { themeColor } from "./palette.js";
import { extent, makeScale } from "./scale.js";

const margin = { left: 44, right: 44, top: 34, bottom: 12 };

/** A plot of trials over axes. */
export class ParallelPlot {
  #ranges = new Map();
  #drag = null;

  /**
   * @param {{name: string, values: *[]}[]} axes
   * @param {number[]} order The trials, best first.
   * @param {function(number[]): void} narrowed Told which trials are in all ranges, best first.
   */
  constructor(axes, order, narrowed) {
    this.axes = axes.map(axisOf);
    this.order = order;
    this.narrowed = narrowed;
    this.canvas = new Canvas(260, (context, width, height) => this.#draw(context, width, height));
    this.element = this.canvas.element;
    this.element.classList.add("parallel");
    this.element.addEventListener("pointerdown", (event) => { this.#drag = this.#axisAt(event); });
    this.element.addEventListener("pointerup", (event) => this.#up(event));
    narrowed(this.kept);
  }

  /** Says in words what is to be seen. */
  describe(text) {
    this.canvas.describe(text);
  }

  /**
   * Keeps the trials of a range on one axis.
   *
   * @param {number} axis
   * @param {[?number, ?number]} range
   */
  narrow(axis, range) {
    this.#ranges.clear();
    if (range[0] !== null || range[1] !== null) this.#ranges.set(axis, [range[0] ?? -Infinity, range[1] ?? Infinity]);
    this.narrowed(this.kept);
    this.canvas.redraw();
  }

  /** The trials in all ranges, best first. */
  get kept() {
    return this.order.filter((trial) => [...this.#ranges].every(([axis, [low, high]]) => {
      const value = this.axes[axis].numbers[trial];
      return value >= low && value <= high;
    }));
  }

  close() {
    this.canvas.close();
  }

  #x(index, width) {
    return margin.left + index * (width - margin.left - margin.right) / Math.max(this.axes.length - 1, 1);
  }

  #axisAt(event) {
    const box = this.element.getBoundingClientRect();
    const step = (box.width - margin.left - margin.right) / Math.max(this.axes.length - 1, 1);
    const index = Math.min(Math.max(Math.round((event.clientX - box.left - margin.left) / step), 0), this.axes.length - 1);
    return { index, y: event.clientY - box.top };
  }

  #up(event) {
    const drag = this.#drag;
    this.#drag = null;
    if (!drag) return;
    const { y } = this.#axisAt(event);
    const scale = this.#scale(drag.index, this.canvas.height);
    const range = [scale.value(Math.max(drag.y, y)), scale.value(Math.min(drag.y, y))];
    this.narrow(drag.index, Math.abs(drag.y - y) < 6 ? [null, null] : range);
  }

  #scale(index, height) {
    const axis = this.axes[index];
    return makeScale(axis.domain, [height - margin.bottom, margin.top], axis.isLog);
  }

  #draw(context, width, height) {
    const kept = new Set(this.kept);
    const scales = this.axes.map((_, index) => this.#scale(index, height));
    const paint = (trial, color, alpha, thickness) => {
      context.globalAlpha = alpha;
      context.strokeStyle = themeColor(color);
      context.lineWidth = thickness;
      context.beginPath();
      this.axes.forEach((axis, index) => context.lineTo(this.#x(index, width), scales[index].place(axis.numbers[trial])));
      context.stroke();
    };
    for (const trial of [...this.order].reverse()) if (!kept.has(trial)) paint(trial, "border", 0.25, 1);
    [...this.order].reverse().forEach((trial, index, all) => { if (kept.has(trial)) paint(trial, "run", 0.25 + 0.65 * (index + 1) / all.length, 1.4); });
    context.globalAlpha = 1;
    context.font = "11px system-ui, sans-serif";
    this.axes.forEach((axis, index) => {
      const x = this.#x(index, width);
      context.strokeStyle = themeColor("border");
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, margin.top);
      context.lineTo(x, height - margin.bottom);
      context.stroke();
      context.textAlign = index === 0 ? "left" : index === this.axes.length - 1 ? "right" : "center";
      context.fillStyle = themeColor("text");
      context.fillText(axis.name, index === 0 ? 4 : index === this.axes.length - 1 ? width - 4 : x, 13);
      context.fillStyle = themeColor("quiet");
      for (const [value, text] of axis.marks) context.fillText(text, index === this.axes.length - 1 ? width - 4 : index === 0 ? 4 : x, scales[index].place(value) - 3);
    });
  }
}

/** Numbers for values; words get their place in the order in which they come, wide ranges of positive numbers a logarithm. */
function axisOf({ name, values }) {
  const isNumeric = values.every((value) => typeof value === "number");
  const words = isNumeric ? [] : [...new Set(values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))))];
  const numbers = isNumeric ? values : values.map((value) => words.indexOf(typeof value === "string" ? value : JSON.stringify(value)));
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const isLog = isNumeric && low > 0 && high / low >= 50;
  const marks = isNumeric ? [[low, metricText(low)], [high, metricText(high)]] : words.map((word, index) => [index, word.slice(0, 14)]);
  return { name, numbers, isLog, domain: extent(numbers, isLog).domain, marks };
}
