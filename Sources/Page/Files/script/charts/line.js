/**
 * Curves over a common axis, on canvas: raw ones pale behind smoothed ones, a break and a triangle where a number isn't finite.
 * @module
 */
import { metric as metricText } from "../core/format.js";
import { Canvas } from "./canvas.js";
import { nearest } from "./cursor.js";
import { drawMark, themeColor } from "./palette.js";
import { extent, makeScale } from "./scale.js";
import { ticks } from "./ticks.js";

/**
 * @typedef {Object} Curve
 * @property {string} name
 * @property {import("./palette.js").Look} look
 * @property {number[]} x Rising.
 * @property {(?number)[]} y
 * @property {?number[]} [smoothed]
 * @property {number[]} [nonfinite] Places along x.
 * @property {boolean} [isPale] Whether it is drawn lighter, as a validation's training curve is.
 */

const margin = { left: 56, right: 14, top: 10, bottom: 26 };

/** A chart of curves that can be read by keys and zoomed. */
export class LineChart {
  #curves = [];
  #drag = null;
  #scales = null;
  #unsubscribe;

  /**
   * @param {Object} options
   * @param {import("./cursor.js").Cursor} options.cursor
   * @param {function(?[number, number]): void} options.zoom Is told of the range that was chosen; null for the whole.
   * @param {function(): {xLog: boolean, yLog: boolean, range: ?[number, number], byTime: ?boolean}} options.view
   * @param {string} options.subject What is drawn, for the name.
   * @param {number} [options.height]
   * @param {boolean} [options.isWhole] Whether x counts.
   * @param {boolean} [options.isFromZero] Whether y begins at 0.
   */
  constructor(options) {
    this.options = options;
    this.canvas = new Canvas(options.height ?? 220, (context, width, height) => this.#draw(context, width, height));
    const element = this.element = this.canvas.element;
    element.tabIndex = 0;
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointerup", (event) => this.#up(event));
    element.addEventListener("pointercancel", () => { this.#drag = null; this.canvas.redraw(); });
    element.addEventListener("pointerleave", () => { if (!this.#drag) options.cursor.value = null; });
    element.addEventListener("dblclick", () => options.zoom(null));
    this.#unsubscribe = options.cursor.subscribe(() => this.canvas.redraw());
  }

  /** How many numbers a logarithmic axis has left out. */
  dropped = 0;

  /** @param {Curve[]} curves */
  show(curves) {
    this.#curves = curves;
    const { yLog } = this.options.view();
    this.dropped = extent(curves.flatMap((curve) => curve.y), yLog).dropped;
    this.canvas.describe(finding(this.options.subject, curves));
    this.element.dispatchEvent(new Event("numbers", { bubbles: true }));
    this.canvas.redraw();
  }

  /** Lets go of what it watches. */
  close() {
    this.#unsubscribe();
    this.canvas.close();
  }

  #layout(width, height) {
    const { xLog, yLog, range } = this.options.view();
    const xs = extent(this.#curves.flatMap((curve) => (curve.x.length ? [curve.x[0], curve.x.at(-1)] : [])), xLog).domain;
    const within = (curve) => (range
      ? curve.y.filter((_, index) => curve.x[index] >= range[0] && curve.x[index] <= range[1]) : curve.y);
    const ys = extent([...this.#curves.flatMap(within), ...(this.options.isFromZero ? [0] : [])], yLog).domain;
    const domain = range ?? xs;
    const canLog = xLog && domain[0] > 0;
    return {
      x: makeScale(domain, [margin.left, width - margin.right], canLog),
      y: makeScale(ys, [height - margin.bottom, margin.top], yLog),
    };
  }

  #draw(context, width, height) {
    if (!this.#curves.some((curve) => curve.x.length)) {
      this.#scales = null;
      context.font = "13px system-ui, sans-serif";
      context.fillStyle = themeColor("quiet");
      context.fillText("No numbers yet", margin.left, height / 2);
      return;
    }
    const scales = this.#scales = this.#layout(width, height);
    drawAxes(context, scales, width, height, this.options.isWhole ?? !this.options.view().byTime);
    context.save();
    context.beginPath();
    context.rect(margin.left, 0, width - margin.left - margin.right, height);
    context.clip();
    for (const curve of this.#curves) drawCurve(context, curve, scales, height);
    this.#drawCursor(context, scales, height);
    this.#drawDrag(context, height);
    context.restore();
  }

  #drawCursor(context, { x, y }, height) {
    const at = this.options.cursor.value;
    if (at === null) return;
    context.strokeStyle = themeColor("quiet");
    context.setLineDash([2, 2]);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x.place(at), margin.top);
    context.lineTo(x.place(at), height - margin.bottom);
    context.stroke();
    context.setLineDash([]);
    for (const curve of this.#curves) {
      const index = nearest(curve.x, at);
      const value = index < 0 ? null : (curve.smoothed ?? curve.y)[index];
      if (value === null || y.isLog && value <= 0) continue;
      context.fillStyle = curve.look.color;
      drawMark(context, curve.look.mark, x.place(curve.x[index]), y.place(value), 3.5);
    }
  }

  #drawDrag(context, height) {
    if (!this.#drag) return;
    const { from, to } = this.#drag;
    context.fillStyle = themeColor("accent");
    context.globalAlpha = 0.18;
    context.fillRect(Math.min(from, to), margin.top, Math.abs(to - from), height - margin.top - margin.bottom);
    context.globalAlpha = 1;
  }

  #place(event) {
    const box = this.element.getBoundingClientRect();
    return Math.min(Math.max(event.clientX - box.left, margin.left), box.width - margin.right);
  }

  #move(event) {
    if (!this.#scales || !this.#curves.length) return;
    const place = this.#place(event);
    if (this.#drag) {
      this.#drag.to = place;
      this.canvas.redraw();
    }
    this.options.cursor.value = this.#snapped(this.#scales.x.value(place));
  }

  #snapped(value) {
    const curve = this.#curves.find((one) => one.x.length);
    return curve ? curve.x[nearest(curve.x, value)] : null;
  }

  #down(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    const place = this.#place(event);
    this.#drag = { from: place, to: place };
  }

  #up() {
    const drag = this.#drag;
    this.#drag = null;
    this.canvas.redraw();
    if (!drag || Math.abs(drag.to - drag.from) < 8 || !this.#scales) return;
    const [low, high] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)].map(this.#scales.x.value);
    this.options.zoom([low, high]);
  }

  #key(event) {
    const curve = this.#curves.find((one) => one.x.length);
    if (!curve || event.ctrlKey || event.metaKey || event.altKey) return;
    const cursor = this.options.cursor;
    const index = cursor.value === null ? -1 : nearest(curve.x, cursor.value);
    const step = event.shiftKey ? Math.max(1, Math.round(curve.x.length / 20)) : 1;
    const moves = { ArrowRight: index + step, ArrowLeft: index < 0 ? curve.x.length - 1 : index - step, Home: 0, End: curve.x.length - 1 };
    if (event.key in moves) cursor.value = curve.x[Math.min(Math.max(moves[event.key], 0), curve.x.length - 1)];
    else if (event.key === "+" || event.key === "-") this.#zoomBy(event.key === "+" ? 0.5 : 2);
    else if (event.key === "0") this.options.zoom(null);
    else if (event.key === "Escape") cursor.value = null;
    else return;
    event.preventDefault();
  }

  #zoomBy(factor) {
    // A key may come before the first drawing; the size does not matter to the range.
    const [low, high] = (this.#scales ?? this.#layout(1, 1)).x.domain;
    const middle = this.options.cursor.value ?? (low + high) / 2;
    this.options.zoom([middle - (middle - low) * factor, middle + (high - middle) * factor]);
  }
}

function drawAxes(context, { x, y }, width, height, isWhole) {
  context.font = "11px system-ui, sans-serif";
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const value of ticks(y.domain, 5, y.isLog)) {
    const place = Math.round(y.place(value)) + 0.5;
    line(context, "grid", margin.left, place, width - margin.right, place);
    context.fillStyle = themeColor("quiet");
    context.fillText(metricText(value), margin.left - 7, place);
  }
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const value of ticks(x.domain, Math.max(2, Math.floor(width / 90)), x.isLog, isWhole)) {
    const place = Math.round(x.place(value)) + 0.5;
    if (place < margin.left - 1 || place > width - margin.right + 1) continue;
    line(context, "border", place, height - margin.bottom, place, height - margin.bottom + 4);
    context.fillStyle = themeColor("quiet");
    context.fillText(metricText(value), place, height - margin.bottom + 7);
  }
  line(context, "border", margin.left, height - margin.bottom + 0.5, width - margin.right, height - margin.bottom + 0.5);
}

