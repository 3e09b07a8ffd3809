/**
 * A picture of one channel that is drawn, or dropped.
 * @module
 */
import { h } from "../../core/dom.js";
import { DrawingBoard } from "../draw.js";
import { dropField } from "../drop.js";

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
 * @param {number[]} shape
 * @param {Object} model Whose rescaling tells what a full pixel is.
 * @param {function(): void} changed
 * @returns {import("./inputs.js").Input & {pick: function(Object): *}}
 */
export function board(shape, model, changed) {
  const scale = (model.definition.layers ?? []).find((layer) => layer.type === "Rescaling")?.scale;
  let greatest = typeof scale === "number" && scale > 0 && scale < 1 ? Math.round(1 / scale) : 1;
  let isQuiet = false;
  const drawing = new DrawingBoard(shape[0], shape[1], () => { if (!isQuiet) changed(); });
  const quietly = (work) => { isQuiet = true; work(); isQuiet = false; };
  const clear = h("button", { type: "button", on: { click: () => drawing.clear() } }, "Clear");
  const fits = (value) => Array.isArray(value) && value.flat(Infinity).length === shape[0] * shape[1];
  return {
    element: h("div.form", {}, drawing.element, h("div.row", {}, clear), dropField(async (picture) => {
      drawing.set(await grayscale(picture, shape[1], shape[0]));
    }, { accept: "image/*", words: "Or drop a picture." })),
    read: () => {
      if (drawing.isEmpty) return undefined;
      const values = drawing.array(greatest, greatest > 1);
      return shape.length === 3 ? values : values.map((row) => row.map(([value]) => value));
    },
    take: (value) => {
      if (!fits(value)) return;
      const flat = value.flat(Infinity).map((one) => one ?? 0);
      greatest = Math.max(greatest, ...flat);
      quietly(() => drawing.set(flat.map((one) => one / greatest)));
    },
    pick: (values) => Object.values(values).find(fits),
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
