/**
 * What all views of a model share: the sample, the version, what was chosen, and how they are asked.
 * @module
 */
import { json, path } from "../core/api.js";
import { set as setAddress } from "../core/router.js";
import { ask } from "./ask.js";
import { layersOf } from "./layers.js";

/** The model that is looked into. */
export class Context {
  /**
   * @param {Object} model As `GET /models/NAME` shows it.
   * @param {URLSearchParams} query
   * @param {{version: string, name: string}[]} stops The versions and kept epochs, oldest first.
   * @param {?(string[]|Object<string, string[]>)} labels The words of its classes; of several outputs by their names.
   */
  constructor(model, query, stops, labels) {
    Object.assign(this, { model, query, stops, labels });
    this.layers = layersOf(model);
    /** The sample: an instance, the row that it is, if it is one of a part that the data name, else its target, if it is known. */
    this.current = null;
    this.noSample = "Choose a row of the data, or draw, type or drop an input.";
    this.classWord = (index, output = null) => {
      const words = Array.isArray(this.labels) ? this.labels : this.labels?.[output];
      return words?.[index] === undefined ? String(index) : `${words[index]}`;
    };
  }

  /** Changes settings in the address. */
  set(changes) {
    setAddress(changes);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null || value === undefined || value === "") this.query.delete(key);
      else this.query.set(key, String(value));
    }
  }

  sample() {
    return this.current;
  }

  row() {
    return this.current?.row ?? null;
  }

  /** The version that is asked for; null for the newest, and of a model that isn't trained the weights that it begins with. */
  version() {
    return this.query.get("version") ?? (this.model.version ? null : "0");
  }

  /** As a request has it: a number, or a name. */
  asVersion(version) {
    return /^\d+$/.test(version) ? Number(version) : version;
  }

  /**
   * Asks a view of the sample and the version.
   *
   * @param {string} view
   * @param {Object} body
   * @param {AbortSignal} [signal]
   * @param {{isSampled?: boolean}} [options]
   * @returns {Promise<Object>}
   */
  ask(view, body, signal, { isSampled = view !== "kernels" } = {}) {
    return ask(this.model.name, view, this.#whole(body, isSampled), signal);
  }

  /** The same without the numbers. */
  outline(view, body, signal) {
    return json(`${path("models", this.model.name)}/inspect/${view}`, { method: "POST", body: { ...this.#whole(body, true), values: false }, signal });
  }

  #whole(body, isSampled) {
    const version = this.version();
    const { instance, row } = this.current ?? {};
    return {
      ...body, ...(version === null ? {} : { version: this.asVersion(version) }), ...(isSampled ? row ? { row } : { instance } : {}),
    };
  }

  /** How many numbers all layers give, about. */
  volume() {
    const of = (shape) => (Array.isArray(shape) ? shape.reduce((product, extent) => product * (extent ?? 64), 1) : 0);
    return this.layers.reduce((sum, { shape }) => sum + of(shape), 0);
  }

  /** The outputs, with their shapes. */
  outputs() {
    const { output_shape: shape } = this.model;
    return Array.isArray(shape) ? [{ name: "", shape }] : Object.entries(shape).map(([name, one]) => ({ name, shape: one }));
  }

  /** The sample's own numbers, where it is one array of them. */
  instanceNumbers() {
    const value = this.current?.instance;
    if (!Array.isArray(value) || !Array.isArray(this.model.input_shape)) return null;
    const shape = [];
    for (let at = value; Array.isArray(at); at = at[0]) shape.push(at.length);
    const values = Float32Array.from(value.flat(Infinity), (one) => one ?? NaN);
    return values.length === shape.reduce((product, extent) => product * extent, 1) ? { shape, values } : null;
  }

  /** What goes into a layer. */
  resultBefore(layer, results) {
    const known = results.get(layer.before);
    return known?.values ? known : (this.layers.find(({ name }) => name === layer.before)?.type === "InputLayer" || layer.before === null ? this.instanceNumbers() : null);
  }
}
