/**
 * The input that fits a model: a board, a file, a field, a form, or JSON.
 * @module
 */
import { json, path } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { shape as shapeText } from "../../core/format.js";
import { DrawingBoard } from "../../parts/draw.js";
import { dropField } from "../../parts/drop.js";
import { pictureOf } from "../../parts/picture.js";
import { recordButton } from "../../parts/record.js";

/**
 * @typedef {Object} Input
 * @property {HTMLElement} element
 * @property {function(): *} read The instance; undefined where there is none.
 */

const largestBoard = 64;

/**
 * Makes the input of a model.
 *
 * @param {Object} model
 * @param {?Object} dataset What its newest version was trained on.
 * @param {function(): void} changed
 * @returns {Input}
 */
export function inputsOf(model, dataset, changed) {
  const layers = (model.definition.layers ?? []).filter((layer) => layer.type === "InputLayer");
  const shape = model.input_shape;
  if (Array.isArray(shape)) return oneInput(layers[0]?.dtype, shape, model, dataset, changed);
  const names = Object.keys(shape);
  const inputs = names.map((name) => {
    const layer = layers.find((one) => one.name === name);
    const column = dataset?.columns.find((one) => one.name === name);
    const isCell = shape[name].length === 0 || shape[name].length === 1 && shape[name][0] === 1;
    return isCell && layer?.dtype !== "image" && layer?.dtype !== "audio"
      ? cell(name, layer?.dtype, column, changed) : titled(name, oneInput(layer?.dtype, shape[name], model, dataset, changed));
  });
  return {
    element: h("div.form", {}, h("div.pair", {}, inputs.map((input) => input.element)), randomRow(dataset, (row) => {
      names.forEach((name, index) => inputs[index].take?.(row.values[name]));
      changed();
    })),
    read: () => {
      const values = inputs.map((input) => input.read());
      return values.includes(undefined) ? undefined : Object.fromEntries(names.map((name, index) => [name, values[index]]));
    },
  };
}

function titled(name, input) {
  return { ...input, element: h("fieldset", {}, h("legend", {}, h("bdi", {}, name)), input.element) };
}

function oneInput(dtype, shape, model, dataset, changed) {
  if (dtype === "image") return file("image/*", null, changed);
  if (dtype === "audio") return file("audio/*,.wav", true, changed);
  if (dtype === "string") return text(changed);
  const isBoard = [2, 3].includes(shape.length) && (shape[2] ?? 1) === 1 && shape[0] > 1 && shape[0] <= largestBoard && shape[1] > 1 && shape[1] <= largestBoard;
  return isBoard ? board(shape, model, dataset, changed) : jsonField(shape, dataset, changed);
}

function board(shape, model, dataset, changed) {
  const scale = (model.definition.layers ?? []).find((layer) => layer.type === "Rescaling")?.scale;
  let greatest = typeof scale === "number" && scale > 0 && scale < 1 ? Math.round(1 / scale) : 1;
  const drawing = new DrawingBoard(shape[0], shape[1], changed);
  const clear = h("button", { type: "button", on: { click: () => drawing.clear() } }, "Clear");
  const take = (values) => {
    const flat = values.flat(Infinity);
    const most = Math.max(...flat);
    if (most > greatest) greatest = most;
    drawing.set(flat.map((value) => value / greatest));
  };
  const random = randomRow(dataset, (row) => {
    const found = Object.values(row.values).find((value) => Array.isArray(value) && value.flat(Infinity).length === shape[0] * shape[1]);
    if (found) take(found);
  });
  return {
    element: h("div.form", {}, drawing.element, h("div.row", {}, clear, random), dropField(async (picture) => {
      drawing.set(await grayscale(picture, shape[1], shape[0]));
    }, { accept: "image/*", words: "Or drop a picture." })),
    read: () => {
      if (drawing.isEmpty) return undefined;
      const values = drawing.array(greatest, greatest > 1);
      return shape.length === 3 ? values : values.map((row) => row.map(([value]) => value));
    },
  };
}

/** A picture as numbers from 0 to 1, light on dark as boards are drawn; one on a light ground is turned over. */
async function grayscale(file, width, height) {
  const bitmap = await createImageBitmap(file);
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const tones = Array.from({ length: width * height }, (_, index) => (
    (0.299 * data[4 * index] + 0.587 * data[4 * index + 1] + 0.114 * data[4 * index + 2]) / 255 * (data[4 * index + 3] / 255)));
  const corners = [0, width - 1, width * (height - 1), width * height - 1].map((at) => tones[at]);
  return corners.filter((tone) => tone > 0.5).length > 2 ? tones.map((tone) => 1 - tone) : tones;
}

