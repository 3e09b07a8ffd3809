/**
 * Forms whose fields are known by the pointers that a server names its faults by.
 * @module
 */
import { h, replace, setText, uniqueID } from "../core/dom.js";

export { settled } from "../core/signal.js";

/**
 * @typedef {Object} Field
 * @property {string} pointer Where its value goes in the body: `/optimizer/learning_rate`.
 * @property {string} label
 * @property {"text"|"number"|"integer"|"select"|"boolean"|"check"|"word"|"json"} kind A word may be a number or JSON as well.
 * @property {(string|[string, string])[]} [options] Of a select or a boolean.
 * @property {*} [value]
 * @property {string} [hint]
 * @property {boolean} [isRequired]
 * @property {boolean} [isRare] Whether it stands below, among those that are shown when they are asked for.
 */

/** A form that makes a JSON body of its fields, and shows faults at them. */
export class Form {
  #fields = new Map();

  /**
   * @param {Field[]} fields
   * @param {function(): void} changed Called when a person has changed something.
   */
  constructor(fields, changed) {
    this.general = h("div.fault", { role: "alert" });
    const made = (isRare) => fields.filter((field) => Boolean(field.isRare) === isRare).map((field) => this.#make(field, changed));
    const [usual, rare] = [made(false), made(true)];
    this.more = rare.length ? h("details", {}, h("summary", {}, "More options"), h("div.pair", {}, rare)) : null;
    this.element = h("div.form", {}, h("div.pair", {}, usual), this.more, this.general);
  }

  /** The body; fields that are empty are left out. */
  get body() {
    const body = {};
    for (const { field, control } of this.#fields.values()) {
      const value = read(field, control);
      if (value !== undefined) put(body, segments(field.pointer), value);
    }
    return body;
  }

  /**
   * The control of a field.
   *
   * @param {string} pointer
   * @returns {HTMLElement}
   */
  control(pointer) {
    return this.#fields.get(pointer).control;
  }

  /**
   * Shows what is wrong at the fields that the pointers name, the rest below.
   *
   * @param {?import("../core/api.js").Problem} problem null where nothing is.
   * @param {boolean} [focuses] Whether the first faulty field gets the focus.
   */
  showFaults(problem, focuses = false) {
    const faults = new Map();
    const rest = [];
    for (const fault of problem ? (problem.errors.length ? problem.errors : [{ pointer: "", detail: problem.message }]) : []) {
      const pointer = fieldOf(fault.pointer, [...this.#fields.keys()]);
      if (pointer === null) rest.push(`${fault.pointer ? `${fault.pointer}: ` : ""}${fault.detail}`);
      else faults.set(pointer, [...(faults.get(pointer) ?? []), fault.detail]);
    }
    for (const [pointer, { control, message }] of this.#fields) {
      const details = faults.get(pointer);
      if (details) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
      setText(message, details?.join("; ") ?? "");
    }
    replace(this.general, rest.map((text) => h("p", {}, text)));
    if (this.more && [...this.#fields].some(([pointer, { field }]) => field.isRare && faults.has(pointer))) this.more.open = true;
    if (!focuses) return;
    const first = [...this.#fields].find(([pointer]) => faults.has(pointer));
    first?.[1].control.focus();
  }

  #make(field, changed) {
    const id = uniqueID();
    const message = h("p.fault", { id: `${id}-fault` });
    const control = makeControl(field, id);
    control.setAttribute("aria-describedby", message.id);
    control.addEventListener("input", changed);
    this.#fields.set(field.pointer, { field, control, message });
    return h("div.field", {}, h("label", { for: id }, field.label), control,
      field.hint ? h("span.note", {}, field.hint) : null, message);
  }
}

function makeControl(field, id) {
  const value = field.value ?? "";
  if (field.kind === "select" || field.kind === "boolean") {
    return h("select", { id }, field.options.map((option) => {
      const [key, text] = Array.isArray(option) ? option : [option, option];
      return h("option", { value: key, selected: key === value }, text);
    }));
  }
  if (field.kind === "check") return h("input", { type: "checkbox", id, checked: Boolean(field.value) });
  if (field.kind === "json") return h("textarea.code", { id, rows: 4, spellcheck: "false", value });
  const isNumber = field.kind === "number" || field.kind === "integer";
  return h("input", {
    id, type: "text", inputmode: isNumber ? "decimal" : null, value, autocomplete: "off", spellcheck: "false", required: field.isRequired,
  });
}

function read(field, control) {
  if (field.kind === "check") return control.checked;
  const text = control.value.trim();
  if (text === "") return field.isRequired ? "" : undefined;
  if (field.kind === "number" || field.kind === "integer") return Number.isFinite(Number(text)) ? Number(text) : text;
  if (field.kind === "boolean") return text === "true";
  if (field.kind === "word" && /^[\w.-]*[a-z_][\w.-]*$/i.test(text)) return text;
  if (field.kind === "json" || field.kind === "word") {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}

/**
 * The segments of a JSON pointer (RFC 6901). Pure.
 *
 * @param {string} pointer
 * @returns {string[]}
 */
export function segments(pointer) {
  return pointer.split("/").slice(1).map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * The field that a fault belongs to: the one of its pointer, else of the nearest above it. Pure.
 *
 * @param {string} pointer
 * @param {string[]} known
 * @returns {?string}
 */
export function fieldOf(pointer, known) {
  for (let at = pointer ?? ""; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    if (known.includes(at)) return at;
    const below = known.find((one) => one.startsWith(`${at}/`));
    if (below && at === pointer) return below;
  }
  return null;
}

function put(body, [first, ...rest], value) {
  if (!rest.length) body[first] = value;
  else put(body[first] ??= {}, rest, value);
}
