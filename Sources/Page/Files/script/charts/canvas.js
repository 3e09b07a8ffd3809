/**
 * A canvas that fits its place and the screen's pixels, and is drawn when it is seen.
 * @module
 */
import { h } from "../core/dom.js";

/** A canvas with a name that says what is to be seen. */
export class Canvas {
  #frame = 0;
  #isSeen = false;
  #isStale = true;

  /**
   * @param {number} height In CSS pixels.
   * @param {function(CanvasRenderingContext2D, number, number): void} draw Takes the context, width and height.
   */
  constructor(height, draw) {
    this.height = height;
    this.drawing = draw;
    this.element = h("canvas", { role: "img", style: { height: `${height}px` } });
    this.sight = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry.isIntersecting;
      if (this.#isSeen && this.#isStale) this.redraw();
    }, { rootMargin: "200px" });
    this.sight.observe(this.element);
    this.size = new ResizeObserver(() => this.redraw());
    this.size.observe(this.element);
    this.theme = () => this.redraw();
    document.addEventListener("themechange", this.theme);
  }

  /** Draws at the next frame, if it is in sight; else when it comes into sight. */
  redraw() {
    this.#isStale = true;
    if (this.#isSeen) this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); });
  }

  /**
   * Says in words what is to be seen.
   *
   * @param {string} text
   */
  describe(text) {
    if (this.element.getAttribute("aria-label") !== text) this.element.setAttribute("aria-label", text);
  }

  /** Lets go of what it watches. */
  close() {
    cancelAnimationFrame(this.#frame);
    this.sight.disconnect();
    this.size.disconnect();
    document.removeEventListener("themechange", this.theme);
  }

  #draw() {
    const width = this.element.clientWidth;
    if (!width) return;
    this.#isStale = false;
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(this.height * ratio)];
    if (this.element.width !== wide) this.element.width = wide;
    if (this.element.height !== high) this.element.height = high;
    const context = this.element.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, this.height);
    this.drawing(context, width, this.height);
  }
}