function text(changed) {
  const field = h("textarea", { rows: 5, id: "input-text", on: { input: changed } });
  return { element: h("div.field", {}, h("label", { for: "input-text" }, "Text"), field), read: () => (field.value === "" ? undefined : field.value) };
}

function file(accept, records, changed) {
  let bytes = null;
  const shown = h("div.row", {});
  const take = async (blob) => {
    bytes = base64(new Uint8Array(await blob.arrayBuffer()));
    const address = URL.createObjectURL(blob);
    const preview = blob.type.startsWith("audio") ? h("audio", { controls: true, src: address, "aria-label": "The sound" })
      : h("img.preview", { src: address, alt: "The picture", on: { load: () => URL.revokeObjectURL(address) } });
    shown.replaceChildren(preview);
    changed();
  };
  return {
    element: h("div.form", {}, dropField(take, { accept }), records ? recordButton(take) : null, shown),
    read: () => (bytes === null ? undefined : { b64: bytes }),
  };
}

function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(binary);
}

/** One cell of a table: a choice where its words are known, with "unknown" for missing. */
function cell(name, dtype, column, changed) {
  const id = `cell-${name}`;
  const words = column?.categories?.map((one) => one.value);
  if (words?.length && ["category", "boolean"].includes(column.type)) {
    const select = h("select", { id, on: { change: changed } }, h("option", { value: "" }, "unknown"), words.map((word) => h("option", { value: `=${word}` }, word)));
    return {
      element: h("div.field", {}, h("label", { for: id }, h("bdi", {}, name)), select),
      read: () => (select.value === "" ? null : select.value.slice(1)),
      take: (value) => { select.value = value === null || value === undefined ? "" : `=${value}`; },
    };
  }
  const isNumber = dtype !== "string";
  const field = h("input", { id, type: "text", inputmode: isNumber ? "decimal" : null, placeholder: "unknown", autocomplete: "off", on: { input: changed } });
  return {
    element: h("div.field", {}, h("label", { for: id }, h("bdi", {}, name)), field),
    read: () => (field.value.trim() === "" ? null : isNumber && Number.isFinite(Number(field.value)) ? Number(field.value) : field.value),
    take: (value) => { field.value = value ?? ""; },
  };
}

function jsonField(shape, dataset, changed) {
  const area = h("textarea.code", { id: "input-json", rows: 8, spellcheck: "false", on: { input: changed } });
  const shown = h("div", {});
  const random = randomRow(dataset, (row) => {
    const found = Object.values(row.values).find(Array.isArray) ?? Object.values(row.values).slice(0, shape[0] ?? undefined);
    area.value = JSON.stringify(found);
    shown.replaceChildren(...[pictureOf(found, "The input")].filter(Boolean));
    changed();
  });
  return {
    element: h("div.form", {}, h("div.field", {}, h("label", { for: "input-json" }, `JSON of ${shapeText(shape)}`), area), shown, random),
    read: () => {
      if (area.value.trim() === "") return undefined;
      try {
        const value = JSON.parse(area.value);
        area.removeAttribute("aria-invalid");
        return value;
      } catch {
        area.setAttribute("aria-invalid", "true");
        return undefined;
      }
    },
  };
}

/** A button that takes a row of the data the model was trained on; null where there is none. */
function randomRow(dataset, take) {
  if (!dataset) return null;
  const rows = dataset.rows + dataset.test_rows;
  const note = h("span.quiet", { role: "status" });
  const button = h("button", {
    type: "button",
    on: {
      click: async () => {
        const isTest = dataset.parts?.test > 0;
        const at = Math.floor(Math.random() * (isTest ? dataset.parts.test : rows));
        const page = await json(`${path("datasets", dataset.name, "rows")}?offset=${at}&limit=1${isTest ? "&part=test" : ""}`).catch(() => null);
        if (!page?.rows.length) return;
        take(page.rows[0]);
        note.replaceChildren(`row ${page.rows[0].row}${page.rows[0].part ? ` of ${page.rows[0].part}` : ""}`);
      },
    },
  }, "A row of the data");
  return h("span.row", {}, button, note);
}
