/**
 * A new model: written from a dataset's columns, layer by layer, or as JSON; checked while one types.
 * @module
 */
import { json, Problem } from "../../core/api.js";
import { h, replace, uniqueID } from "../../core/dom.js";
import { bytes, count, shape } from "../../core/format.js";
import { go } from "../../core/router.js";
import { actionButton } from "../../parts/controls.js";
import { Form, settled } from "../../parts/form.js";
import { table } from "../../parts/table.js";
import { tabs } from "../../parts/tabs.js";

const common = [
  "Dense", "Conv2D", "MaxPooling2D", "Flatten", "Rescaling", "Normalization", "Dropout", "BatchNormalization", "GRU", "LSTM", "Embedding",
  "GlobalAveragePooling2D", "Conv1D", "LayerNormalization", "InputLayer",
];
const presets = [["table", "Table"], ["image", "Pictures"], ["text", "Text"], ["series", "Series"], ["sound", "Sounds"], ["generator", "Text that goes on"]];
const start = {
  name: "my-model", input_shape: [8, 8, 1],
  layers: [{ type: "Rescaling", scale: 0.0625 }, { type: "Conv2D", filters: 16, kernel_size: 3, activation: "relu" }, { type: "MaxPooling2D" },
    { type: "Flatten" }, { type: "Dense", units: 10, activation: "softmax" }],
};

/** The form for a new model. */
export class NewModel {
  #controller = null;

