/**
 * The input that fits a model: a board, a file, a field, a form, or JSON.
 * @module
 */
import { h } from "../../core/dom.js";
import { board, fitsBoard } from "./board.js";
import { cell, jsonField, textField } from "./fields.js";
import { fileField } from "./file.js";
import { recall, remember } from "./memory.js";
import { rowButton } from "./row.js";

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
 * @param {Object} model
 * @param {?Object} dataset What its newest version was trained on.
 * @param {function(): void} changed
 * @param {{hasRows?: boolean}} [options] Whether there is a button for a row of the data.
 * @returns {Input & {sample: function(): ?Sample, takeRow: function(Object, Object): Promise<void>, isKnown: boolean}} `isKnown` where it was
 *   put in before.
 */
export function inputsOf(model, dataset, changed, { hasRows = true } = {}) {
  let row = null;
  const edited = () => { row = null; keep(); changed(); };
  const keep = () => remember(model.name, { instance: input.read(), row });
  const input = Array.isArray(model.input_shape) ? single(model, edited) : several(model, dataset, edited);
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
  const button = hasRows && dataset ? rowButton(dataset, async (values, reference) => { await takeRow(values, reference); changed(); }) : null;
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

function single(model, changed) {
  const shape = model.input_shape;
  const input = oneInput(layersOf(model)[0]?.dtype, shape, model, changed);
  return { ...input, takeValues: (values) => input.take(input.pick?.(values) ?? valueOf(values, shape)) };
}

/** The value of a row that is an input: the one list there is, else its first cells. */
function valueOf(values, shape) {
  const all = Object.values(values);
  return all.find(Array.isArray) ?? all.slice(0, shape[0] ?? undefined);
}

function several(model, dataset, changed) {
  const shape = model.input_shape;
  const names = Object.keys(shape);
  const inputs = names.map((name) => {
    const layer = layersOf(model).find((one) => one.name === name);
    const column = dataset?.columns.find((one) => one.name === name);
    const isCell = shape[name].length === 0 || shape[name].length === 1 && shape[name][0] === 1;
    return isCell && layer?.dtype !== "image" && layer?.dtype !== "audio"
      ? cell(name, layer?.dtype, column, changed) : titled(name, oneInput(layer?.dtype, shape[name], model, changed));
  });
  return {
    element: h("div.pair", {}, inputs.map((input) => input.element)),
    read: () => {
      const values = inputs.map((input) => input.read());
      return values.includes(undefined) ? undefined : Object.fromEntries(names.map((name, index) => [name, values[index]]));
    },
    take: (instance) => names.forEach((name, index) => inputs[index].take(instance?.[name])),
    takeValues: (values) => Promise.all(names.map((name, index) => inputs[index].take(values[name]))),
  };
}

function titled(name, input) {
  return { ...input, element: h("fieldset", {}, h("legend", {}, h("bdi", {}, name)), input.element) };
}

function oneInput(dtype, shape, model, changed) {
  if (dtype === "image") return fileField("image/*", false, changed);
  if (dtype === "audio") return fileField("audio/*,.wav", true, changed);
  if (dtype === "string") return textField(changed);
  return fitsBoard(shape) ? board(shape, model, changed) : jsonField(shape, changed);
}
