/**
 * The sample that is looked at: a row of stored data, or what is drawn, typed or dropped.
 * @module
 */
import { json, path } from "../../core/api.js";
import { h, replace, setText } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { settled } from "../../core/signal.js";
import { labelled } from "../../parts/controls.js";
import { inputsOf } from "../../parts/input/inputs.js";
import { partsOf, readRow, rowsOf } from "../../parts/input/row.js";
import { targetOf } from "../../parts/origin.js";
import { problemBox } from "../../parts/region.js";

/** How long typing has to rest before all is computed again. */
const rest = 120;

/**
 * Reads a row as the address has it, `DATASET:PART:INDEX`; a dataset's name may have colons. Pure.
 *
 * @param {?string} text
 * @returns {?{dataset: string, part: string, index: number}}
 */
export function rowOf(text) {
  const found = /^(.+):(train|validation|test):(\d+)$/.exec(text ?? "");
  return found ? { dataset: found[1], part: found[2], index: Number(found[3]) } : null;
}

/** The fields and the input. */
export class SamplePlace {
  #dataset = null;

  /**
   * @param {Object} makers Of the inputs.
   * @param {import("../../inside/context.js").Context} context
   * @param {import("../../parts/origin.js").Origin} origin
   * @param {function(): void} changed Told where there is another sample.
   */
  constructor(makers, context, origin, changed) {
    this.origin = origin;
    this.context = context;
    this.changed = changed;
    const later = settled(rest, () => this.#taken(null));
    this.input = inputsOf(makers, context.model, origin, later, { hasRows: false });
    this.data = h("select", { id: "row-data", on: { change: () => this.#go({ dataset: this.data.value, part: null, index: 0 }) } });
    this.part = h("select", { id: "row-part", on: { change: () => this.#go({ dataset: this.data.value, part: this.part.value, index: 0 }) } });
    this.index = h("input.short", { id: "row-index", type: "number", min: "0", value: "0", on: { input: settled(rest, () => {
      const index = Math.floor(Number(this.index.value));
      if (this.index.value !== "" && index >= 0) this.#go({ dataset: this.data.value, part: this.part.value, index });
    }) } });
    this.total = h("span.quiet.number", {});
    this.said = h("p.note", { role: "status" });
    this.fault = h("div", {});
    const random = h("button.small", { type: "button", on: { click: () => {
      this.#go({ dataset: this.data.value, part: this.part.value, index: Math.floor(Math.random() * rowsOf(this.#dataset, this.part.value)) });
    } } }, "Any row");
    this.fields = h("div.form", {}, h("div.row.fields", {}, labelled("Data", this.data)), h("div.row.fields", {}, labelled("Part", this.part), labelled("Row", this.index, this.total), random));
    this.element = h("div.form", {}, this.fields, this.said, this.fault, this.input.element);
  }

  /**
   * Begins with the row of the address, with what was put in before, or with the first row of the data.
   *
   * @param {?Object} dataset
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  async begin(dataset, signal) {
    const { datasets } = await json("datasets", { signal });
    const asked = rowOf(this.context.query.get("row"));
    const known = this.input.isKnown ? this.input.sample() : null;
    const row = asked ?? known?.row ?? (known || !dataset ? null : { dataset: dataset.name, part: partsOf(dataset).includes("test") ? "test" : "train", index: 0 });
    const names = datasets.map(({ name }) => name);
    if (row && !names.includes(row.dataset)) names.push(row.dataset);
    replace(this.data, names.map((name) => h("option", { value: name, selected: name === (row ?? { dataset: dataset?.name }).dataset }, name)));
    this.fields.hidden = !names.length;
    if (row) return this.#go(row, signal);
    if (names.length) await this.#fill(this.data.value, null, signal).catch(() => {});
    this.#taken(null);
  }

  /** Takes a row: its values into the input, itself into the address. */
  async #go(row, signal) {
    replace(this.fault);
    this.element.setAttribute("aria-busy", "true");
    try {
      await this.#fill(row.dataset, row.part, signal);
      const reference = { dataset: row.dataset, part: this.part.value, index: row.index };
      const values = await readRow(this.#dataset, reference, signal);
      if (!values) throw new Error(`“${row.dataset}” has ${count(rowsOf(this.#dataset, reference.part))} rows for ${reference.part}, so there is no row ${row.index}; they count from 0.`);
      this.index.value = String(row.index);
      await this.input.takeRow(values, reference);
      this.#taken(reference, targetOf(this.origin, this.context.model, values));
    } catch (error) {
      if (error.name === "AbortError") return;
      replace(this.fault, problemBox(error));
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  async #fill(name, part, signal) {
    if (this.#dataset?.name !== name) this.#dataset = await json(path("datasets", name), { signal });
    const parts = partsOf(this.#dataset);
    const chosen = part && parts.includes(part) ? part : parts.includes("test") ? "test" : parts[0] ?? "train";
    replace(this.part, parts.map((one) => h("option", { value: one, selected: one === chosen }, one)));
    setText(this.total, `of ${count(rowsOf(this.#dataset, chosen))}`);
  }

  #taken(row, target) {
    const own = this.input.sample();
    // Where the upload named no parts, each training draws its own: then a row counts in the data, and is sent as it is.
    const isNamed = row && this.#dataset.parts;
    const sample = row ? { instance: own?.instance, row: isNamed ? row : null, target: isNamed ? undefined : target } : own && { instance: own.instance, row: null };
    this.context.current = sample;
    this.context.set({ row: row && `${row.dataset}:${row.part}:${row.index}` });
    setText(this.said, row ? "A row of the data. Draw or type to change it." : sample ? "Your own input." : "Choose a row, or draw, type or drop an input.");
    this.changed();
  }
}
