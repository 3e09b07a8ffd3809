/**
 * Which number of the model is differentiated: an output, a class of it, before or behind the softmax.
 * @module
 */
import { h, replace } from "../core/dom.js";
import { labelled } from "../parts/controls.js";

/** The fields, and the member `of` that they stand for. */
export class NumberChoice {
  /**
   * @param {import("./context.js").Context} context
   * @param {function(): void} changed
   */
  constructor(context, changed) {
    this.context = context;
    const outputs = context.outputs();
    const set = () => { context.set({ class: this.index.value, value: this.value.value, output: this.output?.value ?? null }); changed(); };
    this.output = outputs.length > 1 ? h("select", { id: "output", on: { change: () => { this.#fill(); set(); } } },
      outputs.map(({ name }) => h("option", { value: name, selected: name === context.query.get("output") }, name))) : null;
    this.index = h("select", { id: "class", on: { change: set } });
    this.value = h("select", { id: "value", on: { change: set } }, [["", "before the softmax, if there is one"], ["output", "as it is answered"]].map(([value, text]) => (
      h("option", { value, selected: value === (context.query.get("value") ?? "") }, text))));
    this.#fill(context.query.get("class"));
    this.indexField = labelled("Class", this.index);
    this.element = h("div.row.fields", {}, this.output ? labelled("Output", this.output) : null, this.indexField, labelled("Number", this.value));
    this.indexField.hidden = this.index.options.length < 3;
  }

  /** As a request has it. */
  get of() {
    return {
      ...(this.output ? { output: this.output.value } : {}), ...(this.index.value === "" ? {} : { index: Number(this.index.value) }),
      ...(this.value.value === "" ? {} : { value: this.value.value }),
    };
  }

  #fill(chosen = null) {
    const outputs = this.context.outputs();
    const { shape } = this.output ? outputs.find(({ name }) => name === this.output.value) : outputs[0];
    const classes = shape?.length === 1 ? Math.min(shape[0] ?? 0, 1000) : 0;
    replace(this.index, h("option", { value: "" }, "the greatest"), Array.from({ length: classes }, (_, index) => (
      h("option", { value: String(index), selected: String(index) === chosen }, this.context.classWord(index, this.output?.value)))));
  }
}

/**
 * What was differentiated, in words.
 *
 * @param {Object} of As an answer repeats it.
 * @param {function(number, string): string} word
 * @returns {string}
 */
export function numberText({ output, index, value }, word) {
  const at = index === undefined || index === null ? "" : Array.isArray(index) ? `[${index.join(", ")}]` : ` of class ${word(index, output)}`;
  return `${value} ${output}${at}`;
}
