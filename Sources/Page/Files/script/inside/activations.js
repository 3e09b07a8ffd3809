/**
 * Feature maps: what each layer gives, layer by layer as the data flows.
 * @module
 */
import { channelsOf, planeOf, rangeOf } from "../charts/arrays.js";
import { HeatMap } from "../charts/heat.js";
import { Tiles } from "../charts/tiles.js";
import { withTwin } from "../charts/twin.js";
import { h, replace, setText } from "../core/dom.js";
import { count, metric, shape as shapeText } from "../core/format.js";
import { grows, table } from "../parts/table.js";
import { costText, LiveRegion } from "./live.js";

/** So many numbers are asked for of all layers at once; of a larger model one layer at a time. */
const most = 500_000;
/** So long is drawn before the browser has its turn. */
const patience = 16;
/** So many layers are shown at once; more as one scrolls. */
const atOnce = 30;

/** @param {import("./context.js").Context} context */
export function activations(context) {
  const list = h("div.flow", {});
  const note = h("p.note.number", {});
  const live = new LiveRegion("Feature maps", h("div", {}, h("p.note", {}, "Layer by layer as the data flows. Choose a map to read it pixel by pixel."), list, note));
  const rows = new Map();
  const end = h("p.note.number", {});
  let isLarge = false;
  let turn = 0;
  let [names, latest, stop] = ["", [], () => {}];

  const chosen = () => context.query.get("layer");

  function update() {
    if (!context.sample()) return live.empty(context.noSample);
    live.load(async (signal) => {
      if (isLarge) {
        const all = await context.outline("activations", {}, signal);
        const names = all.layers.map((layer) => layer.name);
        const asked = names.includes(chosen()) ? chosen() : names[0];
        const { before } = context.layers.find(({ name }) => name === asked) ?? {};
        const one = await context.ask("activations", { layers: [asked, ...(names.includes(before) ? [before] : [])] }, signal);
        return { ...all, layers: all.layers.map((layer) => one.layers.find(({ name }) => name === layer.name) ?? layer) };
      }
      const outline = context.volume() > most ? await context.outline("activations", {}, signal) : null;
      if (outline && outline.layers.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0) > most) {
        isLarge = true;
        return { ...outline, isOutline: true };
      }
      return context.ask("activations", {}, signal);
    }, (answer) => {
      if (answer.isOutline) queueMicrotask(update);
      draw(answer);
    });
  }

  function draw(answer) {
    setText(note, costText(answer.cost));
    latest = answer.layers;
    const all = latest.map((layer) => layer.name).join("\n");
    if (all !== names) {
      names = all;
      stop();
      rows.clear();
      replace(list);
      const isMore = extend(Math.max(atOnce, latest.findIndex((layer) => layer.name === chosen()) + 1));
      if (isMore) {
        list.after(end);
        stop = grows(end, () => {
          const from = rows.size;
          const goesOn = extend(rows.size + atOnce);
          show(latest.slice(from, rows.size), turn);
          return goesOn;
        });
      } else end.remove();
    }
    show(latest.slice(0, rows.size), ++turn);
  }

  /** Makes rows for the first layers up to so many; gives whether there are more. */
  function extend(count) {
    for (const layer of latest.slice(rows.size, count)) {
      const row = new LayerRow(layer, context, () => { if (isLarge) update(); });
      rows.set(layer.name, row);
      list.append(row.element);
    }
    setText(end, `${latest.length - rows.size} more layers`);
    return rows.size < latest.length;
  }

  /** Draws layer by layer, and gives way to the browser between them; a newer answer ends it. */
  async function show(layers, mine) {
    const results = new Map(latest.map((layer) => [layer.name, layer]));
    let start = performance.now();
    for (const layer of layers) {
      if (mine !== turn) return;
      rows.get(layer.name)?.show(layer, results);
      if (performance.now() - start < patience) continue;
      await new Promise((done) => requestAnimationFrame(done));
      start = performance.now();
    }
  }

  return { element: live.element, update, close: () => { turn += 1; stop(); live.close(); } };
}

