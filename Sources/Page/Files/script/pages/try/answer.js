/**
 * What a model answers, as bars, numbers or words; asked anew while the input changes, one question at a time.
 * @module
 */
import { bars } from "../../charts/bars.js";
import { json } from "../../core/api.js";
import { h, replace } from "../../core/dom.js";
import { exact, metric as metricText } from "../../core/format.js";
import { problemBox, Region } from "../../parts/region.js";

const best = 10;

/** The region "Answer". */
export class AnswerRegion {
  #isAsking = false;
  #isStale = false;
  #isClosed = false;
  #since = 0;

  /** @param {string} model */
  constructor(model) {
    this.model = model;
    this.version = null;
    /** Gives the instance; undefined where there is none yet. */
    this.read = () => undefined;
    const button = h("button.small", { type: "button", on: { click: () => this.ask() } }, "Predict");
    this.region = new Region("Answer", { height: "10rem", actions: button });
    this.element = this.region.element;
    this.place = h("div", {});
    this.region.data(this.place);
  }

  close() {
    this.#isClosed = true;
    this.region.close();
  }

  /** Asks; while an answer is on its way, the newest input waits for it. */
  async ask() {
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      await this.#once();
    }
    this.#isAsking = false;
  }

  async #once() {
    let instance;
    this.#since = performance.now();
    try {
      instance = this.read();
      if (instance === undefined) {
        replace(this.place, h("p.quiet", {}, "The answer comes while you draw or type."));
        return;
      }
      const body = { model: this.model, instances: [instance], ...(this.version === null ? {} : { version: this.version }) };
      const answer = await json(`predict?top=${best}`, { method: "POST", body }).catch((error) => (
        error.status === 422 || error.status === 400 ? json("predict", { method: "POST", body }) : Promise.reject(error)));
      if (this.#isClosed) return;
      replace(this.place, shown(answer));
      performance.measure("answer", { start: this.#since });
    } catch (error) {
      if (!this.#isClosed) replace(this.place, problemBox(error));
    }
  }
}

function shown(answer) {
  const outputs = named(answer.predictions[0]) ? Object.keys(answer.predictions[0]) : [null];
  const notes = Array.isArray(answer.notes) ? answer.notes.flat().filter((note) => typeof note === "string") : [];
  return [
    outputs.map((name) => h("div", {}, name === null ? null : h("h3", {}, name), oneOutput(answer, name))),
    notes.length ? h("ul.note", {}, notes.map((note) => h("li", {}, note))) : null,
    h("p.note.number", {}, `Version ${answer.version}`),
  ];
}

function named(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function oneOutput(answer, name) {
  const of = (member) => {
    const value = answer[member]?.[0];
    return name === null || value === undefined ? value : value[name];
  };
  const prediction = of("predictions");
  const top = of("top");
  if (Array.isArray(top) && top[0] && typeof top[0].probability === "number") return classes(top, of("labels"));
  if (Array.isArray(prediction) && typeof of("classes") === "number" && prediction.length > 1 && prediction.every((one) => typeof one === "number")) {
    const items = prediction.map((probability, index) => ({ class: index, probability })).sort((a, b) => b.probability - a.probability);
    return classes(items.slice(0, best), of("labels"));
  }
  const decoded = answer.decoded?.[0]?.[0]?.text;
  if (decoded !== undefined) return h("p.answer-class", {}, h("bdi", {}, decoded));
  const flat = Array.isArray(prediction) ? prediction.flat(Infinity) : [prediction];
  if (flat.length === 1) return h("p.answer-class.number", { title: exact(flat[0]) }, metricText(flat[0]));
  return h("pre.code", { tabindex: "0", "aria-label": "Numbers" }, JSON.stringify(prediction, null, 1).slice(0, 20000));
}

function classes(top, label) {
  const word = (one) => (one.label ?? String(one.class));
  return [
    h("p.answer-class", { role: "status" }, h("bdi", {}, label && top.length && top[0].label === undefined && typeof label === "string" ? label : word(top[0]))),
    bars("Classes", top.map((one, index) => ({
      label: word(one), value: one.probability, text: `${(one.probability * 100).toFixed(1)} %`, isBest: index === 0,
    })), 1),
  ];
}
