/**
 * A region whose contents stay while new numbers come into them, so that focus and cursor do too.
 * @module
 */
import { metric } from "../core/format.js";
import { Region } from "../parts/region.js";

/** A region that is loaded again and again. */
export class LiveRegion {
  /**
   * @param {string} title
   * @param {HTMLElement} body What it holds once there are numbers.
   * @param {Object} [options] As of `Region`.
   */
  constructor(title, body, options) {
    this.region = new Region(title, { height: "14rem", ...options });
    this.element = this.region.element;
    this.body = body;
    body.classList.add("live");
    this.region.loading();
  }

  /**
   * Loads; what was asked for before is given up.
   *
   * @param {function(AbortSignal): Promise<*>} work
   * @param {function(*): void} draw
   * @returns {Promise<void>}
   */
  load(work, draw) {
    return this.region.load(work, (value) => {
      draw(value);
      return this.body.isConnected ? null : this.body;
    });
  }

  /** Says that there is nothing to be seen, and why. */
  empty(sentence, action = null) {
    this.region.empty(sentence, action);
  }

  close() {
    this.region.close();
  }
}

/**
 * What a view took, in words.
 *
 * @param {Object} cost
 * @returns {string}
 */
export function costText({ mode, passes, reverse_passes: reverse, milliseconds }) {
  const way = { forward: "forward", reverse: "backward", both: "forward and backward" }[mode];
  const what = way ? `${passes} ${way} ${passes === 1 ? "pass" : "passes"}` : "one evaluation";
  return `${what}, ${metric(milliseconds)} ms${reverse ? `; by backward passes it would be ${reverse}` : ""}`;
}
