/**
 * Kernels: the weights themselves, a tile a filter.
 * @module
 */
import { planeOf, rangeOf } from "../charts/arrays.js";
import { HeatMap } from "../charts/heat.js";
import { planeTable } from "../charts/planeTable.js";
import { Tiles } from "../charts/tiles.js";
import { withTwin } from "../charts/twin.js";
import { h, replace, setText } from "../core/dom.js";
import { count, metric, shape as shapeText } from "../core/format.js";
import { labelled } from "../parts/controls.js";
import { Formula } from "./formula.js";
import { weighted } from "./layers.js";
import { LiveRegion } from "./live.js";

/** @param {import("./context.js").Context} context */
export function kernels(context) {
  const layers = weighted(context.layers);
  const layer = h("select", { id: "layer", on: { change: () => { context.set({ layer: layer.value, filter: null }); filter = -1; update(); } } },
    layers.map(({ name, type }) => h("option", { value: name, selected: name === context.query.get("layer") }, `${name} (${type})`)));
  const minus = h("select", { id: "minus", on: { change: () => { context.set({ minus: minus.value }); update(); } } }, h("option", { value: "" }, "nothing"));
  for (const stop of context.stops) minus.append(h("option", { value: stop.version, selected: stop.version === context.query.get("minus") }, stop.name));
  const place = h("div.flow", {});
  const live = new LiveRegion("Kernels", h("div", {}, h("div.row.fields", {}, labelled("Layer", layer), labelled("Minus version", minus)), place));
  let filter = Number(context.query.get("filter") ?? -1);
  let parts = new Map();

  function update() {
    if (!layers.length) return live.empty("This model has no weights.");
    const body = { layer: layer.value, ...(minus.value ? { minus: context.asVersion(minus.value) } : {}) };
    live.load((signal) => context.ask("kernels", body, signal), draw);
  }

  function draw(answer) {
    const names = answer.tensors.map((tensor) => tensor.name).join("\n");
    if (names !== [...parts.keys()].join("\n")) {
      parts = new Map(answer.tensors.map((tensor) => [tensor.name, new Tensor(tensor, filter, (chosen) => { filter = chosen; context.set({ filter: chosen }); })]));
      replace(place, [...parts.values()].map((part) => part.element));
    }
    for (const tensor of answer.tensors) parts.get(tensor.name).show(tensor);
  }

  return { element: live.element, update, close: () => live.close() };
}

/** One tensor of a layer. */
class Tensor {
  #tensor = null;
  #filter;

