/**
 * A walk through an execution: forwards from node to node, then backwards.
 * @module
 */
import { h, setText } from "../core/dom.js";

/** Buttons and a slider for the same. */
export class Steps {
  #ids = [];
  #hasBack = false;

  /**
   * @param {function(function(number): ?string): void} mark Takes what tells how a node is to be marked.
   * @param {function(number): void} select
   */
  constructor(mark, select) {
    this.marks = mark;
    this.select = select;
    this.slider = h("input", { type: "range", id: "step", min: "0", max: "0", value: "0", on: { input: () => this.#go(Number(this.slider.value)) } });
    this.said = h("output.number", { for: "step" });
    const button = (text, by) => h("button.small", { type: "button", on: { click: () => this.#go(Number(this.slider.value) + by) } }, text);
    this.element = h("div.row.fields", {}, h("label", { for: "step" }, "Step", this.slider), button("Before", -1), button("Next", 1), this.said);
  }

  /**
   * @param {number[]} ids In the order of execution.
   * @param {boolean} hasBack Whether there are derivatives to walk back through.
   */
  show(ids, hasBack) {
    this.#ids = ids;
    this.#hasBack = hasBack;
    this.slider.max = String(ids.length * (hasBack ? 2 : 1));
    this.#mark(Math.min(Number(this.slider.value), Number(this.slider.max)));
  }

  #go(step) {
    const at = Math.min(Math.max(step, 0), Number(this.slider.max));
    this.slider.value = String(at);
    this.#mark(at);
    const count = this.#ids.length;
    if (at > 0) this.select(this.#ids[at <= count ? at - 1 : 2 * count - at]);
  }

  #mark(at) {
    const count = this.#ids.length;
    const isBack = at > count;
    const now = at === 0 ? -1 : isBack ? 2 * count - at : at - 1;
    const order = new Map(this.#ids.map((id, index) => [id, index]));
    this.marks((id) => {
      const place = order.get(id);
      if (place === now) return "now";
      return (isBack ? place > now : place < now) ? "done" : null;
    });
    setText(this.said, at === 0 ? `${count} nodes${this.#hasBack ? ", forwards and then backwards" : ""}`
      : isBack ? `backwards: derivative ${at - count} of ${count}` : `forwards: value ${at} of ${count}`);
  }
}
