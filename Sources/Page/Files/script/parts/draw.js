/**
 * A drawing board: a pen for the mouse and the finger, arrows and Space for the keyboard.
 * @module
 */
import { h, setText } from "../core/dom.js";

/** How far the pen reaches, in pixels of the board. */
const reach = 0.95;

/** A board of `[height, width]` numbers from 0 to 1. */
export class DrawingBoard {
  #at = null;
  #pen = null;
  #frame = 0;

  /**
   * @param {number} height
   * @param {number} width
   * @param {function(): void} changed
   */
  constructor(height, width, changed) {
    this.height = height;
    this.width = width;
    this.changed = changed;
    this.values = new Float32Array(height * width);
    this.canvas = h("canvas.board", {
      width: width * 8, height: height * 8, tabindex: "0", role: "application", "aria-label": "Drawing", "aria-keyshortcuts": "?",
      "aria-describedby": "board-help", style: { "aspect-ratio": `${width} / ${height}` },
      on: {
        pointerdown: (event) => this.#down(event), pointermove: (event) => this.#move(event), pointerup: () => { this.#pen = null; },
        pointercancel: () => { this.#pen = null; }, keydown: (event) => this.#key(event), blur: () => { this.#at = null; this.#draw(); },
      },
    });
    this.spoken = h("span.visually-hidden", { role: "status" });
    this.element = h("div", {}, this.canvas, this.spoken,
      h("p.note", { id: "board-help" }, "Draw with the mouse or a finger; with the keyboard, arrows move and Space sets a pixel."));
    this.#draw();
  }

  /** Takes everything away. */
  clear() {
    this.values.fill(0);
    this.#draw();
    this.changed();
  }

  /**
   * Shows other numbers.
   *
   * @param {number[]} values From 0 to 1.
   */
  set(values) {
    this.values.set(values.slice(0, this.values.length));
    this.#draw();
    this.changed();
  }

  /** Whether nothing is drawn. */
  get isEmpty() {
    return this.values.every((value) => value === 0);
  }

  /**
   * The numbers as `[height][width][1]`.
   *
   * @param {number} greatest What a full pixel is.
   * @param {boolean} isWhole Whether only whole numbers are meant.
   * @returns {number[][][]}
   */
  array(greatest, isWhole) {
    const one = (value) => (isWhole ? Math.round(value * greatest) : Math.fround(value * greatest));
    return Array.from({ length: this.height }, (_, y) => (
      Array.from({ length: this.width }, (_, x) => [one(this.values[y * this.width + x])])));
  }

  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * this.width, (event.clientY - box.top) / box.height * this.height];
  }

  #down(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.#pen = this.#point(event);
    this.#stroke(this.#pen, this.#pen, event.shiftKey);
  }

  #move(event) {
    if (!this.#pen) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const next = this.#point(each);
      this.#stroke(this.#pen, next, event.shiftKey);
      this.#pen = next;
    }
  }

  /** Darkens what lies near the line, the nearer the more; with Shift, takes it away. */
  #stroke([x1, y1], [x2, y2], erases) {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const length = dx * dx + dy * dy;
    for (let y = 0; y < this.height; y += 1) {
      for (let x = 0; x < this.width; x += 1) {
        const [px, py] = [x + 0.5 - x1, y + 0.5 - y1];
        const along = length ? Math.min(Math.max((px * dx + py * dy) / length, 0), 1) : 0;
        const distance = Math.hypot(px - along * dx, py - along * dy);
        const ink = Math.min(Math.max((reach - distance) / 0.6, 0), 1);
        const at = y * this.width + x;
        if (erases && ink > 0.3) this.values[at] = 0;
        else if (!erases) this.values[at] = Math.max(this.values[at], ink);
      }
    }
    this.#draw();
    this.changed();
  }

  #key(event) {
    const moves = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    const move = moves[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !move && event.key !== " " && event.key !== "?") return;
    event.preventDefault();
    if (event.key === "?") return this.#tellKeys();
    this.#at ??= [Math.floor(this.width / 2), Math.floor(this.height / 2)];
    if (move) {
      this.#at = [Math.min(Math.max(this.#at[0] + move[0], 0), this.width - 1), Math.min(Math.max(this.#at[1] + move[1], 0), this.height - 1)];
    } else {
      const at = this.#at[1] * this.width + this.#at[0];
      this.values[at] = this.values[at] > 0.5 ? 0 : 1;
      this.changed();
    }
    const value = this.values[this.#at[1] * this.width + this.#at[0]];
    setText(this.spoken, `row ${this.#at[1] + 1}, column ${this.#at[0] + 1}, ${value > 0.5 ? "set" : "not set"}`);
    this.#draw();
  }

  async #tellKeys() {
    const { showKeys } = await import("./keys.js");
    showKeys("Drawing", [["← → ↑ ↓", "move"], ["Space", "set a pixel, or take it away"], ["Shift", "with the pen: rub out"]]);
  }

  #draw() {
    this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#paint(); });
  }

  #paint() {
    const context = this.canvas.getContext("2d");
    for (let y = 0; y < this.height; y += 1) {
      for (let x = 0; x < this.width; x += 1) {
        const tone = Math.round(this.values[y * this.width + x] * 255);
        context.fillStyle = `rgb(${tone} ${tone} ${tone})`;
        context.fillRect(x * 8, y * 8, 8, 8);
      }
    }
    if (!this.#at) return;
    context.strokeStyle = "#ffb000";
    context.lineWidth = 2;
    context.strokeRect(this.#at[0] * 8 + 1, this.#at[1] * 8 + 1, 6, 6);
  }
}