  constructor({ name, shape, axes }, filter, chose) {
    this.#filter = filter;
    this.isConvolution = shape.length >= 3;
    this.facts = h("p.note.number", {});
    this.spoken = h("p.note.number", { role: "status" }, "\u00a0");
    this.formula = new Formula("activations-kernels", name);
    this.formula.element.hidden = shape.length < 2;
    this.detail = h("div", {});
    if (this.isConvolution) {
      this.tiles = new Tiles(`Filters of ${name}`, (chosen) => { this.#filter = chosen; chose(chosen); this.#open(); });
      this.inputs = new Tiles(`Channels of the chosen filter of ${name}`, (channel) => this.#map(channel));
      this.map = new HeatMap({ point: (at) => this.#say(at), cell: 48 });
    } else {
      this.map = new HeatMap({ point: (at) => this.#say(at), height: shape.length === 1 ? 24 : 160 });
    }
    this.figure = withTwin(this.isConvolution ? `Chosen filter of ${name}` : `Numbers of ${name}`, this.map.element, () => planeTable(name, this.map.plane));
    this.element = h("section.flow-layer", { "aria-label": name },
      h("h3", {}, h("bdi", {}, name), " ", h("span.quiet", {}, `${shapeText(shape)}: ${axes.join(", ")}`)), this.facts,
      this.isConvolution ? [this.tiles.element, this.detail] : this.figure, this.spoken, this.formula.element);
    this.formula.show(linesFor(shape));
  }

  show(tensor) {
    this.#tensor = tensor;
    const { minimum, maximum, mean, std, zeros, norm } = tensor;
    const difference = norm === undefined ? "" : `; the difference has a norm of ${metric(norm)}`;
    setText(this.facts, `${count(tensor.values.length)} numbers, ${metric(minimum)} to ${metric(maximum)}, mean ${metric(mean)}, `
      + `deviation ${metric(std)}, ${metric(zeros * 100)} % zeros${difference}`);
    const range = { ...rangeOf(tensor.values), isSigned: true };
    if (!this.isConvolution) {
      this.map.show(this.#plane(), `${tensor.name}, ${shapeText(tensor.shape)}`, { range });
      return;
    }
    const [ins, outs] = tensor.shape.slice(-2);
    this.tiles.show(Array.from({ length: outs }, (_, index) => {
      const plane = this.#filterPlane(index, null);
      return {
        name: String(index), title: `Filter ${index}${ins > 1 ? ", mean over its input channels" : ""}`, plane,
        options: { range: ins > 1 ? { ...rangeOf(plane.values), isSigned: true } : range },
      };
    }), this.#filter);
    this.#open();
  }

  /** A filter's plane for one channel of the input, or the mean over all. */
  #filterPlane(filter, channel) {
    const { shape, values } = this.#tensor;
    const [ins, outs] = shape.slice(-2);
    const [height, width] = shape.length === 3 ? [1, shape[0]] : [shape.slice(0, -3).reduce((a, b) => a * b, 1), shape.at(-3)];
    const plane = new Float32Array(height * width);
    for (let tap = 0; tap < plane.length; tap += 1) {
      if (channel !== null) plane[tap] = values[(tap * ins + channel) * outs + filter];
      else for (let one = 0; one < ins; one += 1) plane[tap] += values[(tap * ins + one) * outs + filter] / ins;
    }
    return { height, width, values: plane };
  }

  #plane() {
    const { shape, values } = this.#tensor;
    return shape.length === 2 ? { height: shape[0], width: shape[1], values } : planeOf(this.#tensor);
  }

  #open() {
    if (this.#filter < 0 || this.#filter >= this.#tensor.shape.at(-1)) return;
    const ins = this.#tensor.shape.at(-2);
    const range = { ...rangeOf(this.#tensor.values), isSigned: true };
    if (!this.detail.childElementCount) replace(this.detail, this.title = h("h4", {}), this.inputs.element, this.figure);
    setText(this.title, `Filter ${this.#filter}`);
    this.inputs.element.hidden = ins === 1;
    if (ins > 1) {
      this.inputs.show(Array.from({ length: ins }, (_, channel) => ({
        name: String(channel), title: `Input channel ${channel}`, plane: this.#filterPlane(this.#filter, channel), options: { range },
      })), this.channel ?? 0);
    }
    this.#map(this.channel ?? 0);
  }

  #map(channel) {
    this.channel = Math.min(channel, this.#tensor.shape.at(-2) - 1);
    this.map.show(this.#filterPlane(this.#filter, this.channel), `Filter ${this.#filter}, input channel ${this.channel}`, { range: { ...rangeOf(this.#tensor.values), isSigned: true } });
  }

  #say(at) {
    if (!at) return setText(this.spoken, "\u00a0");
    const { name, shape, values } = this.#tensor;
    if (!this.isConvolution) {
      const [index, value] = shape.length === 2 ? [at, values[at[0] * shape[1] + at[1]]] : [[at[1]], values[at[1]]];
      return setText(this.spoken, `${name}[${index.join(", ")}] = ${metric(value)}`);
    }
    const plane = this.#filterPlane(this.#filter, this.channel);
    const index = shape.length === 3 ? [at[1]] : at;
    setText(this.spoken, `${name}[${index.join(", ")}, ${this.channel}, ${this.#filter}] = ${metric(plane.values[at[0] * plane.width + at[1]])}`);
  }
}

/** What a tensor is multiplied with, with its own extents. */
function linesFor(shape) {
  const [ins, outs] = shape.slice(-2);
  if (shape.length === 2) return ["y[j] = Σ x[i] · kernel[i, j] + bias[j]", `${outs} sums of ${ins} products: ${ins}·${outs} = ${count(ins * outs)} weights`];
  const taps = shape.slice(0, -2);
  const products = [...taps, ins].reduce((product, extent) => product * extent, 1);
  return [
    "y[p, f] = activation(Σ x[p + d, c] · kernel[d, c, f] + bias[f])",
    `at each place p ${outs} sums of ${[...taps, ins].join("·")} = ${products} products: ${products}·${outs} = ${count(products * outs)} weights`,
  ];
}