function line(context, color, x1, y1, x2, y2) {
  context.strokeStyle = themeColor(color);
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function drawCurve(context, curve, scales, height) {
  context.lineJoin = "round";
  if (curve.smoothed) {
    context.globalAlpha = 0.3;
    trace(context, curve, curve.y, scales);
    context.globalAlpha = 1;
  }
  trace(context, curve, curve.smoothed ?? curve.y, scales);
  context.fillStyle = themeColor("bad");
  for (const x of curve.nonfinite ?? []) drawMark(context, "triangle", scales.x.place(x), margin.top + 6, 4);
  const last = curve.x.length - 1;
  if (last < 0) return;
  const y = (curve.smoothed ?? curve.y)[last];
  if (y === null || scales.y.isLog && y <= 0) return;
  context.fillStyle = curve.look.color;
  drawMark(context, curve.look.mark, scales.x.place(curve.x[last]), scales.y.place(y), curve.x.length === 1 ? 4 : 3);
}

function trace(context, curve, values, { x, y }) {
  context.strokeStyle = curve.look.color;
  context.setLineDash(curve.look.dash);
  context.lineWidth = curve.isPale ? 1.2 : 1.8;
  context.beginPath();
  let isDown = false;
  let gap = 0;
  const gaps = curve.nonfinite ?? [];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    while (gap < gaps.length && gaps[gap] < curve.x[index]) {
      gap += 1;
      isDown = false;
    }
    if (value === null || y.isLog && value <= 0) {
      isDown = false;
      continue;
    }
    if (isDown) context.lineTo(x.place(curve.x[index]), y.place(value));
    else context.moveTo(x.place(curve.x[index]), y.place(value));
    isDown = true;
  }
  context.stroke();
  context.setLineDash([]);
}

/**
 * What curves show, in words: "loss of job 17 fell from 2.34 to 0.12 in 20 epochs, least 0.11 at 18". Pure.
 *
 * @param {string} subject
 * @param {Curve[]} curves
 * @returns {string}
 */
export function finding(subject, curves) {
  if (!curves.some((curve) => curve.y.length)) return `${subject}: no numbers yet`;
  return curves.slice(0, 6).filter((curve) => curve.y.length).map((curve) => {
    const values = curve.y.map((value, index) => [value, curve.x[index]]).filter(([value]) => value !== null);
    if (!values.length) return `${curve.name} has no finite number`;
    const [first, last] = [values[0], values.at(-1)];
    const least = values.reduce((best, one) => (one[0] < best[0] ? one : best));
    const verb = last[0] < first[0] ? "fell" : last[0] > first[0] ? "rose" : "stayed";
    const way = values.length === 1 ? `is ${metricText(last[0])}` : `${verb} from ${metricText(first[0])} to ${metricText(last[0])}`;
    return `${curve.name} ${way} by ${metricText(last[1])}, least ${metricText(least[0])} at ${metricText(least[1])}`;
  }).join("; ");
}