/** One layer: its shape and statistics, a tile a channel, the chosen one large. */
class LayerRow {
  #channel = -1;
  #layer = null;
  #results = new Map();
  #pixel = null;

  constructor(layer, context, needs) {
    this.context = context;
    this.needs = needs;
    this.isPlanes = channelsOf(layer.shape) > 1 || layer.shape.length >= 3;
    this.facts = h("p.note.number", {});
    this.place = h("div.detail", { hidden: true });
    if (this.isPlanes) {
      this.tiles = new Tiles(`Channels of ${layer.name}`, (channel) => this.#choose(channel));
      this.picture = this.tiles.element;
    } else {
      this.spoken = h("p.note.number", { role: "status" }, "\u00a0");
      this.heat = new HeatMap({ height: layer.shape.length === 2 ? 120 : 24, point: (at) => this.#say(at) });
      this.picture = h("div", {}, withTwin(`Numbers of ${layer.name}`, this.heat.element, () => this.#table()), this.spoken);
    }
    this.element = h("section.flow-layer", { "aria-label": layer.name },
      h("h3", {}, h("bdi", {}, layer.name), " ", h("span.quiet", {}, `${layer.type} · ${shapeText(layer.shape)}`)), this.facts, this.picture, this.place);
  }

  show(layer, results) {
    this.#layer = layer;
    this.#results = results;
    const dead = Math.round(layer.zeros * 1000) / 10;
    setText(this.facts, `${metric(layer.minimum)} to ${metric(layer.maximum)}, mean ${metric(layer.mean)}, ${dead} % zeros${layer.nonfinite ? `, ${count(layer.nonfinite)} not finite` : ""}`);
    if (!layer.values) {
      if (!this.button) {
        this.button = h("button", { type: "button", on: { click: () => { this.context.set({ layer: layer.name }); this.needs(); } } }, `Show ${layer.name}`);
        this.picture.before(this.button);
      }
      this.picture.hidden = true;
      this.button.hidden = false;
      return;
    }
    if (this.button) this.button.hidden = true;
    this.picture.hidden = false;
    const range = rangeOf(layer.values);
    if (this.isPlanes) {
      const channels = channelsOf(layer.shape);
      if (this.#channel < 0 && this.context.query.get("layer") === layer.name) this.#channel = Math.min(Number(this.context.query.get("channel")) || 0, channels - 1);
      this.tiles.show(Array.from({ length: channels }, (_, channel) => {
        const plane = planeOf(layer, channel);
        const isDead = plane.values.every((value) => value === 0);
        return { name: String(channel), title: `Channel ${channel} of ${layer.name}${isDead ? ", dead: zero everywhere" : ""}`, plane, options: { range }, isDead };
      }), this.#channel);
      if (this.#channel >= 0) this.#open();
    } else {
      this.heat.show(planeOf(layer), `${layer.name}: ${shapeText(layer.shape)}`, { range });
    }
  }

  #choose(channel) {
    this.#channel = channel;
    this.context.set({ layer: this.#layer.name, channel: channel || null });
    this.#open();
  }

  async #open() {
    if (!this.#pixel) {
      const { Pixel } = await import("./pixel.js");
      this.#pixel ??= new Pixel(this.context);
      replace(this.place, this.#pixel.element);
      this.place.hidden = false;
    }
    this.#pixel.show(this.#layer, this.#channel, this.#results);
  }

  #say(at) {
    const { shape, values, name } = this.#layer;
    setText(this.spoken, at ? (shape.length === 2
      ? `${name}[${at[1]}, ${at[0]}] = ${metric(values[at[1] * shape[1] + at[0]])}` : `${name}[${at[1]}] = ${metric(values[at[1]])}`) : "\u00a0");
  }

  #table() {
    const { values } = this.#layer;
    return h("div.tall", {}, table(`Numbers of ${this.#layer.name}`, [
      { title: "Index", number: true, cell: ([index]) => index }, { title: "Value", number: true, cell: ([, value]) => metric(value) },
    ], [...values.slice(0, 1000)].map((value, index) => [index, value])));
  }
}
