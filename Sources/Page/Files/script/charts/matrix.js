/**
 * A confusion matrix on canvas: a row a true class, a column a predicted one.
 * @module
 */
import { count as countText, metric as metricText } from "../core/format.js";
import { h, setText } from "../core/dom.js";
import { table } from "../parts/table.js";
import { Canvas } from "./canvas.js";
import { themeColor } from "./palette.js";

const left = 64;
const top = 30;

/** A matrix of counts, or of each row's shares. */
export class MatrixChart {
  #matrix = [];
  #labels = [];
  #isShare = false;
  #at = null;

  constructor() {
    this.canvas = new Canvas(320, (context, width, height) => this.#draw(context, width, height));
    this.canvas.describe("Confusion matrix, not read yet");
    this.tip = h("p.quiet.number", { role: "status" }, "\u00a0");
    this.canvas.element.tabIndex = 0;
    this.canvas.element.addEventListener("pointermove", (event) => this.#hover(event));
    this.canvas.element.addEventListener("pointerleave", () => this.#point(null));
    this.canvas.element.addEventListener("keydown", (event) => this.#key(event));
    this.element = h("div.matrix", {}, this.canvas.element, this.tip);
  }

  /**
   * @param {number[][]} matrix
   * @param {string[]} labels
   * @param {boolean} isShare
   */
  show(matrix, labels, isShare) {
    this.#matrix = matrix;
    this.#labels = labels;
    this.#isShare = isShare;
    this.canvas.height = Math.min(560, Math.max(180, top + matrix.length * 26));
    this.canvas.element.style.setProperty("height", `${this.canvas.height}px`);
    this.canvas.describe(matrixFinding(matrix, labels));
    this.element.dispatchEvent(new Event("numbers"));
    this.canvas.redraw();
  }

  /** The same numbers as a table. */
  table() {
    const columns = [{ title: "True class", cell: (row) => row.label }];
    this.#labels.forEach((label, index) => {
      columns.push({ title: label, number: true, cell: (row) => this.#text(row.values, index) });
    });
    return table("Confusion matrix", columns, this.#matrix.map((values, index) => ({ label: this.#labels[index], values })));
  }

  close() {
    this.canvas.close();
  }

  #text(row, column) {
    const sum = row.reduce((total, value) => total + value, 0);
    return this.#isShare ? metricText(sum ? row[column] / sum : 0) : countText(row[column]);
  }

  #geometry(width) {
    const size = this.#matrix.length;
    return Math.min((width - left - 4) / size, (this.canvas.height - top - 4) / size);
  }

  #draw(context, width) {
    const cell = this.#geometry(width);
    const ink = themeColor("text");
    const shade = themeColor("run");
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    const every = Math.max(1, Math.ceil(14 / cell));
    this.#matrix.forEach((row, r) => {
      const sum = row.reduce((total, value) => total + value, 0) || 1;
      const y = top + r * cell;
      context.fillStyle = themeColor("quiet");
      if (r % every === 0) {
        context.textAlign = "right";
        context.fillText(cut(this.#labels[r]), left - 6, y + cell / 2, left - 8);
        context.textAlign = "center";
        context.fillText(cut(this.#labels[r]), left + (r + 0.5) * cell, top - 10, cell * every);
      }
      row.forEach((value, c) => {
        const share = value / sum;
        context.globalAlpha = share * 0.55;
        context.fillStyle = shade;
        context.fillRect(left + c * cell, y, cell - 1, cell - 1);
        context.globalAlpha = 1;
        if (value && cell >= 20) {
          context.fillStyle = ink;
          context.textAlign = "center";
          context.fillText(this.#text(row, c), left + (c + 0.5) * cell, y + cell / 2, cell - 2);
        }
      });
    });
    context.strokeStyle = themeColor("border");
    context.strokeRect(left - 0.5, top - 0.5, cell * this.#matrix.length, cell * this.#matrix.length);
    if (this.#at) {
      context.strokeStyle = themeColor("focus");
      context.lineWidth = 2;
      context.strokeRect(left + this.#at[1] * cell, top + this.#at[0] * cell, cell - 1, cell - 1);
      context.lineWidth = 1;
    }
  }

  #hover(event) {
    const box = this.canvas.element.getBoundingClientRect();
    const cell = this.#geometry(box.width);
    this.#point([Math.floor((event.clientY - box.top - top) / cell), Math.floor((event.clientX - box.left - left) / cell)]);
  }

  #point(at) {
    const row = at && this.#matrix[at[0]];
    this.#at = row && row[at[1]] !== undefined ? at : null;
    setText(this.tip, this.#at
      ? `${countText(row[at[1]])} of ${countText(row.reduce((sum, value) => sum + value, 0))} rows of class ${this.#labels[at[0]]} were taken for ${this.#labels[at[1]]}`
      : "\u00a0");
    this.canvas.redraw();
  }

  async #tellKeys() {
    const { showKeys } = await import("../parts/keys.js");
    showKeys("Confusion matrix", [["← → ↑ ↓", "go from cell to cell"]]);
  }

  #key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[event.key];
    if (event.key === "?") this.#tellKeys();
    if (!move) return;
    event.preventDefault();
    const last = this.#matrix.length - 1;
    const at = this.#at ?? [0, -move[1]];
    this.#point([at[0] + move[0], at[1] + move[1]].map((place) => Math.min(Math.max(place, 0), last)));
  }
}

function cut(text) {
  return text.length > 9 ? `${text.slice(0, 8)}…` : text;
}

/**
 * What a matrix shows, in words. Pure.
 *
 * @param {number[][]} matrix
 * @param {string[]} labels
 * @returns {string}
 */
export function matrixFinding(matrix, labels) {
  let [all, right] = [0, 0];
  let worst = { count: 0 };
  matrix.forEach((row, r) => row.forEach((value, c) => {
    all += value;
    if (r === c) right += value;
    else if (value > worst.count) worst = { count: value, from: labels[r], to: labels[c] };
  }));
  const most = worst.count ? `; most often ${worst.from} was taken for ${worst.to}, ${worst.count} times` : "";
  return `Confusion matrix: ${right} of ${all} rows right${most}`;
}
