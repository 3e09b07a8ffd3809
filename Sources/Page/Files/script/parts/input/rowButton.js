/**
 * A button for a row of stored data as an input.
 * @module
 */
import { h } from "../../core/dom.js";
import { readRow, rowsOf } from "./row.js";

/**
 * A button that takes a row of the data the model was trained on: one for testing, where there are any.
 *
 * @param {Object} dataset
 * @param {function(Object, {dataset: string, part: string, index: number}): void} take
 * @returns {HTMLElement}
 */
export function rowButton(dataset, take) {
  const note = h("span.quiet", { role: "status" });
  const part = rowsOf(dataset, "test") ? "test" : "train";
  const button = h("button", {
    type: "button",
    on: {
      click: async () => {
        const reference = { dataset: dataset.name, part, index: Math.floor(Math.random() * rowsOf(dataset, part)) };
        const values = await readRow(dataset, reference).catch(() => null);
        if (!values) return;
        take(values, reference);
        note.replaceChildren(`row ${reference.index} of ${part}`);
      },
    },
  }, "A row of the data");
  return h("span.row", {}, button, note);
}
