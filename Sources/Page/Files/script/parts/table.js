/**
 * Tables: a plain one, which grows as one scrolls, and a grid of any length of which only what is seen is in the document.
 * @module
 */
import { h, setText } from "../core/dom.js";
import { count } from "../core/format.js";

/** So many rows of a table are made at once. */
const atOnce = 100;

/**
 * Asks for more whenever the end of what is shown comes into sight, until there is no more.
 *
 * @param {HTMLElement} end An element behind what is shown; it goes once all is.
 * @param {function(): boolean} more Adds some; gives whether there is still more.
 * @returns {function(): void} Ends it.
 */
export function grows(end, more) {
  const sight = new IntersectionObserver((entries) => {
    if (!entries.at(-1).isIntersecting) return;
    sight.unobserve(end);
    if (more()) sight.observe(end);
    else end.remove();
  }, { rootMargin: "300px" });
  sight.observe(end);
  return () => sight.disconnect();
}

/**
 * A table inside a region that scrolls sideways by itself; of a long one more rows are made as one scrolls to its end.
 *
 * @param {string} name
 * @param {{title: string, number?: boolean, cell: function(*): *}[]} columns
 * @param {Array} rows
 * @returns {HTMLElement}
 */
export function table(name, columns, rows) {
  const kind = (column) => (column.number ? { class: "number right" } : {});
  const line = (row) => h("tr", {}, columns.map((column, index) => (
    index === 0 && !column.number ? h("th", { scope: "row" }, column.cell(row)) : h("td", kind(column), column.cell(row)))));
  const isLong = rows.length > atOnce;
  const body = h("tbody", {}, rows.slice(0, atOnce).map(line));
  if (isLong) {
    const text = h("td", { colspan: columns.length });
    const end = h("tr.quiet", {}, text);
    const tell = () => setText(text, `${count(rows.length - body.childElementCount + 1)} more rows`);
    body.append(end);
    tell();
    grows(end, () => {
      const made = body.childElementCount - 1;
      end.before(...rows.slice(made, made + atOnce).map(line));
      tell();
      return made + atOnce < rows.length;
    });
  }
  return h("div.scroll", { role: "region", "aria-label": name, tabindex: "0" }, h("table", { "aria-label": name, "aria-rowcount": isLong ? rows.length + 1 : null },
    h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", ...kind(column) }, column.title)))), body));
}

/**
 * A grid whose rows are made as they come into view, and reused where their keys stay.
 *
 * @template Row
 */
export class VirtualGrid {
  #rows = [];
  #shown = new Map();
  #active = { row: 0, column: 0 };
  #frame = 0;

  /**
   * @param {string} name
   * @param {Object} options
   * @param {{title: string, class?: string}[]} options.columns
   * @param {number} options.rowHeight
   * @param {function(Row): string} options.key
   * @param {function(Row): {element: HTMLElement, update: function(Row): void}} options.make Makes a row's element, whose
   *   children are its cells.
   * @param {function(Row): void} [options.open] What Enter does.
   */
  constructor(name, options) {
    this.options = options;
    this.body = h("div.grid-body", { role: "rowgroup" });
    this.head = h("div.grid-head", { role: "rowgroup" }, h("div.grid-row", { role: "row", "aria-rowindex": "1" },
      options.columns.map((column, index) => (
        h(`div.cell${column.class ? `.${column.class}` : ""}`, { role: "columnheader", "aria-colindex": index + 1 }, column.title)
      ))));
    this.element = h("div.grid", {
      role: "grid", "aria-label": name, "aria-colcount": options.columns.length, tabindex: "0",
      on: { keydown: (event) => this.#key(event), focusin: (event) => this.#focused(event) },
    }, this.head, this.body);
    this.scroll = () => this.#plan();
    window.addEventListener("scroll", this.scroll, { passive: true });
    window.addEventListener("resize", this.scroll);
  }

  /**
   * Shows other rows, or the same ones with other contents.
   *
   * @param {Row[]} rows
   */
  show(rows) {
    const height = `${rows.length * this.options.rowHeight}px`;
    this.#rows = rows;
    if (this.body.style.height !== height) {
      this.element.setAttribute("aria-rowcount", rows.length + 1);
      this.body.style.height = height;
    }
    if (this.#shown.size) this.#plan();
    else this.#draw();
  }

  /** Lets go of the window. */
  close() {
    window.removeEventListener("scroll", this.scroll);
    window.removeEventListener("resize", this.scroll);
    cancelAnimationFrame(this.#frame);
  }

  #plan() {
    this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); });
  }

  #draw() {
    const { rowHeight, key, make } = this.options;
    const top = this.body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / rowHeight) - 4);
    const last = Math.min(this.#rows.length, Math.ceil((window.innerHeight - top) / rowHeight) + 4);
    const wanted = new Map();
    for (let index = first; index < last; index += 1) wanted.set(key(this.#rows[index]), index);
    const focused = this.body.contains(document.activeElement) ? document.activeElement.closest("[role=row]") : null;
    for (const [id, shown] of this.#shown) {
      if (wanted.has(id) || shown.element === focused && this.#rows.some((row) => key(row) === id)) continue;
      shown.element.remove();
      this.#shown.delete(id);
    }
    for (const [id, index] of wanted) {
      let shown = this.#shown.get(id);
      if (!shown) {
        shown = make(this.#rows[index]);
        shown.element.setAttribute("role", "row");
        shown.element.style.setProperty("height", `${rowHeight}px`);
        [...shown.element.children].forEach((cell, column) => {
          cell.setAttribute("role", column === 0 ? "rowheader" : "gridcell");
          cell.setAttribute("aria-colindex", column + 1);
        });
        this.#shown.set(id, shown);
        this.body.append(shown.element);
      }
      if (shown.index !== index) {
        shown.index = index;
        shown.element.style.setProperty("transform", `translateY(${index * rowHeight}px)`);
        shown.element.setAttribute("aria-rowindex", index + 2);
      }
      shown.update(this.#rows[index]);
    }
  }

  #focused(event) {
    const row = event.target.closest("[role=row]");
    if (!row || !this.body.contains(row)) return;
    const cell = event.target.closest("[aria-colindex]");
    this.#active = {
      row: Number(row.getAttribute("aria-rowindex")) - 2, column: Number(cell?.getAttribute("aria-colindex") ?? 1) - 1,
    };
  }

  #key(event) {
    const isField = event.target.matches("input, select, textarea") && event.target.type !== "checkbox";
    if (isField || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") this.#tellKeys();
    const page = Math.max(1, Math.floor(window.innerHeight / this.options.rowHeight) - 3);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const sides = { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key === "Enter" && event.target === this.element && this.#rows[this.#active.row]) {
      this.options.open?.(this.#rows[this.#active.row]);
    } else if (event.key in steps) {
      event.preventDefault();
      const isInside = this.body.contains(document.activeElement);
      const next = isInside ? this.#active.row + steps[event.key] : this.#active.row;
      this.#move(Math.min(Math.max(next, 0), this.#rows.length - 1), this.#active.column);
    } else if (event.key in sides && this.body.contains(document.activeElement)) {
      event.preventDefault();
      const last = this.options.columns.length - 1;
      this.#move(this.#active.row, Math.min(Math.max(this.#active.column + sides[event.key], 0), last));
    }
  }

  async #tellKeys() {
    const { showKeys } = await import("./keys.js");
    showKeys(this.element.getAttribute("aria-label"), [["↑ ↓", "go from row to row"], ["← →", "go from column to column"], ["Page Up Page Down", "go by what is seen"], ["Home End", "to the first and the last row"], ["Enter", "open the row"]]);
  }

  #move(row, column) {
    if (row < 0) return;
    this.#active = { row, column };
    const { rowHeight, key } = this.options;
    const top = this.body.getBoundingClientRect().top + row * rowHeight;
    if (top < 90) window.scrollBy(0, top - 90);
    else if (top + rowHeight > window.innerHeight - 8) window.scrollBy(0, top + rowHeight - window.innerHeight + 8);
    this.#draw();
    const shown = this.#shown.get(key(this.#rows[row]));
    const cell = shown?.element.children[column];
    const target = cell?.querySelector("a, button, input") ?? cell;
    if (!target) return;
    if (target === cell) cell.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
}

/**
 * A list of terms and what they are.
 *
 * @param {[string, *][]} pairs What is null is left out.
 * @returns {HTMLElement}
 */
export function facts(pairs) {
  return h("dl.facts", {}, pairs.filter(([, value]) => value !== null && value !== undefined).map(([term, value]) => (
    h("div", {}, h("dt", {}, term), h("dd.number", {}, value))
  )));
}
