/**
 * One map, large; and of a convolution, at each of its pixels, the window of the input and the kernel that made it.
 * @module
 */
import { planeOf, rangeOf } from "../charts/arrays.js";
import { HeatMap } from "../charts/heat.js";
import { planeTable } from "../charts/planeTable.js";
import { withTwin } from "../charts/twin.js";
import { h, replace, setText } from "../core/dom.js";
import { metric } from "../core/format.js";
import { labelled } from "../parts/controls.js";
import { Formula, number } from "./formula.js";
import { hasWindows, productsIn } from "./window.js";

/** So many products are written out. */
const written = 9;

/** The chosen map of a layer. */
export class Pixel {
  #layer = null;
  #channel = 0;
  #input = null;
  #kernel = null;
  #bias = null;
  #at = null;
  #question = "";

  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.output = new HeatMap({ point: (at) => this.#point(at) });
    this.before = new HeatMap();
    this.inputChannel = h("select", { on: { change: () => this.#draw() } });
    this.inputField = labelled("Channel of the input", this.inputChannel);
    this.inputChannel.id = "window-channel";
    this.inputField.htmlFor = "window-channel";
    const twin = (name, map) => withTwin(name, map.element, () => planeTable(name, map.plane));
    this.spoken = h("p.number", { role: "status" }, "Hover over the map, or move by arrow keys.");
    this.products = h("div", {});
    this.formula = new Formula("activations-kernels", "feature maps");
    this.left = h("div", {}, twin("What goes into it", this.before), this.inputField);
    const right = h("div", {}, twin("The chosen map", this.output));
    [this.beforeTitle, this.outputTitle] = [this.left, right].map((side) => side.querySelector("h3"));
    this.element = h("div.pixel", {}, h("div.pair-of-maps", {}, this.left, right), this.spoken, this.products, this.formula.element);
  }

  /**
   * @param {Object} layer As `activations` answers it.
   * @param {number} channel
   * @param {Map<string, Object>} results Of all layers.
   */
  async show(layer, channel, results) {
    this.#layer = layer;
    this.#channel = channel;
    const own = this.context.layers.find(({ name }) => name === layer.name);
    setText(this.outputTitle, `${layer.name}, channel ${channel}`);
    this.output.show(planeOf(layer, channel), `Channel ${channel} of ${layer.name}`, { range: rangeOf(layer.values) });
    this.own = own && hasWindows(own.type) ? own : null;
    this.#input = this.own && this.context.resultBefore(this.own, results);
    this.left.hidden = !this.#input;
    if (!this.#input) return this.#point(this.#at);
    const isNew = this.inputChannel.options.length !== this.#input.shape.at(-1);
    if (isNew) replace(this.inputChannel, Array.from({ length: this.#input.shape.at(-1) }, (_, index) => h("option", { value: String(index) }, String(index))));
    this.inputField.hidden = this.#input.shape.at(-1) === 1;
    setText(this.beforeTitle, `What goes into it: ${this.own.before ?? "input"}`);
    this.#draw();
    const question = `${this.own.name} ${this.context.version()}`;
    if (question !== this.#question) {
      this.#question = question;
      this.#kernel = null;
      const answer = await this.context.ask("kernels", { layer: this.own.name }).catch(() => null);
      if (question !== this.#question || !answer) return;
      const find = (word) => answer.tensors.find(({ name }) => name.endsWith(word));
      [this.#kernel, this.#bias] = [find("kernel"), find("bias")];
    }
    this.#point(this.#at);
  }

  #draw() {
    if (!this.#input) return;
    const channel = Number(this.inputChannel.value) || 0;
    this.before.show(planeOf(this.#input, channel), `Channel ${channel} of what goes into ${this.#layer.name}`);
    this.#mark();
  }

  #place() {
    return this.#layer.shape.length === 2 ? [this.#at[1]] : [...this.#at];
  }

  #mark() {
    if (!this.#at || !this.#kernel || !this.#input) return this.before.highlight(null);
    const { window } = productsIn(this.own.definition, this.#input, this.#kernel, this.#place(), this.#channel);
    const [row, column] = window.start.length === 1 ? [0, window.start[0]] : window.start;
    const [rows, columns] = window.reach.length === 1 ? [this.#input.shape.at(-1), window.reach[0]] : window.reach;
    this.before.highlight({ row, column, rows, columns });
  }

  #point(at) {
    this.#at = at;
    this.#mark();
    if (!at) {
      setText(this.spoken, "Hover over the map, or move by arrow keys.");
      replace(this.products);
      if (this.own) this.formula.show(["y[p, f] = activation(Σ x[p + d, c] · kernel[d, c, f] + bias[f])"]);
      this.formula.element.hidden = !this.own;
      return;
    }
    const { shape, values } = this.#layer;
    const cell = shape.length === 2 ? at[1] : at[0] * shape[1] + at[1];
    const value = values[cell * shape.at(-1) + this.#channel];
    setText(this.spoken, `${this.#layer.name}[${at.join(", ")}, ${this.#channel}] = ${metric(value)}`);
    this.formula.element.hidden = !this.#kernel;
    if (!this.#kernel || !this.#input) return;
    const { channels, sum } = productsIn(this.own.definition, this.#input, this.#kernel, this.#place(), this.#channel);
    const bias = this.#bias?.values[this.#channel] ?? 0;
    const shown = channels.find(({ channel }) => channel === (Number(this.inputChannel.value) || 0)) ?? channels[0];
    const columns = this.#kernel.shape.length === 4 ? this.#kernel.shape[1] : this.#kernel.shape[0];
    replace(this.products, h("div.products", {},
      small("Window", shown.input, columns), h("span", { "aria-hidden": "true" }, "·"), small("Kernel", shown.kernel, columns), h("span", { "aria-hidden": "true" }, "="),
      small("Products", shown.input.map((one, tap) => one * shown.kernel[tap]), columns)));
    const terms = shown.input.map((one, tap) => `${number(one)}·${number(shown.kernel[tap])}`);
    const rest = terms.length > written ? ` + … (${terms.length} products)` : "";
    const activation = this.own.definition.activation ?? "linear";
    const name = typeof activation === "string" ? activation : activation.type;
    this.formula.show([
      "y[p, f] = activation(Σ x[p + d, c] · kernel[d, c, f] + bias[f])",
      `${terms.slice(0, written).join(" + ")}${rest} = ${metric(shown.sum)}`,
      ...(channels.length > 1 ? [`over ${channels.length} channels: ${channels.slice(0, 8).map((one) => number(one.sum)).join(" + ")}${channels.length > 8 ? " + …" : ""} = ${metric(sum)}`] : []),
      `${name}(${metric(sum)} + ${number(bias)}) = ${name}(${metric(sum + bias)}) = ${metric(value)}`,
    ]);
  }
}

function small(title, values, columns) {
  const rows = [];
  for (let at = 0; at < values.length; at += columns) rows.push([...values.slice(at, at + columns)]);
  return h("table.small-matrix", {}, h("caption", {}, title), h("tbody", {}, rows.map((row) => (
    h("tr", {}, row.map((value) => h("td.number.right", {}, metric(value))))))));
}
