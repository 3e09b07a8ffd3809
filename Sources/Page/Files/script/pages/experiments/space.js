/**
 * What the trials of an experiment change: a line each, of a place in the training or the model, a rule, and what the rule takes.
 * @module
 */
import { h, replace, uniqueID } from "../../core/dom.js";

const rules = [["choice", "one of"], ["log_uniform", "a number, by orders of magnitude, from and to"], ["uniform", "a number, from and to"], ["int", "a whole number, from and to"]];

/** The lines, and the member `space` that they stand for. */
export class Space {
  #lines = [];

  /** @param {function(): void} changed */
  constructor(changed) {
    this.changed = changed;
    this.places = h("datalist", { id: "places" });
    this.list = h("ol.layer-form", {});
    this.element = h("fieldset", {}, h("legend", {}, "What trials change"), this.places, this.list,
      h("button.small", { type: "button", on: { click: () => { this.#add("", "choice", ""); changed(); this.#lines.at(-1).place.focus(); } } }, "Add a line"));
    this.#add("/training/optimizer/learning_rate", "log_uniform", "0.0001, 0.1");
  }

  /** As a request has it. */
  get value() {
    return spaceOf(this.#lines.map(({ place, rule, given }) => ({ place: place.value, rule: rule.value, given: given.value })));
  }

  /**
   * Offers places to choose from; others may be typed.
   *
   * @param {string[]} places
   */
  offer(places) {
    replace(this.places, places.map((place) => h("option", { value: place })));
  }

  /**
   * Shows faults at the lines that their pointers name.
   *
   * @param {{pointer: string, detail: string}[]} errors
   * @returns {{rest: {pointer: string, detail: string}[], first: ?HTMLElement}} Those of no line, and the field of the first that has one.
   */
  showFaults(errors) {
    for (const line of this.#lines) line.show([]);
    const rest = [];
    const found = new Map();
    for (const error of errors) {
      const line = this.#lines.find(({ place }) => isAt(error.pointer, place.value));
      if (line) found.set(line, [...(found.get(line) ?? []), error.detail]);
      else rest.push(error);
    }
    for (const [line, details] of found) line.show(details);
    return { rest, first: this.#lines.find((line) => found.has(line))?.given ?? null };
  }

  #add(where, how, what) {
    const id = uniqueID();
    const on = { input: () => this.changed() };
    const place = h("input", { type: "text", list: "places", value: where, autocomplete: "off", spellcheck: "false", on });
    const rule = h("select", { on }, rules.map(([value, text]) => h("option", { value, selected: value === how }, text)));
    const given = h("input", { type: "text", value: what, autocomplete: "off", spellcheck: "false", "aria-describedby": id, on });
    const fault = h("p.fault", { id });
    const remove = h("button.small", { type: "button", on: { click: () => {
      this.#lines.splice(this.#lines.indexOf(line), 1);
      element.remove();
      this.#number();
      this.changed();
    } } }, "×");
    const element = h("li", {}, h("div.space-line", {}, place, rule, given, remove), fault);
    const line = {
      place, rule, given, remove,
      show: (details) => {
        replace(fault, details.join("; "));
        if (details.length) given.setAttribute("aria-invalid", "true");
        else given.removeAttribute("aria-invalid");
      },
    };
    this.#lines.push(line);
    this.list.append(element);
    this.#number();
  }

  #number() {
    this.#lines.forEach(({ place, rule, given, remove }, index) => {
      const name = (text) => `${text} ${index + 1}`;
      for (const [control, text] of [[place, "Place"], [rule, "Rule"], [given, "Values"], [remove, "Remove line"]]) control.setAttribute("aria-label", name(text));
    });
  }
}

/**
 * Lines as a request has them; those without a place are left out. Pure.
 *
 * @param {{place: string, rule: string, given: string}[]} lines
 * @returns {Object<string, Object>}
 */
export function spaceOf(lines) {
  return Object.fromEntries(lines.filter(({ place }) => place.trim() !== "").map(({ place, rule, given }) => [place.trim(), { [rule]: listOf(given) }]));
}

/**
 * Values as they are typed, `0.01, 0.1` or `Adam, SGD`. Pure.
 *
 * @param {string} text
 * @returns {*[]}
 */
export function listOf(text) {
  if (text.trim() === "") return [];
  try {
    return JSON.parse(`[${text}]`);
  } catch {
    return text.split(",").map((one) => {
      const word = one.trim();
      return word !== "" && Number.isFinite(Number(word)) ? Number(word) : word;
    });
  }
}

/**
 * Whether a fault is of a line's place, or of what was put there. Pure.
 *
 * @param {string} pointer As in `/space/~1training~1batch_size/int`.
 * @param {string} place As in `/training/batch_size`.
 * @returns {boolean}
 */
export function isAt(pointer, place) {
  const own = `/space/${place.trim().replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return pointer === own || pointer.startsWith(`${own}/`);
}

/**
 * Places of a model's definition that trials can change: the arguments of its layers that are numbers or words. Pure.
 *
 * @param {{layers?: Object[]}} definition
 * @returns {string[]}
 */
export function placesIn(definition) {
  return (definition.layers ?? []).flatMap((layer, index) => Object.entries(layer)
    .filter(([name, value]) => !["name", "type", "dtype"].includes(name) && ["number", "string"].includes(typeof value))
    .map(([name]) => `/model/layers/${index}/${name}`));
}
