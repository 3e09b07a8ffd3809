/**
 * Planes side by side, of which one is chosen: the channels of a layer, the filters of a kernel.
 * @module
 */
import { h, replace } from "../core/dom.js";
import { paint } from "./heat.js";

/** So many are drawn until more are asked for. */
const few = 64;

/** A list of tiles, walked by arrow keys. */
export class Tiles {
  #chosen = -1;
  #items = [];
  #hasAll = false;

  /**
   * @param {string} name
   * @param {function(number): void} choose
   */
  constructor(name, choose) {
    this.choose = choose;
    this.list = h("div.planes", { role: "listbox", "aria-label": name, on: { keydown: (event) => this.#key(event) } });
    this.more = h("button.small", { type: "button", hidden: true, on: { click: () => { this.#hasAll = true; this.show(this.#items, this.#chosen); } } });
    this.element = h("div", {}, this.list, this.more);
  }

  /**
   * Shows tiles.
   *
   * @param {{name: string, title: string, plane: import("./arrays.js").Plane, options?: Object, isDead?: boolean}[]} items
   * @param {number} [chosen]
   */
  show(items, chosen = -1) {
    this.#items = items;
    this.#chosen = chosen;
    const shown = this.#hasAll ? items : items.slice(0, few);
    const old = [...this.list.children];
    if (old.length !== shown.length) replace(this.list, shown.map((_, index) => this.#tile(index)));
    [...this.list.children].forEach((tile, index) => this.#fill(tile, shown[index], index));
    this.more.hidden = shown.length === items.length;
    this.more.textContent = `All ${items.length}`;
  }

  #tile(index) {
    return h("div.plane", { role: "option", on: { click: () => this.#select(index) } }, h("canvas", { "aria-hidden": "true" }), h("span", {}));
  }

  #fill(tile, item, index) {
    const [canvas, text] = tile.children;
    paint(canvas, item.plane, item.options);
    const side = Math.max(item.plane.height, item.plane.width);
    canvas.style.setProperty("width", `${Math.round(64 * item.plane.width / side)}px`);
    canvas.style.setProperty("height", `${Math.max(4, Math.round(64 * item.plane.height / side))}px`);
    text.textContent = item.isDead ? `${item.name} dead` : item.name;
    tile.title = item.title;
    tile.setAttribute("aria-label", item.title);
    tile.classList.toggle("dead", Boolean(item.isDead));
    tile.setAttribute("aria-selected", String(index === this.#chosen));
    tile.tabIndex = index === Math.max(this.#chosen, 0) ? 0 : -1;
  }

  #select(index) {
    this.#chosen = index;
    [...this.list.children].forEach((tile, at) => {
      tile.setAttribute("aria-selected", String(at === index));
      tile.tabIndex = at === index ? 0 : -1;
    });
    this.choose(index);
  }

  #key(event) {
    const tiles = [...this.list.children];
    const at = tiles.indexOf(document.activeElement);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const rowOf = (tile) => tile.offsetTop;
    const columns = tiles.findIndex((tile) => rowOf(tile) !== rowOf(tiles[0]));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns > 0 ? columns : 1, ArrowUp: columns > 0 ? -columns : -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") this.#select(at);
    else if (step && tiles[at + step]) {
      this.#select(at + step);
      tiles[at + step].focus();
    } else if (!step) return;
    event.preventDefault();
  }
}
