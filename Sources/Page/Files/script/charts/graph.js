/**
 * A graph of operations: a box each, its numbers in it, walked by arrow keys in the order of execution.
 * @module
 */
import { h, replace, setText, svg } from "../core/dom.js";
import { count } from "../core/format.js";
import { folded, layered, mostNodes } from "./layering.js";

const box = { width: 148, gapX: 13, gapY: 32, line: 15 };

/**
 * @typedef {Object} Box
 * @property {number} id
 * @property {number[]} operands
 * @property {string} title
 * @property {string} kind What makes two of them alike, for folding.
 * @property {string[]} lines Its numbers.
 * @property {string} [edge] What stands at the edges that leave it, such as its shape.
 */

/** The graph in a region that scrolls. */
export class OperationGraph {
  #shape = "";
  #nodes = [];
  #boxes = new Map();
  #chosen = null;

  /**
   * @param {string} name
   * @param {function(number[]): void} choose Told of the ids in the box that was chosen.
   */
  constructor(name, choose) {
    this.choose = choose;
    this.place = h("div.scroll.network.operations", { role: "group", "aria-label": name, on: { keydown: (event) => this.#key(event) } });
    this.note = h("p.note", {});
    this.element = h("div", {}, this.place, this.note);
  }

  /**
   * Shows nodes; where they are the same with other numbers, only those change.
   *
   * @param {Box[]} nodes In the order of execution.
   */
  show(nodes) {
    const shape = JSON.stringify(nodes.map(({ operands, title }) => [operands, title]));
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#build(nodes);
    }
    const byID = new Map(nodes.map((node) => [node.id, node]));
    for (const [id, { texts, members, element, label }] of this.#boxes) {
      const { title, lines } = byID.get(id);
      const edge = byID.get(members.at(-1)).edge ?? "";
      setText(label, edge);
      const shown = members.length > 1 ? [`${members.length} nodes`] : lines;
      texts.forEach((text, index) => setText(text, fit(shown[index] ?? "")));
      element.setAttribute("aria-label", [title, edge, ...shown].filter(Boolean).join(", "));
    }
  }

  /**
   * Marks how far an execution has come.
   *
   * @param {function(number): ?string} mark Of a node: "done", "now", or null.
   */
  mark(mark) {
    for (const { members, element } of this.#boxes.values()) {
      const found = members.map(mark);
      element.setAttribute("data-mark", found.includes("now") ? "now" : found.includes("done") ? "done" : "no");
    }
  }

  /** Chooses the box that has a node. */
  select(id) {
    const found = [...this.#boxes].find(([, { members }]) => members.includes(id));
    if (!found) return;
    const isSame = this.#chosen === found[0];
    this.#chosen = found[0];
    for (const [each, { element }] of this.#boxes) {
      element.setAttribute("aria-pressed", String(each === this.#chosen));
      element.setAttribute("tabindex", each === this.#chosen ? "0" : "-1");
    }
    if (!isSame) requestAnimationFrame(() => this.#reveal(found[1].element));
    this.choose(found[1].members);
  }

  /** Scrolls the region, and nothing around it, until a box is seen. */
  #reveal(element) {
    const [outer, inner] = [this.place.getBoundingClientRect(), element.getBoundingClientRect()];
    if (!outer.width) return;
    if (inner.left < outer.left || inner.right > outer.right) this.place.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
    if (inner.top < outer.top || inner.bottom > outer.bottom) this.place.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
  }

  #build(nodes) {
    const most = Math.max(1, ...nodes.map(({ lines }) => lines.length));
    const height = 24 + most * box.line;
    const all = folded(nodes.map(({ id, operands, kind }) => ({ name: String(id), inputs: operands.map(String), kind })));
    const shown = all.slice(0, mostNodes);
    const { places, ranks, width } = layered(shown);
    const size = { width: width * (box.width + box.gapX) + box.gapX, height: ranks * (height + box.gapY) + 8 };
    const at = (name) => {
      const { rank, column } = places.get(name);
      return { x: size.width / 2 + column * (box.width + box.gapX), y: 4 + rank * (height + box.gapY) };
    };
    const titles = new Map(nodes.map(({ id, title }) => [String(id), title]));
    this.#boxes = new Map();
    this.#chosen = null;
    const edges = shown.flatMap((node) => node.inputs.filter((input) => places.has(input)).map((input) => {
      const [from, to] = [at(input), at(node.name)];
      const bend = Math.max(12, (to.y - from.y - height) / 2);
      return svg("path.edge", { d: `M${from.x} ${from.y + height}C${from.x} ${from.y + height + bend} ${to.x} ${to.y - bend} ${to.x} ${to.y}`, fill: "none" });
    }));
    const labels = [];
    const boxes = shown.map((node, index) => {
      const { x, y } = at(node.name);
      const texts = Array.from({ length: most }, (_, line) => svg("text.node-name", { x: 8, y: 33 + line * box.line }));
      const select = () => this.select(Number(node.members[0]));
      const element = svg("g.node", {
        transform: `translate(${x - box.width / 2} ${y})`, tabindex: index ? "-1" : "0", role: "button", "aria-pressed": "false", "data-mark": "no",
        on: { click: select, keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); select(); } } },
      }, svg("rect", { width: box.width, height, rx: 5 }), svg("text.node-title", { x: 8, y: 17 }, fit(node.times > 1 ? `${node.times} × ${node.kind}` : titles.get(node.name), 20)), texts);
      const label = svg("text.edge-label", { x: x + 6, y: y + height + 14 });
      labels.push(label);
      this.#boxes.set(Number(node.members[0]), { element, texts, label, members: node.members.map(Number) });
      return element;
    });
    replace(this.place, svg("svg", { width: size.width, height: size.height, viewBox: `0 0 ${size.width} ${size.height}`, role: "group", "aria-label": `${count(nodes.length)} nodes` }, edges, labels, boxes));
    setText(this.note, all.length > mostNodes ? `The first ${mostNodes} of ${count(all.length)} boxes are drawn.` : "");
  }

  async #tellKeys() {
    const { showKeys } = await import("../parts/keys.js");
    showKeys("Graph", [["← → ↑ ↓", "go from box to box"], ["Enter Space", "choose the box"]]);
  }

  #key(event) {
    const boxes = [...this.#boxes.values()].map(({ element }) => element);
    const at = boxes.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "?") this.#tellKeys();
    if (at < 0 || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = boxes[at + step];
    if (!next) return;
    boxes[at].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }
}

function fit(text, letters = 23) {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