  /** @param {function(): void} cancel */
  constructor(cancel) {
    const id = uniqueID();
    this.definition = structuredClone(start);
    this.preview = h("div.model-preview", {});
    this.check = settled(350, () => this.#check());
    this.element = h("section.region", { "aria-labelledby": id },
      h("div.region-head", {}, h("h2", { id }, "New model"), h("button.small", { type: "button", on: { click: cancel } }, "Close")),
      h("div.columns", {},
        tabs("How", [
          { id: "layers", title: "Layers", open: () => this.#layers() },
          { id: "preset", title: "From data", open: () => this.#preset() },
          { id: "json", title: "JSON", open: () => this.#text() },
        ]),
        h("div", {}, this.preview, h("div.row.end", {}, actionButton("Define", () => this.#define(), { isMain: true })))));
    this.check();
  }

  close() {
    this.#controller?.abort();
  }

  /** What is to be posted, as it stands in the tab that is open. */
  #body = () => this.definition;
  #showFaults = () => {};

  async #check() {
    this.#controller?.abort();
    const controller = this.#controller = new AbortController();
    try {
      const model = await json("models?dry_run=true", { method: "POST", body: this.#body(), signal: controller.signal });
      this.#showFaults(null);
      this.checked = model;
      replace(this.preview, h("p.number", {}, `${count(model.parameters)} parameters`,
        model.operations_per_sample ? `, ${count(model.operations_per_sample)} operations a row` : "", model.peak_bytes ? `, ${bytes(model.peak_bytes)}` : ""),
      h("div.tall", {}, table("What it becomes", [
        { title: "Layer", cell: (layer) => h("bdi", {}, layer.name) }, { title: "Type", cell: (layer) => layer.type },
        { title: "Output", cell: (layer) => shape(layer.output_shape) },
        { title: "Parameters", number: true, cell: (layer) => count(layer.parameters) },
      ], model.layers)));
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error instanceof Problem && (error.status === 422 || error.status === 400)) this.#showFaults(error);
      const faults = error.errors?.length ? error.errors : [{ pointer: "", detail: error.message }];
      replace(this.preview, h("ul.fault", { role: "alert" }, faults.slice(0, 12).map(({ pointer, detail }) => (
        h("li", {}, h("code", {}, pointer || "/"), ` ${detail}`)))));
    }
  }

  async #define() {
    try {
      const model = await json("models", { method: "POST", body: this.#body() });
      go(["models", model.name]);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 422) throw error;
      this.#showFaults(error, true);
    }
  }

  #nameField(changed) {
    const field = h("input", { type: "text", id: "model-name", value: this.definition.name ?? "", autocomplete: "off", required: true });
    field.addEventListener("input", () => { this.definition.name = field.value; changed(); });
    return h("div.field", {}, h("label", { for: "model-name" }, "Name"), field);
  }

  #preset() {
    const place = h("div.form", {});
    const name = this.definition.name;
    json("datasets").then(({ datasets }) => {
      const form = new Form([
        { pointer: "/name", label: "Name", kind: "text", value: name, isRequired: true },
        { pointer: "/dataset", label: "Data", kind: "select", options: datasets.map((one) => one.name) },
        { pointer: "/preset", label: "Kind", kind: "select", options: presets },
        { pointer: "/target", label: "Target", kind: "text", hint: "A column; may stay empty where there is one candidate" },
        { pointer: "/size", label: "Size", kind: "select", options: ["small", "medium"] },
      ], this.check);
      this.#body = () => form.body;
      this.#showFaults = (problem, focuses) => form.showFaults(problem, focuses);
      const take = h("button.small", {
        type: "button",
        on: { click: () => { if (this.checked) { this.definition = structuredClone(this.checked.definition); this.element.querySelector("[role=tab]").click(); } } },
      }, "Change layer by layer");
      place.append(form.element, h("div.row", {}, take));
      this.check();
    }, (error) => place.append(h("p.fault", {}, error.message)));
    return place;
  }

  #text() {
    const area = h("textarea.code", { id: "model-json", rows: 22, spellcheck: "false", value: JSON.stringify(this.definition, null, 2) });
    const fault = h("p.fault", { id: "model-json-fault", role: "alert" });
    area.setAttribute("aria-describedby", fault.id);
    area.addEventListener("input", () => {
      try {
        this.definition = JSON.parse(area.value);
        area.removeAttribute("aria-invalid");
        replace(fault);
        this.check();
      } catch (error) {
        area.setAttribute("aria-invalid", "true");
        replace(fault, error.message);
      }
    });
    this.#body = () => this.definition;
    this.#showFaults = (_, focuses) => { if (focuses) area.focus(); };
    this.check();
    return h("div.field", {}, h("label", { for: "model-json" }, "Definition, as POST /models takes it"), area, fault);
  }

  #layers() {
    const { definition } = this;
    definition.layers ??= [];
    const list = h("ol.layer-form", {});
    const input = h("input", { type: "text", id: "input-shape", value: (definition.input_shape ?? []).join(", "), autocomplete: "off" });
    input.addEventListener("input", () => {
      definition.input_shape = input.value.split(/[,\s×]+/).filter(Boolean).map((one) => (one === "any" ? null : Number(one)));
      this.check();
    });
    const rows = [];
    const draw = () => {
      rows.length = 0;
      replace(list, definition.layers.map((layer, index) => this.#layerRow(layer, index, rows, draw)));
    };
    draw();
    this.#body = () => definition;
    this.#showFaults = (problem, focuses) => {
      for (const row of rows) row.show("");
      for (const { pointer, detail } of problem?.errors ?? []) {
        const index = Number(/^\/layers\/(\d+)/.exec(pointer)?.[1] ?? NaN);
        rows[index]?.show(`${pointer.replace(/^\/layers\/\d+\/?/, "")} ${detail}`, focuses);
      }
    };
    this.check();
    return h("div.form", {}, h("datalist", { id: "layer-types" }, common.map((type) => h("option", { value: type }))),
      h("div.pair", {}, this.#nameField(this.check), h("div.field", {}, h("label", { for: "input-shape" }, "Input shape"), input)), list,
      h("div.row", {}, h("button.small", { type: "button", on: { click: () => { definition.layers.push({ type: "Dense", units: 10 }); draw(); this.check(); } } }, "Add a layer")));
  }

  #layerRow(layer, index, rows, draw) {
    const { layers } = this.definition;
    const { type, ...rest } = layer;
    const kind = h("input", { type: "text", list: "layer-types", value: type ?? "", "aria-label": `Type of layer ${index + 1}`, autocomplete: "off" });
    const given = JSON.stringify(rest).slice(1, -1).replaceAll(/"(\w+)":/g, "$1: ").replaceAll(",", ", ");
    const more = h("input", { type: "text", value: given, "aria-label": `Arguments of layer ${index + 1}`, spellcheck: "false", autocomplete: "off" });
    const fault = h("p.fault", {});
    const show = (text, focuses = false) => {
      replace(fault, text);
      if (text) more.setAttribute("aria-invalid", "true");
      else more.removeAttribute("aria-invalid");
      if (text && focuses) more.focus();
    };
    const change = () => {
      const found = argumentsOf(more.value);
      show(found ? "" : "expected arguments such as units: 10, activation: \"relu\"");
      if (!found) return;
      layers[index] = { type: kind.value, ...found };
      this.check();
    };
    kind.addEventListener("input", change);
    more.addEventListener("input", change);
    rows.push({ show });
    const button = (text, name, work) => h("button.small", { type: "button", "aria-label": `${name} layer ${index + 1}`, on: { click: () => { work(); draw(); this.check(); } } }, text);
    return h("li", {}, h("div.layer-line", {}, kind, more,
      button("↑", "Move up", () => { if (index) layers.splice(index - 1, 2, layers[index], layers[index - 1]); }),
      button("×", "Remove", () => layers.splice(index, 1))), fault);
  }
}

/**
 * Arguments as they are typed, `units: 10, activation: "relu"`; null for what is none. Pure.
 *
 * @param {string} text
 * @returns {?Object}
 */
export function argumentsOf(text) {
  try {
    return JSON.parse(`{${text.replaceAll(/(^|,)\s*([a-z_]\w*)\s*:/gi, '$1"$2":').replace(/,\s*$/, "")}}`);
  } catch {
    return null;
  }
}
