/**
 * A picture of one channel that is drawn, or dropped.
 * @module
 */
import { h } from "../../core/dom.js";
import { DrawingBoard } from "../draw.js";
import { dropField } from "../drop.js";

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
      const { grayscale } = await import("./grayscale.js");
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
