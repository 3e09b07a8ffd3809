/**
 * Tables: a plain one, and a grid of any length of which only what is seen is in the document.
 * @module
 */
import { h } from "../core/dom.js";

/**
 * A table inside a region that scrolls sideways by itself.
 *
 * @param {string} name
 * @param {{title: string, number?: boolean, cell: function(*): *}[]} columns
 * @param {Array} rows
 * @returns {HTMLElement}
 */
export function table(name, columns, rows) {
  const kind = (column) => (column.number ? { class: "number right" } : {});
  return h("div.scroll", { role: "region", "aria-label": name, tabindex: "0" }, h("table", { "aria-label": name },
    h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", ...kind(column) }, column.title)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column, index) => (
      index === 0 && !column.number ? h("th", { scope: "row" }, column.cell(row)) : h("td", kind(column), column.cell(row))
    )))))));
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
