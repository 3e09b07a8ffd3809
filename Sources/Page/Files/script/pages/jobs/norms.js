/**
 * How large a job's gradients, weights and updates are at the end of each epoch, layer by layer.
 * @module
 */
import { Cursor, nearest } from "../../charts/cursor.js";
import { LineChart } from "../../charts/line.js";
import { lookOf } from "../../charts/palette.js";
import { withTwin } from "../../charts/twin.js";
import { json, path } from "../../core/api.js";
import { h, setText } from "../../core/dom.js";
import { count, exact, metric as metricText } from "../../core/format.js";
import { labelled } from "../../parts/controls.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";

const kinds = [["gradient", "Gradient"], ["weight", "Weight"], ["update", "Update"]];
const points = 500;
/** How many curves one chart has. */
const most = 12;
/** Milliseconds between two requests while epochs end. */
const pace = 3000;

/** The norms of one job. */
export class Norms {
  #cursor = new Cursor();
  #charts = [];
  #timer = 0;
  #norms = null;

  /** @param {string} id */
  constructor(id) {
    this.id = id;
    this.region = new Region("Norms", { height: "16rem" });
    this.element = this.region.element;
    this.isLinear = false;
    this.layer = h("select", { id: "norms-layer", on: { change: () => this.#draw() } });
    const linear = h("input", { type: "checkbox", id: "norms-linear", on: { change: () => { this.isLinear = linear.checked; this.#draw(); } } });
    this.note = h("p.note.number", {});
    this.content = [
      h("div.row.fields", {}, labelled("Layer", this.layer), h("label", { for: linear.id }, linear, "Linear y")),
      h("div.charts", {}, kinds.map(([kind, title]) => this.#make(kind, title))), this.note,
      h("p.note", {}, "2-norms at each epoch's last step: of the gradient before it is clipped, of the weights after the step, of what the step changed. Of a layer √Σ over its tensors."),
    ];
    this.#cursor.subscribe(() => this.#read());
  }

  /** Asks for the norms. */
  load() {
    return this.region.load((signal) => json(`${path("jobs", this.id, "norms")}?points=${points}`, { signal }), (norms) => {
      if (!norms.epoch.length) {
        this.region.empty("No epoch has ended yet.");
        return null;
      }
      this.#norms = norms;
      this.#offer();
      this.#draw();
      return this.note.isConnected ? null : this.content;
    });
  }

  /** Asks again, not at once, since another epoch has ended. */
  grow() {
    this.#timer ||= setTimeout(() => { this.#timer = 0; this.load(); }, pace);
  }

  close() {
    clearTimeout(this.#timer);
    for (const { chart } of this.#charts) chart.close();
    this.region.close();
  }

  #make(kind, title) {
    const chart = new LineChart({
      cursor: this.#cursor, subject: `${title} norm`, height: 180, zoom: () => {}, view: () => ({ xLog: false, yLog: !this.isLinear, range: null }),
    });
    const values = h("p.number.values", {}, "\u00a0");
    const entry = { kind, chart, values, curves: [] };
    this.#charts.push(entry);
    return withTwin(title, chart.element, () => this.#table(title, entry), values);
  }

  #offer() {
    const layers = ["", ...layersOf(this.#norms.tensors)];
    if (layers.length === this.layer.options.length) return;
    this.layer.replaceChildren(...layers.map((layer) => h("option", { value: layer }, layer || "all")));
  }

  #draw() {
    const layer = this.layer.value;
    let left = 0;
    for (const entry of this.#charts) {
      const rows = layer ? tensorsOf(this.#norms, entry.kind, layer) : sums(this.#norms, entry.kind);
      left = Math.max(0, rows.length - most);
      entry.curves = rows.slice(0, most).map(({ name, values }) => ({
        name, look: lookOf(name), x: this.#norms.epoch, y: values, nonfinite: this.#norms.epoch.filter((_, index) => values[index] === null),
      }));
      entry.chart.show(entry.curves);
    }
    setText(this.note, left ? `The first ${most} of ${count(most + left)} layers are drawn; choose a layer to see another.` : "");
    this.#read();
  }

  #read() {
    const at = this.#cursor.value;
    for (const { curves, values } of this.#charts) {
      setText(values, at === null ? "\u00a0" : `epoch ${count(at)}: ${curves.map((curve) => (
        `${curve.name} ${metricText(curve.y[nearest(curve.x, at)])}`)).join("  ·  ")}`);
    }
  }

  #table(title, { curves }) {
    const epochs = this.#norms.epoch;
    return h("div.tall", {}, table(`${title} norms`, [
      { title: "Epoch", number: true, cell: (index) => count(epochs[index]) },
      ...curves.map((curve) => ({
        title: h("bdi", {}, curve.name), number: true, cell: (index) => h("span", { title: exact(curve.y[index]) }, metricText(curve.y[index])),
      })),
    ], epochs.map((_, index) => index)));
  }
}

/**
 * The layers whose tensors these are, in their order. Pure.
 *
 * @param {string[]} tensors As in `conv2d/kernel`.
 * @returns {string[]}
 */
export function layersOf(tensors) {
  return [...new Set(tensors.map((tensor) => tensor.slice(0, Math.max(tensor.lastIndexOf("/"), 0)) || tensor))];
}

/**
 * The norm of each layer: the root of the sum of its tensors' squares. Pure.
 *
 * @param {{tensors: string[], epoch: number[]}} norms
 * @param {string} kind
 * @returns {{name: string, values: (?number)[]}[]}
 */
export function sums(norms, kind) {
  return layersOf(norms.tensors).map((name) => {
    const rows = tensorsOf(norms, kind, name).map((row) => row.values);
    const values = norms.epoch.map((_, index) => (
      rows.some((row) => row[index] === null) ? null : Math.sqrt(rows.reduce((sum, row) => sum + row[index] ** 2, 0))));
    return { name, values };
  });
}

function tensorsOf(norms, kind, layer) {
  return norms.tensors.map((name, index) => ({ name, values: norms[kind][index] }))
    .filter(({ name }) => layersOf([name])[0] === layer);
}
