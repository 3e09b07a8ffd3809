/**
 * The input that fits a model: a board, a file, a field, a form, or JSON.
 * @module
 */
import { h } from "../../core/dom.js";
import { columnsOf, valueOf } from "../origin.js";
import { recall, remember } from "./memory.js";

/** No side of a board is longer. */
const largest = 64;

/**
 * Whether numbers of a shape can be drawn.
 *
 * @param {(?number)[]} shape
 * @returns {boolean}
 */
export function fitsBoard(shape) {
  const fits = (extent) => extent > 1 && extent <= largest;
  return [2, 3].includes(shape.length) && (shape[2] ?? 1) === 1 && fits(shape[0]) && fits(shape[1]);
}

/**
 * Loads what a model's inputs are made of.
 *
 * @param {Object} model
 * @returns {Promise<Object>} For `inputsOf`.
 */
export async function makersOf(model) {
  const shapes = Array.isArray(model.input_shape) ? { "": model.input_shape } : model.input_shape;
  const kinds = new Set(Object.entries(shapes).map(([name, shape]) => kindOf((layersOf(model).find((one) => one.name === name) ?? layersOf(model)[0])?.dtype, shape)));
  const modules = await Promise.all([...kinds].map((kind) => (kind === "board" ? import("./board.js") : kind === "file" ? import("./file.js") : import("./fields.js"))));
  // An input of one number is a cell among several, a board never.
  if (!Array.isArray(model.input_shape)) modules.push(await import("./fields.js"));
  return Object.assign({}, ...modules);
}

function kindOf(dtype, shape) {
  return dtype === "image" || dtype === "audio" ? "file" : dtype !== "string" && fitsBoard(shape) ? "board" : "field";
}

/**
 * @typedef {Object} Input
 * @property {HTMLElement} element
 * @property {function(): *} read The instance; undefined where there is none.
 * @property {function(*): (void|Promise<void>)} take Shows another instance, and tells nobody.
 *
 * @typedef {Object} Sample What a model is asked about.
 * @property {*} instance
 * @property {?{dataset: string, part: ?string, index: number}} row Where the instance is that of a row, unchanged.
 */

/**
 * Makes the input of a model. What was put in last, here or on another page, is in it again.
 *
 * @param {Object} makers As `makersOf` gives them.
 * @param {Object} model
 * @param {import("../origin.js").Origin} origin
 * @param {function(): void} changed
 * @param {{hasRows?: boolean}} [options] Whether there is a button for a row of the data.
 * @returns {Input & {sample: function(): ?Sample, takeRow: function(Object, Object): Promise<void>, isKnown: boolean}} `isKnown` where it was
 *   put in before.
 */
export function inputsOf(makers, model, origin, changed, { hasRows = true } = {}) {
  const { dataset } = origin;
  const columns = origin.version?.options?.training?.inputs;
  let row = null;
  const edited = () => { row = null; keep(); changed(); };
  const keep = () => remember(model.name, { instance: input.read(), row });
  const input = Array.isArray(model.input_shape) ? single(makers, model, columns, edited) : several(makers, model, columns, dataset, edited);
  const takeRow = async (values, reference) => {
    await input.takeValues(values);
    row = reference;
    keep();
  };
  const known = recall(model.name);
  if (known?.instance !== undefined) {
    input.take(known.instance);
    row = known.row;
  }
  const button = hasRows && dataset ? h("span", {}) : null;
  if (button) {
    import("./rowButton.js").then(({ rowButton }) => button.append(rowButton(dataset, async (values, reference) => { await takeRow(values, reference); changed(); })));
  }
  return {
    ...input, takeRow, isKnown: known?.instance !== undefined, element: h("div.form", {}, input.element, button),
    sample: () => {
      const instance = input.read();
      return instance === undefined ? null : { instance, row };
    },
  };
}

function layersOf(model) {
  return (model.definition.layers ?? []).filter((layer) => layer.type === "InputLayer");
}

function single(makers, model, columns, changed) {
  const shape = model.input_shape;
  const input = oneInput(makers, layersOf(model)[0]?.dtype, shape, model, changed);
  return { ...input, takeValues: (values) => {
    const own = columnsOf(columns, null);
    const known = valueOf(values, own);
    const given = known === undefined ? values : Object.fromEntries(own.map((name) => [name, values[name]]));
    return input.take(input.pick?.(given) ?? cellsOf(given, shape));
  } };
}

/** The value of a row that is an input: the one list there is, else its first cells. */
function cellsOf(values, shape) {
  const all = Object.values(values);
  return all.find(Array.isArray) ?? all.slice(0, shape[0] ?? undefined);
}

function several(makers, model, columns, dataset, changed) {
  const shape = model.input_shape;
  const names = Object.keys(shape);
  const inputs = names.map((name) => {
    const layer = layersOf(model).find((one) => one.name === name);
    const column = dataset?.columns.find((one) => one.name === name);
    const isCell = shape[name].length === 0 || shape[name].length === 1 && shape[name][0] === 1;
    return isCell && layer?.dtype !== "image" && layer?.dtype !== "audio"
      ? inShape(makers.cell(name, layer?.dtype, column, changed), shape[name]) : titled(name, oneInput(makers, layer?.dtype, shape[name], model, changed));
  });
  return {
    element: h("div.pair", {}, inputs.map((input) => input.element)),
    read: () => {
      const values = inputs.map((input) => input.read());
      return values.includes(undefined) ? undefined : Object.fromEntries(names.map((name, index) => [name, values[index]]));
    },
    take: (instance) => names.forEach((name, index) => inputs[index].take(instance?.[name])),
    takeValues: (values) => Promise.all(names.map((name, index) => inputs[index].take(valueOf(values, columnsOf(columns, name)) ?? values[name]))),
  };
}

/** A cell whose input is a list of one, or one by itself. */
function inShape(input, shape) {
  return shape.length ? { ...input, read: () => [input.read()], take: (value) => input.take(Array.isArray(value) ? value[0] : value) } : input;
}

function titled(name, input) {
  return { ...input, element: h("fieldset", {}, h("legend", {}, h("bdi", {}, name)), input.element) };
}

function oneInput(makers, dtype, shape, model, changed) {
  if (dtype === "image") return makers.fileField("image/*", false, changed);
  if (dtype === "audio") return makers.fileField("audio/*,.wav", true, changed);
  if (dtype === "string") return makers.textField(changed);
  return kindOf(dtype, shape) === "board" ? makers.board(shape, model, changed) : makers.jsonField(shape, changed);
}
