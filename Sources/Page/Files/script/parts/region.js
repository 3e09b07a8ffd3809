/**
 * A region of a page, in one of five states: loading, empty, error, stale, data.
 * @module
 */
import { h, replace, uniqueID } from "../core/dom.js";

/** How long a region stays as it is before it shows that it loads. */
const patience = 200;

/** One part of a page that shows what a request answers. */
export class Region {
  #body;
  #timer = 0;
  #controller = null;
  #isClosed = false;

  /**
   * @param {string} title Its heading, and its name.
   * @param {{height?: string, headless?: boolean, actions?: *}} [options] `height` of the grey shape while it loads.
   */
  constructor(title, { height = "8rem", headless = false, actions = null } = {}) {
    const id = uniqueID();
    this.height = height;
    this.#body = h("div.region-body", {});
    const heading = headless ? null : h("div.region-head", {}, h("h2", { id }, title), actions);
    this.element = h("section.region", headless ? { "aria-label": title } : { "aria-labelledby": id }, heading, this.#body);
  }

  /**
   * Loads and shows; what was asked for before is given up.
   *
   * @param {function(AbortSignal): Promise<*>} work
   * @param {function(*): *} show Gives what the region then holds; null leaves it as it is.
   * @returns {Promise<void>}
   */
  async load(work, show) {
    this.#controller?.abort();
    const controller = this.#controller = new AbortController();
    clearTimeout(this.#timer);
    this.element.setAttribute("aria-busy", "true");
    this.#timer = setTimeout(() => this.loading(), patience);
    try {
      const value = await work(controller.signal);
      if (controller !== this.#controller || this.#isClosed) return;
      this.data(show(value));
    } catch (error) {
      if (error.name === "AbortError" || controller !== this.#controller || this.#isClosed) return;
      this.error(error, () => this.load(work, show));
    }
  }

  /** The grey shape; what is there already stays. */
  loading() {
    this.element.setAttribute("aria-busy", "true");
    if (!this.#body.childElementCount) {
      replace(this.#body, h("div.shape", { style: { height: this.height } }, h("span.visually-hidden", {}, "Loading")));
    }
  }

  /**
   * A sentence, and the one thing to do; what is on its way is given up.
   *
   * @param {string} sentence
   * @param {*} [action]
   */
  empty(sentence, action = null) {
    this.#controller?.abort();
    this.data(h("div.empty", {}, h("p", {}, sentence), action));
  }

  /**
   * What went wrong.
   *
   * @param {Error} error
   * @param {?function(): void} retry
   */
  error(error, retry = null) {
    this.data(problemBox(error, retry));
  }

  /** @param {*} content null leaves what is there. */
  data(content) {
    clearTimeout(this.#timer);
    this.element.removeAttribute("aria-busy");
    if (content !== null) replace(this.#body, content);
  }

  /** Gives up what is on its way. */
  close() {
    this.#isClosed = true;
    this.#controller?.abort();
    clearTimeout(this.#timer);
  }
}

/**
 * A problem as a box: its detail, the request's id, Retry.
 *
 * @param {Error} error
 * @param {?function(): void} [retry]
 * @returns {HTMLElement}
 */
export function problemBox(error, retry = null) {
  return h("div.problem", { role: "alert" },
    h("p", {}, error.message),
    error.requestID ? h("p.quiet", {}, `Request ${error.requestID}`) : null,
    retry ? h("button", { type: "button", on: { click: retry } }, "Retry") : null);
}
